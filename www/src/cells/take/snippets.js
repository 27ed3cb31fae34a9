/**
 * Programs that load the saved weights elsewhere: the files of `www/snippets/` with a network's layers filled in.
 *
 * Padding is always written out, in numbers that the engine has worked out: frameworks disagree on where `same` puts its
 * odd pixel and on what padding is worth to a pooling.
 *
 * @module
 */

/** @typedef {import('./keys.js').Framework} Framework */


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

/** @param {(string | number)[]} items */
const tuple = (items) => `(${items.join(', ')})`;

/**
 * What a line of any framework needs to know of a layer.
 * @param {Layer} layer
 */
function facts({ index, kind, text, input, output, bias_shape: bias, geometry }) {
  const { kernel = [], stride = [], pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = geometry ?? {};
  return {
    name: `layer${index}`,
    kind,
    rate: text.split(' ')[1],
    same: text.includes('padding same'),
    from: /** @type {number} */ (input.at(-1)),
    to: /** @type {number} */ (output.at(-1)),
    biased: Boolean(bias),
    changes: String(input) !== String(output),
    shape: output.join('×'),
    size: tuple(kernel),
    stride: tuple(stride),
    padded: top + bottom + left + right > 0,
    even: top === bottom && left === right,
    rows: tuple([top, bottom]),
    columns: tuple([left, right]),
    corner: tuple([top, left]),
    sides: tuple([left, right, top, bottom]),
  };
}

/** @typedef {ReturnType<typeof facts>} Facts */
/** A layer as one or two lines of code, and as the line that declares it. @typedef {(layer: Facts) => string[]} Line */

const SAME = ', padding="same"';

/** @type {Record<Framework, Record<string, Line>>} */
const LINES = {
  numpy: {
    conv: ({ name, stride, rows, columns }) => [`x = conv(x, "${name}", ${stride}, (${rows}, ${columns}))`],
    maxpool: ({ size, stride, rows, columns }) => [`x = max_pool(x, ${size}, ${stride}, (${rows}, ${columns}))`],
    avgpool: ({ size, stride, rows, columns }) => [`x = avg_pool(x, ${size}, ${stride}, (${rows}, ${columns}))`],
    relu: () => ['x = np.maximum(x, 0)'],
    dropout: ({ rate }) => [`# dropout ${rate} does nothing after training`],
    flatten: () => ['x = x.reshape(len(x), -1)'],
    dense: ({ name }) => [`x = dense(x, "${name}")`],
  },
  torch: {
    conv: ({ name, sides, even }) => [...(even ? [] : [`x = F.pad(x, ${sides})`]), `x = self.${name}(x)`],
    maxpool: ({ size, stride, sides, padded }) => [
      ...(padded ? [`x = F.pad(x, ${sides}, value=-torch.inf)  # never wins`] : []),
      `x = F.max_pool2d(x, ${size}, ${stride})`,
    ],
    avgpool: ({ size, stride, sides }) => [`x = avg_pool(x, ${size}, ${stride}, ${sides})`],
    relu: () => ['x = F.relu(x)'],
    dropout: ({ rate }) => [`x = F.dropout(x, ${rate}, self.training)`],
    flatten: () => ['x = x.permute(0, 2, 3, 1).flatten(1)  # the notebook has channels innermost'],
    dense: ({ name }) => [`x = self.${name}(x)`],
  },
  // Its `same` is the notebook's; only other padding is written out.
  keras: {
    conv: ({ name, to, size, stride, rows, columns, padded, same, biased }) => [
      ...(padded && !same ? [`x = layers.ZeroPadding2D((${rows}, ${columns}))(x)`] : []),
      `x = layers.Conv2D(${to}, ${size}, ${stride}${same ? SAME : ''}${biased ? '' : ', use_bias=False'}, name="${name}")(x)`,
    ],
    maxpool: ({ size, stride, rows, columns, padded, same }) => [
      ...(padded && !same ? [`x = ops.pad(x, ((0, 0), ${rows}, ${columns}, (0, 0)), constant_values=-float("inf"))  # never wins`] : []),
      `x = layers.MaxPooling2D(${size}, ${stride}${same ? SAME : ''})(x)`,
    ],
    avgpool: ({ size, stride, rows, columns, padded, same }) =>
      padded && !same
        ? [
            `pad, pool = ((0, 0), ${rows}, ${columns}, (0, 0)), layers.AveragePooling2D(${size}, ${stride})`,
            'x = pool(ops.pad(x, pad)) / pool(ops.pad(ops.ones((1, *x.shape[1:3], 1)), pad))  # only what is real counts',
          ]
        : [`x = layers.AveragePooling2D(${size}, ${stride}${same ? SAME : ''})(x)`],
    relu: () => ['x = layers.ReLU()(x)'],
    dropout: ({ rate }) => [`x = layers.Dropout(${rate})(x)`],
    flatten: () => ['x = layers.Flatten()(x)'],
    dense: ({ name, to, biased }) => [`x = layers.Dense(${to}${biased ? '' : ', use_bias=False'}, name="${name}")(x)`],
  },
};

/** What PyTorch declares. @type {Record<string, Line>} */
const MODULES = {
  conv: ({ name, from, to, size, stride, corner, padded, even, biased }) => [
    `self.${name} = nn.Conv2d(${from}, ${to}, ${size}, ${stride}${padded && even ? `, ${corner}` : ''}${biased ? '' : ', bias=False'})`,
  ],
  dense: ({ name, from, to, biased }) => [`self.${name} = nn.Linear(${from}, ${to}${biased ? '' : ', bias=False'})`],
};

/** Leaves out the functions that nothing calls. @param {string} code @returns {string} */
function prune(code) {
  const kept = code.replace(/^def (\w+)\(.*\n(?:(?: .*)?\n)+?(?=\S)/gm, (block, name) => (code.split(`${name}(`).length > 2 ? block : ''));
  return kept === code ? code : prune(kept);
}

/**
 * @param {string} template the framework's file of `www/snippets/`
 * @param {Framework} framework
 * @param {{ layers: Layer[], input: number[], classes: number }} summary of the engine's
 * @param {{ name: string, file: string }} names of the network and of the weights' file
 * @returns {string} a whole program
 */
export function fillSnippet(template, framework, { layers, input, classes }, { name, file }) {
  const all = layers.map(facts);
  const blocks = {
    layers: all.flatMap((layer) => MODULES[layer.kind]?.(layer) ?? []),
    forward: all.flatMap((layer) => {
      const lines = LINES[framework][layer.kind](layer);
      const last = /** @type {string} */ (lines.pop());
      return [...lines, last.includes('#') || !layer.changes ? last : `${last}  # ${layer.shape}`];
    }),
  };
  /** @type {Record<string, unknown>} */
  const words = { name, file, classes, input: input.join(', '), channels: input[2], size: input.slice(0, 2).join(', ') };
  const filled = template
    .replace(/^( *)\{\{(layers|forward)\}\}$/gm, (_, indent, block) =>
      blocks[/** @type {'layers' | 'forward'} */ (block)].map((line) => indent + line).join('\n'),
    )
    .replace(/\{\{(\w+)\}\}/g, (_, word) => String(words[word]));
  return prune(filled);
}
