/** One step of the first run's optimizer, from a weight of 1 and a gradient of 0.5, in each framework. */

import { python } from '../../frame/code.js';

/** The weight and its gradient. */
const [WEIGHT, GRADIENT] = [1, 0.5];
const DIGITS = 5;

/** @typedef {Record<string, number>} Constants of the rules, as the engine says them */
/** @typedef {'sgd' | 'momentum' | 'rmsprop' | 'adam' | 'adamw'} Kind */

/**
 * What a call in each framework is given beside the rate, and NumPy's lines.
 * @type {Record<Kind, { tensorflow: (c: Constants) => string, torch: (c: Constants) => string, keras: (c: Constants) => string, numpy: (c: Constants) => string, names: [string, string, string] }>}
 */
const RULES = {
  sgd: { names: ['GradientDescentOptimizer', 'SGD', 'SGD'], tensorflow: () => '', torch: () => '', keras: () => '', numpy: () => 'w -= lr * g' },
  momentum: {
    names: ['MomentumOptimizer', 'SGD', 'SGD'],
    tensorflow: ({ momentum }) => `, ${momentum}`,
    torch: ({ momentum }) => `, momentum=${momentum}`,
    keras: ({ momentum }) => `, momentum=${momentum}`,
    numpy: ({ momentum }) => `u = ${momentum} * 0 + g\nw -= lr * u`,
  },
  rmsprop: {
    names: ['RMSPropOptimizer', 'RMSprop', 'RMSprop'],
    tensorflow: ({ decay }) => `, decay=${decay}`,
    torch: ({ decay }) => `, alpha=${decay}`,
    keras: ({ decay }) => `, rho=${decay}`,
    numpy: ({ decay, epsilon }) => `r = ${decay} * 0 + (1 - ${decay}) * g**2\nw -= lr * g / np.sqrt(r + ${epsilon})`,
  },
  adam: {
    names: ['AdamOptimizer', 'Adam', 'Adam'],
    tensorflow: ({ beta1, beta2 }) => `, ${beta1}, ${beta2}`,
    torch: ({ beta1, beta2 }) => `, betas=(${beta1}, ${beta2})`,
    keras: ({ beta1, beta2 }) => `, beta_1=${beta1}, beta_2=${beta2}`,
    numpy: adam(''),
  },
  adamw: {
    // TensorFlow 1 has it among its contributions only.
    names: ['AdamOptimizer', 'AdamW', 'AdamW'],
    tensorflow: ({ beta1, beta2 }) => `, ${beta1}, ${beta2}`,
    torch: ({ beta1, beta2, weight_decay: decay }) => `, betas=(${beta1}, ${beta2}), weight_decay=${decay}`,
    keras: ({ beta1, beta2, weight_decay: decay }) => `, beta_1=${beta1}, beta_2=${beta2}, weight_decay=${decay}`,
    numpy: adam('w -= lr * DECAY * w\n'),
  },
};

/** @param {string} before its update */
function adam(before) {
  return (/** @type {Constants} */ { beta1, beta2, epsilon, weight_decay: decay }) =>
    `m, v = (1 - ${beta1}) * g, (1 - ${beta2}) * g**2\nm, v = m / (1 - ${beta1}), v / (1 - ${beta2})\n${before.replace('DECAY', String(decay))}w -= lr * m / (np.sqrt(v) + ${epsilon})`;
}

/** What is left of the weight. @param {Kind} kind @param {number} rate @param {Constants} c */
function stepped(kind, rate, { decay, epsilon, weight_decay: fade }) {
  const g = GRADIENT;
  if (kind === 'sgd' || kind === 'momentum') return WEIGHT - rate * g;
  if (kind === 'rmsprop') return WEIGHT - (rate * g) / Math.sqrt((1 - decay) * g * g + epsilon);
  return WEIGHT * (kind === 'adamw' ? 1 - rate * fade : 1) - (rate * g) / (g + epsilon);
}

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ constants: () => Constants, cosine: () => string }} options `cosine`: the factor of the learning rate after an epoch
 */
export function pythonOf({ state, format }, { constants, cosine }) {
  const kind = () => /** @type {Kind} */ (state.get('race.optimizer1'));
  const call = (/** @type {'tensorflow' | 'torch' | 'keras'} */ name, /** @type {number} */ at) => ({ name: () => RULES[kind()].names[at], rest: () => RULES[kind()][name](constants()) });
  const [tf, torch, keras] = [call('tensorflow', 0), call('torch', 1), call('keras', 2)];
  const left = (/** @type {Kind} */ of) => format.number(stepped(of, state.get('race.rate1'), constants()), DIGITS).replace('−', '-');
  const said = () => left(kind());
  return {
    tensorflow: python`
      w = tf.Variable([${() => WEIGHT}.0])
      optimizer = tf.train.${tf.name}(${'race.rate1'}${tf.rest})
      step = optimizer.apply_gradients([(tf.constant([${() => GRADIENT}]), w)])
      sess.run(tf.global_variables_initializer())
      sess.run(step)
      sess.run(w)   # [${() => left(kind() === 'adamw' ? 'adam' : kind())}]
    `,
    torch: python`
      w = torch.tensor([${() => WEIGHT}.0], requires_grad=True)
      optimizer = torch.optim.${torch.name}([w], lr=${'race.rate1'}${torch.rest})
      w.grad = torch.tensor([${() => GRADIENT}])
      optimizer.step()
      w   # [${said}]
    `,
    keras: python`
      w = keras.Variable([${() => WEIGHT}.0])
      optimizer = keras.optimizers.${keras.name}(${'race.rate1'}${keras.rest})
      optimizer.apply([ops.array([${() => GRADIENT}])], [w])
      ops.array(w)   # [${said}]
    `,
    numpy: python`
      w, g, lr = ${() => WEIGHT}, ${() => GRADIENT}, ${'race.rate1'}
      ${() => RULES[kind()].numpy(constants())}
      w + 0   # ${said}
      0.5 * (1 + np.cos(np.pi * 1 / ${'race.epochs'}))   # ${cosine}
    `,
  };
}
