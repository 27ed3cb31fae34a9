/**
 * The files that were given, and those within an archive; what they hold is read when it is asked for.
 *
 * @module
 */

import { unzipSync } from 'fflate';
import { codedError } from '../../common/coded-error.js';
import { IDX_HEAD, isZip } from './formats.js';
import { hidden } from './sort.js';

/** @typedef {import('../common/protocol.js').Given} Given */

/**
 * @typedef {object} Entry
 * @property {string} path
 * @property {number} size bytes
 * @property {() => Promise<Uint8Array>} head the first bytes, as many as tell an IDX file
 * @property {() => Promise<Uint8Array>} bytes all of them
 */

/** Files at most. */
const MAX_FILES = 100_000;
/** An archive, or what it unpacks to. */
const MAX_BYTES = 1e9;
/** A single file: the images of MNIST in one are 47 MB. */
export const MAX_FILE = 256e6;
/** Unpacked at a time. */
const GROUP_BYTES = 32e6;

/** Codes of what is wrong in a way of its own; whatever else unpacking throws means that the archive is damaged. */
const OWN_CODES = ['own_large', 'own_many_files', 'own_many_images', 'own_no_pixels', 'idx_length'];

/** @param {unknown} error @param {string} name of the archive */
const asOwn = (error, name) => (OWN_CODES.includes(/** @type {any} */ (error).code) ? error : codedError('own_zip', { name }));

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** @param {Uint8Array[]} pieces @param {number} size of all, bytes */
function joined(pieces, size) {
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/**
 * Unpacks a gzip file piece by piece, and no further than it may: a small one may unpack to anything.
 * @param {Uint8Array} packed
 * @param {string} name
 * @param {(head: Uint8Array) => number} admit told the first bytes, says how many there may be in all, or throws
 * @returns {Promise<Uint8Array | null>} all of it, or, where it is longer than it may be, a little more than that; null if
 *   it may hold nothing
 */
export async function gunzip(packed, name, admit) {
  const stream = new Blob([/** @type {BlobPart} */ (packed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  const pieces = [];
  let size = 0;
  let allowed = -1;
  try {
    for (let last = false; !last && (allowed < 0 || size <= allowed); ) {
      const { done, value } = await reader.read();
      last = done;
      if (value) {
        pieces.push(value);
        size += value.length;
      }
      if (allowed >= 0 || (size < IDX_HEAD && !last)) continue;
      allowed = admit(joined(pieces, size));
      if (allowed === 0) return null;
    }
    return joined(pieces, size);
  } catch (error) {
    throw asOwn(error, name);
  } finally {
    // Fails like the reading did, if that failed.
    await reader.cancel().catch(() => {});
  }
}

/**
 * The files of an archive; a group of them is unpacked when the first of it is asked for.
 * @param {Uint8Array} zip
 * @param {string} name
 * @returns {Entry[]}
 */
function entriesOf(zip, name) {
  /** @type {Entry[]} */
  const entries = [];
  let total = 0;
  let group = { number: 0, size: 0 };
  /** @type {{ number: number, files: Record<string, Uint8Array> }} */
  let unpacked = { number: -1, files: {} };
  /** @type {Map<string, number>} */
  const groupOf = new Map();
  /** @param {() => void} task */
  const guarded = (task) => {
    try {
      task();
    } catch (error) {
      throw asOwn(error, name);
    }
  };
  guarded(() =>
    unzipSync(zip, {
      filter({ name: path, originalSize: size }) {
        // What a directory that ends beyond the file reads as.
        if (path === '') throw codedError('own_zip', { name });
        if (path.endsWith('/') || hidden(path)) return false;
        total += size;
        if (total > MAX_BYTES) throw codedError('own_large', { what: name, size: total, limit: MAX_BYTES });
        if (size > MAX_FILE) throw codedError('own_large', { what: path, size, limit: MAX_FILE });
        if (group.size + size > GROUP_BYTES) group = { number: group.number + 1, size: 0 };
        group.size += size;
        const { number } = group;
        groupOf.set(path, number);
        const bytes = async () => {
          if (unpacked.number !== number) {
            guarded(() => {
              unpacked = { number, files: unzipSync(zip, { filter: (file) => groupOf.get(file.name) === number }) };
            });
          }
          return unpacked.files[path];
        };
        entries.push({ path, size, bytes, head: async () => (await bytes()).subarray(0, IDX_HEAD) });
        return false;
      },
    }),
  );
  return entries;
}

/**
 * @param {Given[]} given
 * @returns {Promise<Entry[]>}
 * @throws `own_large`, `own_many_files` and `own_zip` (see `read.js`)
 */
export async function open(given) {
  /** @type {Entry[]} */
  const entries = [];
  for (const { path, file } of given) {
    if (hidden(path)) continue;
    const head = () => bytesOf(file.slice(0, IDX_HEAD));
    const archive = (given.length <= 8 || /\.zip$/i.test(path)) && isZip(await head());
    if (!archive) entries.push({ path, size: file.size, head, bytes: () => bytesOf(file) });
    else if (file.size > MAX_BYTES) throw codedError('own_large', { what: path, size: file.size, limit: MAX_BYTES });
    // One by one: so many at once are more arguments than a call may have.
    else for (const entry of entriesOf(await bytesOf(file), path)) entries.push(entry);
  }
  if (entries.length > MAX_FILES) throw codedError('own_many_files', { count: entries.length, limit: MAX_FILES });
  return entries;
}
