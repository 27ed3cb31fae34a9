/**
 * A person's own images made into a data set: from folders, a zip archive or IDX files. It all happens in the browser, in
 * a worker of its own that can be ended at any time; nothing is sent anywhere.
 *
 * Errors have codes that choose their sentence:
 * - `own_empty`: no file that could be an image
 * - `own_no_folders`: images, but in no folder that names their class
 * - `own_one_class` { names }: all of one class; `own_many_classes` { count, limit }
 * - `own_few` { name }: a class without an image to train on
 * - `own_large` { what, size, limit }: more than fits, or an archive that is a trap; `own_many_files` { count, limit }
 * - `own_zip` { name }: an archive that can't be read
 * - `own_idx_pair` { images, labels }: IDX files that don't pair up
 *
 * @module
 */

import { unzipSync } from 'fflate';
import { coded } from '../coded.js';
import { imageSize, isGzip, isZip, readIdx } from './formats.js';
import { deal, hidden, sortPaths } from './sort.js';

/** @typedef {import('../training/protocol.js').OwnData} OwnData */
/** @typedef {import('../training/protocol.js').Split} Split */
/** @typedef {{ path: string, file: Blob }} Given */
/** @typedef {{ path: string, size: number, bytes: () => Promise<Uint8Array> }} Entry */

/**
 * @typedef {object} Wish
 * @property {number} side of the square images that are made, pixels
 * @property {1 | 3} channels grey or red, green and blue
 * @property {'crop' | 'stretch'} fit what becomes of an oblong image
 * @property {number} validation share, 0 to 1
 * @property {number} test share, 0 to 1
 * @property {number} seed of the lot
 *
 * @typedef {{ path: string, code: string }} Skipped a file that was left out, and why
 * @typedef {{ skipped: Skipped[], loose: number }} Report
 */

/** Files at most. */
const MAX_FILES = 100_000;
/** An archive, or what it unpacks to. */
const MAX_BYTES = 1e9;
/** A single file: the images of MNIST in one are 47 MB. */
const MAX_FILE = 256e6;
/** Pixels of the finished data set. */
const MAX_PIXELS = 256e6;
/** Pixels of one image before it is scaled. */
const MAX_IMAGE = 64e6;
/** Larger images are scaled to this when they are decoded; the engine does the rest by area. */
const WORKING_SIDE = 512;
/** Unpacked at a time. */
const GROUP_BYTES = 32e6;
const MAX_CLASSES = 256;

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** @param {Uint8Array} bytes @param {string} name */
async function gunzip(bytes, name) {
  try {
    const stream = new Blob([/** @type {BlobPart} */ (bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
    /** @type {Uint8Array[]} */
    const pieces = [];
    let size = 0;
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MAX_FILE) throw coded('own_large', { what: name, size, limit: MAX_FILE });
      pieces.push(value);
    }
    return bytesOf(new Blob(/** @type {BlobPart[]} */ (pieces)));
  } catch (error) {
    throw /** @type {any} */ (error).code === 'own_large' ? error : coded('own_zip', { name });
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
      throw /** @type {any} */ (error).code === 'own_large' ? error : coded('own_zip', { name });
    }
  };
  guarded(() =>
    unzipSync(zip, {
      filter({ name: path, originalSize: size }) {
        if (path.endsWith('/') || hidden(path)) return false;
        total += size;
        if (total > MAX_BYTES) throw coded('own_large', { what: name, size: total, limit: MAX_BYTES });
        if (size > MAX_FILE) throw coded('own_large', { what: path, size, limit: MAX_FILE });
        if (group.size + size > GROUP_BYTES) group = { number: group.number + 1, size: 0 };
        group.size += size;
        const { number } = group;
        groupOf.set(path, number);
        entries.push({
          path,
          size,
          async bytes() {
            if (unpacked.number !== number) {
              guarded(() => {
                unpacked = { number, files: unzipSync(zip, { filter: (file) => groupOf.get(file.name) === number }) };
              });
            }
            return unpacked.files[path];
          },
        });
        return false;
      },
    }),
  );
  return entries;
}

/** @param {Given[]} given @returns {Promise<Entry[]>} */
async function open(given) {
  /** @type {Entry[]} */
  const entries = [];
  for (const { path, file } of given) {
    if (hidden(path)) continue;
    const head = given.length > 8 && !/\.zip$/i.test(path) ? new Uint8Array(0) : await bytesOf(file.slice(0, 4));
    if (!isZip(head)) entries.push({ path, size: file.size, bytes: () => bytesOf(file) });
    else if (file.size > MAX_BYTES) throw coded('own_large', { what: path, size: file.size, limit: MAX_BYTES });
    else entries.push(...entriesOf(await bytesOf(file), path));
  }
  if (entries.length > MAX_FILES) throw coded('own_many_files', { count: entries.length, limit: MAX_FILES });
  return entries;
}

/** What is common to the names of a pair: `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`. @param {string} path */
const stem = (path) => path.split('/').at(-1)?.toLowerCase().replace(/images?|labels?|idx\d?|ubyte|\.gz$|[^\p{L}\d]/gu, '') ?? '';

/** @param {string} path @returns {Split | null} */
const splitOf = (path) => (/t10k|test/i.test(path) ? 'test' : /val/i.test(path) ? 'validation' : /train/i.test(path) ? 'train' : null);

/**
 * IDX files, if these are some.
 * @param {Entry[]} entries
 */
async function idxPairs(entries) {
  if (entries.length > 8) return null;
  /** @type {({ path: string } & import('./formats.js').IdxImages)[]} */
  const images = [];
  /** @type {({ path: string } & import('./formats.js').IdxLabels)[]} */
  const labels = [];
  for (const { path, bytes } of entries) {
    const raw = await bytes();
    const read = readIdx(isGzip(raw) ? await gunzip(raw, path) : raw);
    if (read?.kind === 'images') images.push({ path, ...read });
    else if (read) labels.push({ path, ...read });
  }
  if (images.length + labels.length === 0) return null;
  const only = images.length === 1 && labels.length === 1;
  const pairs = images.map((each) => ({ images: each, labels: only ? labels[0] : labels.find(({ path }) => stem(path) === stem(each.path)) }));
  if (images.length !== labels.length || pairs.some((pair) => !pair.labels)) {
    throw coded('own_idx_pair', { images: images.length, labels: labels.length });
  }
  return pairs.map((pair) => ({ images: pair.images, labels: /** @type {typeof labels[0]} */ (pair.labels) }));
}

/** FNV-1a, over all that makes a data set. @param {OwnData} data */
function fingerprint({ names, height, width, channels, splits }) {
  let hash = 0x811c9dc5;
  const mix = (/** @type {ArrayLike<number>} */ values) => {
    for (let i = 0; i < values.length; i += 1) hash = Math.imul(hash ^ values[i], 0x01000193);
  };
  mix(new TextEncoder().encode(JSON.stringify([names, height, width, channels])));
  for (const split of /** @type {const} */ (['train', 'validation', 'test'])) {
    mix(splits[split].labels);
    mix(splits[split].pixels);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * @template {{ label: number, pixels: Uint8Array }} T
 * @param {string[]} names
 * @param {number[]} shape height, width, channels
 * @param {Record<Split, T[]>} dealt
 * @returns {OwnData}
 */
function assemble(names, [height, width, channels], dealt) {
  const length = height * width * channels;
  const missing = names.findIndex((_, label) => !dealt.train.some((item) => item.label === label));
  if (missing >= 0) throw coded('own_few', { name: names[missing] });
  const splits = /** @type {OwnData['splits']} */ ({});
  for (const split of /** @type {const} */ (['train', 'validation', 'test'])) {
    const items = dealt[split];
    const pixels = new Uint8Array(items.length * length);
    items.forEach((item, i) => pixels.set(item.pixels, i * length));
    splits[split] = { pixels, labels: Uint8Array.from(items, ({ label }) => label) };
  }
  const data = { id: '', height, width, channels, names, splits };
  return { ...data, id: fingerprint(data) };
}

/** @param {number} count */
function checkClasses(count) {
  if (count < 2) throw coded('own_one_class');
  if (count > MAX_CLASSES) throw coded('own_many_classes', { count, limit: MAX_CLASSES });
}

/**
 * @param {NonNullable<Awaited<ReturnType<typeof idxPairs>>>} pairs
 * @param {Wish} wish
 */
function fromIdx(pairs, wish) {
  const [{ images: { shape } }] = pairs;
  const length = shape[0] * shape[1] * shape[2];
  let classes = 0;
  const items = pairs.flatMap(({ images, labels }) => {
    if (images.count !== labels.count) throw coded('count_mismatch', { images: images.count, labels: labels.count });
    if (images.shape.join() !== shape.join()) {
      throw coded('shape_mismatch', { what: 'images', got: images.shape.join('×'), expected: shape.join('×') });
    }
    for (const label of labels.data) classes = Math.max(classes, label + 1);
    const split = pairs.length > 1 ? splitOf(images.path) : null;
    return Array.from(labels.data, (label, i) => ({ label, split, pixels: images.data.subarray(i * length, (i + 1) * length) }));
  });
  if (items.length * length > MAX_PIXELS) throw coded('own_large', { what: '', size: items.length * length, limit: MAX_PIXELS });
  // A label that no image has (EMNIST counts letters from 1) is no class.
  const used = [...new Set(items.map(({ label }) => label))].sort((a, b) => a - b);
  checkClasses(used.length);
  const place = new Map(used.map((label, i) => [label, i]));
  const renamed = items.map((item) => ({ ...item, label: place.get(item.label) ?? 0 }));
  return assemble(used.map(String), shape, deal(renamed, wish));
}

/**
 * @param {Uint8Array} bytes of an image file
 * @param {Wish} wish
 * @param {(rgba: Uint8Array, from: [number, number], to: [number, number], channels: number) => Uint8Array} resize the engine's
 */
async function picture(bytes, { side, channels, fit }, resize) {
  const size = imageSize(bytes);
  if (!size) throw coded('own_not_image');
  const [width, height] = size;
  if (width * height > MAX_IMAGE || width * height === 0) throw coded('own_image_size');
  const scale = Math.min(1, WORKING_SIDE / Math.max(width, height));
  const wide = Math.max(1, Math.round(width * scale));
  const high = Math.max(1, Math.round(height * scale));
  const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
  const bitmap = await createImageBitmap(blob, scale < 1 ? { resizeWidth: wide, resizeHeight: high, resizeQuality: 'high' } : {}).catch(() => {
    throw coded('own_not_image');
  });
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  if (!pen) throw coded('own_not_image');
  pen.drawImage(bitmap, 0, 0);
  const short = Math.min(bitmap.width, bitmap.height);
  const [w, h] = fit === 'crop' ? [short, short] : [bitmap.width, bitmap.height];
  const { data } = pen.getImageData((bitmap.width - w) >> 1, (bitmap.height - h) >> 1, w, h);
  bitmap.close();
  return resize(new Uint8Array(data.buffer), [h, w], [side, side], channels);
}

/**
 * @param {Given[]} given files with their paths
 * @param {Wish} wish
 * @param {Parameters<typeof picture>[2]} resize
 * @param {(done: number, count: number) => void} onProgress
 * @returns {Promise<{ data: OwnData, report: Report }>}
 */
export async function readOwn(given, wish, resize, onProgress) {
  const entries = await open(given);
  const pairs = await idxPairs(entries);
  if (pairs) return { data: fromIdx(pairs, wish), report: { skipped: [], loose: 0 } };
  if (entries.length === 0) throw coded('own_empty');
  const { names, items, loose } = sortPaths(entries.map(({ path }) => path));
  if (items.length === 0) throw coded('own_no_folders');
  const length = wish.side * wish.side * wish.channels;
  if (items.length * length > MAX_PIXELS) throw coded('own_large', { what: '', size: items.length * length, limit: MAX_PIXELS });
  /** @type {Skipped[]} */
  const skipped = [];
  /** @type {(import('./sort.js').Item & { pixels: Uint8Array })[]} */
  const read = [];
  let done = 0;
  // In the order of the archive, so that each of its groups is unpacked once.
  for (const item of [...items].sort((a, b) => a.at - b.at)) {
    const { path, size, bytes } = entries[item.at];
    try {
      if (size > MAX_FILE) throw coded('own_image_size');
      read.push({ ...item, pixels: await picture(await bytes(), wish, resize) });
    } catch (error) {
      const { code = 'own_not_image' } = /** @type {any} */ (error);
      if (code === 'own_zip') throw error;
      skipped.push({ path, code });
    }
    done += 1;
    onProgress(done, items.length);
  }
  if (read.length === 0) throw coded('own_empty');
  // A folder without an image is no class.
  const used = names.flatMap((name, label) => (read.some((item) => item.label === label) ? [{ name, label }] : []));
  checkClasses(used.length);
  const place = new Map(used.map(({ label }, i) => [label, i]));
  const order = new Map(items.map(({ at }, i) => [at, i]));
  const sorted = read
    .map((item) => ({ ...item, label: place.get(item.label) ?? 0 }))
    .sort((a, b) => (order.get(a.at) ?? 0) - (order.get(b.at) ?? 0));
  const data = assemble(used.map(({ name }) => name), [wish.side, wish.side, wish.channels], deal(sorted, wish));
  return { data, report: { skipped, loose } };
}
