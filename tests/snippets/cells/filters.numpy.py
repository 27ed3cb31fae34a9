# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
padded = np.pad(images, ((0, 0), (0, 0), (0, 0), (0, 0)))
windows = sliding_window_view(padded, (5, 5), axis=(1, 2))[:, ::1, ::1]
W = np.random.normal(0, 0.01, (5, 5, 3, 6))
y = np.tensordot(windows, W, axes=((4, 5, 3), (0, 1, 2)))
y.shape   # [1, 28, 28, 6]
