# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = tf.placeholder(tf.float32, [1, 32, 32, 1])
y = x
for _ in range(3):
    y = tf.nn.conv2d(y, tf.ones([3, 3, 1, 1]), strides=[1, 1, 1, 1], padding='SAME')
reached = tf.gradients(y[0, 16, 16, 0], x)[0]
sess.run(tf.count_nonzero(reached), {x: np.ones([1, 32, 32, 1])})   # 49
