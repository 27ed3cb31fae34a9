// Runs in the page before its own scripts: notes errors, also across reloads, for the test to read.
(() => {
  const KEY = 'watched-problems';
  /** Browsers say this when a figure's size is settled in the next frame: nothing is lost. */
  const HARMLESS = /ResizeObserver loop/;

  /** @param {string} text */
  function note(text) {
    if (HARMLESS.test(text)) return;
    const before = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    sessionStorage.setItem(KEY, JSON.stringify([...before, text]));
  }

  addEventListener('error', (event) => {
    const { target } = event;
    if (event instanceof ErrorEvent) note(`uncaught: ${event.message} ${event.error?.stack ?? ''}`);
    else if (target instanceof HTMLElement) note(`did not load: ${target.getAttribute('src') ?? target.getAttribute('href')}`);
  }, true);
  addEventListener('unhandledrejection', ({ reason }) => note(`unhandled: ${reason?.stack ?? reason}`));
  addEventListener('securitypolicyviolation', (event) => {
    const { effectiveDirective, blockedURI } = /** @type {SecurityPolicyViolationEvent} */ (event);
    note(`refused by ${effectiveDirective}: ${blockedURI}`);
  });
  const { error } = console;
  console.error = (...parts) => {
    note(`console: ${parts.map((part) => part?.stack ?? String(part)).join(' ')}`);
    error.apply(console, parts);
  };
})();
