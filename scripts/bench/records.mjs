// How accurate a preset gets, and how long that takes from opening the page: several seeds, each trained by the schedule that
// the preset has, to its end, and only then measured on the test images.

import { controls, onPage, testAccuracy } from "./page.mjs";

/** The presets that are trained, each from so many seeds. */
export const RECORDS = [
  { preset: "sprint", seeds: 20 },
  { preset: "accurate", seeds: 5 },
  { preset: "best", seeds: 3 },
];
const FIRST_SEED = 1;

/**
 * One run: its seconds from the page's first request to the measured accuracy, and that, in per cent.
 * @param {import("./parts.mjs").Setting} setting @param {string} preset @param {number} seed
 */
const record = (setting, preset, seed) => onPage(setting, `&train.seed=${seed}`, async (page, elapsed) => {
  const lab = controls(page);
  // The preset's button brings its settings along, which a link's spec alone does not.
  await lab.cell.locator(`[data-preset="${preset}"]`).click();
  await lab.cell.locator(`[data-preset="${preset}"][aria-pressed="true"]`).waitFor();
  await lab.press("run");
  // A run ends where its schedule does, with a line for each epoch.
  await lab.cell.locator(".log-lines > div").nth(setting.networks[preset].epochs - 1).waitFor({ timeout: 0 });
  const accuracy = await testAccuracy(page, lab);
  const seconds = (await elapsed()) / 1000;
  process.stderr.write(`    ${preset}, seed ${seed}: ${accuracy} %, ${seconds.toFixed(1)} s\n`);
  return { seconds, accuracy };
});

/** @param {import("./parts.mjs").Setting} setting @returns {import("./parts.mjs").Measurement[]} */
export function recordMeasurements(setting) {
  const wanted = RECORDS.filter(({ preset }) => setting.presets.length === 0 || setting.presets.includes(preset));
  return wanted.flatMap(({ preset, seeds }) => {
    const count = setting.seeds || (setting.quick ? 2 : seeds);
    /** @type {Promise<{ seconds: number, accuracy: number }[]> | null} */
    let runs = null;
    const all = () => (runs ??= (async () => {
      const done = [];
      for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed += 1) done.push(await record(setting, preset, seed));
      return done;
    })());
    const row = (/** @type {"seconds" | "accuracy"} */ what, /** @type {string} */ label, /** @type {string} */ unit) => ({
      id: `records/${preset}/${what}`, part: "records", label: `${preset}, ${count} seeds: ${label}`, unit, samples: [], once: true,
      run: async () => (await all()).map((each) => each[what]),
    });
    return [row("accuracy", "right of the 10,000 test images", "%"), row("seconds", "opened → that is measured", "s")];
  });
}
