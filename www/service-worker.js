/**
 * Keeps a version of the page once the page asks for it, so that it opens without a network, and gives the page the two
 * headers that make it cross-origin isolated, on hosts that can't be told to send them: without isolation a browser withholds
 * shared memory, and the engine has one thread.
 *
 * It stands at an address that stays, so it has to serve every version, and knows none: what belongs to a version lies in
 * folders named after their content, and whichever of them is asked for is given.
 */

import { registerRoute } from 'workbox-routing';
import { forget, keep } from './src/offline/worker/keep.js';
import { answering } from './src/offline/worker/serve.js';

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener('install', () => {
  void worker.skipWaiting();
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener('message', (event) => {
  const [port] = event.ports;
  /** @type {import('./src/offline/common/messages.js').ToServiceWorker} */
  const message = event.data;
  if (!port) return;
  const work = 'keep' in message ? keep(message.keep) : forget().then(() => true);
  event.waitUntil(work.then((answer) => port.postMessage(answer)));
});

// The browser's own cache look-ups of another page's files are left alone: to fetch them again is an error.
registerRoute(
  ({ request, sameOrigin }) => sameOrigin && (request.cache !== 'only-if-cached' || request.mode === 'same-origin'),
  { handle: ({ request, url, event }) => answering(url, request).handle({ request, event }) },
);
