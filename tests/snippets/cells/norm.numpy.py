# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = np.array([[1.0], [3.0], [5.0]])
mean, var = x.mean(axis=0), x.var(axis=0)
y = (x - mean) / np.sqrt(var + 0.00001)
y[0]   # [-1.2247]
running_mean = (1 - 0.1) * 0 + 0.1 * mean   # [0.3]
running_var = (1 - 0.1) * 1 + 0.1 * var     # [1.1667]
y = (x - running_mean) / np.sqrt(running_var + 0.00001)
y[0]   # [0.6481]
