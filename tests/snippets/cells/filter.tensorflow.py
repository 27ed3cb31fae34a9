# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
W = tf.constant(weights, shape=[5, 5, 3, 1])
sums = tf.nn.conv2d(image, W, strides=[1, 1, 1, 1], padding='VALID') + 0.0
maps = tf.nn.relu(sums)   # [1, 32, 32, 3] → [1, 28, 28, 1]
sess.run(maps)[0, 14, 8, 0]   # 0.000
