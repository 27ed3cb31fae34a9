# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = tf.constant([[1.0], [3.0], [5.0]])
mean, var = tf.nn.moments(x, [0])
y = tf.nn.batch_normalization(x, mean, var, 0.0, 1.0, 0.00001)
sess.run(y)[0]   # [-1.2247]
sess.run((1 - 0.1) * 0 + 0.1 * mean)   # [0.3]
