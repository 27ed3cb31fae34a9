// Measurements → Markdown.

import { figures, meanAndSpread, summarize, table } from "./stats.mjs";

/** @typedef {import("./parts.mjs").Measurement} Measurement */

/**
 * @param {Measurement[]} plan @param {ReturnType<typeof import("./machine.mjs").machine>} about
 */
export function report(plan, about) {
  const byId = new Map(plan.map((m) => [m.id, m]));
  const median = (/** @type {string} */ id) => {
    const m = byId.get(id);
    return m && m.samples.length > 0 ? summarize(m.samples).median : NaN;
  };
  const peakOf = (/** @type {number} */ threads) => median(`peak/relaxed/${threads}`);

  /** @param {string} title @param {(m: Measurement) => boolean} pick @param {string} [reference] prefix of the ids to compare with */
  const timings = (title, pick, reference) => {
    const rows = plan.filter(pick).flatMap((m) => [...(m.rows ?? []), m]).map((m) => {
      if (m.samples.length === 0) return [m.label, m.error ? `– (${m.error.slice(0, 60)})` : "–", "", "", "", ""];
      const { median: ms, p10, p90 } = summarize(m.samples);
      const gflops = m.flops ? m.flops / ms / 1e6 : NaN;
      const other = reference ? median(`${reference}/${m.network}/${m.mode}/${m.threads}`) : NaN;
      return [
        m.label, figures(ms), `${figures(p10)}–${figures(p90)}`, figures(ms / other), figures(gflops),
        figures((100 * gflops) / peakOf(m.threads ?? 1)),
      ];
    });
    if (rows.length === 0) return "";
    return `\n### ${title}\n\n${table(["", "ms, median", "10–90 %", reference ? "× TensorFlow" : "ratio", "GFLOP/s", "% of peak"], rows)}\n`;
  };
  /** @param {string} title @param {string} part */
  const plain = (title, part) => {
    const rows = plan.filter((m) => m.part === part).map((m) => {
      if (m.samples.length === 0) return [m.label, m.error ?? "–", ""];
      const { median: value, p10, p90 } = summarize(m.samples);
      return [m.label, `${figures(value)} ${m.unit}`, m.samples.length > 1 ? `${figures(p10)}–${figures(p90)}` : ""];
    });
    return rows.length > 0 ? `\n### ${title}\n\n${table(["", "median", "10–90 %"], rows)}\n` : "";
  };
  /** Of frames the slow ones count. */
  const frames = () => {
    const rows = plan.filter((m) => m.part === "drag").map((m) => {
      if (m.samples.length === 0) return [m.label, m.error ?? "–", ""];
      const { median: ms, p95 } = summarize(m.samples);
      return [m.label, figures(ms), figures(p95)];
    });
    return rows.length > 0 ? `\n### Dragging a number: a frame's work on the main thread\n\n${table(["", "ms, median", "95 % below"], rows)}\n` : "";
  };
  /** Of several seeds the mean counts. */
  const records = () => {
    const rows = plan.filter((m) => m.part === "records").map((m) => {
      if (m.samples.length === 0) return [m.label, m.error ?? "–", "", ""];
      const { mean, spread } = meanAndSpread(m.samples);
      return [m.label, `${mean.toFixed(2)} ${m.unit}`, spread.toFixed(2), `${Math.min(...m.samples).toFixed(2)}–${Math.max(...m.samples).toFixed(2)}`];
    });
    return rows.length > 0 ? `\n### Records\n\n${table(["", "mean", "± (standard deviation)", "least–most"], rows)}\n` : "";
  };
  const networks = [...new Set(plan.flatMap((m) => m.network ?? []))];
  return [
    `${about.cpu}, ${about.cores} cores, ${about.memory_gib} GiB; ${about.browser}, ${about.rust}, Node ${about.node}; ` +
      `${about.date}, commit ${about.commit}.`,
    "GFLOP/s count the plain algorithm's work, so a shortcut (Winograd, skipped zeros) shows as speed; the peak is " +
      "that of a loop of relaxed multiply-adds with as many workers as threads.",
    plain("Peak of this machine in WebAssembly", "peak"),
    ...networks.flatMap((network) => [
      timings(`${network}: a training step, batch of 100`, (m) => m.part === "training" && m.network === network, "tensorflow"),
      timings(`${network}: the parts of a training step, relaxed, 1 thread`, (m) => m.part === "layers" && m.network === network),
      timings(`${network}: inference, batch of 100`, (m) => m.part === "inference" && m.network === network, "tensorflow"),
      timings(`${network}: 10,000 test images`, (m) => m.part === "evaluation" && m.network === network),
      timings(`${network}: a training step by batch size`, (m) => m.part === "batch" && m.network === network),
      timings(`${network}: a training step by threads`, (m) => m.part === "threads" && m.network === network),
    ]),
    plain("The page", "page"),
    records(),
    frames(),
    plain("Sizes, gzip", "sizes"),
  ].filter(Boolean).join("\n");
}
