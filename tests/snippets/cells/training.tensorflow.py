# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
tf.set_random_seed(777)
cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=Y))
train = tf.train.AdamOptimizer(0.001).minimize(cost)
xs, ys = mnist.train.next_batch(100)
sess.run(tf.global_variables_initializer())
_, loss = sess.run([train, cost], {X: xs, Y: ys})
