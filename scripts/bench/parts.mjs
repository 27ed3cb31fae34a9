// What is measured, part by part. Each measurement is run in every round and keeps all its times.

import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { namesOf } from "./networks.mjs";
import { dragMeasurements } from "./drag.mjs";
import { pageMeasurements } from "./page.mjs";
import { peakModule } from "./peak.mjs";
import { recordMeasurements } from "./records.mjs";
import { sizeMeasurements } from "./sizes.mjs";

/**
 * @typedef {import("./networks.mjs").Network} Network
 * @typedef {{ bench: Awaited<ReturnType<typeof import("./browser.mjs").openBench>>, networks: Record<string, Network>, python: string | null, quick: boolean, presets: string[], seeds: number }} Setting
 * @typedef {object} Measurement
 * @property {string} id unique
 * @property {string} part
 * @property {string} label
 * @property {string} unit of the samples
 * @property {number[]} samples
 * @property {() => Promise<number[]>} run
 * @property {boolean} [once] not to be repeated
 * @property {string} [error]
 * @property {string} [network]
 * @property {string} [mode]
 * @property {number} [threads]
 * @property {number} [batch]
 * @property {number} [flops] nominal, of one step
 * @property {Measurement[]} [rows] its parts, which come with it
 */

const LECTURE = ["lab11-2", "lab11-3"];
const BATCH = 100;
const WARMUP = 10;
/** For steps of a few milliseconds: the browser's compiler needs some hundred of them, and a core, until it is done. */
const LONG_WARMUP = 150;
const CORES = Math.min(cpus().length, 8);

/** @param {Omit<Measurement, "samples" | "unit"> & { unit?: string }} rest @returns {Measurement} */
const measurement = (rest) => ({ unit: "ms", samples: [], ...rest });

/**
 * Our engine at one job.
 * @param {Setting} setting @param {string} part @param {{ variant: string, threads: number, mode: "train" | "infer" | "evaluate", network: string, batch?: number, steps: number, warmup?: number, once?: boolean }} job
 */
function ours(setting, part, { variant, threads, mode, network, batch = BATCH, steps, warmup = WARMUP, once }) {
  const { spec, optimizer, trainFlops, inferFlops } = setting.networks[network];
  const images = mode === "evaluate" ? 10_000 : batch;
  return measurement({
    id: `ours/${network}/${mode}/${variant}/${threads}/${batch}`,
    part, network, mode, threads, batch, once,
    label: `ours, ${variant}, ${threads} thread${threads > 1 ? "s" : ""}${part === "batch" ? `, batch ${batch}` : ""}`,
    flops: images * (mode === "train" ? trainFlops : inferFlops),
    run: async () => (await setting.bench.run("engine.js", {
      variant, threads, mode, spec, optimizer, batch,
      warmup: setting.quick ? 2 : warmup, steps: setting.quick ? Math.min(3, steps) : steps,
    })).samples,
  });
}

const BUILDS = [
  { variant: "simd", threads: 1 },
  { variant: "relaxed", threads: 1 },
  { variant: "simd-threads", threads: 2 },
  { variant: "relaxed-threads", threads: 2 },
];

/** @param {Setting} setting @returns {Measurement[]} */
function peak({ bench, quick }) {
  return [false, true].flatMap((relaxed) => [1, 2].map((workers) => measurement({
    id: `peak/${relaxed ? "relaxed" : "simd"}/${workers}`,
    part: "peak", unit: "GFLOP/s", threads: workers,
    label: `${relaxed ? "relaxed multiply-add" : "multiply, then add"}, ${workers} worker${workers > 1 ? "s" : ""}`,
    run: async () => [await bench.run("peak.js", { ...peakModule(relaxed), workers, rounds: 300_000, runs: quick ? 3 : 15 })],
  })));
}

/** @param {Setting} setting @returns {Measurement[]} */
const training = (setting) => LECTURE.flatMap((network) =>
  BUILDS.map((build) => ours(setting, "training", { ...build, mode: "train", network, steps: 40 })));

/** @param {Setting} setting @returns {Measurement[]} */
const inference = (setting) => [
  ...LECTURE.flatMap((network) => BUILDS.map((build) => ours(setting, "inference", { ...build, mode: "infer", network, steps: 60 }))),
  ...BUILDS.filter(({ variant }) => variant.startsWith("relaxed")).map((build) =>
    ours(setting, "evaluation", { ...build, mode: "evaluate", network: "lab11-3", batch: 100, steps: 2, warmup: 1 })),
];

/** How time grows with batch and threads. @param {Setting} setting @returns {Measurement[]} */
const batch = (setting) => LECTURE.flatMap((network) => [
  ...[10, 100, 1000].map((size) => ours(setting, "batch", {
    variant: "relaxed", threads: 1, mode: "train", network, batch: size, steps: size === 1000 ? 4 : 20, warmup: size === 1000 ? 1 : WARMUP,
  })),
  ...Array.from({ length: CORES }, (_, i) => i + 1).map((threads) => ours(setting, "threads", {
    variant: "relaxed-threads", threads, mode: "train", network, steps: 20,
  })),
]);

/** Networks that no kernel was made for. @param {Setting} setting @returns {Measurement[]} */
const chosen = (setting) => {
  const names = namesOf(setting.networks, false);
  return [
    ...names.flatMap((network) => BUILDS.filter(({ variant }) => variant.startsWith("relaxed")).map((build) =>
      ours(setting, "training", { ...build, mode: "train", network, steps: 100, warmup: LONG_WARMUP }))),
    ...parts(setting, names, LONG_WARMUP),
  ];
};

/** @param {Setting} setting @returns {Measurement[]} */
const layers = (setting) => parts(setting, LECTURE);

/** Each part of a training step by itself, one row a part. @param {Setting} setting @param {string[]} networks @param {number} [warmup] @returns {Measurement[]} */
const parts = (setting, networks, warmup = WARMUP) => networks.flatMap((network) => {
  const { spec, optimizer, layers: lines } = setting.networks[network];
  /** @type {Map<string, Measurement>} */
  const rows = new Map();
  /** @type {Measurement[]} */
  const list = [];
  const all = measurement({
    id: `layers/${network}/whole`, part: "layers", network, mode: "train", threads: 1, batch: BATCH, label: "the whole step",
    run: async () => {
      const { samples, marks } = await setting.bench.run("engine.js", {
        variant: "relaxed", threads: 1, mode: "layers", spec, optimizer, batch: BATCH, warmup, steps: setting.quick ? 3 : 40,
      });
      for (const { phase, layer, milliseconds } of marks.flat()) {
        const key = `${phase}/${layer}`;
        if (!rows.has(key)) {
          const row = measurement({
            id: `layers/${network}/${key}`, part: "layers", network, mode: "train", threads: 1, batch: BATCH,
            label: `${phase.replace("_", " ")}${layer === null ? "" : `: ${lines[layer].text}`}`, run: async () => [],
            // What a pass through this layer takes by the plain algorithm; optimizer and loss have no count.
            flops: layer === null ? undefined : 2 * BATCH * lines[layer].multiply_adds || undefined,
          });
          rows.set(key, row);
          list.push(row);
        }
        rows.get(key)?.samples.push(milliseconds);
      }
      return samples;
    },
  });
  all.rows = list;
  return [all];
});

/** @param {Setting} setting @returns {Measurement[]} */
function peers({ bench, networks, quick }) {
  const list = LECTURE.flatMap((network) => [1, 2].map((threads) => measurement({
    id: `tfjs/${network}/infer/${threads}`, part: "inference", network, mode: "infer", threads, batch: BATCH,
    label: `TensorFlow.js wasm, ${threads} thread${threads > 1 ? "s" : ""} asked for`,
    flops: BATCH * networks[network].inferFlops,
    run: async () => (await bench.run("tfjs.js", {
      backend: "wasm", threads, network, mode: "infer", batch: BATCH, warmup: 5, steps: quick ? 3 : 30,
    })).samples,
  })));
  list.push(measurement({
    id: "tfjs/lab11-2/train", part: "training", network: "lab11-2", mode: "train", threads: 2, batch: BATCH, once: true,
    label: "TensorFlow.js wasm",
    run: async () => (await bench.run("tfjs.js", {
      backend: "wasm", threads: 2, network: "lab11-2", mode: "train", batch: BATCH, warmup: 0, steps: 1,
    })).samples,
  }));
  for (const mode of ["infer", "train"]) {
    list.push(measurement({
      id: `jax/lab11-2/${mode}`, part: mode === "train" ? "training" : "inference", network: "lab11-2", mode, threads: 1, batch: BATCH,
      label: "jax-js wasm (plain gradient descent)",
      flops: BATCH * (mode === "train" ? networks["lab11-2"].trainFlops : networks["lab11-2"].inferFlops),
      run: async () => (await bench.run("jax.js", { mode, batch: BATCH, warmup: 1, steps: quick ? 1 : 2 })).samples,
    }));
  }
  return list;
}

/** Native TensorFlow: one process for each number of threads gives all its times. @param {Setting} setting @returns {Measurement[]} */
function tensorflow({ python, networks, quick }) {
  if (!python) return [];
  return [1, 2].flatMap((threads) => {
    /** @type {any} */
    let latest = null;
    const cpuList = Array.from({ length: Math.min(threads, cpus().length) }, (_, i) => i).join(",");
    const ask = () => JSON.parse(execFileSync(
      "taskset",
      ["-c", cpuList, python, "tests/bench/tensorflow_native.py", String(threads), quick ? "2" : "10", quick ? "3" : "40", "data/mnist"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    ).trim().split("\n").at(-1) ?? "");
    return LECTURE.flatMap((network, n) => ["train", "infer"].map((mode, m) => measurement({
      id: `tensorflow/${network}/${mode}/${threads}`, part: mode === "train" ? "training" : "inference",
      network, mode, threads, batch: BATCH,
      label: `TensorFlow native, ${threads} thread${threads > 1 ? "s" : ""}`,
      flops: BATCH * (mode === "train" ? networks[network].trainFlops : networks[network].inferFlops),
      run: async () => {
        if (n === 0 && m === 0) latest = ask();
        if (!latest) throw new Error("TensorFlow did not run");
        return latest[network][mode];
      },
    })));
  });
}

/** @type {Record<string, (setting: Setting) => Measurement[]>} */
export const PARTS = { peak, training, inference, batch, layers, chosen, peers, tensorflow, page: pageMeasurements, records: recordMeasurements, drag: dragMeasurements, sizes: sizeMeasurements };
