# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
n = np.array([7, 7])
f = np.array([3, 3])
s = np.array([1, 1])
(n - f) // s + 1   # [5, 5]
(n - f) % s        # [0, 0]
