// Which scripts of the page lie in one file. Left to itself the bundler makes a file of whatever the same parts import:
// some seventy, most of a few hundred bytes. Here they are few: what the page starts with; what comes after its first
// figure; and what several cells need, be they of the lecture, of the lab or of both.
//
// A file of the bundler's holds the modules that the same entries reach. So each entry is made to reach all of the
// groups that are there by the time it is loaded.

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/**
 * @typedef {object} Parts entries, as paths from the folder of the sources
 * @property {string} main
 * @property {string} opening the cell that comes with it
 * @property {string} rest what comes after the first figure
 * @property {string[]} later what is for a class, once it is asked for
 * @property {string[]} lecture cells that need no training
 * @property {string[]} lab the others
 */

/**
 * @param {string} from folder of the sources
 * @param {Parts} parts
 * @returns {Promise<import("esbuild").Plugin>}
 */
export async function groupChunks(from, { main, opening, rest, later, lecture, lab }) {
  const entries = [main, opening, rest, ...later, ...lecture, ...lab];
  const { metafile } = await build({
    entryPoints: entries.map((path) => join(from, path)),
    outdir: "out", bundle: true, splitting: true, format: "esm", write: false, metafile: true, logLevel: "silent",
  });
  /** All that a script imports, directly or through others. @param {string} path */
  const reach = (path) => {
    const seen = new Set([join(from, path).replaceAll("\\", "/")]);
    for (const each of seen) {
      for (const { path: next, kind, external } of metafile.inputs[each]?.imports ?? []) {
        if (kind === "import-statement" && !external) seen.add(next);
      }
    }
    return seen;
  };
  const first = new Set([...reach(main), ...reach(opening)]);
  const second = [...reach(rest)].filter((path) => !first.has(path));
  const known = new Set([...first, ...second]);
  /** How many of some cells reach a module. @param {string[]} cells */
  const users = (cells) => {
    /** @type {Map<string, number>} */
    const count = new Map();
    for (const path of cells.flatMap((cell) => [...reach(cell)])) if (!known.has(path)) count.set(path, (count.get(path) ?? 0) + 1);
    return count;
  };
  const [ofLecture, ofLab] = [users(lecture), users(lab)];
  const both = [...ofLecture.keys()].filter((path) => ofLab.has(path));
  const several = (/** @type {Map<string, number>} */ count) => [...count].filter(([path, n]) => n > 1 && !both.includes(path)).map(([path]) => path);
  const entry = (/** @type {string} */ path) => entries.some((each) => join(from, each).replaceAll("\\", "/") === path);

  /** @type {Record<string, string[]>} */
  const groups = { first: [...first], second, both, lecture: several(ofLecture), lab: several(ofLab) };
  /** What is there when an entry is loaded. @type {Map<string, string[]>} */
  const before = new Map([
    ...[main, opening].map((path) => /** @type {[string, string[]]} */ ([path, ["first"]])),
    ...[rest, ...later].map((path) => /** @type {[string, string[]]} */ ([path, ["first", "second"]])),
    ...lecture.map((path) => /** @type {[string, string[]]} */ ([path, ["first", "second", "both", "lecture"]])),
    ...lab.map((path) => /** @type {[string, string[]]} */ ([path, ["first", "second", "both", "lab"]])),
  ]);
  const entryGroups = new Map([...before].map(([path, names]) => [resolve(from, path), names]));
  return {
    name: "chunks",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^chunk-group:/ }, ({ path }) => ({ path: path.slice("chunk-group:".length), namespace: "chunk-group" }));
      onLoad({ filter: /.*/, namespace: "chunk-group" }, ({ path }) => ({
        contents: groups[path].filter((each) => !entry(each) && !each.includes("node_modules")).map((each) => `import ${JSON.stringify(resolve(each))};`).join("\n"),
        resolveDir: process.cwd(),
      }));
      onLoad({ filter: /\.js$/, namespace: "file" }, async ({ path }) => {
        const names = entryGroups.get(path);
        if (!names) return undefined;
        return { contents: `${await readFile(path, "utf8")}\n${names.map((name) => `import "chunk-group:${name}";`).join("\n")}` };
      });
    },
  };
}
