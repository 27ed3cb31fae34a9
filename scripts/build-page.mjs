// www/ → dist/: scripts bundled and minified, styles minified, everything else copied. What index.html links is
// what gets built, so that the page has one list of its parts. The engine's glue stays outside the bundles: which
// variant is loaded is decided at run time.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { minify } from "terser";

const FROM = "www";
const TO = "dist";
const KEEP = new Set(["engine", "data"]); // made by other steps
const WORKERS = ["src/worker.js", "src/own-worker.js", "service-worker.js"]; // started by scripts, so no page links them

/** @param {string} html */
function linked(html) {
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map((m) => m[1]);
  const styles = [...html.matchAll(/<link\b[^>]*\brel="stylesheet"[^>]*>/g)]
    .map((m) => /\bhref="([^"]+)"/.exec(m[0])?.[1] ?? "");
  return [...scripts, ...styles].filter((path) => path !== "" && !/^[a-z]+:/.test(path));
}

/** Collects the licences of the packages that went into the bundles. @param {string[]} inputs */
function licences(inputs) {
  const packages = new Set(inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  return [...packages].sort().map((name) => {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}`;
  }).join("\n\n---\n\n");
}

for (const entry of existsSync(TO) ? readdirSync(TO) : []) {
  if (!KEEP.has(entry)) rmSync(join(TO, entry), { recursive: true, force: true });
}
mkdirSync(TO, { recursive: true });

const pages = readdirSync(FROM).filter((file) => file.endsWith(".html"));
const parts = new Set([
  ...pages.flatMap((page) => linked(readFileSync(join(FROM, page), "utf8"))),
  ...WORKERS.filter((path) => existsSync(join(FROM, path))),
]);
const result = await build(/** @type {const} */ ({
  entryPoints: [...parts].map((path) => join(FROM, path)),
  outdir: TO,
  outbase: FROM,
  // Chunks lie beside the entries, so that a URL relative to import.meta.url means the same in all of them.
  chunkNames: "src/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: true,
  external: ["*.woff2", "*.svg", "*.png"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
})).catch(() => process.exit(1)); // esbuild has printed why

/** @param {string} path of a module, made smaller in place */
async function shorten(path) {
  const { code } = await minify(readFileSync(path, "utf8"), { module: true, ecma: 2020, compress: { passes: 3, keep_fargs: false } });
  writeFileSync(path, code ?? "");
}
// terser finds what esbuild's quick pass leaves: 5 % of the scripts, packed.
for (const path of Object.keys(result.metafile.outputs).filter((each) => each.endsWith(".js"))) await shorten(path);
// wasm-bindgen's glue comes with all its comments; what has none left was done before.
const engine = join(TO, "engine");
for (const file of existsSync(engine) ? readdirSync(engine, { recursive: true }).map(String) : []) {
  const path = join(engine, file);
  if (file.endsWith(".js") && /^\s*(\*|\/\/)/m.test(readFileSync(path, "utf8"))) await shorten(path);
}

const built = new Set(Object.keys(result.metafile.inputs).map((path) => path.replace(/^www\//, "")));
cpSync(FROM, TO, {
  recursive: true,
  filter: (from) => {
    const path = from.slice(FROM.length + 1).replaceAll("\\", "/");
    if (path === "src") return false;
    return !built.has(path) && !/^src\/|\.(css|md|d\.ts)$/.test(path);
  },
});
for (const file of existsSync(join(TO, "i18n")) ? readdirSync(join(TO, "i18n")) : []) {
  const path = join(TO, "i18n", file);
  if (file.endsWith(".json")) writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, "utf8"))));
}
const notices = licences(Object.keys(result.metafile.inputs));
if (notices) {
  mkdirSync(dirname(join(TO, "licenses.txt")), { recursive: true });
  writeFileSync(join(TO, "licenses.txt"), notices);
}
