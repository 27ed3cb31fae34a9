# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
# layer 3
x = np.zeros((28, 28, 6))
windows = sliding_window_view(x, (5, 5), axis=(0, 1))[::1, ::1]
W = np.random.normal(0, 0.01, (5, 5, 6, 10))
b = np.zeros(10)
y = np.tensordot(windows, W, axes=((3, 4, 2), (0, 1, 2))) + b
y.shape   # [24, 24, 10]
W.size + b.size   # 1510
