# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
W = tf.Variable(tf.random_normal([5, 5, 3, 6], stddev=0.01))
y = tf.nn.conv2d(images, W, strides=[1, 1, 1, 1], padding='VALID')
y.shape   # [1, 28, 28, 6]
