# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
image = tf.reshape(tf.range(9.0), [1, 3, 3, 1])
kernel = tf.ones([2, 2, 1, 1])
y = tf.nn.conv2d(image, kernel, [1, 1, 1, 1], 'VALID')
d_kernel, d_image = tf.gradients(y, [kernel, image], tf.reshape(tf.constant([1.0, 0.0, 0.0, -1.0]), [1, 2, 2, 1]))
sess.run(d_kernel)   # [-4, -4, -4, -4]
sess.run(d_image)    # [1, 1, 0, 1, 0, -1, 0, -1, -1]
