/** Accuracy, and a confusion matrix, of five answers, in each framework. */

import { python } from '../../frame/code.js';

/** Labels and answers. */
const LABELS = [4, 4, 9, 9, 9];
const ANSWERS = [4, 9, 9, 9, 4];
/** What is counted: a label and an answer. */
const [LABEL, ANSWER] = [4, 9];

export function pythonOf() {
  const labels = () => `[${LABELS.join(', ')}]`;
  const answers = () => `[${ANSWERS.join(', ')}]`;
  const share = () => LABELS.filter((label, i) => label === ANSWERS[i]).length / LABELS.length;
  const count = () => LABELS.filter((label, i) => label === LABEL && ANSWERS[i] === ANSWER).length;
  const place = () => `${LABEL}, ${ANSWER}`;
  return {
    tensorflow: python`
      labels, answers = tf.constant(${labels}), tf.constant(${answers})
      sess.run(tf.reduce_mean(tf.cast(tf.equal(labels, answers), tf.float32)))   # ${share}
      sess.run(tf.confusion_matrix(labels, answers, 10))[${place}]   # ${count}
    `,
    torch: python`
      labels, answers = torch.tensor(${labels}), torch.tensor(${answers})
      (labels == answers).float().mean()   # ${share}
      confusion = torch.zeros(10, 10, dtype=torch.int64)
      confusion.index_put_((labels, answers), torch.tensor(1), accumulate=True)[${place}]   # ${count}
    `,
    keras: python`
      labels, answers = np.array(${labels}), np.array(${answers})
      np.mean(labels == answers)   # ${share}
      pairs = ops.one_hot(10 * labels + answers, 100)
      ops.reshape(ops.sum(pairs, axis=0), (10, 10))[${place}]   # ${count}
    `,
    numpy: python`
      labels, answers = np.array(${labels}), np.array(${answers})
      (labels == answers).mean()   # ${share}
      confusion = np.zeros((10, 10), int)
      np.add.at(confusion, (labels, answers), 1)
      confusion[${place}]   # ${count}
    `,
  };
}
