# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
w, g, lr = 1, 0.5, 0.1
w -= lr * g
w + 0   # 0.95
0.5 * (1 + np.cos(np.pi * 1 / 2))   # 0.5
