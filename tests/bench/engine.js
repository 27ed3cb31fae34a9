/** Ours: one job in a fresh worker. @param {object} job see engine-worker.js */
export function run(job) {
  const worker = new Worker(new URL('engine-worker.js', import.meta.url), { type: 'module' });
  return new Promise((done, fail) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      if (data.error) fail(new Error(data.error));
      else done(data.result);
    };
    worker.onerror = (event) => fail(new Error(event.message));
    worker.postMessage(job);
  });
}
