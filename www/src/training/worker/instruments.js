/**
 * The training worker's instruments: one step under the microscope and its undoing, reasons for a class, the
 * gradients of one image's loss, dead units.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { yieldToMessages } from './slices.js';
import { measure } from './measure.js';

/** Steps that can be taken back one after the other. */
const KEPT = 4;
/** Images of a batch that are shown: a hundred, and as many taught ones as a batch takes. */
const SHOWN = 110;
/** What the page is told of each parameter besides what the optimizer remembers, in this order. */
const QUANTITIES = /** @type {const} */ (['value', 'grad']);

/** So long a step waits for its images, milliseconds. */
const PATIENCE_MS = 20_000;

/** Every quantity of a parameter by its name: value, gradient, the optimizer's memory, update. @param {any} change */
function quantitiesOf(change) {
  const all = QUANTITIES.map((name) => [name, change[name]]);
  return Object.fromEntries([...all, ...Object.entries(change.memory), ['update', change.update]]);
}

export class Instruments {
  /**
   * @param {any} engine exports of `crates/cnn-wasm`
   * @param {import('./feed.js').Feed} feed
   * @param {import('./run.js').Run} run
   */
  constructor(engine, feed, run) {
    this.engine = engine;
    this.feed = feed;
    this.run = run;
    /** States to go back to. @type {{ step: number, bytes: Uint8Array, counts: import('../common/protocol.js').Counts }[]} */
    this.undos = [];
    /** The network as it was before the step that was looked at. @type {any} */
    this.before = null;
    /** What the step changed in each parameter. @type {any[]} */
    this.changes = [];
  }

  /** The run is another one: nothing of it can be taken back. */
  forget() {
    this.undos = [];
    this.changes = [];
    this.before?.free();
    this.before = null;
  }

  /** Training and evaluations are over, so that a step meets nobody half-way. */
  async settle() {
    const { run } = this;
    await run.pause();
    while (run.evaluations > 0) await yieldToMessages();
    if (!run.session) throw codedError('no_session');
    const { feed } = this;
    const ready = () => feed.dataset && run.session.ready(feed.dataset);
    const last = performance.now() + PATIENCE_MS;
    while (!ready()) {
      run.wantData(1);
      feed.want('train', feed.state.available.train + 1);
      if (feed.state.error || performance.now() > last) throw codedError('no_data');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /**
   * Trains one batch and tells everything that it changed.
   * @returns {Promise<import('../common/protocol.js').Microscope>}
   */
  async microscope() {
    const { run, feed } = this;
    await this.settle();
    run.stopping = false;
    if (run.pendingValidationEpoch > 0) await run.validateEpoch();
    const { session } = run;
    const { step } = session.info();
    const bytes = session.snapshot();
    const fingerprint = session.fingerprint();
    const counts = run.counts();
    const start = performance.now();
    const seen = session.step_under_microscope(feed.dataset);
    // A snapshot is taken before and two inferences are made besides: half of the time is the step's, about.
    const ended = run.account(seen.report, (performance.now() - start) / 2);
    this.undos = [...this.undos, { step, bytes, counts }].slice(-KEPT);
    this.before?.free();
    this.before = null;
    this.changes = seen.parameters;
    const shown = Math.min(seen.indices.length, SHOWN);
    const indices = seen.indices.slice(0, shown);
    // Before anything is waited for, as the next step has others.
    const images = session.batch_images(shown);
    if (ended) await run.validateEpoch();
    run.emitSnapshot();

    const classes = seen.before.probabilities.length / seen.indices.length;
    const [height, width, channels] = feed.state.shape;
    const cut = (/** @type {{ losses: Float32Array, probabilities: Float32Array }} */ answers) => ({
      loss: answers.losses.reduce((sum, loss) => sum + loss, 0) / answers.losses.length,
      losses: answers.losses.slice(0, shown),
      probabilities: answers.probabilities.slice(0, shown * classes),
    });
    return {
      step: seen.report.step,
      size: seen.indices.length,
      loss: seen.report.loss,
      learningRate: seen.report.learning_rate,
      indices,
      labels: seen.labels.slice(0, shown),
      images,
      height,
      width,
      channels,
      classes,
      before: cut(seen.before),
      after: cut(seen.after),
      fingerprints: [fingerprint, session.fingerprint()],
      parameters: this.changes.map((change) => ({
        name: change.name,
        layer: change.layer,
        shape: change.shape,
        quantities: Object.entries(quantitiesOf(change)).map(([name, values]) => ({ name, ...measure(values) })),
      })),
    };
  }

  /**
   * Takes the last step under the microscope back: weights, optimizer, random numbers and order of the data are as they
   * were.
   * @returns {Promise<{ step: number, fingerprint: string } | null>} null if it can't be: training went on
   */
  async undo() {
    const { run } = this;
    await run.pause();
    const last = this.undos.at(-1);
    if (!last || run.session?.info().step !== last.step + 1) {
      this.forget();
      return null;
    }
    while (run.evaluations > 0) await yieldToMessages();
    const { session } = run;
    const rate = session.info().optimizer.learning_rate;
    session.restore(last.bytes);
    // A learning rate that was changed since is the person's wish for what comes next.
    if (rate !== session.info().optimizer.learning_rate) session.set_learning_rate(rate);
    run.resume(last.counts);
    this.undos.pop();
    this.before?.free();
    this.before = null;
    this.changes = [];
    run.emitSnapshot();
    const { step } = session.info();
    run.timeLine.back(step);
    return { step, fingerprint: session.fingerprint() };
  }

  /**
   * One image's way through the network as it was before the step under the microscope, and as it is now.
   * @param {Float32Array} pixels
   */
  compare(pixels) {
    const { run } = this;
    const last = this.undos.at(-1);
    if (!last || run.session?.info().step !== last.step + 1) return null;
    this.before ??= this.engine.Session.from_snapshot(last.bytes);
    return { before: this.before.trace(pixels), after: run.session.trace(pixels) };
  }

  /**
   * The filters of a convolution for one map of its input, quantity by quantity.
   * @param {string} name of the parameter
   * @param {number} channel of its input
   * @returns {{ name: string, values: Float32Array }[] | null} `[kernel_h, kernel_w, filters]` each
   */
  filters(name, channel) {
    const change = this.changes.find((each) => each.name === name);
    if (change?.shape.length !== 4) return null;
    const [rows, columns, inputs, outputs] = change.shape;
    const map = Math.min(channel, inputs - 1);
    return Object.entries(quantitiesOf(change)).map(([quantity, values]) => {
      const slice = new Float32Array(rows * columns * outputs);
      for (let place = 0; place < rows * columns; place += 1) {
        slice.set(values.subarray((place * inputs + map) * outputs, (place * inputs + map + 1) * outputs), place * outputs);
      }
      return { name: quantity, values: slice };
    });
  }

  /**
   * Where an image speaks for and against each class.
   * @param {Float32Array} pixels
   * @param {number} layer whose maps are weighed; below 0 the image's own pixels, each with its gradient
   */
  reasons(pixels, layer) {
    const { session } = this.run;
    if (!session) throw codedError('no_session');
    const { classes, input } = session.info();
    const [height, width, channels] = input;
    /** @param {number} each */
    const ofPixels = (each) => {
      const gradient = session.image_gradient(pixels, each);
      const values = new Float32Array(height * width);
      for (let i = 0; i < gradient.length; i += 1) values[Math.floor(i / channels)] += gradient[i] * pixels[i];
      return { layer, class: each, size: [height, width], values };
    };
    return Array.from({ length: classes }, (_, each) => (layer < 0 ? ofPixels(each) : session.grad_cam(pixels, layer, each)));
  }

  /**
   * One image's loss and its gradients, and what nudging a weight does to the loss: all of the same step.
   * @param {Float32Array} pixels
   * @param {number} label below 0: the class that the network says
   * @param {number} layer whose parameters are wanted
   * @param {{ index: number, by: number } | null} nudge a weight of that layer
   * @returns {import('../common/protocol.js').Backprop}
   */
  backprop(pixels, label, layer, nudge) {
    const { session } = this.run;
    if (!session) throw codedError('no_session');
    const { class: said, probabilities } = session.predict(pixels);
    const of = label < 0 ? said : label;
    const { loss, gradients, d_input: dImage, d_weight: grad } = session.loss_gradients(pixels, of, layer);
    const weight = session.parameter(`layer${layer}.weight`);
    const nudged = (/** @type {number} */ by) => session.nudged_loss(pixels, of, layer, nudge?.index ?? 0, by);
    return {
      step: session.info().step,
      label: of,
      loss,
      probabilities,
      activations: session.trace(pixels),
      gradients,
      dImage,
      weight: weight ? { layer, shape: weight.shape, value: weight.value, grad } : null,
      nudge: nudge && { layer, ...nudge, below: nudged(-nudge.by), above: nudged(nudge.by) },
    };
  }

  /**
   * How often each unit answers to the first images of the validation split.
   * @param {number} count
   */
  activity(count) {
    const { session } = this.run;
    const available = Math.min(count, this.feed.dataset?.available('validation') ?? 0);
    if (!session) throw codedError('no_session');
    if (available === 0) throw codedError('no_data');
    const indices = Uint32Array.from({ length: available }, (_, i) => i);
    return { count: available, step: session.info().step, layers: session.relu_activity(this.feed.dataset, 'validation', indices) };
  }
}
