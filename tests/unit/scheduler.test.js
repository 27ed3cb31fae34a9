import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScheduler } from '../../www/src/base/scheduler.js';
import { computed, signal } from '../../www/src/base/signals.js';

/** A browser without a screen: what is where, and when a frame or a timer comes, the tests say. */
function world() {
  /** @type {(() => void)[]} */
  let frames = [];
  /** @type {{ task: () => void, at: number }[]} */
  let timers = [];
  let now = 0;
  /** @type {Map<string, (changes: { target: Element, isIntersecting: boolean }[]) => void>} */
  const observers = new Map();
  const observed = new Set();
  const scheduler = createScheduler({
    nextFrame: (task) => void frames.push(task),
    setTimer(task, ms) {
      const timer = { task, at: now + ms };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => void (timers = timers.filter((each) => each !== timer)),
    now: () => now,
    observer(margin, tell) {
      observers.set(margin, tell);
      return { observe: (element) => void observed.add(element), unobserve: (element) => void observed.delete(element) };
    },
  });
  /** @param {string} margin @param {Element} target @param {boolean} isIntersecting */
  const tell = (margin, target, isIntersecting) => observers.get(margin)?.([{ target, isIntersecting }]);
  return {
    ...scheduler,
    observed,
    /** How many frames are asked for. */
    asked: () => frames.length,
    frame() {
      const tasks = frames;
      frames = [];
      for (const task of tasks) task();
    },
    /** Time passes. @param {number} ms */
    pass(ms) {
      now += ms;
      const over = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { task } of over) task();
    },
    /** @param {Element} element @param {boolean} [on] */
    onScreen: (element, on = true) => tell('50px', element, on),
    /** @param {Element} element @param {boolean} [on] */
    comesNear: (element, on = true) => tell('50% 0px', element, on),
  };
}

/** @param {Element | null} [parentElement] */
const elementIn = (parentElement = null) => /** @type {Element} */ (/** @type {unknown} */ ({ parentElement }));

test('a change is drawn once in the next frame, however many there were', () => {
  const page = world();
  const element = elementIn();
  const [a, b] = [signal(1), signal(1)];
  /** @type {number[]} */
  const drawn = [];
  page.draw(element, () => void drawn.push(a.value + b.value));
  assert.deepEqual(drawn, [2], 'at once, as it begins');
  page.onScreen(element);
  a.value = 2;
  b.value = 3;
  a.value = 4;
  assert.deepEqual(drawn, [2], 'nothing before the frame');
  assert.equal(page.asked(), 1);
  page.frame();
  assert.deepEqual(drawn, [2, 7]);
  page.frame();
  page.pass(1000);
  page.frame();
  assert.deepEqual(drawn, [2, 7], 'nothing has changed since');
});

test('what was not read is not drawn again, also what is no longer read', () => {
  const page = world();
  const element = elementIn();
  const [which, a, b] = [signal('a'), signal(1), signal(1)];
  let drawn = 0;
  page.draw(element, () => {
    drawn += 1;
    (which.value === 'a' ? a : b).value;
  });
  page.onScreen(element);
  b.value = 2;
  assert.equal(page.asked(), 0);
  which.value = 'b';
  page.frame();
  assert.equal(drawn, 2);
  a.value = 2;
  assert.equal(page.asked(), 0);
  b.value = 3;
  page.frame();
  assert.equal(drawn, 3);
});

test('a derived value that stays the same draws nothing', () => {
  const page = world();
  const element = elementIn();
  const n = signal(1);
  const odd = computed(() => n.value % 2 === 1);
  let drawn = 0;
  page.draw(element, () => {
    drawn += 1;
    odd.value;
  });
  page.onScreen(element);
  n.value = 3;
  page.frame();
  assert.equal(drawn, 1);
  n.value = 4;
  page.frame();
  assert.equal(drawn, 2);
});

test('off screen it is not drawn; when it comes on screen it is, once, if something had changed', () => {
  const page = world();
  const cell = elementIn();
  const element = elementIn(cell);
  const near = page.near(cell);
  const n = signal(1);
  let drawn = 0;
  page.draw(element, () => {
    drawn += 1;
    n.value;
  });
  for (n.value = 2; n.value < 9; n.value += 1) {
    page.frame();
    page.pass(1000);
  }
  assert.equal(page.asked(), 0);
  assert.equal(drawn, 1);
  page.onScreen(element);
  page.frame();
  assert.equal(drawn, 2);
  page.onScreen(element, false);
  page.onScreen(element);
  page.frame();
  assert.equal(drawn, 2);
  assert.equal(near.value, false, 'the cell is asked about for itself');
});

test('within half a screen it is drawn once nothing has changed for a moment', () => {
  const page = world();
  const cell = elementIn();
  const element = elementIn(elementIn(cell));
  page.near(cell);
  page.comesNear(cell);
  const n = signal(1);
  let drawn = 0;
  page.draw(element, () => {
    drawn += 1;
    n.value;
  });
  n.value = 2;
  page.pass(149);
  page.frame();
  assert.equal(drawn, 1);
  page.pass(1);
  page.frame();
  assert.equal(drawn, 2);
  // Another drawing that changes keeps all of them waiting.
  const other = signal(0);
  page.draw(elementIn(cell), () => void other.value);
  n.value = 3;
  page.pass(100);
  other.value = 1;
  page.pass(100);
  page.frame();
  assert.equal(drawn, 2);
  page.pass(50);
  page.frame();
  assert.equal(drawn, 3);
});

test('what begins later is drawn first when its cell comes near', () => {
  const page = world();
  const cell = elementIn();
  const near = page.near(cell);
  let drawn = 0;
  page.draw(elementIn(cell), () => void (drawn += 1), { later: true });
  page.pass(1000);
  page.frame();
  assert.equal(drawn, 0);
  page.comesNear(cell);
  assert.equal(near.value, true);
  page.frame();
  assert.equal(drawn, 1);
});

test('what a drawing changes is drawn in the same frame, in the order of beginning, and nothing twice in a frame', () => {
  const page = world();
  const element = elementIn();
  const [n, double] = [signal(1), signal(2)];
  /** @type {string[]} */
  const drawn = [];
  page.draw(element, () => {
    drawn.push(`n ${n.value}`);
    double.value = 2 * n.value;
  });
  page.draw(element, () => void drawn.push(`double ${double.value}, n ${n.value}`));
  page.draw(element, () => {
    drawn.push('circle');
    double.value += 1;
  });
  page.onScreen(element);
  page.frame();
  drawn.length = 0;
  n.value = 5;
  page.frame();
  assert.deepEqual(drawn, ['n 5', 'double 10, n 5', 'circle']);
  drawn.length = 0;
  page.frame();
  assert.deepEqual(drawn, ['double 11, n 5', 'circle'], 'in the next one');
});

test('a frame that is full leaves the rest to the next, which begins with it', () => {
  const page = world();
  const changing = signal(0);
  /** @type {string[]} */
  const drawn = [];
  for (const name of ['a', 'b', 'c']) {
    const element = elementIn();
    page.draw(element, () => {
      drawn.push(`${name}${changing.value}`);
      page.pass(20);
    });
    page.onScreen(element);
  }
  drawn.length = 0;
  changing.value = 1;
  page.frame();
  assert.deepEqual(drawn, ['a1', 'b1'], 'after 40 ms the browser has its turn');
  assert.equal(page.asked(), 1);
  changing.value = 2;
  page.frame();
  assert.deepEqual(drawn, ['a1', 'b1', 'c2', 'a2'], 'c is not starved by what changes in each frame');
  page.frame();
  assert.deepEqual(drawn.slice(4), ['b2']);
  page.frame();
  assert.equal(page.asked(), 0);
  assert.equal(drawn.length, 5, 'nothing is drawn twice without a change');
});

test('a pace is kept, and the last change is not lost', () => {
  const page = world();
  const element = elementIn();
  const n = signal(0);
  /** @type {number[]} */
  const drawn = [];
  page.draw(element, () => void drawn.push(n.value), { pace: () => 100 });
  page.onScreen(element);
  for (let i = 1; i <= 25; i += 1) {
    n.value = i;
    page.frame();
    page.pass(10);
  }
  assert.deepEqual(drawn, [0, 11, 21]);
  page.pass(100);
  page.frame();
  assert.deepEqual(drawn, [0, 11, 21, 25]);
});

test('paper has everything, also what is far away; what has ended is drawn no more', () => {
  const page = world();
  const cell = elementIn();
  page.near(cell);
  const n = signal(0);
  /** @type {string[]} */
  const drawn = [];
  const [one, two] = [elementIn(cell), elementIn(cell)];
  page.draw(one, () => void drawn.push(`one ${n.value}`), { later: true });
  const end = page.scoped(() => {
    page.draw(two, () => void drawn.push(`two ${n.value}`));
  });
  n.value = 1;
  page.drawAll();
  assert.deepEqual(drawn, ['two 0', 'one 1', 'two 1']);
  end();
  assert.deepEqual([...page.observed], [cell, one]);
  n.value = 2;
  page.drawAll();
  assert.deepEqual(drawn.slice(3), ['one 2']);
});

test('a drawing that fails is told of, keeps the others going, and is tried again', (t) => {
  const silent = t.mock.method(console, 'error', () => {});
  const page = world();
  const element = elementIn();
  const n = signal(0);
  let drawn = 0;
  page.draw(element, () => {
    if (n.value === 1) throw new Error('one');
    drawn += 1;
  });
  page.draw(element, () => {
    n.value;
    drawn += 1;
  });
  page.onScreen(element);
  n.value = 1;
  page.frame();
  assert.equal(silent.mock.callCount(), 1);
  assert.equal(drawn, 3);
  n.value = 2;
  page.frame();
  assert.equal(drawn, 5);
});

test('what is closed is never near and is not drawn, though it is on screen; opened, it is', () => {
  const page = world();
  const cell = elementIn();
  const block = elementIn(cell);
  const near = page.near(cell);
  const n = signal(1);
  /** @type {string[]} */
  const drawn = [];
  page.close(cell, true);
  page.draw(cell, () => void drawn.push(`cell ${n.value}`), { later: true });
  page.draw(block, () => void drawn.push(`block ${n.value}`), { later: true });
  page.comesNear(cell);
  page.onScreen(cell);
  n.value = 2;
  page.pass(1000);
  page.frame();
  assert.equal(near.peek(), false);
  assert.deepEqual(drawn, []);
  page.close(cell, false);
  assert.equal(near.peek(), true);
  page.frame();
  assert.deepEqual(drawn, ['cell 2', 'block 2']);
  page.close(cell, true);
  assert.equal(near.peek(), false);
  n.value = 3;
  page.pass(1000);
  page.frame();
  assert.equal(drawn.length, 2);
  page.drawAll();
  assert.deepEqual(drawn.slice(2), ['cell 3', 'block 3'], 'paper has it');
});
