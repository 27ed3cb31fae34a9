// The benchmark: runs every contestant in turns on this machine, prints tables and writes all figures as JSON.
// `./build.sh bench --help` says how it is called.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { machine } from "./machine.mjs";
import { openBench } from "./browser.mjs";
import { networks } from "./networks.mjs";
import { PARTS } from "./parts.mjs";
import { RECORDS } from "./records.mjs";
import { report } from "./report.mjs";

const { values } = parseArgs({
  options: {
    tensorflow: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    presets: { type: "string", default: "" },
    seeds: { type: "string", default: "0" },
    json: { type: "string", default: "target/bench.json" },
  },
});
const wanted = values.only ? values.only.split(",") : Object.keys(PARTS);
for (const name of wanted) {
  if (!(name in PARTS)) {
    console.error(`✗ bench: there is no part '${name}': use ${Object.keys(PARTS).join(", ")}`);
    process.exit(1);
  }
}
const presets = values.presets ? values.presets.split(",") : [];
for (const name of presets) {
  if (!RECORDS.some(({ preset }) => preset === name)) {
    console.error(`✗ bench: there are no records of '${name}': use ${RECORDS.map(({ preset }) => preset).join(", ")}`);
    process.exit(1);
  }
}
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 0) {
  console.error(`✗ bench: got --seeds ${values.seeds}, expected a number of them`);
  process.exit(1);
}

const bench = await openBench(process.env.BENCH_PEERS ?? "");
/** @type {import("./parts.mjs").Setting} */
const setting = {
  bench,
  networks: await networks(),
  python: values.tensorflow ? (process.env.BENCH_PYTHON ?? null) : null,
  quick: values.quick,
  presets,
  seeds,
};
/** @type {import("./parts.mjs").Measurement[]} */
const plan = wanted.flatMap((name) => PARTS[name](setting));
const rounds = values.quick ? 1 : 3;
try {
  // Contestants take turns, so that whatever else this machine does for a while falls on all of them.
  for (let round = 1; round <= rounds; round += 1) {
    for (const [i, measurement] of plan.entries()) {
      if (measurement.once && round > 1) continue;
      process.stderr.write(`  [round ${round}/${rounds}, ${i + 1}/${plan.length}] ${measurement.label}\n`);
      try {
        measurement.samples.push(...(await measurement.run()));
      } catch (error) {
        measurement.error = String(error instanceof Error ? error.message : error).split("\n")[0];
        process.stderr.write(`    ${measurement.error}\n`);
      }
    }
  }
} finally {
  await bench.close();
}
const about = machine(bench.version);
console.log(report(plan, about));
mkdirSync(dirname(values.json), { recursive: true });
const plain = plan.map(({ run: _run, ...rest }) => rest);
writeFileSync(values.json, JSON.stringify({ ...about, measurements: plain }, null, 1));
console.error(`▸ all figures: ${values.json}`);
