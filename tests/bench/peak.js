/**
 * The most that one or several cores do in WebAssembly: GFLOP/s summed over workers that run at the same time.
 * @param {{ bytes: number[], flops: number, workers: number, rounds: number, runs: number }} job
 */
export async function run({ bytes, flops, workers, rounds, runs }) {
  const speeds = await Promise.all(
    Array.from({ length: workers }, () => {
      const worker = new Worker(new URL('peak-worker.js', import.meta.url), { type: 'module' });
      return new Promise((/** @type {(speed: number) => void} */ done, fail) => {
        worker.onmessage = ({ data }) => {
          worker.terminate();
          done(data);
        };
        worker.onerror = (event) => fail(new Error(event.message));
        worker.postMessage({ bytes: new Uint8Array(bytes), flops, rounds, runs });
      });
    }),
  );
  return speeds.reduce((sum, speed) => sum + speed, 0);
}
