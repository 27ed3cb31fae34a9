/**
 * Runs beside the one that the page trains: a few sessions that go on step by step, in turn, with the same data. The page
 * asks for each stretch, so they stop when nobody looks.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { newSession } from './engine-host.js';
import { normsBetween } from './norms.js';
import { rangeOf, spreadOf } from './spread.js';

/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').PlainError} PlainError */
/** @typedef {{ session: any, error: PlainError | null }} Member a run; one with an error has stopped for good */

/**
 * One step of a run, or what stopped it.
 * @param {Member} member
 * @param {any} dataset
 * @returns {{ loss: number, learning_rate: number }}
 */
function step(member, dataset) {
  try {
    if (!member.error) return member.session.step(dataset);
  } catch (thrown) {
    const { code, message, details } = /** @type {any} */ (thrown);
    if (code !== 'not_finite') throw thrown;
    member.error = { code, message, details };
  }
  return { loss: NaN, learning_rate: NaN };
}

export class Runs {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {import('./feed.js').Feed} feed
   */
  constructor(engine, feed) {
    this.engine = engine;
    this.feed = feed;
    /** @type {Map<string, Member[]>} */
    this.groups = new Map();
  }

  /**
   * Starts a group of runs in place of one of the same key.
   * @param {string} key
   * @param {RunConfig[]} configs
   * @param {(Uint8Array | null)[]} [snapshots] where one goes on from
   */
  begin(key, configs, snapshots = []) {
    /** @type {Member[]} */
    const members = [];
    try {
      configs.forEach((config, i) => {
        const snapshot = snapshots[i];
        members.push({ session: snapshot ? this.engine.Session.from_snapshot(snapshot) : newSession(this.engine, config), error: null });
      });
    } catch (error) {
      for (const { session } of members) session.free();
      throw error;
    }
    this.end(key);
    this.groups.set(key, members);
  }

  /** The data are others: no group can go on. */
  endAll() {
    for (const key of [...this.groups.keys()]) this.end(key);
  }

  /** @param {string} key */
  end(key) {
    for (const { session } of this.groups.get(key) ?? []) session.free();
    this.groups.delete(key);
  }

  /** @param {string} key @returns {Member[]} */
  group(key) {
    const members = this.groups.get(key);
    if (!members) throw codedError('no_session');
    return members;
  }

  /**
   * Trains every run of a group by the same number of steps: at least one, and on until the time is over. One whose
   * numbers are no longer finite stops there; the others go on.
   * @param {string} key
   * @param {number} ms
   * @param {number} [steps] at most
   * @returns {{ losses: Float32Array[], rates: Float32Array[], errors: (PlainError | null)[] }} of each run, for each
   *   step, its loss and learning rate, NaN after it stopped
   */
  advance(key, ms, steps = Infinity) {
    const members = this.group(key);
    const { dataset } = this.feed;
    this.wantData(members, steps);
    const end = performance.now() + ms;
    /** @type {number[][]} */
    const losses = members.map(() => []);
    /** @type {number[][]} */
    const rates = members.map(() => []);
    do {
      if (!dataset || !members.every(({ session, error }) => error || session.ready(dataset))) {
        if (losses[0].length === 0) throw codedError('no_data');
        break;
      }
      members.forEach((member, i) => {
        const { loss, learning_rate: rate } = step(member, dataset);
        losses[i].push(loss);
        rates[i].push(rate);
      });
    } while (losses[0].length < steps && performance.now() < end);
    const rows = (/** @type {number[][]} */ all) => all.map((row) => Float32Array.from(row));
    return { losses: rows(losses), rates: rows(rates), errors: members.map(({ error }) => error) };
  }

  /** Has the data fetched that a group comes to. @param {Member[]} members @param {number} steps at most */
  wantData(members, steps) {
    if (this.feed.complete) return;
    for (const { session } of members) {
      const { epoch, position, batch_size: size } = session.info();
      this.feed.reach(epoch, position * size, (position + steps) * size);
      // A batch may reach further than its place says.
      if (this.feed.dataset && !session.ready(this.feed.dataset)) this.feed.want('train', this.feed.state.available.train + 1);
    }
  }

  /**
   * Changes the learning rate of one run, from its next step on.
   * @param {string} key
   * @param {number} index
   * @param {number} rate
   */
  setRate(key, index, rate) {
    this.group(key)[index].session.set_learning_rate(rate);
  }

  /**
   * The weights of one run, as a safetensors file.
   * @param {string} key
   * @param {number} index
   * @returns {Uint8Array}
   */
  weights(key, index) {
    return this.group(key)[index].session.save_weights();
  }

  /** Each run as it is, to go on from; null for one that has stopped or can't go on. @param {string} key @returns {(Uint8Array | null)[]} */
  snapshots(key) {
    return this.group(key).map(({ session, error }) => {
      if (error) return null;
      try {
        return session.snapshot();
      } catch {
        return null; // Its weights are not finite: its next step will say so.
      }
    });
  }

  /**
   * How each run does on the first images of a split.
   * @param {string} key
   * @param {import('../common/protocol.js').Split} split
   * @param {number} count
   * @returns {({ loss: number, accuracy: number } | null)[]} null for a run that has stopped
   */
  check(key, split, count) {
    const { dataset } = this.feed;
    this.feed.want(split, count);
    const images = Math.min(count, dataset?.available(split) ?? 0);
    if (images === 0) throw codedError('no_data');
    return this.group(key).map(({ session, error }) => {
      if (error) return null;
      const { correct, loss_sum: loss } = session.evaluate(dataset, split, 0, images);
      return { loss: loss / images, accuracy: correct / images };
    });
  }

  /**
   * Takes one step of one run under the microscope without changing the run: the batch's image `image`, what its layers
   * give in inference, the dropout masks it met, what its batch normalizations went by, and its answers in training and in
   * inference, all of the same weights.
   * @param {string} key
   * @param {number} index of the run
   * @param {number} image its place in the batch
   */
  inspect(key, index, image) {
    const { session } = this.group(key)[index];
    const { dataset } = this.feed;
    this.wantData(this.group(key), 1);
    if (!dataset || !session.ready(dataset)) throw codedError('no_data');
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
        step: session.info().step,
        size: seen.indices.length,
        image: at,
        index: chosen[0],
        label: seen.labels[at],
        trace,
        masks,
        norms: normsBetween(session.save_weights(), twin.save_weights(), session.info().spec),
        training: row(twin.batch().probabilities),
        inference: row(seen.before.probabilities),
      };
    } finally {
      twin.free();
    }
  }

  /**
   * How the values of some layers of a group's runs are spread over the first images of the validation split, in inference.
   * @param {string} key
   * @param {{ run: number, layer: number }[]} places layers count from 0 without the input
   * @param {number} count images
   * @returns {(import('../common/requests.js').Spread | null)[]} null for a run that has stopped
   */
  spread(key, places, count) {
    const members = this.group(key);
    const { dataset } = this.feed;
    this.feed.want('validation', count);
    const available = Math.min(count, dataset?.available('validation') ?? 0);
    if (available === 0) throw codedError('no_data');
    const size = this.feed.state.shape.reduce((all, side) => all * side, 1);
    const pixels = Float32Array.from(dataset.images('validation', Uint32Array.from({ length: available }, (_, i) => i)), (grey) => grey / 255);
    // Several layers of one run come from one pass.
    const traces = new Map(
      [...new Set(places.map(({ run }) => run))].filter((run) => !members[run].error).map((run) => {
        const images = Array.from({ length: available }, (_, i) => members[run].session.trace(pixels.subarray(i * size, (i + 1) * size)));
        return [run, images];
      }),
    );
    return places.map(({ run, layer }) => {
      const values = traces.get(run)?.map((trace) => trace[layer].data);
      if (!values) return null;
      const range = rangeOf(values);
      return { range, ...spreadOf(values, traces.get(run)?.[0][layer].shape.at(-1) ?? 1, range) };
    });
  }
}
