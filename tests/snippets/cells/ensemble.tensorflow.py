# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
logits = tf.constant([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 2.0, 4.0]])
sess.run(tf.argmax(logits, 1))   # [0, 1, 2]
sess.run(tf.reduce_sum(logits, 0))   # [3, 6, 5]
sess.run(tf.argmax(tf.reduce_sum(logits, 0)))   # 1
