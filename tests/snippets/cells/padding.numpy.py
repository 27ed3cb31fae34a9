# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
n = np.array([7, 7])
f = np.array([3, 3])
s = np.array([1, 1])
pad = np.maximum((-(-n // s) - 1) * s + f - n, 0)
before = pad // 2          # [1, 1]
after = pad - before       # [1, 1]
(n + pad - f) // s + 1     # [7, 7]
