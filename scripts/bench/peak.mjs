// The arithmetic peak of one core in WebAssembly, as a loop over registers: nothing but multiply-adds of four floats.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ASSEMBLER = fileURLToPath(new URL("../../node_modules/.bin/wasm-as", import.meta.url));
// As many chains as hide the latency of two multiply-adds a cycle; with the two factors they fit 16 registers.
const CHAINS = 12;
const LANES = 4;
const UNROLL = 4;

/** @param {boolean} relaxed fused multiply-add, or a multiplication and an addition */
function text(relaxed) {
  const chains = Array.from({ length: CHAINS }, (_, i) => `$x${i}`);
  const step = (/** @type {string} */ x) =>
    relaxed
      ? `(local.set ${x} (f32x4.relaxed_madd (local.get ${x}) (local.get $a) (local.get $b)))`
      : `(local.set ${x} (f32x4.add (f32x4.mul (local.get ${x}) (local.get $a)) (local.get $b)))`;
  const body = Array.from({ length: UNROLL }, () => chains.map(step).join("\n")).join("\n");
  const sum = chains.map((x) => `(local.get ${x})`).reduce((all, x) => `(f32x4.add ${all} ${x})`);
  // Each chain starts elsewhere, or the compiler could keep one for all.
  const starts = chains.map((x, i) => `(local.set ${x} (f32x4.splat (f32.const ${i + 1})))`).join("\n");
  return `(module (func (export "loop") (param $rounds i32) (result f32)
    (local $a v128) (local $b v128) ${chains.map((x) => `(local ${x} v128)`).join(" ")}
    (local.set $a (f32x4.splat (f32.const 0.999)))
    (local.set $b (f32x4.splat (f32.const 0.001)))
    ${starts}
    (loop $again
      ${body}
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (f32x4.extract_lane 0 ${sum})))`;
}

/** The module's bytes and the floating-point operations of one round. @param {boolean} relaxed */
export function peakModule(relaxed) {
  const folder = mkdtempSync(join(tmpdir(), "peak-"));
  try {
    const [source, out] = [join(folder, "peak.wat"), join(folder, "peak.wasm")];
    writeFileSync(source, text(relaxed));
    execFileSync(ASSEMBLER, ["--enable-simd", "--enable-relaxed-simd", source, "-o", out]);
    return { bytes: [...readFileSync(out)], flops: CHAINS * LANES * UNROLL * 2 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
