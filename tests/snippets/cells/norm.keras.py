# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = np.array([[1.0], [3.0], [5.0]], "float32")
norm = layers.BatchNormalization(momentum=0.9, epsilon=0.00001)
norm(x, training=True)[0]    # [-1.2247]
norm.moving_mean             # [0.3]
norm.moving_variance         # [1.1667]
norm(x, training=False)[0]   # [0.6481]
