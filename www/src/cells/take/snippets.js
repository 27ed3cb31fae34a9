/**
 * Programs that load the saved weights elsewhere: the files of `www/snippets/` with a network's layers filled in.
 *
 * The files are [Mustache](https://mustache.github.io/mustache.5.html) templates: `{{word}}` is a value, and what stands
 * between `{{#word}}` and `{{/word}}` is there if the word is true, or once for each entry of a list; `{{> name}}` is another
 * file. They hold all that is written, so that `cnn export`, which fills in the same files, writes the same programs.
 *
 * Padding is always written out, in numbers that the engine has worked out: frameworks disagree on where `same` puts its
 * odd pixel and on what padding is worth to a pooling.
 *
 * @module
 */

/**
 * @typedef {object} Layer an entry of a summary of the engine's
 * @property {number} index
 * @property {string} kind
 * @property {string} text
 * @property {number[]} input
 * @property {number[]} output
 * @property {number[]} [bias_shape]
 * @property {{ kernel: number[], stride: number[], pad_before: number[], pad_after: number[] }} [geometry]
 */

/** @typedef {{ [word: string]: string | number | boolean | View[] }} View what a template's words stand for */

/** What stands behind an option in a layer's text. @param {string} text @param {string} option */
function wordAfter(text, option) {
  const words = text.split(' ');
  return words.includes(option) ? words[words.indexOf(option) + 1] : '';
}

/**
 * How a layer's parameters start, from its text, which always says it.
 * @param {string} text
 * @param {number} outputs values of the bias
 * @returns {View}
 */
function startOf(text, outputs) {
  const [weight, bias] = [wordAfter(text, 'init'), wordAfter(text, 'bias')];
  const number = (/** @type {string} */ option, /** @type {string} */ kind) => wordAfter(text.slice(text.indexOf(` ${option} `)), kind);
  // Frameworks scale by fans only what has two; of a bias both are its length.
  const scaled = /** @type {Record<string, number>} */ ({ xavier: 3, xavier_normal: 1, he: 6, he_normal: 2 })[bias];
  return {
    learns: weight !== '',
    [`weight_${weight === 'zeros' ? 'constant' : weight}`]: true,
    weight_number: weight === 'zeros' ? 0 : number('init', weight),
    bias_constant: bias === 'zeros' || bias === 'constant',
    bias_normal: bias === 'normal' || bias.endsWith('_normal'),
    bias_uniform: bias === 'xavier' || bias === 'he',
    bias_number: scaled ? Math.sqrt(scaled / outputs) : bias === 'zeros' ? 0 : number('bias', bias),
  };
}

/** @param {(string | number)[]} items */
const tuple = (items) => `(${items.join(', ')})`;

/**
 * What a line of any framework needs to know of a layer. `crates/cnn-cli/src/program.rs` says the same.
 * @param {Layer} layer
 * @returns {View}
 */
function facts({ index, kind, text, input, output, bias_shape: bias, geometry }) {
  const { kernel = [], stride = [], pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = geometry ?? {};
  const padded = top + bottom + left + right > 0;
  const even = top === bottom && left === right;
  const same = text.includes('padding same');
  return {
    [kind]: true,
    layer: `layer${index}`,
    rate: text.split(' ')[1],
    momentum: wordAfter(text, 'momentum'),
    eps: wordAfter(text, 'eps'),
    maps: input.length === 3,
    features: input.length === 1,
    from: /** @type {number} */ (input.at(-1)),
    to: /** @type {number} */ (output.at(-1)),
    biasless: !bias,
    changes: String(input) !== String(output),
    shape: output.join('×'),
    size: tuple(kernel),
    stride: tuple(stride),
    rows: tuple([top, bottom]),
    columns: tuple([left, right]),
    corner: tuple([top, left]),
    sides: tuple([left, right, top, bottom]),
    padded,
    evenly_padded: padded && even,
    unevenly_padded: !even,
    same,
    // Keras knows no other padding than `same`, which is the notebook's.
    padded_by_hand: padded && !same,
    padded_by_keras: !padded || same,
    ...startOf(text, /** @type {number} */ (output.at(-1))),
  };
}

/** A tag alone on its line leaves no line. @param {string} template */
const joined = (template) => template.replace(/^[ \t]*(\{\{[#/]\w+\}\})[ \t]*\n/gm, '$1');

/** @param {string} template @param {View} view @returns {string} */
export function render(template, view) {
  return template
    .replace(/\{\{#(\w+)\}\}([\s\S]*?)\{\{\/\1\}\}/g, (_, word, inner) => {
      const value = view[word];
      return (Array.isArray(value) ? value : value ? [view] : []).map((each) => render(inner, each)).join('');
    })
    .replace(/\{\{(\w+)\}\}/g, (_, word) => String(view[word]));
}

/**
 * A template with the files that it names.
 * @param {string} name of a file of `www/snippets/`, without its ending
 * @param {(name: string) => string | Promise<string>} read
 * @returns {Promise<string>}
 */
export async function assemble(name, read) {
  const template = await read(name);
  const parts = await Promise.all([...template.matchAll(PART)].map(([, part]) => assemble(part, read)));
  return template.replace(PART, () => /** @type {string} */ (parts.shift()));
}

/** Another file, on a line of its own. */
const PART = /^\{\{> ([\w-]+)\}\}\n/gm;

/**
 * @param {string} template with all its parts
 * @param {{ layers: Layer[], input: number[], classes: number }} summary of the engine's
 * @param {{ name: string, file: string }} names of the network and of the weights' file
 * @param {View} [more] further words
 * @returns {string} a whole program
 */
export function fillSnippet(template, { layers, input, classes }, { name, file }, more = {}) {
  const uses = (/** @type {string[]} */ ...kinds) => layers.some(({ kind }) => kinds.includes(kind));
  return render(joined(template), {
    name,
    file,
    classes,
    input: input.join(', '),
    height: input[0],
    width: input[1],
    channels: input[2],
    size: input.slice(0, 2).join(', '),
    layers: layers.map(facts),
    uses_conv: uses('conv'),
    uses_maxpool: uses('maxpool'),
    uses_avgpool: uses('avgpool'),
    uses_windows: uses('conv', 'maxpool', 'avgpool'),
    uses_dense: uses('dense'),
    uses_batchnorm: uses('batchnorm'),
    ...more,
  });
}
