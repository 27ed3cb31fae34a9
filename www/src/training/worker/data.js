/**
 * The data set on its way in: a manifest, then gzip shards of IDX bytes, each checked against its sha256.
 *
 * Failures have codes that choose the sentence that the page shows:
 * - `data_unreachable` { file }: no answer from the network
 * - `data_missing` { file, status }: the server has no such file
 * - `data_manifest` { file, reason }: the manifest is not one
 * - `data_changed` { file, reason }: the shard is not the one that the manifest describes
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { keepData, keptData } from './kept-data.js';

/** @typedef {import('../common/protocol.js').Split} Split */

/**
 * @typedef {object} Shard
 * @property {string} file name beside the manifest
 * @property {Split} split
 * @property {number} count images in the shard
 * @property {number} bytes length of the compressed file
 * @property {string} sha256 of the decompressed content, hexadecimal
 * @property {number} images_bytes length of the IDX images at its beginning; IDX labels are the rest
 */

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {number} classes
 * @property {Record<Split, number>} counts
 * @property {number} block images in a training shard; the first epoch shuffles within blocks
 * @property {Shard[]} shards
 */

/** @type {Split[]} */
const SPLITS = ['train', 'validation', 'test'];

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 400;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Fetches a file, trying again when the network or the server stumbles. A file that does not exist is not tried again.
 *
 * @param {URL} url
 * @param {string} file name for messages
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws `data_unreachable` or `data_missing`
 */
async function request(url, file, init = {}) {
  let failure = codedError('data_unreachable', { file });
  // Where there is no network at all, waiting for it helps nobody.
  const attempts = globalThis.navigator?.onLine === false ? 1 : ATTEMPTS;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    let response;
    try {
      response = await fetch(url, init);
    } catch {
      failure = codedError('data_unreachable', { file });
      continue;
    }
    if (response.ok) return response;
    failure = codedError('data_missing', { file, status: response.status });
    if (response.status < 500) break;
  }
  throw failure;
}

/**
 * @param {unknown} value
 * @returns {string | null} what is wrong with a manifest, or null
 */
function manifestFault(value) {
  if (typeof value !== 'object' || value === null) return 'not an object';
  const m = /** @type {Partial<Manifest>} */ (value);
  for (const key of /** @type {const} */ (['height', 'width', 'channels', 'classes', 'block'])) {
    if (!Number.isInteger(m[key]) || Number(m[key]) < 1) return key;
  }
  if (typeof m.name !== 'string' || m.name === '') return 'name';
  if (!Array.isArray(m.shards) || m.shards.length === 0) return 'shards';
  const bad = m.shards.findIndex(
    (s) =>
      typeof s?.file !== 'string' || !/^[\w-][\w.-]*$/.test(s.file) || !/^[0-9a-f]{64}$/.test(s.sha256) ||
      !SPLITS.includes(s.split) || ![s.count, s.bytes, s.images_bytes].every((n) => Number.isInteger(n) && n > 0),
  );
  if (bad >= 0) return `shards[${bad}]`;
  // A split with other images than its shards hold would never be complete, or overflow.
  const split = SPLITS.find((name) => m.counts?.[name] !== m.shards?.reduce((sum, s) => sum + (s.split === name ? s.count : 0), 0));
  return split ? `counts.${split}` : null;
}

/**
 * @param {URL} url of `manifest.json`
 * @param {boolean} [again] something was wrong the last time: no copy on the way is trusted
 * @returns {Promise<Manifest>}
 * @throws one of those above
 */
export async function fetchManifest(url, again = false) {
  const file = url.pathname.split('/').pop() ?? '';
  // The manifest names the shards by their content's sum, so it has to be the newest one.
  const response = await request(url, file, { cache: again ? 'reload' : 'no-cache' }).catch(async (error) => {
    const kept = error.code === 'data_unreachable' ? await keptData(url) : undefined;
    if (!kept) throw error;
    return kept;
  });
  let value;
  try {
    value = await response.json();
  } catch {
    throw codedError('data_manifest', { file, reason: 'JSON' });
  }
  const reason = manifestFault(value);
  if (reason !== null) throw codedError('data_manifest', { file, reason });
  void keepData(url, JSON.stringify(value));
  return value;
}

/**
 * The order in which shards are fetched: the first training shard, so that training can start; the validation split, so
 * that its first check has something to look at; then the rest.
 *
 * @param {Shard[]} shards
 * @returns {Shard[]}
 */
export function loadingOrder(shards) {
  const of = (/** @type {Split} */ split) => shards.filter((shard) => shard.split === split);
  const [first, ...train] = of('train');
  return [...(first ? [first] : []), ...of('validation'), ...train, ...of('test')];
}

/**
 * @param {Response} response
 * @param {(bytes: number) => void} onBytes called with the length of each piece that arrives
 * @returns {Promise<Blob>}
 */
async function readAll(response, onBytes) {
  if (!response.body) return response.blob();
  const counter = new TransformStream({
    /**
     * @param {Uint8Array} piece
     * @param {TransformStreamDefaultController<Uint8Array>} controller
     */
    transform(piece, controller) {
      onBytes(piece.byteLength);
      controller.enqueue(piece);
    },
  });
  return new Response(response.body.pipeThrough(counter)).blob();
}

/**
 * A server may label the file with `Content-Encoding: gzip`; the browser has then unpacked it already. The two bytes at
 * the beginning tell.
 *
 * @param {Blob} blob
 * @returns {Promise<ArrayBuffer>}
 */
async function unpack(blob) {
  const magic = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return blob.arrayBuffer();
  return new Response(blob.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/**
 * @param {ArrayBuffer} content
 * @returns {Promise<string | null>} hexadecimal; null where the browser has no `crypto.subtle` (pages without TLS)
 */
async function sha256(content) {
  if (!globalThis.crypto?.subtle) return null;
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Fetches one shard, unpacks and checks it: from what is kept; else, or if that has the wrong sum, from the network; and once
 * more past the browser's cache.
 *
 * @param {URL} base folder of the manifest
 * @param {Shard} shard
 * @param {(bytes: number) => void} onBytes compressed bytes of this shard that have arrived, 0 to `shard.bytes`
 * @returns {Promise<{ images: Uint8Array, labels: Uint8Array }>} two IDX files
 * @throws one of those above
 */
export async function fetchShard(base, shard, onBytes) {
  let reason = '';
  const url = new URL(shard.file, base);
  for (const from of /** @type {const} */ (['kept', 'default', 'reload'])) {
    const response = from === 'kept' ? await keptData(url) : await request(url, shard.file, { cache: from });
    if (!response) continue;
    let arrived = 0;
    let blob;
    let content;
    try {
      blob = await readAll(response, (bytes) => {
        arrived += bytes;
        onBytes(Math.min(arrived, shard.bytes));
      });
      content = await unpack(blob);
    } catch {
      // Cut off on the way, or not gzip after its first two bytes.
      reason = 'gzip';
      continue;
    }
    const sum = await sha256(content);
    if (sum !== null && sum !== shard.sha256) {
      reason = 'sha256';
      continue;
    }
    if (content.byteLength <= shard.images_bytes) {
      reason = 'length';
      continue;
    }
    onBytes(shard.bytes);
    // Nobody waits for it.
    if (from !== 'kept') void keepData(url, /** @type {Blob} */ (blob));
    return {
      images: new Uint8Array(content, 0, shard.images_bytes),
      labels: new Uint8Array(content, shard.images_bytes),
    };
  }
  onBytes(0);
  throw codedError('data_changed', { file: shard.file, reason });
}
