/**
 * What is on screen is drawn at once. What is not is drawn when it comes there, or once nothing has been asked for a
 * while: whoever has the page read aloud, or searches in it, finds it up to date too.
 */

/** ms without a wish after which everything is drawn. */
const REST = 150;

/** @type {WeakSet<Element>} */
const seen = new WeakSet();
/** @type {Map<Element, Set<() => void>>} */
const waiting = new Map();
/** @type {IntersectionObserver | null} */
let observer = null;
let timer = 0;

/** @param {Element} element */
function drawNow(element) {
  const updates = waiting.get(element) ?? [];
  waiting.delete(element);
  for (const update of updates) update();
}

/** Draws all that waits: paper shows it. */
export function drawWaiting() {
  for (const element of [...waiting.keys()]) drawNow(element);
}

/** @param {Element} element */
function watch(element) {
  observer ??= new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        if (!isIntersecting) seen.delete(target);
        else if (seen.add(target)) drawNow(target);
      }
    },
    { rootMargin: '50px' },
  );
  observer.observe(element);
}

/**
 * @param {Element} element where the update shows
 * @param {() => void} update must not throw
 * @returns {() => void} asks for the update
 */
export function deferUntilVisible(element, update) {
  watch(element);
  return () => {
    if (seen.has(element)) return update();
    const updates = waiting.get(element) ?? new Set();
    waiting.set(element, updates.add(update));
    clearTimeout(timer);
    timer = window.setTimeout(drawWaiting, REST);
  };
}
