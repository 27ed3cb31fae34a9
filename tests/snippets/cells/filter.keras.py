# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
conv = layers.Conv2D(1, 5, activation="relu")
conv.build((None, 32, 32, 3))
conv.set_weights([weights.reshape(5, 5, 3, 1), np.array([0.0])])
maps = conv(image)   # [1, 32, 32, 3] → [1, 28, 28, 1]
maps[0, 14, 8, 0]   # 0.000
