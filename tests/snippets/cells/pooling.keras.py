# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
y = ops.max_pool(x, 2, 2, padding="valid")
ops.ravel(y)   # [6, 8, 3, 4]
