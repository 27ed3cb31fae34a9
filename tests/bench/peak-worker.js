/** Runs the bare arithmetic loop of scripts/bench/peak.mjs and sends back its best speed in GFLOP/s. */

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.onmessage = async ({ data: { bytes, rounds, flops, runs } }) => {
  const { instance } = await WebAssembly.instantiate(/** @type {BufferSource} */ (bytes), {});
  const loop = /** @type {(rounds: number) => number} */ (instance.exports.loop);
  loop(rounds);
  let best = Infinity;
  for (let i = 0; i < runs; i += 1) {
    const began = performance.now();
    loop(rounds);
    best = Math.min(best, performance.now() - began);
  }
  scope.postMessage((rounds * flops) / best / 1e6);
};
