// Proves from the built files which browsers each engine variant can run in: the base build has no relaxed-SIMD
// and no atomic instruction, and its memory is not shared; a threaded build does have what it is for.
//
// usage: node scripts/scan-opcodes.mjs [DIST]

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const DISASSEMBLER = fileURLToPath(new URL("../node_modules/.bin/wasm-dis", import.meta.url));
const MAX_TEXT = 1 << 30;

/** What the text format calls the instructions of each proposal. @type {Record<string, RegExp>} */
const FAMILIES = {
  simd: /\((?:v128|[if](?:8x16|16x8|32x4|64x2))\.(?!relaxed)[a-z0-9_.]+/g,
  relaxed: /\([if](?:8x16|16x8|32x4|64x2)\.relaxed_[a-z0-9_]+/g,
  atomic: /\((?:i32|i64)\.atomic\.[a-z0-9_.]+|\(memory\.atomic\.[a-z0-9]+|\(atomic\.fence/g,
  shared: /\(memory [^()]*\bshared\)/g,
};

/** "some": at least one; "none": not one; "any": no matter. @type {Record<string, Record<string, string>>} */
const RULES = {
  simd: { simd: "some", relaxed: "none", atomic: "none", shared: "none" },
  relaxed: { simd: "some", relaxed: "some", atomic: "none", shared: "none" },
  "simd-threads": { simd: "some", relaxed: "none", atomic: "some", shared: "some" },
  "relaxed-threads": { simd: "some", relaxed: "some", atomic: "some", shared: "some" },
};

/** Counts each family's instructions in a module's text. @param {string} text */
export function count(text) {
  return Object.fromEntries(Object.entries(FAMILIES).map(([name, re]) => [name, (text.match(re) ?? []).length]));
}

/** What breaks a variant's rule. @param {string} variant @param {Record<string, number>} counts */
export function faults(variant, counts) {
  return Object.entries(RULES[variant]).flatMap(([family, rule]) => {
    const n = counts[family];
    if (rule === "none" && n > 0) return [`${variant}: ${n} ${family}, none allowed`];
    if (rule === "some" && n === 0) return [`${variant}: no ${family}, some expected`];
    return [];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const engines = process.argv[2] ?? "target/engine/pkg";
  let bad = 0;
  for (const variant of Object.keys(RULES)) {
    const file = join(engines, variant, "cnn_wasm_bg.wasm");
    const text = execFileSync(DISASSEMBLER, ["--all-features", file], { encoding: "utf8", maxBuffer: MAX_TEXT });
    const counts = count(text);
    console.log(`${variant.padEnd(16)} ${Object.entries(counts).map(([k, n]) => `${k} ${n}`).join("  ")}`);
    for (const fault of faults(variant, counts)) {
      console.error(`✗ ${fault}`);
      bad += 1;
    }
  }
  process.exit(bad === 0 ? 0 : 1);
}
