/** Batch normalization of three values, in training and in use, in each framework. */

import { python } from '../../frame/code.js';

/** A batch of three values of one feature, the running mean's and variance's beginnings, and digits of what is said. */
const BATCH = [1, 3, 5];
const [MEAN, VARIANCE] = [0, 1];
const DIGITS = 4;

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ constant: (name: 'momentum' | 'eps') => string }} options what the engine takes where nothing is said
 */
export function pythonOf({ format }, { constant }) {
  const mean = BATCH.reduce((sum, x) => sum + x, 0) / BATCH.length;
  const squares = BATCH.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const variance = squares / BATCH.length;
  const [eps, m] = [() => Number(constant('eps')), () => Number(constant('momentum'))];
  const write = (/** @type {number} */ value) => format.number(value, DIGITS).replace('−', '-');
  const first = () => write((BATCH[0] - mean) / Math.sqrt(variance + eps()));
  const running = () => write((1 - m()) * MEAN + m() * mean);
  const spread = (/** @type {number} */ of) => write((1 - m()) * VARIANCE + m() * of);
  const used = (/** @type {number} */ of) => write((BATCH[0] - ((1 - m()) * MEAN + m() * mean)) / Math.sqrt((1 - m()) * VARIANCE + m() * of + eps()));
  const column = `[${BATCH.map((x) => `[${x}.0]`).join(', ')}]`;
  return {
    tensorflow: python`
      x = tf.constant(${() => column})
      mean, var = tf.nn.moments(x, [0])
      y = tf.nn.batch_normalization(x, mean, var, 0.0, 1.0, ${() => constant('eps')})
      sess.run(y)[0]   # [${first}]
      sess.run((1 - ${() => constant('momentum')}) * ${() => MEAN} + ${() => constant('momentum')} * mean)   # [${running}]
    `,
    torch: python`
      x = torch.tensor(${() => column})
      norm = nn.BatchNorm1d(1, eps=${() => constant('eps')}, momentum=${() => constant('momentum')})
      norm.train()(x)[0]   # [${first}]
      norm.running_mean    # [${running}]
      norm.running_var     # [${() => spread(squares / (BATCH.length - 1))}]
      norm.eval()(x)[0]    # [${() => used(squares / (BATCH.length - 1))}]
    `,
    keras: python`
      x = np.array(${() => column}, "float32")
      norm = layers.BatchNormalization(momentum=${() => write(1 - m())}, epsilon=${() => constant('eps')})
      norm(x, training=True)[0]    # [${first}]
      norm.moving_mean             # [${running}]
      norm.moving_variance         # [${() => spread(variance)}]
      norm(x, training=False)[0]   # [${() => used(variance)}]
    `,
    numpy: python`
      x = np.array(${() => column})
      mean, var = x.mean(axis=0), x.var(axis=0)
      y = (x - mean) / np.sqrt(var + ${() => constant('eps')})
      y[0]   # [${first}]
      running_mean = (1 - ${() => constant('momentum')}) * ${() => MEAN} + ${() => constant('momentum')} * mean   # [${running}]
      running_var = (1 - ${() => constant('momentum')}) * ${() => VARIANCE} + ${() => constant('momentum')} * var     # [${() => spread(variance)}]
      y = (x - running_mean) / np.sqrt(running_var + ${() => constant('eps')})
      y[0]   # [${() => used(variance)}]
    `,
  };
}
