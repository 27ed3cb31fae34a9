/**
 * One layer alone in each framework: lines that make it and its output, and what gives the output's shape and the number of
 * parameters. Padding is written out where a framework has another idea of it.
 */

/** @typedef {import('../../figures/strip/outline.js').Reading['blocks'][number]['layer']} Layer */
/** @typedef {{ lines: string[], shape: string, count: string }} Lines */

/** @param {(string | number)[]} items */
const tuple = (items) => `(${items.join(', ')})`;
/** @param {(string | number)[]} items */
const list = (items) => `[${items.join(', ')}]`;

/** @param {NonNullable<Layer>} layer */
function factsOf({ kind, text, input, output, weight_shape: weights, bias_shape: bias, geometry }) {
  const { kernel = [], stride = [], pad_before: [top, left] = [0, 0], pad_after: [bottom, right] = [0, 0] } = geometry ?? {};
  const padded = top + left + bottom + right > 0;
  const same = text.includes('padding same');
  return { kind, rate: text.split(' ')[1], input, output, weights: weights ?? [], bias: bias?.[0] ?? 0, kernel, stride, top, left, bottom, right, padded, same, maps: input.length === 3, from: input.at(-1) ?? 0, to: output.at(-1) ?? 0 };
}

/** @param {NonNullable<Layer>} layer @returns {Lines} */
function torch(layer) {
  const { kind, rate, input, kernel, stride, top, left, bottom, right, padded, maps, bias, from, to } = factsOf(layer);
  const size = `${tuple(kernel)}, ${tuple(stride)}`;
  const made = {
    conv: `nn.Conv2d(${from}, ${to}, ${size}${bias ? '' : ', bias=False'})`,
    maxpool: `nn.MaxPool2d(${size})`,
    avgpool: `nn.AvgPool2d(${size})`,
    relu: 'nn.ReLU()',
    dropout: `nn.Dropout(${rate})`,
    flatten: 'nn.Flatten()',
    dense: `nn.Linear(${from}, ${to}${bias ? '' : ', bias=False'})`,
    batchnorm: `nn.BatchNorm${maps ? '2d' : '1d'}(${from}).eval()`,
  }[kind];
  return {
    lines: [
      `x = torch.zeros${tuple(maps ? [1, input[2], input[0], input[1]] : [1, from])}`,
      ...(padded ? [`x = F.pad(x, ${tuple([left, right, top, bottom])}${kind === 'maxpool' ? ', value=-torch.inf' : ''})${kind === 'avgpool' ? '   # here zeros count' : ''}`] : []),
      `layer = ${made}`,
    ],
    shape: 'layer(x).shape[1:]',
    count: 'sum(each.numel() for each in layer.parameters())',
  };
}

/** @param {NonNullable<Layer>} layer @returns {Lines} */
function keras(layer) {
  const { kind, rate, input, kernel, stride, top, left, bottom, right, padded, same, bias, to } = factsOf(layer);
  const size = `${tuple(kernel)}, ${tuple(stride)}${padded && same ? ', padding="same"' : ''}`;
  const made = {
    conv: `layers.Conv2D(${to}, ${size}${bias ? '' : ', use_bias=False'})`,
    maxpool: `layers.MaxPooling2D(${size})`,
    avgpool: `layers.AveragePooling2D(${size})`,
    relu: 'layers.ReLU()',
    dropout: `layers.Dropout(${rate})`,
    flatten: 'layers.Flatten()',
    dense: `layers.Dense(${to}${bias ? '' : ', use_bias=False'})`,
    batchnorm: 'layers.BatchNormalization()',
  }[kind];
  return {
    lines: [
      `x = keras.Input(${input.length === 1 ? `(${input[0]},)` : tuple(input)})`,
      ...(padded && !same ? [`x = layers.ZeroPadding2D((${tuple([top, bottom])}, ${tuple([left, right])}))(x)`] : []),
      `layer = ${made}`,
    ],
    shape: 'layer(x).shape[1:]',
    count: 'sum(np.prod(each.shape) for each in layer.trainable_weights)',
  };
}

/** @param {NonNullable<Layer>} layer @returns {Lines} */
function tensorflow(layer) {
  const { kind, rate, input, kernel, stride, top, left, bottom, right, padded, same, maps, weights, bias, to } = factsOf(layer);
  const padding = padded && same ? 'SAME' : 'VALID';
  const strides = list([1, ...stride, 1]);
  const pool = (/** @type {string} */ mode) => [`y = tf.nn.${mode}_pool(x, ksize=${list([1, ...kernel, 1])}, strides=${strides}, padding='${padding}')`];
  const variables = [`W = tf.Variable(tf.random_normal(${list(weights)}, stddev=0.01))`, ...(bias ? [`b = tf.Variable(tf.zeros([${bias}]))`] : [])];
  const added = bias ? ' + b' : '';
  const made = {
    conv: [...variables, `y = tf.nn.conv2d(x, W, strides=${strides}, padding='${padding}')${added}`],
    maxpool: pool('max'),
    avgpool: pool('avg'),
    relu: ['y = tf.nn.relu(x)'],
    dropout: [`y = tf.nn.dropout(x, 1 - ${rate})`],
    flatten: [`y = tf.reshape(x, [-1, ${to}])`],
    dense: [...variables, `y = tf.matmul(x, W)${added}`],
    batchnorm: [`mean, variance = tf.nn.moments(x, ${maps ? '[0, 1, 2]' : '[0]'})`, `W, b = tf.Variable(tf.ones([${to}])), tf.Variable(tf.zeros([${to}]))`, 'y = tf.nn.batch_normalization(x, mean, variance, b, W, 1e-5)'],
  }[kind];
  return {
    lines: [
      `x = tf.placeholder(tf.float32, ${list(['None', ...input])})`,
      ...(padded && !same ? [`x = tf.pad(x, ${list([[0, 0], [top, bottom], [left, right], [0, 0]].map(list))})`] : []),
      ...(made ?? []),
    ],
    shape: 'y.shape[1:]',
    count: weights.length > 0 ? `W.shape.num_elements()${bias ? ' + b.shape.num_elements()' : ''}` : '0',
  };
}

/** @param {NonNullable<Layer>} layer @returns {Lines} */
function numpy(layer) {
  const { kind, rate, input, kernel, stride, top, left, bottom, right, padded, weights, bias, to } = factsOf(layer);
  const windows = [
    ...(padded ? [`x = np.pad(x, (${tuple([top, bottom])}, ${tuple([left, right])}, (0, 0))${kind === 'conv' ? '' : ', constant_values=np.nan'})`] : []),
    `windows = sliding_window_view(x, ${tuple(kernel)}, axis=(0, 1))[::${stride[0]}, ::${stride[1]}]`,
  ];
  const variables = [`W = np.random.normal(0, 0.01, ${tuple(weights)})`, ...(bias ? [`b = np.zeros(${bias})`] : [])];
  const added = bias ? ' + b' : '';
  const made = {
    conv: [...windows, ...variables, `y = np.tensordot(windows, W, axes=((3, 4, 2), (0, 1, 2)))${added}`],
    maxpool: [...windows, 'y = np.nanmax(windows, axis=(3, 4))   # padding never counts'],
    avgpool: [...windows, 'y = np.nanmean(windows, axis=(3, 4))   # padding never counts'],
    relu: ['y = np.maximum(x, 0)'],
    dropout: [`y = x * (np.random.random(x.shape) >= ${rate}) / (1 - ${rate})`],
    flatten: ['y = x.ravel()'],
    dense: [...variables, `y = x @ W${added}`],
    batchnorm: [`mean, variance = np.zeros(${to}), np.ones(${to})   # those of the batch`, `W, b = np.ones(${to}), np.zeros(${to})`, 'y = W * (x - mean) / np.sqrt(variance + 1e-5) + b'],
  }[kind];
  return {
    lines: [`x = np.zeros(${input.length === 1 ? `(${input[0]},)` : tuple(input)})`, ...(made ?? [])],
    shape: 'y.shape',
    count: weights.length > 0 ? `W.size${bias ? ' + b.size' : ''}` : '0',
  };
}

export const ALONE = { tensorflow, torch, keras, numpy };
