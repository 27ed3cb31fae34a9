# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
weight = weights.reshape(5, 5, 3)
row, col = 14, 8
window = image[0, row : row + 5, col : col + 5]
value = (window * weight).sum() + 0.0
max(value, 0)   # 0.000
