# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = keras.Input((7, 7, 1))
conv = layers.Conv2D(1, (3, 3), strides=(1, 1), padding="same")
conv(x).shape[1:3]   # [7, 7]
