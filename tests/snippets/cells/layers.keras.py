# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
# layer 3
x = keras.Input((28, 28, 6))
layer = layers.Conv2D(10, (5, 5), (1, 1))
layer(x).shape[1:]   # [24, 24, 10]
sum(np.prod(each.shape) for each in layer.trainable_weights)   # 1510
