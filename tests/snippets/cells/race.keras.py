# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
w = keras.Variable([1.0])
optimizer = keras.optimizers.SGD(0.1)
optimizer.apply([ops.array([0.5])], [w])
ops.array(w)   # [0.95]
