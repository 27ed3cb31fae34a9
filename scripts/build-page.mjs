// www/ → dist/: scripts bundled and minified, styles minified, everything else copied. What index.html links is
// what gets built, so that the page has one list of its parts. The engine's glue stays outside the bundles: which
// variant is loaded is decided at run time.
//
// What belongs together lies in a folder named after its content, so that no address ever gives another file than the
// one that was asked for, from whatever cache:
//
//   index.html, 404.html, lessons-*.html, read-*.html, service-worker.js, manifest.webmanifest, favicon.svg, icons/, licenses.txt   the addresses that stay
//   build.json        the names of the two folders: an open tab looks here whether there is a newer version
//   page-HASH/        scripts, styles, texts and programs of one version, and files.json, the list of what it consists of
//   engine-HASH/      its engines, which change less often
//   data/             by another step; its manifests name the content of each shard
//
// usage: node scripts/build-page.mjs [--from www] [--to dist] [--engines target/engine/pkg]

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { minify } from "terser";
import { groupChunks } from "./chunks.mjs";
import { lessonPage } from "./lesson-pages.mjs";
import { earlySections, readingPage } from "./prerender.mjs";
import { readTexts } from "./texts.mjs";

/** Started by scripts, so no page links them. */
const WORKERS = ["src/training/worker/worker.js", "src/user-data/worker/worker.js", "service-worker.js"];
/** What one version of the page consists of; all else stays at the root. */
const VERSIONED = /^(src|styles|i18n|snippets)\//;
/** What a cell's folder has for the page to fetch. */
const CELL_SCRIPT = /^src\/cells\/[\w-]+\/cell\.js$/;
const CELL_STYLE = /^src\/cells\/([\w-]+)\/style\.css$/;
/** What is for a class: fetched once it is asked for. */
const CLASSROOM_PART = /^src\/classroom\/(?:embed|lesson|menu|present)\.(?:js|css)$/;
/** The cell that comes with the page itself. */
const OPENING = "intro";
/** What comes after the first figure. */
const REST = "src/app/rest.js";
/** Stands in the scripts until their hash is known. */
const UNKNOWN = "@build@";

/** The languages, Korean first. */
const LANGS = /** @type {const} */ (["ko", "en"]);

/** @typedef {Map<string, Buffer | string>} Files content by path */

/** @param {string} html */
function linked(html) {
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map((m) => m[1]);
  const styles = [...html.matchAll(/<link\b[^>]*\brel="stylesheet"[^>]*>/g)]
    .map((m) => /\bhref="([^"]+)"/.exec(m[0])?.[1] ?? "");
  return [...scripts, ...styles].filter((path) => path !== "" && !/^[a-z]+:/.test(path));
}

/** @param {string} folder @returns {string[]} paths of its files, with slashes */
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"))
    .sort();

/** The same files give the same name. @param {string} kind @param {Files} files */
function nameOf(kind, files) {
  const hash = createHash("sha256");
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${Buffer.byteLength(content)}\0`).update(content);
  }
  return `${kind}-${hash.digest("hex").slice(0, 10)}`;
}

/** What is at an address that stays and no part of a version, or is served in another way. */
const NOT_LISTED = /^(index\.html|404\.html|service-worker\.js)$/;

/**
 * What a version consists of, for who keeps it (`www/src/offline/`).
 * @param {Files} page @param {Files} engine @param {Files} site
 * @returns {import("../www/src/offline/common/messages.js").Files}
 */
function listOf(page, engine, site) {
  const sums = (/** @type {Files} */ files) =>
    Object.fromEntries([...files].map(([path, content]) => [path, `sha256-${createHash("sha256").update(content).digest("base64")}`]));
  return { page: sums(page), engine: sums(engine), site: [...[...site.keys()].filter((path) => !NOT_LISTED.test(path)), "data/index.json"] };
}

/** @param {string} folder @param {Files} files */
function write(folder, files) {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** terser finds what esbuild's quick pass leaves: 5 % of the scripts, packed. @param {string} source of a module */
const shorten = async (source) =>
  (await minify(source, { module: true, ecma: 2020, compress: { passes: 3, keep_fargs: false } })).code ?? "";

/** The engines, their glue without wasm-bindgen's comments. @param {string} from */
async function engineFiles(from) {
  /** @type {Files} */
  const files = new Map();
  for (const path of existsSync(from) ? filesIn(from) : []) {
    if (/(^|\/)\./.test(path)) continue; // stamps
    const content = readFileSync(join(from, path));
    files.set(path, path.endsWith(".js") ? await shorten(String(content)) : content);
  }
  if (files.size === 0) throw new Error(`there is no engine in ${from}: ./build.sh build makes it`);
  return files;
}

/**
 * All that esbuild makes of some parts of the page.
 * @param {string} from @param {string[]} parts
 * @param {string} version the module that says what only the build knows
 * @param {import("esbuild").Plugin | null} chunks which scripts lie in one file; null: each part is one by itself
 */
async function bundle(from, parts, version, chunks) {
  const result = await build({
    entryPoints: parts.map((path) => join(from, path)),
    outdir: "out",
    outbase: from,
    write: false,
    // workbox asks which build it is in.
    define: { "process.env.NODE_ENV": '"production"' },
    // Below src/ like all scripts: that is where they find the folder of their version from (places.js).
    chunkNames: "src/[name]-[hash]",
    bundle: true,
    splitting: chunks !== null,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    minify: true,
    external: ["*.woff2", "*.svg", "*.png"],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    plugins: [
      { name: "version", setup: ({ onLoad }) => onLoad({ filter: /[\\/]src[\\/]common[\\/]version\.js$/ }, () => ({ contents: version })) },
      ...(chunks ? [chunks] : []),
    ],
  });
  /** @type {Files} */
  const files = new Map();
  for (const { path, text } of result.outputFiles) {
    files.set(relative("out", path).replaceAll("\\", "/"), path.endsWith(".js") ? await shorten(text) : text);
  }
  const outputs = Object.entries(result.metafile.outputs);
  /** What a script loads together with itself. @param {string} part @returns {string[]} */
  const together = (part) => {
    const [path, { imports }] = outputs.find(([, { entryPoint }]) => entryPoint === join(from, part).replaceAll("\\", "/")) ?? ["", { imports: [] }];
    return [path, ...imports.filter(({ kind }) => kind === "import-statement").map((each) => each.path)].map((each) => relative("out", each).replaceAll("\\", "/"));
  };
  return { files, inputs: Object.keys(result.metafile.inputs), together };
}

/**
 * The texts as the page asks for them: its own with the cells' titles and the opening, what several cells say, each cell's.
 * @param {string} from @param {string} lang
 * @returns {Files}
 */
function textFiles(from, lang) {
  const { shell, shared, later, cells } = readTexts(from, lang);
  /** @type {Record<string, import("../www/src/base/i18n.js").Messages>} */
  const first = { ...shell };
  for (const [id, { title, short, teaser, ...messages }] of Object.entries(cells)) {
    first[id] = { ...first[id], title, ...(short ? { short } : {}), ...(teaser ? { teaser } : {}), ...(id === OPENING ? messages : {}) };
  }
  /** @type {Files} */
  const files = new Map([[`i18n/${lang}.json`, JSON.stringify(first)], [`src/shared/${lang}.json`, JSON.stringify(shared)]]);
  for (const [folder, messages] of Object.entries(later)) files.set(`${folder}/${lang}.json`, JSON.stringify(messages));
  for (const [id, { title, short, teaser, ...messages }] of Object.entries(cells)) {
    if (id !== OPENING) files.set(`src/cells/${id}/${lang}.json`, JSON.stringify({ [id]: messages }));
  }
  return files;
}

/**
 * The scripts by when they are fetched.
 * @param {string} from @param {string[]} cells @param {string[]} classroom
 * @returns {Promise<import("./chunks.mjs").Parts>}
 */
async function partsOf(from, cells, classroom) {
  const keys = await Promise.all(cells.map(async (path) => (await import(pathToFileURL(join(from, path, "../keys.js")).href)).keys));
  const some = (/** @type {boolean} */ run) => cells.filter((_, i) => !keys[i].opening && Boolean(keys[i].needsRun) === run);
  return { main: "src/main.js", opening: `src/cells/${OPENING}/cell.js`, rest: REST, later: classroom, lecture: some(false), lab: some(true) };
}

/** The licences of the packages that went into the bundles. @param {string[]} inputs */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  return [...packages].sort().map((name) => {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}`;
  }).join("\n\n---\n\n");
}

/**
 * Builds the page in place of the one that was in `to`; its data stay.
 * @param {{ from?: string, to?: string, engines?: string }} [folders]
 * @returns {Promise<{ page: string, engine: string }>} the names of the two folders
 */
export async function buildPage({ from: sourceFolder = "www", to = "dist", engines = "target/engine/pkg" } = {}) {
  // As esbuild names files: from where it was started.
  const from = relative("", sourceFolder);
  const engineParts = await engineFiles(engines);
  const engine = nameOf("engine", engineParts);

  const sources = filesIn(from);
  const pages = sources.filter((path) => /^[^/]+\.html$/.test(path));
  const parts = [...new Set(pages.flatMap((page) => linked(readFileSync(join(from, page), "utf8"))))];
  // A worker is one file: it shares too little with the page to wait for a second one.
  const styles = sources.filter((path) => CELL_STYLE.test(path));
  const styled = styles.map((path) => CELL_STYLE.exec(path)?.[1]);
  const version = `export const BUILD = "${UNKNOWN}"; export const ENGINES = "../${engine}/"; export const STYLED = ${JSON.stringify(styled)};`;
  const cells = sources.filter((path) => CELL_SCRIPT.test(path));
  const classroom = sources.filter((path) => CLASSROOM_PART.test(path));
  const [{ files, inputs, together }, workers] = await Promise.all([
    bundle(from, [...parts, REST, ...cells, ...styles, ...classroom], version, await groupChunks(from, await partsOf(from, cells, classroom.filter((path) => path.endsWith(".js"))))),
    bundle(from, WORKERS, version, null),
  ]);
  for (const [path, content] of workers.files) files.set(path, content);
  for (const path of sources) {
    if (files.has(path) || /^src\/|\.(css|md|d\.ts)$/.test(path)) continue;
    files.set(path, readFileSync(join(from, path)));
  }
  for (const lang of LANGS) for (const [path, content] of textFiles(from, lang)) files.set(path, content);

  /** @type {typeof import("../www/src/cells/index.js")} */
  const { CELLS: list, ACTS: acts } = await import(pathToFileURL(join(from, "src/cells/index.js")).href);
  const versioned = new Map([...files].filter(([path]) => VERSIONED.test(path)));
  const root = new Map([...files].filter(([path]) => !VERSIONED.test(path)));
  for (const path of pages) {
    let html = String(root.get(path)).replace("<!-- cells -->", () => earlySections(from, list, acts));
    for (const part of linked(html)) html = html.replaceAll(`="${part}"`, `="${UNKNOWN}/${part}"`);
    // What the start waits for is asked for at once, and not one after the other.
    const early = [...new Set(["src/main.js", `src/cells/${OPENING}/cell.js`].flatMap(together))];
    html = html.replace("<!-- preload -->", early.map((part) => `<link rel="modulepreload" href="${UNKNOWN}/${part}" />`).join("\n    "));
    root.set(path, html);
  }
  for (const lang of LANGS) root.set(`read-${lang}.html`, readingPage(from, list, lang, `${UNKNOWN}/styles/main.css`));
  // One after the other: they share the language that is spoken.
  for (const lang of LANGS) root.set(`lessons-${lang}.html`, await lessonPage(from, lang, { engines, style: `${UNKNOWN}/styles/main.css` }));
  // One version has one HTML: that is part of its name.
  const page = nameOf("page", new Map([...versioned, ...[...root].filter(([path]) => path.endsWith(".html"))]));
  for (const some of [versioned, root]) {
    for (const [path, content] of some) if (/\.(js|html)$/.test(path)) some.set(path, String(content).replaceAll(UNKNOWN, page));
  }
  root.set("licenses.txt", licences([...inputs, ...workers.inputs]));
  versioned.set("files.json", JSON.stringify(listOf(versioned, engineParts, root)));
  root.set("build.json", JSON.stringify({ page, engine }));

  // All is there: only now the version before goes.
  for (const entry of existsSync(to) ? readdirSync(to) : []) {
    if (entry !== "data") rmSync(join(to, entry), { recursive: true, force: true });
  }
  write(join(to, engine), engineParts);
  write(join(to, page), versioned);
  write(to, root);
  return { page, engine };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const text = /** @type {const} */ ({ type: "string" });
    await buildPage(parseArgs({ options: { from: text, to: text, engines: text } }).values);
  } catch (error) {
    console.error(`✗ build-page: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
