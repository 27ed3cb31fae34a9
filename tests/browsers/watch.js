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
    // What was still on its way when the page was left is no fault; that parts are there, other tests see.
    const left = parts.some((part) => part?.code === 'part_missing' || /dynamically imported module|module script failed/i.test(part?.message ?? ''));
    // Some browsers leave the message out of the stack.
    if (!left) note(`console: ${parts.map((part) => (part instanceof Error ? `${part.message} ${part.stack}` : String(part))).join(' ')}`);
    error.apply(console, parts);
  };
})();
