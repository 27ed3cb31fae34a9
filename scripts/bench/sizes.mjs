// How much a browser downloads, gzip as a static host sends it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const packed = (/** @type {string} */ file) => gzipSync(readFileSync(file), { level: 9 }).length / 1000;

/** @returns {import("./parts.mjs").Measurement[]} */
export function sizeMeasurements() {
  /** @param {string} id @param {string} label @param {() => number} size */
  const row = (id, label, size) => ({
    id: `size/${id}`, part: "sizes", unit: "kB", label, samples: [], once: true, run: async () => [size()],
  });
  const engines = readdirSync("dist/engine").sort().filter((name) => existsSync(`dist/engine/${name}/cnn_wasm_bg.wasm`));
  const all = (/** @type {string} */ folder, /** @type {string} */ end) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(end))
      .reduce((sum, entry) => sum + packed(join(entry.parentPath ?? entry.path, entry.name)), 0);
  return [
    ...engines.map((name) => row(`wasm/${name}`, `engine ${name}: wasm`, () => packed(`dist/engine/${name}/cnn_wasm_bg.wasm`))),
    ...engines.slice(0, 1).map((name) => row("glue", "engine: glue script", () => packed(`dist/engine/${name}/cnn_wasm.js`))),
    row("scripts", "the page's scripts, all together", () => all("dist/src", ".js") + packed("dist/service-worker.js")),
    row("styles", "styles", () => all("dist/styles", ".css")),
    row("data", "MNIST, first shard", () => readFileSync("dist/data/mnist/train-00.bin.gz").length / 1000),
  ];
}
