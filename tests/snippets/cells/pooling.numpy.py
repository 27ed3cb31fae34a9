# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
padded = np.pad(x, ((0, 0), (0, 0)), constant_values=np.nan)   # never counts
windows = sliding_window_view(padded, (2, 2))[::2, ::2]
np.nanmax(windows, axis=(2, 3)).ravel()   # [6, 8, 3, 4]
