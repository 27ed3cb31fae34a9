/**
 * A person's own images made into a data set: from folders, a zip archive or IDX files. It all happens in the browser, in
 * a worker of its own that can be ended at any time; nothing is sent anywhere.
 *
 * Errors have codes that choose their sentence:
 * - `own_empty`: no file that could be an image
 * - `own_no_folders`: images, but in no folder that names their class
 * - `own_one_class` { names }: all of one class; `own_many_classes` { count, limit }
 * - `own_few` { name }: a class without an image to train on
 * - `own_large` { what, size, limit }: more than fits, or an archive that is a trap; `own_many_files` and `own_many_images`
 *   { count, limit }
 * - `own_zip` { name }: an archive that can't be read
 * - `own_idx_pair` { images, labels }: IDX files that don't pair up; `own_no_pixels` { name, shape }: images of no size
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { idxHeader, imageSize, isGzip, readIdx } from './formats.js';
import { gunzip, MAX_FILE, open } from './open.js';
import { deal, sortPaths } from './sort.js';

/** @typedef {import('../../training/common/protocol.js').UserData} UserData */
/** @typedef {import('../../training/common/protocol.js').Split} Split */
/** @typedef {import('../common/protocol.js').Given} Given */
/** @typedef {import('./open.js').Entry} Entry */
/** @typedef {import('../common/protocol.js').Wish} Wish */
/** @typedef {import('../common/protocol.js').Skipped} Skipped */

/** Images at most, in IDX files: their number costs memory however small they are. */
const MAX_IMAGES = 500_000;
/** Pixels of the finished data set. */
const MAX_PIXELS = 256e6;
/** Pixels of one image before it is scaled. */
const MAX_IMAGE = 64e6;
/** Larger images are scaled to this when they are decoded; the engine does the rest by area. */
const WORKING_SIDE = 512;
const MAX_CLASSES = 256;

/** What is common to the names of a pair: `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`. @param {string} path */
const stem = (path) => path.split('/').at(-1)?.toLowerCase().replace(/images?|labels?|idx\d?|ubyte|\.gz$|[^\p{L}\d]/gu, '') ?? '';

/** @param {string} path @returns {Split | null} */
const splitOf = (path) => (/t10k|test/i.test(path) ? 'test' : /val/i.test(path) ? 'validation' : /train/i.test(path) ? 'train' : null);

/**
 * Whether files may be as large as the headers of their IDX say; asked of each before the rest of it is read or unpacked.
 * @returns {(path: string, head: Uint8Array) => number} how long the file must be, bytes; 0 if it is no IDX file
 */
function createAdmission() {
  let pixels = 0;
  return (path, head) => {
    const header = idxHeader(head);
    if (!header) return 0;
    const { kind, length, sizes: [count, ...shape] } = header;
    if (count > MAX_IMAGES) throw codedError('own_many_images', { count, limit: MAX_IMAGES });
    if (kind === 'images') {
      if (shape.includes(0)) throw codedError('own_no_pixels', { name: path, shape: shape.join('×') });
      pixels += length;
      if (pixels > MAX_PIXELS) throw codedError('own_large', { what: path, size: pixels, limit: MAX_PIXELS });
    }
    return length;
  };
}

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
  const admit = createAdmission();
  for (const { path, size, head, bytes } of entries) {
    const first = await head();
    const packed = isGzip(first);
    if (!packed && admit(path, first) === 0) continue;
    if (size > MAX_FILE) throw codedError('own_large', { what: path, size, limit: MAX_FILE });
    const content = packed ? await gunzip(await bytes(), path, (start) => admit(path, start)) : await bytes();
    const read = content && readIdx(content);
    if (read?.kind === 'images') images.push({ path, ...read });
    else if (read) labels.push({ path, ...read });
  }
  if (images.length + labels.length === 0) return null;
  const only = images.length === 1 && labels.length === 1;
  const pairs = images.map((each) => ({ images: each, labels: only ? labels[0] : labels.find(({ path }) => stem(path) === stem(each.path)) }));
  if (images.length !== labels.length || pairs.some((pair) => !pair.labels)) {
    throw codedError('own_idx_pair', { images: images.length, labels: labels.length });
  }
  return pairs.map((pair) => ({ images: pair.images, labels: /** @type {typeof labels[0]} */ (pair.labels) }));
}

/** FNV-1a, over all that makes a data set. @param {UserData} data */
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
 * @returns {UserData}
 */
function assemble(names, [height, width, channels], dealt) {
  const length = height * width * channels;
  const missing = names.findIndex((_, label) => !dealt.train.some((item) => item.label === label));
  if (missing >= 0) throw codedError('own_few', { name: names[missing] });
  const splits = /** @type {UserData['splits']} */ ({});
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
  if (count < 2) throw codedError('own_one_class');
  if (count > MAX_CLASSES) throw codedError('own_many_classes', { count, limit: MAX_CLASSES });
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
    if (images.count !== labels.count) throw codedError('count_mismatch', { images: images.count, labels: labels.count });
    if (images.shape.join() !== shape.join()) {
      throw codedError('shape_mismatch', { what: 'images', got: images.shape.join('×'), expected: shape.join('×') });
    }
    for (const label of labels.data) classes = Math.max(classes, label + 1);
    const split = pairs.length > 1 ? splitOf(images.path) : null;
    return Array.from(labels.data, (label, i) => ({ label, split, pixels: images.data.subarray(i * length, (i + 1) * length) }));
  });
  if (items.length === 0) throw codedError('own_empty');
  // A label that no image has (EMNIST counts letters from 1) is no class.
  const used = [...new Set(items.map(({ label }) => label))].sort((a, b) => a - b);
  checkClasses(used.length);
  const place = new Map(used.map((label, i) => [label, i]));
  const renamed = items.map((item) => ({ ...item, label: place.get(item.label) ?? 0 }));
  return assemble(used.map(String), shape, deal(renamed, wish));
}

/**
 * The image as it is to be seen, no longer than `WORKING_SIDE`. It is decoded first and scaled then: which of its sides is
 * the longer one is known only when the browser has turned it as the camera says.
 * @param {Blob} blob
 */
async function decode(blob) {
  const whole = await createImageBitmap(blob);
  const { width, height } = whole;
  const scale = WORKING_SIDE / Math.max(width, height);
  if (scale >= 1) return whole;
  const [resizeWidth, resizeHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  try {
    return await createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: 'high' });
  } finally {
    whole.close();
  }
}

/**
 * @param {Uint8Array} bytes of an image file
 * @param {Wish} wish
 * @param {(rgba: Uint8Array, from: [number, number], to: [number, number], channels: number) => Uint8Array} resize the engine's
 */
async function picture(bytes, { side, channels, fit }, resize) {
  const size = imageSize(bytes);
  if (!size) throw codedError('own_not_image');
  const [width, height] = size;
  if (width * height > MAX_IMAGE || width * height === 0) throw codedError('own_image_size');
  const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
  const bitmap = await decode(blob).catch(() => {
    throw codedError('own_not_image');
  });
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  if (!pen) throw codedError('own_not_image');
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
 * @returns {Promise<import('../common/protocol.js').Result>}
 */
export async function readUserData(given, wish, resize, onProgress) {
  const entries = await open(given);
  const pairs = await idxPairs(entries);
  if (pairs) return { data: fromIdx(pairs, wish), report: { skipped: [], loose: 0 } };
  if (entries.length === 0) throw codedError('own_empty');
  const { names, items, loose } = sortPaths(entries.map(({ path }) => path));
  if (items.length === 0) throw codedError('own_no_folders');
  const length = wish.side * wish.side * wish.channels;
  if (items.length * length > MAX_PIXELS) throw codedError('own_large', { what: '', size: items.length * length, limit: MAX_PIXELS });
  /** @type {Skipped[]} */
  const skipped = [];
  /** @type {(import('./sort.js').Item & { pixels: Uint8Array })[]} */
  const read = [];
  let done = 0;
  // In the order of the archive, so that each of its groups is unpacked once.
  for (const item of [...items].sort((a, b) => a.at - b.at)) {
    const { path, size, bytes } = entries[item.at];
    try {
      if (size > MAX_FILE) throw codedError('own_image_size');
      read.push({ ...item, pixels: await picture(await bytes(), wish, resize) });
    } catch (error) {
      const { code = 'own_not_image' } = /** @type {any} */ (error);
      if (code === 'own_zip') throw error;
      skipped.push({ path, code });
    }
    done += 1;
    onProgress(done, items.length);
  }
  if (read.length === 0) throw codedError('own_empty');
  // A folder without an image is no class.
  const filled = new Set(read.map(({ label }) => label));
  const used = names.flatMap((name, label) => (filled.has(label) ? [{ name, label }] : []));
  checkClasses(used.length);
  const place = new Map(used.map(({ label }, i) => [label, i]));
  const order = new Map(items.map(({ at }, i) => [at, i]));
  const sorted = read
    .map((item) => ({ ...item, label: place.get(item.label) ?? 0 }))
    .sort((a, b) => (order.get(a.at) ?? 0) - (order.get(b.at) ?? 0));
  const data = assemble(used.map(({ name }) => name), [wish.side, wish.side, wish.channels], deal(sorted, wish));
  return { data, report: { skipped, loose } };
}
