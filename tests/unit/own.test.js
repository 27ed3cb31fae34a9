import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createGzip, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { imageSize, readIdx } from '../../www/src/user-data/worker/formats.js';
import { readUserData } from '../../www/src/user-data/worker/read.js';
import { deal, sortPaths } from '../../www/src/user-data/worker/sort.js';
import { adapt } from '../../www/src/base/spec-lines.js';
import { bmp, gif, png } from '../e2e/pictures.js';

// ---- folders ----

test('the folder of a file is its class, and a folder above may be its split', () => {
  const { names, items, loose } = sortPaths([
    'set/test/cat/1.png',
    'set/train/dog/10.png',
    'set/train/dog/9.png',
    'set/Training/cat/2.png',
    'set/readme.txt',
    'set/train/stray.png',
    '개/검증/고양이/3.png',
    'alone.png',
  ]);
  assert.deepEqual(names, ['cat', 'dog', 'set', '고양이']);
  assert.equal(loose, 2, 'in no folder, or only in one of a split');
  const of = (/** @type {number} */ at) => items.find((item) => item.at === at);
  assert.deepEqual(of(0), { at: 0, label: 0, split: 'test' });
  assert.deepEqual(of(3), { at: 3, label: 0, split: 'train' });
  assert.deepEqual(of(6), { at: 6, label: 3, split: 'validation' });
  assert.ok(items.findIndex(({ at }) => at === 2) < items.findIndex(({ at }) => at === 1), '9 before 10');
});

test('classes come in natural order, whatever the order of the files', () => {
  const paths = ['10/a.png', '9/a.png', '2/b.png', '2/a.png'];
  assert.deepEqual(sortPaths(paths).names, ['2', '9', '10']);
  assert.deepEqual(
    sortPaths(paths).items.map(({ at }) => paths[at]),
    sortPaths([...paths].reverse()).items.map(({ at }) => [...paths].reverse()[at]),
  );
});

test('folders may be called like anything that every object has', () => {
  const paths = ['set/constructor/a.png', 'set/__proto__/a.png', 'set/toString/a.png', 'train/constructor/b.png', 'hasOwnProperty/c/d.png'];
  const { names, items, loose } = sortPaths(paths);
  assert.deepEqual([names, loose], [['__proto__', 'c', 'constructor', 'toString'], 0]);
  assert.deepEqual(items.map(({ at, label, split }) => [paths[at], names[label], split]).sort(), [
    ['hasOwnProperty/c/d.png', 'c', null],
    ['set/__proto__/a.png', '__proto__', null],
    ['set/constructor/a.png', 'constructor', null],
    ['set/toString/a.png', 'toString', null],
    ['train/constructor/b.png', 'constructor', 'train'],
  ]);
});

// ---- the lot ----

const WISH = { validation: 0.2, test: 0.1, seed: 7 };
/** @param {number} label @param {number} count @param {any} [split] */
const many = (label, count, split = null) => Array.from({ length: count }, (_, i) => ({ label, split, at: 1000 * label + i }));

test('the lot gives each split its share of each class, every item once, the same for the same seed', () => {
  const items = [...many(0, 100), ...many(1, 50)];
  const dealt = deal(items, WISH);
  const count = (/** @type {typeof items} */ list, /** @type {number} */ label) => list.filter((item) => item.label === label).length;
  assert.deepEqual([count(dealt.test, 0), count(dealt.test, 1), count(dealt.validation, 0), count(dealt.validation, 1)], [10, 5, 20, 10]);
  const all = [...dealt.train, ...dealt.validation, ...dealt.test].map(({ at }) => at);
  assert.deepEqual(all.sort((a, b) => a - b), items.map(({ at }) => at));
  assert.deepEqual(deal(items, WISH), dealt);
  assert.notDeepEqual(deal(items, { ...WISH, seed: 8 }).test, dealt.test);
  // Both classes near the beginning, so that a look at the first images sees all.
  assert.equal(new Set(dealt.validation.slice(0, 12).map(({ label }) => label)).size, 2);
});

test('what the folders say stands, and one image of a class always stays to train on', () => {
  const dealt = deal([...many(0, 10, 'train'), ...many(1, 4, 'test'), ...many(1, 1)], { validation: 0.5, test: 0.5, seed: 1 });
  assert.deepEqual([dealt.train.length, dealt.validation.length, dealt.test.length], [6, 5, 4]);
  assert.ok(dealt.test.every(({ label }) => label === 1));
  const few = deal(many(0, 1), { validation: 0.9, test: 0.9, seed: 1 });
  assert.equal(few.train.length, 1);
});

// ---- formats ----

/** @param {number[]} sizes @param {ArrayLike<number>} body */
function idx(sizes, body) {
  const bytes = Buffer.alloc(4 + 4 * sizes.length + body.length);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => bytes.writeUInt32BE(size, 4 + 4 * i));
  bytes.set(body, 4 + 4 * sizes.length);
  return new Uint8Array(bytes);
}

test('IDX files are told from others, and a cut one is an error', () => {
  const images = readIdx(idx([2, 1, 3], [1, 2, 3, 4, 5, 6]));
  assert.ok(images?.kind === 'images');
  assert.deepEqual([images.shape, images.count, [...images.data]], [[1, 3, 1], 2, [1, 2, 3, 4, 5, 6]]);
  assert.equal(readIdx(idx([3], [0, 1, 2]))?.kind, 'labels');
  assert.equal(readIdx(new TextEncoder().encode('a,b,c,d,e,f')), null);
  assert.throws(() => readIdx(idx([2, 1, 3], [1, 2])), { code: 'idx_length' });
  assert.throws(() => readIdx(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1)), { code: 'idx_length' });
});

test('an image is measured by its header', () => {
  const picture = { width: 7, height: 5, rgba: new Uint8Array(4 * 35).fill(90) };
  for (const encode of [png, bmp, gif]) assert.deepEqual(imageSize(new Uint8Array(encode(picture))), [7, 5], encode.name);
  const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 0, 5, 0, 7, ...new Uint8Array(20)]);
  assert.deepEqual(imageSize(jpeg), [7, 5]);
  const webp = Uint8Array.from([...Buffer.from('RIFF....WEBPVP8X'), ...new Uint8Array(8), 6, 0, 0, 4, 0, 0, 0, 0]);
  assert.deepEqual(imageSize(webp), [7, 5]);
  assert.equal(imageSize(new TextEncoder().encode('this is a text and no image at all')), null);
  assert.equal(imageSize(new Uint8Array(3)), null);
});

// ---- reading ----

/** @param {Record<string, Uint8Array>} files */
const given = (files) => Object.entries(files).map(([path, bytes]) => ({ path, file: new Blob([/** @type {BlobPart} */ (bytes)]) }));
const FULL = /** @type {const} */ ({ side: 8, channels: 1, fit: 'crop', ...WISH });
/** @param {Record<string, Uint8Array>} files */
const read = (files) => readUserData(given(files), FULL, () => new Uint8Array(64), () => {});

const IMAGES = idx([20, 2, 3], Uint8Array.from({ length: 120 }, (_, i) => i));
const LABELS = idx([20], Uint8Array.from({ length: 20 }, (_, i) => 1 + (i % 3)));

test('IDX images and labels, packed or not, in an archive or not, make the same data set', async () => {
  const plain = await read({ 'images.idx': IMAGES, 'labels.idx': LABELS });
  const { data } = plain;
  assert.deepEqual([data.height, data.width, data.channels, data.names], [2, 3, 1, ['1', '2', '3']]);
  assert.deepEqual([data.splits.train.labels.length, data.splits.validation.labels.length, data.splits.test.labels.length], [14, 3, 3]);
  // An image still has its own label: image i begins with 6i and was labelled 1 + i mod 3.
  for (const { pixels, labels } of Object.values(data.splits)) {
    labels.forEach((label, i) => assert.equal(label, (pixels[6 * i] / 6) % 3));
  }
  assert.deepEqual(await read({ 'a-images-idx3-ubyte.gz': gzipSync(IMAGES), 'a-labels-idx1-ubyte.gz': gzipSync(LABELS) }), plain);
  assert.deepEqual(await read({ 'all.zip': zipSync({ 'x/images': IMAGES, 'x/labels': LABELS, '__MACOSX/._images': IMAGES }) }), plain);
});

test('pairs of IDX files keep their splits', async () => {
  const { data } = await read({
    'train-images-idx3-ubyte': IMAGES,
    'train-labels-idx1-ubyte': LABELS,
    't10k-images-idx3-ubyte': IMAGES,
    't10k-labels-idx1-ubyte': LABELS,
  });
  assert.deepEqual([data.splits.train.labels.length, data.splits.validation.labels.length, data.splits.test.labels.length], [17, 3, 20]);
});

test('the id of a data set differs when a pixel, a label or the seed does', async () => {
  const id = async (/** @type {Uint8Array} */ images, /** @type {Uint8Array} */ labels, seed = 7) =>
    (await readUserData(given({ images, labels }), { ...FULL, seed }, () => new Uint8Array(0), () => {})).data.id;
  const changed = IMAGES.slice();
  changed[30] ^= 1;
  const relabelled = LABELS.slice();
  relabelled[8] = 2;
  const ids = await Promise.all([id(IMAGES, LABELS), id(IMAGES, LABELS), id(changed, LABELS), id(IMAGES, relabelled), id(IMAGES, LABELS, 8)]);
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 4);
});

test('what can’t be read is named', async () => {
  const text = new TextEncoder().encode('nothing to see in here, and long enough');
  const labels = idx([3], [0, 1, 2]);
  for (const [files, code] of /** @type {[Record<string, Uint8Array>, string][]} */ ([
    [{}, 'own_empty'],
    [{ '.DS_Store': text }, 'own_empty'],
    [{ 'a.png': text, 'b.png': text }, 'own_no_folders'],
    [{ 'cat/a.png': text, 'dog/b.png': text }, 'own_empty'],
    [{ 'a.zip': Uint8Array.from([...Buffer.from('PK\x03\x04'), ...text]) }, 'own_zip'],
    [{ 'a.zip': zipSync({ 'x/a.txt': text }).slice(0, 40) }, 'own_zip'],
    [{ images: IMAGES }, 'own_idx_pair'],
    [{ images: IMAGES, labels }, 'count_mismatch'],
    [{ images: IMAGES.slice(0, 60), labels: LABELS }, 'idx_length'],
    [{ images: IMAGES, labels: idx([20], new Uint8Array(20)) }, 'own_one_class'],
    [{ 'images.gz': gzipSync(IMAGES).subarray(0, 30), labels: LABELS }, 'own_zip'],
    [{ 'a-images': IMAGES, 'b-images': IMAGES, 'a-labels': LABELS, 'c-labels': LABELS }, 'own_idx_pair'],
  ])) {
    await assert.rejects(read(files), { code }, `${code}: ${Object.keys(files)}`);
  }
});

test('an archive that would unpack to more than fits is refused before it is unpacked', async () => {
  const zip = zipSync({ 'x/a.png': new Uint8Array(100), 'x/b.png': new Uint8Array(100) });
  // The size that the directory declares, in both entries: 600 MB each.
  const view = new DataView(zip.buffer);
  for (let at = 0; at + 46 < zip.length; at += 1) if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 6e8, true);
  await assert.rejects(read({ 'bomb.zip': zip }), { code: 'own_large' });
});

/** The end of an archive: how many files, and where their directory is said to be. @param {number} count @param {number} at */
function zipEnd(count, at) {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(at, 16);
  return end;
}

/** An archive of that many empty files, by turns in two folders, with the 64-bit records that more than 65,535 need. @param {number} count */
function zipOfMany(count) {
  const names = Array.from({ length: count }, (_, i) => `${i % 2 ? 'cat' : 'dog'}/${i}.png`);
  /** @type {Buffer[]} */
  const locals = [];
  /** @type {Buffer[]} */
  const central = [];
  let at = 0;
  for (const name of names) {
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30, 'latin1');
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    entry.write(name, 46, 'latin1');
    locals.push(local);
    central.push(entry);
    at += local.length;
  }
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeUInt32LE(count, 24);
  end64.writeUInt32LE(count, 32);
  end64.writeUInt32LE(at, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeUInt32LE(at + central.reduce((sum, { length }) => sum + length, 0), 8);
  return new Uint8Array(Buffer.concat([...locals, ...central, end64, locator, zipEnd(0xffff, at)]));
}

// In a worker of little stack, as browsers give it: too many arguments in one call are too deep for it.
for (const count of [65_000, 100_000]) {
  test(`an archive of ${count} files is opened`, async () => {
    const program = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { open } from ${JSON.stringify(new URL('../../www/src/user-data/worker/open.js', import.meta.url).href)};
      open([{ path: 'all.zip', file: new Blob([workerData]) }]).then(
        (entries) => parentPort.postMessage([entries.length, entries[1].path, entries.at(-1).path]),
        (error) => parentPort.postMessage(String(error)),
      );`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
      workerData: zipOfMany(count),
      resourceLimits: { stackSizeMb: 0.5 },
    });
    const [message] = await once(worker, 'message');
    assert.deepEqual(message, [count, 'cat/1.png', `cat/${count - 1}.png`]);
  });
}

test('more files than can be read are refused', async () => {
  await assert.rejects(read({ 'all.zip': zipOfMany(100_001) }), { code: 'own_many_files' });
});

test('an archive whose end promises what is not there is damaged', async () => {
  const empty = Uint8Array.from(zipEnd(0xffff, 0));
  await assert.rejects(read({ 'end.zip': empty }), { code: 'own_zip' });
  await assert.rejects(read({ 'end.zip': Uint8Array.from(zipEnd(3, 1000)) }), { code: 'own_zip' });
  const zip = zipSync({ 'cat/a.png': new Uint8Array(9), 'dog/b.png': new Uint8Array(9) });
  await assert.rejects(read({ 'end.zip': Uint8Array.from([...zip, ...zipEnd(0xffff, 0)]) }), { code: 'own_zip' });
});

test('IDX images without a pixel are refused', async () => {
  const labels = idx([4], [0, 1, 0, 1]);
  for (const shape of [[0, 0], [0, 5], [5, 0], [2, 2, 0]]) {
    await assert.rejects(read({ images: idx([4, ...shape], []), labels }), { code: 'own_no_pixels' }, String(shape));
    await assert.rejects(read({ 'images.gz': gzipSync(idx([4, ...shape], [])), labels }), { code: 'own_no_pixels' }, String(shape));
  }
  await assert.rejects(read({ images: idx([0, 2, 2], []), labels: idx([0], []) }), { code: 'own_empty' });
});

/**
 * A file of IDX, packed, that unpacks to far more: zeros to the end.
 * @param {number[]} sizes @param {number} unpacked bytes
 */
async function gzBomb(sizes, unpacked) {
  const gz = createGzip();
  /** @type {Buffer[]} */
  const pieces = [];
  gz.on('data', (piece) => pieces.push(piece));
  const zeros = Buffer.alloc(1e6);
  gz.write(idx(sizes, []));
  for (let left = unpacked; left > 0; left -= zeros.length) {
    if (!gz.write(zeros.subarray(0, Math.min(left, zeros.length)))) await once(gz, 'drain');
  }
  gz.end();
  await once(gz, 'end');
  return new Uint8Array(Buffer.concat(pieces));
}

test('packed files that would unpack to more than fits are refused by their headers', async () => {
  // Valid ones: 200 million images of one pixel, and their labels; each is below the limit of a file.
  const [images, labels] = await Promise.all([gzBomb([2e8, 1, 1], 2e8), gzBomb([2e8], 2e8)]);
  assert.ok(images.length < 2e5);
  const before = process.memoryUsage().arrayBuffers;
  await assert.rejects(read({ 'images.gz': images, 'labels.gz': labels }), { code: 'own_many_images' });
  await assert.rejects(read({ 'images.gz': gzipSync(IMAGES), 'labels.gz': labels }), { code: 'own_many_images' });
  await assert.rejects(read({ images: idx([4e5, 30, 30], []), labels: LABELS }), { code: 'own_large' });
  // Nothing that any of them unpacks to is still held, nor was it ever all there.
  assert.ok(process.memoryUsage().arrayBuffers - before < 20e6);
});

test('a packed file that goes on after its images is damaged, and one that is none is left packed', async () => {
  await assert.rejects(read({ 'images.gz': await gzBomb([20, 2, 3], 1e8), labels: LABELS }), (/** @type {any} */ error) => {
    assert.equal(error.code, 'idx_length');
    assert.ok(error.details.got < 1e6, `read on to ${error.details.got}`);
    return true;
  });
  await assert.rejects(read({ 'notes.gz': gzipSync(Buffer.alloc(1e6, 65)) }), { code: 'own_no_folders' });
});

// ---- the network ----

test('a network is adapted to the data: its input and its last dense layer, comments and all', () => {
  const text = 'input 28x28x1 # grey\nconv 3x3 8\nflatten\ndense 64\nrelu\ndense 10 init xavier # scores\n';
  assert.equal(adapt(text, [32, 32, 3], 4), 'input 32x32x3  # grey\nconv 3x3 8\nflatten\ndense 64\nrelu\ndense 4 init xavier  # scores\n');
  assert.equal(adapt(adapt('input 28x28x1\nflatten\ndense 10\n', [9, 9, 1], 2), [28, 28, 1], 10), 'input 28x28x1\nflatten\ndense 10\n');
  assert.equal(adapt('relu', [9, 9, 1], 2), 'relu');
});
