// How accurate a preset gets, and how long that takes from opening the page: several seeds, each trained by the schedule that
// the preset has, to its end, and only then measured on the test images.

import { controls, onPage, testAccuracy } from "./page.mjs";

/** The presets that are trained, and the first of how many seeds each. */
const RECORDS = [{ preset: "sprint", seeds: 20 }];
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
  // A run ends where its schedule does.
  await lab.cell.locator(".log-lines > div").first().waitFor({ timeout: 0 });
  const accuracy = await testAccuracy(page, lab);
  const seconds = (await elapsed()) / 1000;
  process.stderr.write(`    ${preset}, seed ${seed}: ${accuracy} %, ${seconds.toFixed(1)} s\n`);
  return { seconds, accuracy };
});

/** @param {import("./parts.mjs").Setting} setting @returns {import("./parts.mjs").Measurement[]} */
export function recordMeasurements(setting) {
  return RECORDS.flatMap(({ preset, seeds }) => {
    const count = setting.quick ? 2 : seeds;
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
