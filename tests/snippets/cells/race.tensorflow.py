# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
w = tf.Variable([1.0])
optimizer = tf.train.GradientDescentOptimizer(0.1)
step = optimizer.apply_gradients([(tf.constant([0.5]), w)])
sess.run(tf.global_variables_initializer())
sess.run(step)
sess.run(w)   # [0.95]
