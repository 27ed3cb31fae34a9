# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
# the scores of image 0
p = np.exp([1.0591, -1.1353, -1.4533, -1.1005, 2.3842, -0.9055, -2.0139, 0.3378, 0.3444, -0.1256])
p /= p.sum()
p.argmax()   # 4
p.max()      # 0.575
