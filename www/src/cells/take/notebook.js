/**
 * A Jupyter notebook of the network at hand: the steps of the lecture in the framework that is chosen, in the reader's language.
 *
 * Its templates are written as scripts with cells: `# %% id` begins code, `# %% [markdown] id` stands for a text of
 * `www/snippets/notebook-LANGUAGE.json`. [nbformat 4](https://nbformat.readthedocs.io/en/latest/format_description.html)
 * says what a file looks like.
 *
 * @module
 */

import { fillSnippet, render } from './snippets.js';

/** @typedef {import('../../training/common/protocol.js').RunConfig} RunConfig */
/** @typedef {import('./keys.js').Framework} Framework */
/** @typedef {import('./snippets.js').View} View */

/** What each data set is called elsewhere, and where its four files lie. */
const DATA = {
  mnist: { torch_data: 'MNIST', keras_data: 'mnist', source: 'https://ossci-datasets.s3.amazonaws.com/mnist/' },
  'fashion-mnist': { torch_data: 'FashionMNIST', keras_data: 'fashion_mnist', source: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/' },
  own: {},
};

/** What is to be installed for it. @type {Record<Framework, string>} */
const PACKAGES = { numpy: 'numpy', torch: 'torch torchvision', keras: 'keras tensorflow' };

/** The engine's numbers are single-precision: 0.001 comes back as 0.0010000000474974513. @param {number} number */
const single = (number) => Number(number.toPrecision(6));

/**
 * A rule with its numbers. What a configuration leaves out is the core's.
 * @param {RunConfig['optimizer']} optimizer
 * @returns {View}
 */
function ruleWords({ kind, learning_rate: rate, ...constants }) {
  const { beta1 = 0.9, beta2 = 0.999, weight_decay: decay = 0 } = /** @type {Record<string, number>} */ (constants);
  return { [kind === 'momentum' ? 'momentum_rule' : kind]: true, rate: single(rate), beta1: single(beta1), beta2: single(beta2), decay: single(decay) };
}

/** @param {RunConfig['schedule']} schedule @returns {View} */
function scheduleWords(schedule) {
  const { kind, epochs = 0, every_epochs: every = epochs, factor = 1, warmup_epochs: warmup = 0 } = /** @type {Record<string, any>} */ (schedule);
  return {
    [kind]: true,
    anneals: ['cosine', 'one_cycle', 'warmup_cosine'].includes(kind),
    schedule_epochs: every,
    schedule_factor: single(factor),
    schedule_warmup: warmup,
    schedule_fall: epochs - warmup,
  };
}

/**
 * @param {object} of
 * @param {Framework} of.framework
 * @param {string} of.template `notebook-FRAMEWORK` with all its parts
 * @param {Record<string, string>} of.texts those of a language
 * @param {Parameters<typeof fillSnippet>[1]} of.summary of the engine's
 * @param {{ name: string, file: string }} of.names of the network and of the weights' file
 * @param {Omit<RunConfig, 'data'> & { data?: keyof typeof DATA }} of.config how the page trains it
 * @param {number} of.epochs to train for
 * @param {string[]} of.classes their names
 * @param {string} of.link to the page with these settings
 * @returns {string} the file
 */
export function fillNotebook({ framework, template, texts, summary, names, config, epochs, classes, link }) {
  const data = config.data ?? 'mnist';
  /** @type {View} */
  const settings = {
    ...DATA[data],
    ...ruleWords(config.optimizer),
    ...scheduleWords(config.schedule),
    data,
    own: data === 'own',
    mnist_like: data !== 'own',
    trains: framework !== 'numpy',
    packages: PACKAGES[framework],
    seed: config.seed,
    batch: config.batch_size,
    smoothing: single(config.label_smoothing ?? 0),
    epochs,
    mode: summary.input[2] === 1 ? 'L' : 'RGB',
    class_names: JSON.stringify(classes).replaceAll('","', '", "'),
    link,
    ...names,
  };
  const filled = Object.entries(texts).map(([key, text]) => [key, render(text, settings)]);
  // What the code itself says.
  const said = Object.fromEntries(filled.filter(([key]) => key.startsWith('say_')));
  const script = fillSnippet(template, summary, names, { ...settings, ...said });
  const cells = script.split(/^(?=# %% )/m).map((cell) => cellOf(cell, Object.fromEntries(filled)));
  return `${JSON.stringify({ cells, metadata: METADATA, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

const METADATA = { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' }, language_info: { name: 'python' } };

/** Lines as a notebook keeps them: each with its end, but the last. @param {string} text */
const lines = (text) => text.trim().split(/(?<=\n)/);

/** @param {string} cell of the script @param {Record<string, string>} texts */
function cellOf(cell, texts) {
  const [, markdown, id, code] = /^# %% (\[markdown\] )?([\w-]+)\n([^]*)$/.exec(cell) ?? [];
  if (!id) throw new Error(`not a cell: ${cell}`);
  if (markdown) return { cell_type: 'markdown', id: `${id}-text`, metadata: {}, source: lines(texts[id]) };
  return { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: lines(code) };
}
