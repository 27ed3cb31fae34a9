/**
 * A run of the gallery of failures: a session of its own on the opening's images, made ready as the run wants them. The
 * page asks for each stretch, and there is one such run at a time.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { newSession } from './engine-host.js';

/** @typedef {import('../common/requests.js').Preparation} Preparation */

/** Validation images at which units are counted that never respond. */
const LOOKED_AT = 200;
/** Batches whose labels are kept. */
const BATCHES_KEPT = 3;

/**
 * The images in the order in which they are to be learned.
 * @param {ArrayLike<number>} labels of all training images
 * @param {Preparation} preparation
 * @returns {Uint32Array} their places; sorted ones as often as they are gone through, one pass after the other
 */
export function orderOf(labels, { images, sorted, passes }) {
  const order = Uint32Array.from({ length: Math.min(images, labels.length) }, (_, i) => i);
  if (!sorted) return order;
  order.sort((a, b) => labels[a] - labels[b] || a - b);
  return Uint32Array.from({ length: order.length * passes }, (_, i) => order[i % order.length]);
}

/**
 * A data set made of another one's images.
 * @param {any} engine exports of `crates/cnn-wasm`
 * @param {any} source the engine's `Dataset`
 * @param {Preparation} preparation
 */
function prepare(engine, source, preparation) {
  const places = (/** @type {'train' | 'validation'} */ split) => Uint32Array.from({ length: source.available(split) }, (_, i) => i);
  const order = orderOf(source.labels('train', places('train')), preparation);
  const { height, width, channels, classes } = source.info();
  const validation = places('validation');
  const dataset = new engine.Dataset({
    name: 'trial',
    height,
    width,
    channels,
    classes,
    counts: { train: order.length, validation: validation.length, test: 0 },
    // The first epoch shuffles within blocks: in blocks of one image it goes through them as they lie.
    block: preparation.sorted ? 1 : order.length,
  });
  try {
    dataset.append_pixels('train', source.images('train', order), source.labels('train', order));
    dataset.append_pixels('validation', source.images('validation', validation), source.labels('validation', validation));
    dataset.set_ink(preparation.ink);
  } catch (error) {
    dataset.free();
    throw error;
  }
  return dataset;
}

export class Trial {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {() => Promise<any>} images the engine's `Dataset` that the runs' own are made of
   */
  constructor(engine, images) {
    this.engine = engine;
    this.images = images;
    /** @type {any} */
    this.dataset = null;
    /** @type {any} */
    this.session = null;
    this.ink = 1;
    /** Of the first batches. @type {number[]} */
    this.labels = [];
    /** Least and largest value that the network has been given in the first batch. @type {[number, number]} */
    this.range = [0, 0];
  }

  /**
   * Begins a run in place of the one before.
   * @param {import('../common/protocol.js').RunConfig} config
   * @param {Preparation} preparation
   * @returns {Promise<import('../common/requests.js').TrialCheck>} of the network before its first batch
   * @throws what keeps the data from coming (`data.js`), or the engine from making the network
   */
  async begin(config, preparation) {
    const source = await this.images();
    const session = newSession(this.engine, config);
    let dataset;
    try {
      dataset = prepare(this.engine, source, preparation);
    } catch (error) {
      session.free();
      throw error;
    }
    this.session?.free();
    this.dataset?.free();
    Object.assign(this, { session, dataset, ink: preparation.ink, labels: [], range: [0, 0] });
    return this.check();
  }

  /** How the network does on the validation images now. @returns {import('../common/requests.js').TrialCheck} */
  check() {
    const count = this.dataset.available('validation');
    const { correct, loss_sum: loss } = this.session.evaluate(this.dataset, 'validation', 0, count);
    const layers = this.activity();
    return {
      loss: loss / count,
      accuracy: correct / count,
      dead: layers.reduce((sum, { dead }) => sum + dead, 0),
      units: layers.reduce((sum, { active }) => sum + active.length, 0),
    };
  }

  /** How often each unit responds. @returns {{ active: number[], values: number, dead: number }[]} a layer each */
  activity() {
    const indices = Uint32Array.from({ length: Math.min(LOOKED_AT, this.dataset.available('validation')) }, (_, i) => i);
    return this.session.relu_activity(this.dataset, 'validation', indices);
  }

  /**
   * Trains some batches; fewer where the numbers are no longer finite.
   * @param {number} steps 1 or more
   * @returns {import('../common/requests.js').TrialStretch}
   */
  advance(steps) {
    const { session, dataset } = this;
    if (!session) throw codedError('no_session');
    /** @type {number[]} */
    const losses = [];
    let [correct, images] = [0, 0];
    let finite = true;
    while (finite && losses.length < steps) {
      try {
        const report = session.step(dataset);
        losses.push(report.loss);
        correct += report.correct;
        images += report.count;
        if (report.step <= BATCHES_KEPT) this.keep(report.step);
      } catch (error) {
        if (/** @type {any} */ (error).code !== 'not_finite') throw error;
        finite = false;
      }
    }
    return { losses: Float32Array.from(losses), accuracy: images > 0 ? correct / images : null, check: finite ? this.check() : null };
  }

  /** Keeps what one of the first batches was made of. @param {number} step */
  keep(step) {
    const { indices, labels } = this.session.batch();
    this.labels.push(...labels);
    if (step > 1) return;
    const bytes = this.dataset.images('train', indices);
    this.range = [(bytes.reduce((/** @type {number} */ a, /** @type {number} */ b) => Math.min(a, b)) / 255) * this.ink, (bytes.reduce((/** @type {number} */ a, /** @type {number} */ b) => Math.max(a, b)) / 255) * this.ink];
  }

  /**
   * What a closer look at the run shows.
   * @returns {import('../common/requests.js').TrialSight}
   */
  see() {
    if (!this.session) throw codedError('no_session');
    const { shape, value } = this.session.parameter('layer0.weight');
    return {
      range: this.range,
      labels: Uint8Array.from(this.labels),
      filters: { shape, values: value },
      responses: this.activity().map(({ active, values }) => Float32Array.from(active, (count) => count / values)),
    };
  }
}
