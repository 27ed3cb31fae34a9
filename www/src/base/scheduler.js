/**
 * Who draws when. A drawing is a function that draws into an element; it is called again when a signal that it read has
 * changed:
 *
 * - in the next frame if its element is on screen, at most once in a frame; where a frame's drawings take longer than
 *   two frames of a screen last, the rest has the next frame, before anything else;
 * - else, within half a screen, once nothing has changed for a moment: whoever has the page read aloud, or searches in
 *   it, finds it up to date too;
 * - else when it comes that near.
 *
 * @module
 */

import { effect, signal } from './signals.js';

/** ms without a change after which what is near the screen is drawn too. */
const REST_MS = 150;
/** ms of drawing after which the browser gets its turn: so much is drawn at once that what belongs together usually is. */
const FRAME_MS = 32;
/** What is so near is on screen. */
const SCREEN = '50px';
/** So far away a cell is drawn before it scrolls in. */
const NEAR = '50% 0px';

/**
 * What the scheduler needs of a browser.
 * @typedef {object} World
 * @property {(task: () => void) => void} nextFrame
 * @property {(task: () => void, ms: number) => any} setTimer
 * @property {(timer: any) => void} clearTimer
 * @property {() => number} now ms
 * @property {(margin: string, tell: (changes: { target: Element, isIntersecting: boolean }[]) => void) => Pick<IntersectionObserver, 'observe' | 'unobserve'>} observer
 *
 * @typedef {object} Place an element with drawings
 * @property {boolean} onScreen
 * @property {Set<Task>} tasks
 *
 * @typedef {object} Region an element that is drawn as a whole when it comes near
 * @property {import('@preact/signals-core').Signal<boolean>} near it is near the window and open
 * @property {boolean} inView it is near the window
 * @property {boolean} closed nothing of it is to be seen
 *
 * @typedef {object} Task a drawing
 * @property {number} order those that were begun first are drawn first
 * @property {Element} element
 * @property {Place} place
 * @property {boolean} changed since it was drawn
 * @property {() => number} pace ms between two drawings, at least
 * @property {number} drawnAt
 * @property {any} timer until the pace allows it
 * @property {() => void} run draws
 */

/** @type {World} */
const browser = {
  nextFrame: (task) => requestAnimationFrame(task),
  setTimer: (task, ms) => setTimeout(task, ms),
  clearTimer: (timer) => clearTimeout(timer),
  now: () => performance.now(),
  observer: (margin, tell) => new IntersectionObserver(tell, { rootMargin: margin }),
};

/** @param {World} [world] */
export function createScheduler(world = browser) {
  /** @type {WeakMap<Element, Place>} */
  const places = new WeakMap();
  /** @type {WeakMap<Element, Region>} */
  const regions = new WeakMap();
  /** Drawings that have changed, wherever they are. @type {Set<Task>} */
  const changed = new Set();
  /** Those of them for the next frame. @type {Set<Task>} */
  const due = new Set();
  /** Those of them that a full frame has left for the next. @type {Set<Task>} */
  const left = new Set();
  /** Those that wait until nothing changes. @type {Set<Task>} */
  const resting = new Set();
  let order = 0;
  let asked = false;
  /** @type {any} */
  let rest;
  /** Where `scoped` collects. @type {(() => void)[] | null} */
  let scope = null;
  /** @type {ReturnType<World['observer']> | null} */
  let screen = null;
  /** @type {ReturnType<World['observer']> | null} */
  let nearby = null;

  /** @param {Element} element @returns {Place} */
  function placeOf(element) {
    let place = places.get(element);
    if (!place) {
      place = { onScreen: false, tasks: new Set() };
      places.set(element, place);
      screen ??= world.observer(SCREEN, (changes) => {
        for (const { target, isIntersecting } of changes) {
          const seen = places.get(target);
          if (!seen) continue;
          seen.onScreen = isIntersecting;
          if (isIntersecting && !regions.get(target)?.closed) for (const task of seen.tasks) if (task.changed) soon(task);
        }
      });
      screen.observe(element);
    }
    return place;
  }

  /** The region that an element lies in; what lies in none is always near. @param {Element | null} element */
  function regionOf(element) {
    for (let node = element; node; node = node.parentElement) {
      const region = regions.get(node);
      if (region) return region;
    }
    return null;
  }

  /** @param {Task} task */
  function mark(task) {
    task.changed = true;
    changed.add(task);
    if (regions.get(task.element)?.closed) return;
    if (task.place.onScreen) return soon(task);
    if (regionOf(task.element)?.near.peek() === false) return;
    resting.add(task);
    world.clearTimer(rest);
    rest = world.setTimer(() => {
      for (const each of resting) if (each.changed) soon(each);
      resting.clear();
    }, REST_MS);
  }

  /** @param {Task} task */
  function soon(task) {
    due.add(task);
    if (asked) return;
    asked = true;
    world.nextFrame(flush);
  }

  function flush() {
    asked = false;
    const end = world.now() + FRAME_MS;
    /** @type {Set<Task>} */
    const drawn = new Set();
    // What a drawing changes is drawn in the same frame too, but nothing is drawn twice in it. What the last frame left
    // comes first: else those begun first, changed in each frame, would keep the others from being drawn at all.
    for (let full = false; !full; ) {
      const round = [...due].filter((task) => !drawn.has(task)).sort((a, b) => Number(left.has(b)) - Number(left.has(a)) || a.order - b.order);
      if (round.length === 0) break;
      for (const task of round) {
        due.delete(task);
        left.delete(task);
        if (!task.changed || postponed(task)) continue;
        drawn.add(task);
        task.run();
        full = world.now() >= end;
        if (full) break;
      }
    }
    for (const task of due) if (!drawn.has(task)) left.add(task);
    const [again] = due;
    if (again) soon(again);
  }

  /** Whether it was drawn a moment ago, and waits for its pace. @param {Task} task */
  function postponed(task) {
    const pace = task.pace();
    const wait = task.drawnAt + pace - world.now();
    if (pace === 0 || wait <= 0) return false;
    task.timer ??= world.setTimer(() => {
      task.timer = null;
      if (task.changed) mark(task);
    }, wait);
    return true;
  }

  /**
   * Draws, and draws again as the signals change that it reads.
   * @param {Element} element where it shows
   * @param {() => void} paint
   * @param {{ later?: boolean, pace?: () => number }} [options] `later`: not at once, but when it is due for the first time;
   *   `pace`: ms between two drawings, at least
   * @returns {() => void} ends it
   */
  function draw(element, paint, { later = false, pace = () => 0 } = {}) {
    const place = placeOf(element);
    const again = signal(0);
    let drawing = !later;
    /** @type {Task} */
    const task = {
      order: (order += 1),
      element,
      place,
      changed: true,
      pace,
      drawnAt: -Infinity,
      timer: null,
      run() {
        drawing = true;
        again.value = again.peek() + 1;
      },
    };
    place.tasks.add(task);
    const stop = effect(() => {
      again.value;
      // Nothing is read now, so nobody tells of further changes until it is drawn.
      if (!drawing) return mark(task);
      drawing = false;
      task.changed = false;
      changed.delete(task);
      task.drawnAt = world.now();
      try {
        paint();
      } catch (error) {
        console.error(error);
      }
    });
    const end = () => {
      stop();
      world.clearTimer(task.timer);
      task.changed = false;
      for (const set of [changed, due, left, resting, place.tasks]) set.delete(task);
      if (place.tasks.size > 0) return;
      places.delete(element);
      screen?.unobserve(element);
    };
    scope?.push(end);
    return end;
  }

  /** What has changed in a region that comes near becomes due. @param {Region} region */
  function settle(region) {
    const { near, inView, closed } = region;
    const to = inView && !closed;
    if (near.peek() === to) return;
    near.value = to;
    if (to) for (const task of changed) if (regionOf(task.element) === region) soon(task);
  }

  return {
    draw,
    /**
     * Whether an element is open and within half a screen; all drawings in it become due together when it comes so near.
     * @param {Element} element
     * @returns {import('@preact/signals-core').ReadonlySignal<boolean>}
     */
    near(element) {
      /** @type {Region} */
      const region = { near: signal(false), inView: false, closed: false };
      regions.set(element, region);
      nearby ??= world.observer(NEAR, (changes) => {
        for (const { target, isIntersecting } of changes) {
          const told = regions.get(target);
          if (!told) continue;
          told.inView = isIntersecting;
          settle(told);
        }
      });
      nearby.observe(element);
      return region.near;
    },
    /**
     * Closes or opens an element that was given to `near`: what is closed is never near.
     * @param {Element} element
     * @param {boolean} closed
     */
    close(element, closed) {
      const region = regions.get(element);
      if (!region) return;
      region.closed = closed;
      settle(region);
    },
    /** @param {() => void} build @returns {() => void} ends all drawings that `build` has begun */
    scoped(build) {
      const outer = scope;
      /** @type {(() => void)[]} */
      const ends = [];
      scope = ends;
      try {
        build();
      } finally {
        scope = outer;
      }
      return () => {
        for (const end of ends) end();
      };
    },
    /** Draws all that has changed now, also what is off screen: paper shows it. */
    drawAll() {
      for (const task of [...changed].sort((a, b) => a.order - b.order)) if (task.changed) task.run();
    },
  };
}

export const { draw, near, close, scoped, drawAll } = createScheduler();
