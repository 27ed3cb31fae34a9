# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = tf.placeholder(tf.float32, [None, 7, 7, 1])
W = tf.Variable(tf.random_normal([3, 3, 1, 1], stddev=0.01))
y = tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding='VALID')
y.shape[1:3]   # [5, 5]
