/**
 * How requests are answered: what is named after its content from where it is kept, else from the network; the page itself
 * from the network, and from the newest version that is kept where that gives nothing; and all of it with the headers that
 * isolate the page.
 *
 * @module
 */

import { CacheFirst, NetworkOnly, Strategy } from 'workbox-strategies';
import { cacheOf, folderOf } from '../common/names.js';
import { isWhole } from './keep.js';

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const site = () => worker.registration.scope;

/** Where there is a kept version, the page waits for the network for so long, milliseconds. */
const PATIENCE_MS = 3000;

/**
 * The same answer with the two headers that make a page cross-origin isolated.
 * @param {Response} response
 */
function isolated(response) {
  // What has no readable headers (an opaque or redirected answer) is passed on as it came.
  if (!['basic', 'default'].includes(response.type) || response.redirected) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  // These answers may not have a body, not even an empty one.
  const empty = response.status === 204 || response.status === 304;
  return new Response(empty ? null : response.body, { status: response.status, statusText: response.statusText, headers });
}

/** @type {import('workbox-core/types.js').WorkboxPlugin} */
const isolating = { handlerWillRespond: async ({ response }) => isolated(response) };

/** The version to fall back on: of those that are whole the newest; if none is, the newest of all. @returns {Promise<string | null>} its cache */
async function fallback() {
  const names = (await caches.keys()).filter((name) => folderOf(site(), name)?.startsWith('page-'));
  for (const name of [...names].reverse()) if (await isWhole(String(folderOf(site(), name)))) return name;
  return names.at(-1) ?? null;
}

/** @param {string} url @returns {Promise<Response | undefined>} */
async function fromKept(url) {
  const cacheName = await fallback().catch(() => null);
  return cacheName ? caches.match(url, { cacheName, ignoreSearch: true }) : undefined;
}

/** The page itself. */
class Opening extends Strategy {
  /**
   * @param {Request} request
   * @param {import('workbox-strategies').StrategyHandler} handler
   */
  async _handle(request, handler) {
    const fresh = handler.fetch(request);
    const answered = fresh.then((response) => (response.status >= 500 ? null : response), () => null);
    const kept = await fromKept(site());
    if (!kept) return fresh;
    const late = new Promise((/** @type {(value: null) => void} */ resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
    return (await Promise.race([answered, late])) ?? kept;
  }
}

/** A file whose address says what is in it. */
class Named extends CacheFirst {
  /** @param {string} folder that it lies in */
  constructor(folder) {
    const cacheName = cacheOf(site(), folder);
    super({
      cacheName,
      matchOptions: { ignoreSearch: true },
      plugins: [
        isolating,
        {
          // Only what has been checked is kept (keep.js), but for a copy that takes the place of a damaged one.
          cacheWillUpdate: async ({ request, response }) =>
            request.cache === 'reload' && response.status === 200 && (await caches.has(cacheName)) ? response : null,
        },
      ],
    });
  }

  /**
   * @param {Request} request
   * @param {import('workbox-strategies').StrategyHandler} handler
   * @returns {Promise<Response>}
   */
  _handle(request, handler) {
    return request.cache === 'reload' ? handler.fetchAndCachePut(request) : super._handle(request, handler);
  }
}

/** All else: the network, and a kept copy where that is cut. */
const passing = new NetworkOnly({ plugins: [isolating, { handlerDidError: ({ request }) => fromKept(request.url) }] });
const opening = new Opening({ plugins: [isolating] });
/** @type {Map<string, Named>} */
const named = new Map();

/**
 * Who answers a request.
 * @param {URL} url of this origin
 * @param {Request} request
 * @returns {Strategy}
 */
export function answering(url, request) {
  const path = url.href.startsWith(site()) ? url.href.slice(site().length).split(/[?#]/)[0] : null;
  if (path === null) return passing;
  const [folder] = path.split('/');
  if (folderOf(site(), cacheOf(site(), folder))) {
    const known = named.get(folder) ?? new Named(folder);
    named.set(folder, known);
    return known;
  }
  return request.mode === 'navigate' && ['', 'index.html'].includes(path) ? opening : passing;
}
