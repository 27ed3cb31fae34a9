/**
 * The state keys that decide a run, and the configuration they make.
 *
 * @module
 */

import { choice, decimal, integer, text } from '../../base/state.js';

/** @typedef {import('../common/protocol.js').Optimizer} Optimizer */
/** @typedef {import('../common/protocol.js').Augment} Augment */
/** @typedef {import('../common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('../common/protocol.js').Schedule} Schedule */
/**
 * @typedef {{ name: string, spec: string, optimizer: Optimizer, schedule: Schedule, label_smoothing: number, augment: Augment, batch_size: number, epochs: number }} Preset
 */
/** @typedef {Schedule['kind']} ScheduleKind */
/** @typedef {Optimizer['kind']} OptimizerKind */

/** The lecture's own seed. */
const LECTURE_SEED = 777;

/** A learning rate that each optimizer usually starts from. @type {Record<OptimizerKind, number>} */
export const USUAL_RATE = { adam: 0.001, adamw: 0.001, sgd: 0.1, momentum: 0.01, rmsprop: 0.001 };

/** @type {OptimizerKind[]} */
export const OPTIMIZERS = ['adam', 'adamw', 'sgd', 'momentum', 'rmsprop'];

/** @type {ScheduleKind[]} */
export const SCHEDULES = ['constant', 'step', 'cosine', 'one_cycle', 'warmup', 'warmup_cosine'];

/** What a run takes where nothing else is said: Adam's constants are those of its paper, the decay is PyTorch's. */
const USUAL = { beta1: 0.9, beta2: 0.999, decay: 0.01, smoothing: 0 };

/** Epochs of the warm-up before a cosine. */
const WARMUP_EPOCHS = 1;

/** What a step of the step schedule multiplies the rate with. */
const STEP_FACTOR = 0.5;

/** How training images may be distorted, and the most that a run offers of each. */
export const DISTORTIONS = /** @type {const} */ ([
  ['shift', { max: 10, step: 0.5 }],
  ['rotation', { max: 90, step: 1 }],
  ['scaling', { max: 0.5, step: 0.01 }],
  ['thickness', { max: 1, step: 0.1 }],
  ['elastic', { max: 5, step: 0.1 }],
]);

/** What can be trained on; `own` is what the person brought, which no link can carry. */
export const DATA_SETS = /** @type {const} */ (['mnist', 'fashion-mnist', 'own']);

/**
 * What is known of a data set before it is there: shape of an image and classes.
 * @param {string} name
 * @param {import('../common/protocol.js').UserData | null} userData
 * @returns {{ shape: [number, number, number], classes: number } | null} null for images that nobody brought
 */
export function outlineOf(name, userData) {
  if (name !== 'own') return { shape: [28, 28, 1], classes: 10 };
  return userData && { shape: [userData.height, userData.width, userData.channels], classes: userData.names.length };
}

/** Keys in the order of the link. @type {import('../../base/state.js').Schema} */
export const trainingSchema = {
  data: choice({ default: /** @type {typeof DATA_SETS[number]} */ ('mnist'), values: DATA_SETS }),
  // A preset's name, or a network's whole text.
  spec: text({ default: 'lab11-2', maxLength: 4000 }),
  'train.seed': integer({ default: LECTURE_SEED, min: 0, max: 2 ** 32 - 1 }),
  'train.batch': integer({ default: 100, min: 1, max: 1000 }),
  'train.optimizer': choice({ default: /** @type {OptimizerKind} */ ('adam'), values: OPTIMIZERS }),
  'train.rate': decimal({ default: USUAL_RATE.adam, min: 1e-7, max: 10, step: 0.0001 }),
  'train.schedule': choice({ default: /** @type {ScheduleKind} */ ('constant'), values: SCHEDULES }),
  // Epochs of a cosine, a cycle or a warm-up, or between two steps.
  'train.epochs': integer({ default: 10, min: 1, max: 100 }),
  // Of Adam and AdamW.
  'train.beta1': decimal({ default: USUAL.beta1, min: 0, max: 0.999, step: 0.01 }),
  'train.beta2': decimal({ default: USUAL.beta2, min: 0, max: 0.9999, step: 0.001 }),
  // Of AdamW.
  'train.decay': decimal({ default: USUAL.decay, min: 0, max: 1, step: 0.01 }),
  'train.smoothing': decimal({ default: USUAL.smoothing, min: 0, max: 0.9, step: 0.01 }),
  // The most that each training image is distorted by: pixels, degrees, parts of the size and of the way, pixels.
  ...Object.fromEntries(DISTORTIONS.map(([name, range]) => [`train.${name}`, decimal({ default: 0, min: 0, ...range })])),
  'train.check': integer({ default: 50, min: 0, max: 10_000 }),
};

const block = (/** @type {number} */ filters) => `conv 3x3 ${filters} padding same init he\nrelu\nmaxpool 2x2\n`;

/** A network small enough to train several of at once. @param {string} [dropout] a line of dropout before its last layer */
export const smallSpec = (dropout = '') => `input 28x28x1\n${block(8)}${block(16)}${dropout}flatten\ndense 10\n`;

/** @type {WeakMap<object, Preset[]>} */
const presetsKnown = new WeakMap();

/**
 * The engine's networks. They never change, and reading them takes a while.
 * @param {any} engine
 * @returns {Preset[]}
 */
export function presetsOf(engine) {
  const known = presetsKnown.get(engine) ?? engine.presets();
  presetsKnown.set(engine, known);
  return known;
}

/**
 * The whole text behind a `spec` key.
 * @param {any} engine
 * @param {string} value a preset's name or a text
 * @returns {string}
 */
export function specText(engine, value) {
  return presetsOf(engine).find(({ name }) => name === value.trim())?.spec ?? value;
}

/**
 * What goes into the `spec` key for a text: the preset's name if it is one to the letter, so that links stay short and
 * nobody's new line vanishes while it is being typed.
 * @param {any} engine
 * @param {string} spec
 * @returns {string}
 */
export const specKey = (engine, spec) => presetName(engine, spec) ?? spec;

/**
 * The preset whose text this is to the letter; null for a network of one's own.
 * @param {any} engine
 * @param {string} spec
 * @returns {string | null}
 */
export function presetName(engine, spec) {
  return presetsOf(engine).find((preset) => preset.spec === spec)?.name ?? null;
}

/**
 * @param {any} engine
 * @param {import('../../base/state.js').State} state
 * @returns {RunConfig}
 */
export function configOf(engine, state) {
  return {
    data: state.get('data'),
    spec: specText(engine, state.get('spec')),
    seed: state.get('train.seed'),
    batch_size: state.get('train.batch'),
    optimizer: optimizerOf(state.get('train.optimizer'), state.get('train.rate'), {
      beta1: state.get('train.beta1'),
      beta2: state.get('train.beta2'),
      decay: state.get('train.decay'),
    }),
    schedule: scheduleOf(state.get('train.schedule'), state.get('train.epochs')),
    ...(state.get('train.smoothing') > 0 ? { label_smoothing: state.get('train.smoothing') } : {}),
    ...augmentOf((name) => state.get(`train.${name}`)),
  };
}

/**
 * The part of a configuration that says how images are distorted; nothing where none are, so that a run without stays what
 * it was before there was a choice.
 * @param {(name: keyof Augment) => number | undefined} amountOf
 * @returns {{ augment?: Augment }}
 */
export function augmentOf(amountOf) {
  const on = DISTORTIONS.flatMap(([name]) => {
    const amount = amountOf(name) ?? 0;
    return amount > 0 ? [[name, amount]] : [];
  });
  return on.length > 0 ? { augment: Object.fromEntries(on) } : {};
}

/**
 * @param {OptimizerKind} kind
 * @param {number} learning_rate
 * @param {{ beta1: number, beta2: number, decay: number }} [constants] those that the rule has are taken; usual ones are
 *   not named, so that a run without them stays what it was before there was a choice
 * @returns {Optimizer}
 */
export function optimizerOf(kind, learning_rate, { beta1, beta2, decay } = USUAL) {
  if (kind !== 'adam' && kind !== 'adamw') return { kind, learning_rate };
  const moments = { ...(beta1 === USUAL.beta1 ? {} : { beta1 }), ...(beta2 === USUAL.beta2 ? {} : { beta2 }) };
  return kind === 'adam' ? { kind, learning_rate, ...moments } : { kind, learning_rate, ...moments, weight_decay: decay };
}

/**
 * @param {ScheduleKind} kind
 * @param {number} epochs
 * @returns {Schedule}
 */
export function scheduleOf(kind, epochs) {
  switch (kind) {
    case 'constant':
      return { kind };
    case 'step':
      return { kind, every_epochs: epochs, factor: STEP_FACTOR };
    case 'warmup':
      return { kind, warmup_epochs: epochs };
    case 'warmup_cosine':
      return { kind, warmup_epochs: WARMUP_EPOCHS, epochs: Math.max(epochs, WARMUP_EPOCHS + 1) };
    default:
      return { kind, epochs };
  }
}

/**
 * Chooses another optimizer. A rate that was only the other one's usual one would hardly move plain SGD, so it follows.
 * @param {import('../../base/state.js').State} state
 * @param {{ optimizer: string, rate: string }} keys of the state
 * @param {OptimizerKind} kind
 */
export function chooseOptimizer(state, keys, kind) {
  /** @type {OptimizerKind} */
  const before = state.get(keys.optimizer);
  const follows = state.get(keys.rate) === USUAL_RATE[before];
  state.assign({ [keys.optimizer]: kind, ...(follows ? { [keys.rate]: USUAL_RATE[kind] } : {}) });
}

/** Epochs after which a schedule has brought the rate down; null if it never ends. @param {Schedule} schedule */
export const endOf = (schedule) => ('epochs' in schedule ? schedule.epochs : null);

/** The engine's numbers are single-precision: 0.001 comes back as 0.0010000000474974513. @param {number} number */
const single = (number) => Number(number.toPrecision(6));

/**
 * All constants of a configuration besides the learning rate, those that it does not name too.
 * @param {Pick<RunConfig, 'optimizer' | 'label_smoothing'>} config
 */
function constantsOf({ optimizer, label_smoothing = USUAL.smoothing }) {
  const { beta1 = USUAL.beta1, beta2 = USUAL.beta2, weight_decay = USUAL.decay } = /** @type {Partial<Extract<Optimizer, { kind: 'adamw' }>>} */ (optimizer);
  return { beta1: single(beta1), beta2: single(beta2), decay: single(weight_decay), smoothing: single(label_smoothing) };
}

/**
 * The values of the state's keys that make a configuration.
 * @param {any} engine
 * @param {Omit<RunConfig, 'seed'>} config
 * @returns {Record<string, unknown>}
 */
export function keysOf(engine, { data, spec, batch_size, optimizer, schedule, label_smoothing, augment }) {
  const epochs = 'every_epochs' in schedule ? schedule.every_epochs : schedule.kind === 'warmup' ? schedule.warmup_epochs : endOf(schedule);
  const { beta1, beta2, decay, smoothing } = constantsOf({ optimizer, label_smoothing });
  return {
    ...(data ? { data } : {}),
    spec: specKey(engine, spec),
    'train.batch': batch_size,
    'train.optimizer': optimizer.kind,
    'train.rate': single(optimizer.learning_rate),
    'train.beta1': beta1,
    'train.beta2': beta2,
    ...(optimizer.kind === 'adamw' ? { 'train.decay': decay } : {}),
    'train.smoothing': smoothing,
    ...Object.fromEntries(DISTORTIONS.map(([name]) => [`train.${name}`, single(augment?.[name] ?? 0)])),
    'train.schedule': schedule.kind,
    ...(epochs === null ? {} : { 'train.epochs': epochs }),
  };
}

/**
 * Whether two configurations are one but for the learning rate, which may change while training runs.
 * @param {RunConfig} a
 * @param {RunConfig} b
 */
export function sameRun(a, b) {
  return (
    (a.data ?? DATA_SETS[0]) === (b.data ?? DATA_SETS[0]) &&
    a.spec.trim() === b.spec.trim() &&
    a.seed === b.seed &&
    a.batch_size === b.batch_size &&
    a.optimizer.kind === b.optimizer.kind &&
    JSON.stringify(a.schedule) === JSON.stringify(b.schedule) &&
    JSON.stringify(constantsOf(a)) === JSON.stringify(constantsOf(b)) &&
    DISTORTIONS.every(([name]) => single(a.augment?.[name] ?? 0) === single(b.augment?.[name] ?? 0))
  );
}
