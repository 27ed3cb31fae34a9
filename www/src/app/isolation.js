/**
 * Makes the page cross-origin isolated where its host sends no headers for that, with the service
 * worker at the page's root. The reload that this needs happens once; if the page is still not
 * isolated after it, the engine runs with one thread and nobody is bothered.
 */

const TRIED = 'isolation-tried';
/** How long the page waits with its start; a service worker that comes later serves the next visit. */
const PATIENCE_MS = 1500;

/**
 * Call first. Resolves to true when the page is about to be loaded again: then start nothing.
 * @param {Window & typeof globalThis} [view]
 * @returns {Promise<boolean>}
 */
export async function becomeIsolated(view = window) {
  const { navigator } = view;
  const store = sessionStore(view);
  if (view.crossOriginIsolated) {
    store?.removeItem(TRIED);
    return false;
  }
  // Without a place to remember the try, a reload could repeat for ever; a page inside a frame is
  // isolated only if the outer one is; "only secure contexts" covers file: and plain http hosts.
  if (!store || store.getItem(TRIED) || !view.isSecureContext || !('serviceWorker' in navigator) || view.top !== view) {
    return false;
  }
  try {
    const arrived = controlled(navigator.serviceWorker);
    const { active } = await navigator.serviceWorker.register(new URL('service-worker.js', view.document.baseURI));
    // One that is active already controls the page after any reload: this one was loaded past it.
    if (!active && !(await arrived)) return false;
    store.setItem(TRIED, '1');
    view.location.reload();
    return true;
  } catch {
    return false; // blocked by the browser's settings, or the file is missing: one thread, then
  }
}

/** True once a service worker controls the page, false if none does in time. @param {ServiceWorkerContainer} container */
function controlled(container) {
  if (container.controller) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    container.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      { once: true },
    );
  });
}

/** Session storage, or null where it is denied. @param {Window} view */
function sessionStore(view) {
  try {
    view.sessionStorage.getItem(TRIED);
    return view.sessionStorage;
  } catch {
    return null;
  }
}
