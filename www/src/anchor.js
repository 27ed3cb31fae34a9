/** Opens the page at the cell its address names, and stays there while the figures above take shape. */

/** The engine and the data have long arrived by then, or the reader waits for them. */
const SETTLED_MS = 4000;

/**
 * Scrolls to the anchor of the address, and again whenever the page's height changes, until the
 * reader does anything, the page is scrolled elsewhere, or everything has settled.
 * @param {HTMLElement} content what grows
 */
export function holdAnchor(content) {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let [height, top] = [0, 0];
  const scroll = () => {
    target.scrollIntoView({ behavior: 'instant' });
    [height, top] = [content.offsetHeight, target.getBoundingClientRect().top];
  };
  const observer = new ResizeObserver(scroll);
  const stop = new AbortController();
  const end = () => {
    observer.disconnect();
    stop.abort();
  };
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown']) {
    window.addEventListener(type, end, { signal: stop.signal, passive: true });
  }
  const moved = () => {
    // A page that grew moves the cell too: then it is brought back, not let go.
    if (content.offsetHeight === height && Math.abs(target.getBoundingClientRect().top - top) > 2) end();
  };
  window.addEventListener('scroll', moved, { signal: stop.signal, passive: true });
  setTimeout(end, SETTLED_MS);
  observer.observe(content);
  scroll();
}
