# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
mask = np.random.random(ones.shape) >= 0.3
y = ones * mask / (1 - 0.3)
y.max()   # 1.4286
