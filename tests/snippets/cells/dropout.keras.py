# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
dropout = layers.Dropout(0.3)
ops.max(dropout(ones, training=True))    # 1.4286
ops.max(dropout(ones, training=False))   # 1
