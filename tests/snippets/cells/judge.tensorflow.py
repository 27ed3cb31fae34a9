# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
labels, answers = tf.constant([4, 4, 9, 9, 9]), tf.constant([4, 9, 9, 9, 4])
sess.run(tf.reduce_mean(tf.cast(tf.equal(labels, answers), tf.float32)))   # 0.6
sess.run(tf.confusion_matrix(labels, answers, 10))[4, 9]   # 1
