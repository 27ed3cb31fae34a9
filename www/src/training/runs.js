/**
 * Runs beside the one that the page trains: a few sessions that go on step by step, in turn, with the same data. The page
 * asks for each stretch, so they stop when nobody looks.
 *
 * @module
 */

/** @typedef {import('./protocol.js').RunConfig} RunConfig */

/** @param {string} code */
const refuse = (code) => Object.assign(new Error(code), { code, details: {} });

export class Runs {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {import('./feed.js').Feed} feed
   */
  constructor(engine, feed) {
    this.engine = engine;
    this.feed = feed;
    /** @type {Map<string, any[]>} */
    this.groups = new Map();
  }

  /**
   * Starts a group of runs in place of one of the same key.
   * @param {string} key
   * @param {RunConfig[]} configs
   */
  begin(key, configs) {
    /** @type {any[]} */
    const sessions = [];
    try {
      for (const config of configs) sessions.push(new this.engine.Session(config));
    } catch (error) {
      for (const session of sessions) session.free();
      throw error;
    }
    this.end(key);
    this.groups.set(key, sessions);
  }

  /** @param {string} key */
  end(key) {
    for (const session of this.groups.get(key) ?? []) session.free();
    this.groups.delete(key);
  }

  /** @param {string} key @returns {any[]} */
  group(key) {
    const sessions = this.groups.get(key);
    if (!sessions) throw refuse('no_session');
    return sessions;
  }

  /**
   * Trains every run of a group by the same number of steps: at least one, and on until the time is over.
   * @param {string} key
   * @param {number} ms
   * @param {number} [steps] at most
   * @returns {{ step: number, losses: Float32Array[] }} steps done in all, and the new losses of each run
   */
  advance(key, ms, steps = Infinity) {
    const sessions = this.group(key);
    const { dataset } = this.feed;
    const end = performance.now() + ms;
    /** @type {number[][]} */
    const losses = sessions.map(() => []);
    do {
      if (!dataset || !sessions.every((session) => session.ready(dataset))) {
        if (losses[0].length === 0) throw refuse('no_data');
        break;
      }
      sessions.forEach((session, i) => losses[i].push(session.step(dataset).loss));
    } while (losses[0].length < steps && performance.now() < end);
    return { step: sessions[0].info().step, losses: losses.map((row) => Float32Array.from(row)) };
  }

  /**
   * How each run does on the first images of a split.
   * @param {string} key
   * @param {import('./protocol.js').Split} split
   * @param {number} count
   * @returns {{ count: number, loss: number, accuracy: number }[]}
   */
  check(key, split, count) {
    const { dataset } = this.feed;
    const images = Math.min(count, dataset?.available(split) ?? 0);
    if (images === 0) throw refuse('no_data');
    return this.group(key).map((session) => {
      const { correct, loss_sum: loss } = session.evaluate(dataset, split, 0, images);
      return { count: images, loss: loss / images, accuracy: correct / images };
    });
  }

  /**
   * Takes one step of one run under the microscope without changing the run: the batch's image `image`, what its layers
   * give in inference, the dropout masks it met, and the answers with and without them, all of the same weights.
   * @param {string} key
   * @param {number} index of the run
   * @param {number} image its place in the batch
   */
  inspect(key, index, image) {
    const session = this.group(key)[index];
    const { dataset } = this.feed;
    if (!dataset || !session.ready(dataset)) throw refuse('no_data');
    // A twin takes the step: it has the same weights, order and random numbers.
    const twin = this.engine.Session.from_snapshot(session.snapshot());
    try {
      const seen = twin.step_under_microscope(dataset);
      const at = Math.min(image, seen.indices.length - 1);
      const chosen = seen.indices.slice(at, at + 1);
      const bytes = dataset.images('train', chosen);
      const pixels = Float32Array.from(bytes, (grey) => grey / 255);
      const trace = session.trace(pixels);
      const classes = seen.before.probabilities.length / seen.indices.length;
      const row = (/** @type {Float32Array} */ all) => all.slice(at * classes, (at + 1) * classes);
      const masks = trace.flatMap((/** @type {any} */ { layer, data }) => {
        const mask = twin.dropout_mask(layer);
        return mask ? [{ layer, mask: mask.slice(at * data.length, (at + 1) * data.length) }] : [];
      });
      return {
        step: seen.report.step,
        image: at,
        index: chosen[0],
        label: seen.labels[at],
        pixels,
        trace,
        masks,
        training: row(twin.batch().probabilities),
        inference: row(seen.before.probabilities),
      };
    } finally {
      twin.free();
    }
  }
}
