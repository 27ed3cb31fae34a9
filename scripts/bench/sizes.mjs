// How much a browser downloads, gzip as a static host sends it. The page's scripts are all that the build makes of
// www/, libraries of others included: first all of it, whether a visit needs it or not, then what the first figure needs
// and what training adds. The engine's glue, which wasm-bindgen writes, has a row of its own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const packed = (/** @type {string} */ file) => gzipSync(readFileSync(file), { level: 9 }).length / 1000;

/** @returns {import("./parts.mjs").Measurement[]} */
export function sizeMeasurements() {
  /** @param {string} id @param {string} label @param {() => number} size */
  const row = (id, label, size) => ({
    id: `size/${id}`, part: "sizes", unit: "kB", label, samples: [], once: true, run: async () => [size()],
  });
  const { page, engine } = JSON.parse(readFileSync("dist/build.json", "utf8"));
  const engines = readdirSync(`dist/${engine}`).sort().filter((name) => existsSync(`dist/${engine}/${name}/cnn_wasm_bg.wasm`));
  const all = (/** @type {string} */ folder, /** @type {string} */ end) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(end))
      .reduce((sum, entry) => sum + packed(join(entry.parentPath ?? entry.path, entry.name)), 0);
  /** What a script imports before it runs, itself included. @param {string} file @param {Set<string>} [seen] */
  const loaded = (file, seen = new Set()) => {
    if (seen.has(file)) return seen;
    seen.add(file);
    const imports = readFileSync(file, "utf8").matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g);
    for (const [, path] of imports) loaded(join(dirname(file), path), seen);
    return seen;
  };
  const sum = (/** @type {Iterable<string>} */ files) => [...new Set(files)].reduce((total, file) => total + packed(file), 0);
  const first = () => [...loaded(`dist/${page}/src/main.js`), ...loaded(`dist/${page}/src/cells/intro/cell.js`)];
  const around = () => ["dist/index.html", `dist/${page}/styles/main.css`, `dist/${page}/styles/print.css`, `dist/${page}/i18n/ko.json`];
  const engineOf = (/** @type {string} */ name) => ["cnn_wasm_bg.wasm", "cnn_wasm.js"].map((file) => `dist/${engine}/${name}/${file}`);
  return [
    ...engines.map((name) => row(`wasm/${name}`, `engine ${name}: wasm`, () => packed(`dist/${engine}/${name}/cnn_wasm_bg.wasm`))),
    row("glue", "engine: glue, the larger", () => Math.max(...engines.map((name) => packed(`dist/${engine}/${name}/cnn_wasm.js`)))),
    row("scripts", "the page's scripts, all together", () => all(`dist/${page}/src`, ".js") + packed("dist/service-worker.js")),
    row("visit", "of them, what the first figure needs", () => sum(first())),
    row("first", "all that the first figure needs: page, scripts, styles, texts, engine", () => sum([...first(), ...around(), ...engineOf("relaxed-threads")])),
    row("worker", "the script of the training worker", () => packed(`dist/${page}/src/training/worker/worker.js`)),
    row("styles", "styles", () => all(`dist/${page}`, ".css")),
    row("data", "MNIST, first shard", () => readFileSync("dist/data/mnist/train-00.bin.gz").length / 1000),
  ];
}
