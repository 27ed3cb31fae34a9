# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
inputs = y = keras.Input((32, 32, 1))
for _ in range(3):
    y = layers.Conv2D(1, 3, padding="same", kernel_initializer="ones")(y)
dot = np.zeros((1, 32, 32, 1), np.float32)
dot[0, 16, 16] = 1   # one bright pixel: who responds to it?
np.count_nonzero(keras.Model(inputs, y)(dot))   # 49
