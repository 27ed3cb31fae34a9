/** The runs that go wrong: what each is trained with, and what of it is changed for the cure. */

/** @typedef {'rate' | 'zeros' | 'sorted' | 'few' | 'scale' | 'dead'} Fault */
/**
 * @typedef {object} Settings
 * @property {'sgd' | 'adam'} rule of the optimizer
 * @property {number} rate learning rate
 * @property {'he' | 'zeros'} init of the weights; biases are zeros
 * @property {boolean} relu whether there are ReLUs and a hidden layer, or max-pooling alone
 * @property {boolean} batchnorm before each ReLU
 * @property {boolean} shuffled
 * @property {number} images to train on
 * @property {number} ink what full ink is to the network: 1 where the input is normalized
 */
/** @typedef {{ config: import('../../training/common/protocol.js').RunConfig, preparation: import('../../training/common/requests.js').Preparation }} Plan */
/** @typedef {{ broken: Settings, cured: Settings }} Case */

/** Batches of a run, and the images of each. */
export const STEPS = 150;
export const BATCH = 50;
const SEED = 777;
/** Training images that there are. */
export const IMAGES = 1500;

/** What a run has unless it is said to have something else. @type {Settings} */
const USUAL = { rule: 'sgd', rate: 0.1, init: 'he', relu: true, batchnorm: false, shuffled: true, images: IMAGES, ink: 1 };

/** @param {Partial<Settings>} wrong @param {Partial<Settings>} cure @returns {Case} */
const make = (wrong, cure) => ({ broken: { ...USUAL, ...wrong }, cured: { ...USUAL, ...wrong, ...cure } });

/** In the order of the gallery. @type {Record<Fault, Case>} */
export const CASES = {
  // Without a ReLU nothing can die: it blows up.
  rate: make({ relu: false, rate: 0.5 }, { rate: 0.1 }),
  few: make({ images: 200 }, { images: IMAGES }),
  zeros: make({ init: 'zeros' }, { init: 'he' }),
  sorted: make({ shuffled: false }, { shuffled: true }),
  // At this rate the units die within the first batches; with batch normalization it works.
  dead: make({ rate: 2 }, { batchnorm: true }),
  // Plain SGD would die of it at once; Adam, which divides by the gradient's size, learns, and worse.
  scale: make({ rule: 'adam', rate: 0.001, ink: 255 }, { ink: 1 }),
};

/** The faults by the numbers of the runs. */
export const FAULTS = /** @type {Fault[]} */ (Object.keys(CASES));

/** The text of the network. @param {Settings} settings */
export function specOf({ init, relu, batchnorm }) {
  if (!relu) return `input 28x28x1\nconv 5x5 8 init ${init}\nmaxpool 4x4\nflatten\ndense 10 init ${init}\n`;
  const gate = `${batchnorm ? 'batchnorm\n' : ''}relu\n`;
  return `input 28x28x1\nconv 5x5 8 stride 2 init ${init}\n${gate}flatten\ndense 64 init ${init}\n${gate}dense 10 init ${init}\n`;
}

/** @param {Settings} settings @returns {Plan} */
export function planOf(settings) {
  const { rule, rate, shuffled, images, ink } = settings;
  return {
    config: { spec: specOf(settings), seed: SEED, batch_size: BATCH, optimizer: { kind: rule, learning_rate: rate }, schedule: { kind: 'constant' } },
    preparation: { images, sorted: !shuffled, passes: Math.ceil((STEPS * BATCH) / images), ink },
  };
}

/** The settings in which two runs differ. @param {Settings} a @param {Settings} b @returns {(keyof Settings)[]} */
export function differences(a, b) {
  return /** @type {(keyof Settings)[]} */ (Object.keys(a)).filter((key) => a[key] !== b[key]);
}
