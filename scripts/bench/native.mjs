// The native benchmark: this crate, TensorFlow, burn and candle at the lecture's two networks, one process for each number
// of threads, in turns. `./build.sh bench --native` builds them and calls this.

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { machine } from "./machine.mjs";
import { figures, summarize, table } from "./stats.mjs";

const { values } = parseArgs({
  options: {
    native: { type: "boolean" },
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string", default: "target/bench-native.json" },
  },
});
/** Folders of the programs: ours is built for any processor, the others for this one. */
const [OURS, PEERS, PYTHON] = ["BENCH_OURS", "BENCH_PEERS", "BENCH_PYTHON"].map((name) => process.env[name] ?? "");

const THREADS = [1, 2];
const NETWORKS = /** @type {const} */ (["lab11-2", "lab11-3"]);
const MODES = /** @type {const} */ (["train", "infer"]);
const WHAT = { train: "a training step, batch of 100", infer: "inference, batch of 100" };
const [WARMUP, STEPS, ROUNDS] = values.quick ? [1, 3, 1] : [10, 40, 3];
const DATA = "data/mnist";

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(threads: number) => string[]} command its last line of output is JSON: `about`, and times by network and mode
 */

/** @type {Contestant[]} */
const ALL = [
  { name: "ours", command: () => [join(OURS, "peer-ours"), String(WARMUP), String(STEPS), DATA] },
  {
    name: "TensorFlow",
    command: (threads) => [PYTHON, "tests/bench/tensorflow_native.py", String(threads), String(WARMUP), String(STEPS), DATA],
  },
  { name: "burn", command: () => [join(PEERS, "peer-burn"), String(WARMUP), String(STEPS), DATA] },
  { name: "candle", command: () => [join(PEERS, "peer-candle"), String(WARMUP), String(STEPS), DATA] },
];
const wanted = values.only ? values.only.split(",") : ALL.map(({ name }) => name);
const unknown = wanted.find((name) => !ALL.some((contestant) => contestant.name === name));
if (unknown) {
  console.error(`✗ bench: there is no contestant '${unknown}': use ${ALL.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}
const contestants = ALL.filter(({ name }) => wanted.includes(name));

/** @param {Contestant} contestant @param {number} threads */
function run({ command }, threads) {
  const env = { ...process.env, CNN_THREADS: String(threads), RAYON_NUM_THREADS: String(threads) };
  // As many cores as threads: some libraries start a thread for each core that they see.
  const cores = Array.from({ length: Math.min(threads, cpus().length) }, (_, i) => i).join(",");
  const pinned = process.platform === "linux" ? ["taskset", "-c", cores] : [];
  const [program, ...args] = [...pinned, ...command(threads)];
  const output = execFileSync(program, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

/** @param {string} name @param {string} network @param {string} mode @param {number} threads */
const key = (name, network, mode, threads) => [name, network, mode, threads].join("/");
/** Milliseconds by key. @type {Map<string, number[]>} */
const samples = new Map();
/** What a contestant says of itself. @type {Map<string, string>} */
const about = new Map();
/** @type {string[]} */
const failed = [];

for (let round = 1; round <= ROUNDS; round += 1) {
  // In turns, so that whatever else this machine does for a while falls on all of them.
  for (const contestant of contestants) {
    for (const threads of THREADS) {
      const label = `${contestant.name}, ${threads} thread${threads > 1 ? "s" : ""}`;
      process.stderr.write(`  [round ${round}/${ROUNDS}] ${label}\n`);
      try {
        const result = run(contestant, threads);
        about.set(contestant.name, result.about ?? result.version ?? "");
        for (const network of NETWORKS) {
          for (const mode of MODES) {
            const id = key(contestant.name, network, mode, threads);
            samples.set(id, [...(samples.get(id) ?? []), ...result[network][mode]]);
          }
        }
      } catch (error) {
        failed.push(label);
        process.stderr.write(`    ${error instanceof Error ? error.message.split("\n")[0] : error}\n`);
      }
    }
  }
}

/** @param {string} name @param {string} network @param {string} mode @param {number} threads */
function median(name, network, mode, threads) {
  const times = samples.get(key(name, network, mode, threads));
  return times ? summarize(times).median : NaN;
}

/** Median times, and how they compare with the same network, mode and threads. @param {string} network @param {typeof MODES[number]} mode */
function timings(network, mode) {
  const rows = contestants.flatMap(({ name }) => THREADS.map((threads) => {
    const times = samples.get(key(name, network, mode, threads));
    const label = `${name} ${about.get(name) ?? ""}, ${threads} thread${threads > 1 ? "s" : ""}`;
    if (!times) return [label, "–", "", "", ""];
    const { median: ms, p10, p90 } = summarize(times);
    const ours = median("ours", network, mode, threads);
    return [label, figures(ms), `${figures(p10)}–${figures(p90)}`, figures(ours / ms), figures(median(name, network, mode, 1) / ms)];
  }));
  return `\n### ${network}: ${WHAT[mode]}\n\n${table(["", "ms, median", "10–90 %", "ours / this", "× 1 thread"], rows)}`;
}

const { date, cpu, cores, memory_gib, node, rust, commit } = machine("");
console.log(`${cpu}, ${cores} cores, ${memory_gib} GiB; ${rust}, Node ${node}; ${date}, commit ${commit}.`);
console.log(`${ROUNDS} round${ROUNDS > 1 ? "s" : ""} in turns of ${STEPS} steps after ${WARMUP}; each contestant has as many cores as threads.`);
console.log(NETWORKS.flatMap((network) => MODES.map((mode) => timings(network, mode))).join("\n"));
mkdirSync(dirname(values.json), { recursive: true });
const machineOf = { date, cpu, cores, memory_gib, rust, commit, about: Object.fromEntries(about) };
writeFileSync(values.json, JSON.stringify({ ...machineOf, samples: Object.fromEntries(samples) }, null, 1));
console.error(`▸ all figures: ${values.json}`);
if (failed.length > 0) {
  console.error(`✗ bench: did not run: ${failed.join("; ")}`);
  process.exit(1);
}
