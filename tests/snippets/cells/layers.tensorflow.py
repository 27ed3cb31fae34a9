# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
# layer 3
x = tf.placeholder(tf.float32, [None, 28, 28, 6])
W = tf.Variable(tf.random_normal([5, 5, 6, 10], stddev=0.01))
b = tf.Variable(tf.zeros([10]))
y = tf.nn.conv2d(x, W, strides=[1, 1, 1, 1], padding='VALID') + b
y.shape[1:]   # [24, 24, 10]
W.shape.num_elements() + b.shape.num_elements()   # 1510
