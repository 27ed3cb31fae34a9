# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
image, d_y = np.arange(9.0).reshape(3, 3), np.reshape([1.0, 0.0, 0.0, -1.0], (2, 2))
kernel = np.ones((2, 2))
windows = sliding_window_view(image, d_y.shape)
(windows * d_y).sum(axis=(2, 3))   # [-4, -4, -4, -4]
padded = np.pad(d_y, 1)
(sliding_window_view(padded, kernel.shape) * kernel[::-1, ::-1]).sum(axis=(2, 3))   # [1, 1, 0, 1, 0, -1, 0, -1, -1]
