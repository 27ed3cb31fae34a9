// Prepares a data set: the four IDX files in data/NAME/ for the native examples, and gzip shards with a manifest
// in dist/data/NAME/ for the page. The files' checksums are those of the original publication.
//
// usage: node scripts/data.mjs mnist|fashion-mnist FOLDER    FOLDER holds the originals, packed (.gz) or not

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const BLOCK = 5000;
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;
const VALIDATION = 5000; // the first of the training file, as the lecture's loader splits it
/** What the page's opening trains on and is measured by: few enough images to be there at once. */
const FIRST = { train: 1500, validation: 500 };

/**
 * @typedef {{ train_images: string, train_labels: string, test_images: string, test_labels: string }} Sums
 * @typedef {{ name: string, sums: Sums }} DataSet
 * @typedef {{ file: string, split: string, count: number, bytes: number, sha256: string, images_bytes: number }} Shard
 */

const FILES = {
  train_images: "train-images-idx3-ubyte",
  train_labels: "train-labels-idx1-ubyte",
  test_images: "t10k-images-idx3-ubyte",
  test_labels: "t10k-labels-idx1-ubyte",
};

/** @type {Record<string, DataSet>} */
const DATA_SETS = {
  mnist: {
    name: "mnist",
    sums: {
      train_images: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      train_labels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      test_images: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      test_labels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
  "fashion-mnist": {
    name: "fashion-mnist",
    sums: {
      train_images: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      train_labels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      test_images: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      test_labels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
  },
};

const sha256 = (/** @type {Uint8Array} */ bytes) => createHash("sha256").update(bytes).digest("hex");

/** The four files: those already in data/ if they are right, else copied there. @param {DataSet} set @param {string} from */
function originals(set, from) {
  const folder = join("data", set.name);
  mkdirSync(folder, { recursive: true });
  /** @param {string} file */
  const read = (file) => {
    const packed = join(from, `${file}.gz`);
    return existsSync(packed) ? gunzipSync(readFileSync(packed)) : readFileSync(join(from, file));
  };
  const out = /** @type {Record<keyof Sums, Buffer>} */ ({});
  for (const key of /** @type {(keyof Sums)[]} */ (Object.keys(FILES))) {
    const path = join(folder, FILES[key]);
    if (!existsSync(path) || sha256(readFileSync(path)) !== set.sums[key]) {
      const bytes = read(FILES[key]);
      const sum = sha256(bytes);
      if (sum !== set.sums[key]) {
        throw new Error(`${FILES[key]} of ${set.name} has sha256 ${sum}, expected ${set.sums[key]}: ` +
          `its source, ${from}, is damaged; remove it and run the command again`);
      }
      writeFileSync(path, bytes);
    }
    out[key] = readFileSync(path);
  }
  return out;
}

/**
 * One IDX file pair cut to `count` examples from `start`: [IDX3 images ‖ IDX1 labels].
 * @param {Buffer} images @param {Buffer} labels @param {number} start @param {number} count
 */
function cut(images, labels, start, count) {
  const pixels = images.readUInt32BE(8) * images.readUInt32BE(12);
  const imagesHeader = Buffer.from(images.subarray(0, IMAGES_HEADER));
  imagesHeader.writeUInt32BE(count, 4);
  const labelsHeader = Buffer.from(labels.subarray(0, LABELS_HEADER));
  labelsHeader.writeUInt32BE(count, 4);
  const imagesPart = Buffer.concat([
    imagesHeader,
    images.subarray(IMAGES_HEADER + start * pixels, IMAGES_HEADER + (start + count) * pixels),
  ]);
  const labelsPart = Buffer.concat([
    labelsHeader,
    labels.subarray(LABELS_HEADER + start, LABELS_HEADER + start + count),
  ]);
  return { content: Buffer.concat([imagesPart, labelsPart]), images_bytes: imagesPart.length };
}

/**
 * Writes shards and their manifest, and returns their size.
 * @param {string} folder @param {string} name
 * @param {{ split: "train" | "validation" | "test", images: Buffer, labels: Buffer, from: number, to: number }[]} parts
 */
function write(folder, name, parts) {
  mkdirSync(folder, { recursive: true });
  const counts = { train: 0, validation: 0, test: 0 };
  /** @type {Shard[]} */
  const list = [];
  for (const { split, images, labels, from, to } of parts) {
    for (let start = from, n = 0; start < to; start += BLOCK, n += 1) {
      const count = Math.min(BLOCK, to - start);
      const { content, images_bytes } = cut(images, labels, start, count);
      const packed = gzipSync(content, { level: 9 });
      packed[9] = 255; // the header's "operating system" byte: unknown, so that it is the same everywhere
      const file = `${split}-${String(n).padStart(2, "0")}.bin.gz`;
      writeFileSync(join(folder, file), packed);
      list.push({ file, split, count, bytes: packed.length, sha256: sha256(content), images_bytes });
      counts[split] += count;
    }
  }
  const [{ images }] = parts;
  const [height, width] = [images.readUInt32BE(8), images.readUInt32BE(12)];
  const manifest = { name, height, width, channels: 1, classes: 10, counts, block: BLOCK, shards: list };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return list.reduce((sum, s) => sum + s.bytes, 0);
}

/** Writes dist/data/NAME/ and returns its size. @param {DataSet} set @param {string} from */
function shards(set, from) {
  const folder = join("dist/data", set.name);
  const data = originals(set, from);
  rmSync(folder, { recursive: true, force: true });
  const [train, test] = [
    { images: data.train_images, labels: data.train_labels },
    { images: data.test_images, labels: data.test_labels },
  ];
  if (set.name === "mnist") {
    write(join(folder, "first"), `${set.name}-first`, [
      { split: "train", ...train, from: VALIDATION, to: VALIDATION + FIRST.train },
      { split: "validation", ...train, from: 0, to: FIRST.validation },
    ]);
  }
  return write(folder, set.name, [
    { split: "train", ...train, from: VALIDATION, to: data.train_images.readUInt32BE(4) },
    { split: "validation", ...train, from: 0, to: VALIDATION },
    { split: "test", ...test, from: 0, to: data.test_images.readUInt32BE(4) },
  ]);
}

/** Tells the page which data sets there are. */
function list() {
  const names = readdirSync("dist/data").filter((name) => existsSync(join("dist/data", name, "manifest.json")));
  writeFileSync("dist/data/index.json", JSON.stringify(names.sort((a, b) => b.localeCompare(a))));
}

const [name = "", from = ""] = process.argv.slice(2);
const set = DATA_SETS[name];
if (!set) {
  console.error(`✗ data: unknown data set '${name}': use one of ${Object.keys(DATA_SETS).join(", ")}`);
  process.exit(1);
}
const stampFile = join("dist/data", set.name, ".stamp");
const stamp = sha256(readFileSync(new URL(import.meta.url)));
const ready = existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp &&
  Object.values(FILES).every((file) => existsSync(join("data", set.name, file)));
if (!ready) {
  try {
    const bytes = shards(set, from);
    writeFileSync(stampFile, stamp);
    console.error(`▸ data: ${set.name} in dist/data/${set.name} (${(bytes / 1e6).toFixed(1)} MB)`);
  } catch (error) {
    console.error(`✗ data: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
list();
