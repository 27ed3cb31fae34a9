# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
y = tf.nn.max_pool(x, ksize=[1, 2, 2, 1],
                   strides=[1, 2, 2, 1], padding='VALID')
sess.run(y).ravel()                            # [6, 8, 3, 4]
sess.run(tf.gradients(y, x, d_y)[0]).ravel()   # [0, 0, 0, 0, 0, 1, 0, 2, 3, …]
