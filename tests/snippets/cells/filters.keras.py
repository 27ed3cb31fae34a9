# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
conv = layers.Conv2D(6, 5, strides=(1, 1), padding="valid")
y = conv(images)
y.shape              # [1, 28, 28, 6]
conv.count_params()  # 456
