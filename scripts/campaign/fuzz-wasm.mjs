// The engine as browsers get it, in Node, with the inputs of crates/cnn-fuzz: a trap, a thrown value without a code, an
// input that takes over 2 s, a refused file that changes a run, or another verdict than the native crate's is a finding.
//
// usage: node scripts/campaign/fuzz-wasm.mjs --program PATH --inputs N --seed S [--variant simd]

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

/** An input that has not ended after so long is given up. */
const PATIENCE_MS = 60_000;
const FINDINGS = 'target/fuzz';

const { values: options } = parseArgs({
  options: { program: { type: 'string' }, inputs: { type: 'string' }, seed: { type: 'string' }, variant: { type: 'string', default: 'simd' } },
});
const { program, inputs, seed, variant } = options;
if (!program || !inputs || !seed) throw new Error('--program, --inputs and --seed are needed');
const { engine } = JSON.parse(readFileSync('dist/build.json', 'utf8'));
const folder = new URL(`../../dist/${engine}/${variant}/`, import.meta.url).href;

const started = performance.now();
/** @type {Map<string, number>} */
const counts = new Map();
let [number, findings] = [0, 0];

/** @param {string} line @param {string} why */
function found(line, why) {
  findings += 1;
  mkdirSync(FINDINGS, { recursive: true });
  const path = `${FINDINGS}/wasm-${seed}-${number}.json`;
  writeFileSync(path, `${line}\n`);
  console.error(`FOUND seed ${seed} input ${number}: ${why}\n  ${line.slice(0, 400)}\n  kept as ${path}`);
}

/** @type {{ worker: Worker | null }} */
const live = { worker: null };
/** @param {string} seeds */
const begin = (seeds) => new Worker(fileURLToPath(new URL('fuzz-wasm-worker.mjs', import.meta.url)), { workerData: { folder, seeds } });

/**
 * What the engine makes of an input.
 * @param {string} line @param {string} seeds
 * @returns {Promise<{ kind: string, verdict?: string, broken?: string, again?: boolean }>} `again`: the engine is spent
 */
function tried(line, seeds) {
  const worker = (live.worker ??= begin(seeds));
  return new Promise((resolve) => {
    const done = (/** @type {any} */ answer) => {
      clearTimeout(late);
      worker.off('message', done).off('error', fail);
      resolve(answer);
    };
    const fail = (/** @type {Error} */ error) => done({ kind: '', broken: `the worker died: ${error.stack}`, again: true });
    const late = setTimeout(() => done({ kind: '', broken: `not done after ${PATIENCE_MS / 1000} s`, again: true }), PATIENCE_MS);
    worker.on('message', done).on('error', fail);
    worker.postMessage(line);
  });
}

const writer = spawn(program, ['write', '--inputs', inputs, '--seed', seed], { stdio: ['ignore', 'pipe', 'inherit'] });
/** @type {string | null} */
let seeds = null;
for await (const line of createInterface({ input: writer.stdout })) {
  if (seeds === null) {
    seeds = line;
    continue;
  }
  const { kind, verdict, broken, again } = await tried(line, seeds);
  if (broken) found(line, broken);
  else counts.set(`${kind} ${verdict}`, (counts.get(`${kind} ${verdict}`) ?? 0) + 1);
  if (again) {
    await live.worker?.terminate();
    live.worker = null;
  }
  number += 1;
}
await live.worker?.terminate();
for (const [what, count] of [...counts].sort()) console.log(`${String(count).padStart(10)}  ${what}`);
console.log(`${number} inputs of seed ${seed} in ${Math.round((performance.now() - started) / 1000)} s, WebAssembly (${variant}): ${findings} findings`);
process.exit(findings === 0 && number === Number(inputs) ? 0 : 1);
