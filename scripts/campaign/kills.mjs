// Kills the page in mid-training, in every way and with every storage, and sees each run go on as if nobody had: see
// tests/e2e/kills/. Its numbers stand in docs/reliability.md.
//
// environment: CAMPAIGN_INPUTS (kills, 200), CAMPAIGN_SEED

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chain } from "../../tests/e2e/kills/chain.js";
import { plans } from "../../tests/e2e/kills/plans.js";
import { References } from "../../tests/e2e/kills/reference.js";
import { Stage } from "../../tests/e2e/kills/tab.js";
import { table } from "../bench/stats.mjs";
import { startServer } from "../serve.mjs";

/** More must not be lost, in ms: to the last snapshot, which comes every ten seconds. */
const MOST_LOST = 10_000;

/** A kill, and what is made of it, takes no longer, in ms. */
const LONGEST = 300_000;

/** @typedef {import("../../tests/e2e/kills/chain.js").Plan} Plan */
/** @typedef {import("../../tests/e2e/kills/chain.js").Result} Result */

/** @param {Plan} plan */
const rowOf = ({ kind, storage = "normal", two, resuming }) => [
  `${kind}${resuming ? ", while the run is taken up" : ""}`,
  two ? "two tabs" : { normal: "normal", filled: "full from a moment on", full: "full", denied: "denied" }[storage],
];

/** @param {{ plan: Plan, result: Result | null, why: string }[]} done */
function report(done) {
  /** @type {Map<string, typeof done>} */
  const rows = new Map();
  for (const each of done) rows.set(rowOf(each.plan).join("|"), [...(rows.get(rowOf(each.plan).join("|")) ?? []), each]);
  const line = (/** @type {string[]} */ names, /** @type {typeof done} */ all) => {
    const count = (/** @type {Result["outcome"]} */ wanted) => all.filter(({ result }) => result?.outcome === wanted).length;
    const lost = Math.max(0, ...all.map(({ result }) => result?.lost ?? 0));
    const compared = all.reduce((sum, { result }) => sum + (result?.compared ?? 0), 0);
    const failed = all.filter(({ result, why }) => !result || why).length;
    return [...names, ...[all.length, count("resumed"), count("told"), count("too early")].map(String), (lost / 1000).toFixed(1), String(compared), String(failed)];
  };
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, all]) => line(key.split("|"), all));
  const head = ["killed", "storage", "kills", "resumed", "told before", "before the first snapshot", "most lost, s", "losses compared", "failed"];
  return table(head, [...lines, line(["all", ""], done)]);
}

const seed = Number(process.env.CAMPAIGN_SEED || 1);
const all = plans(Number(process.env.CAMPAIGN_INPUTS || 200), seed);
const work = mkdtempSync(join(tmpdir(), "cnn-notebook-kills-"));
const server = await startServer();
const references = new References(new Stage(server.url, join(work, "references")));
/** @type {{ plan: Plan, result: Result | null, why: string }[]} */
const done = [];
let profiles = 0;
const newStage = () => new Stage(server.url, join(work, `killed-${(profiles += 1)}`));
let stage = newStage();
let chain = new Chain(stage, references);

/** @param {() => Promise<Result | null>} act @param {typeof done[number]} entry */
async function attempt(act, entry) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const begun = Date.now();
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`nothing came of it within ${LONGEST / 1000} s`)), LONGEST)));
  try {
    entry.result = /** @type {Result | null} */ (await Promise.race([act(), late])) ?? entry.result;
    clearTimeout(timer);
    process.stderr.write(`  ${done.length} of ${all.length}: ${rowOf(entry.plan).join(", ")} (${Math.round((Date.now() - begun) / 1000)} s)\n`);
  } catch (error) {
    clearTimeout(timer);
    // The driver adds pages of its own log.
    entry.why = String(error).split("\n", 3).join(" ");
    process.stderr.write(`✗ kill ${done.length} of ${all.length}, seed ${seed}: ${JSON.stringify(entry.plan)}\n  ${entry.why}\n`);
    await stage.close().catch(() => {});
    stage = newStage();
    chain = new Chain(stage, references);
  }
}

try {
  for (const plan of all) {
    /** @type {typeof done[number]} */
    const entry = { plan, result: null, why: "" };
    done.push(entry);
    await attempt(() => chain.kill(plan), entry);
  }
  const last = done.at(-1);
  if (last && !last.why) await attempt(async () => (await chain.settle(), null), last);
} finally {
  await stage.close();
  await references.stage.close();
  await server.close();
  rmSync(work, { recursive: true, force: true });
}

for (const entry of done) {
  const { plan, result } = entry;
  if (result && !entry.why && result.lost > MOST_LOST) {
    entry.why = `${(result.lost / 1000).toFixed(1)} s of training were lost`;
    process.stderr.write(`✗ ${JSON.stringify(plan)}: ${entry.why}\n`);
  }
}
console.log(`\n${report(done)}\n\nseed ${seed}`);
if (done.some(({ result, why }) => !result || why)) process.exit(1);
