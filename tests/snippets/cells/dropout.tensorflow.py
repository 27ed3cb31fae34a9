# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
keep_prob = 1 - 0.3   # 0.7
1 / keep_prob   # 1.4286
y = tf.nn.dropout(x, keep_prob)
