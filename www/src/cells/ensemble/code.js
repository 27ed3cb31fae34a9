/** Three networks that each have an answer of their own, and decide by the sum of their logits, in each framework. */

import { python } from '../../frame/code.js';

/** Logits of three networks for three classes. */
const LOGITS = [
  [2, 1, 0],
  [0, 3, 1],
  [1, 2, 4],
];

/** The place of the largest. @param {number[]} values */
const best = (values) => values.indexOf(Math.max(...values));

export function pythonOf() {
  const sums = LOGITS[0].map((_, k) => LOGITS.reduce((sum, row) => sum + row[k], 0));
  const table = () => `[${LOGITS.map((row) => `[${row.map((z) => `${z}.0`).join(', ')}]`).join(', ')}]`;
  const each = () => `[${LOGITS.map(best).join(', ')}]`;
  const [together, answer] = [() => `[${sums.join(', ')}]`, () => best(sums)];
  return {
    tensorflow: python`
      logits = tf.constant(${table})
      sess.run(tf.argmax(logits, 1))   # ${each}
      sess.run(tf.reduce_sum(logits, 0))   # ${together}
      sess.run(tf.argmax(tf.reduce_sum(logits, 0)))   # ${answer}
    `,
    torch: python`
      logits = torch.tensor(${table})
      logits.argmax(1)   # ${each}
      logits.sum(0)   # ${together}
      logits.sum(0).argmax()   # ${answer}
    `,
    keras: python`
      logits = ops.array(${table})
      ops.argmax(logits, axis=1)   # ${each}
      ops.sum(logits, axis=0)   # ${together}
      ops.argmax(ops.sum(logits, axis=0))   # ${answer}
    `,
    numpy: python`
      logits = np.array(${table})
      logits.argmax(axis=1)   # ${each}
      logits.sum(axis=0)   # ${together}
      logits.sum(axis=0).argmax()   # ${answer}
    `,
  };
}
