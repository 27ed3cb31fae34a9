# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
logits = ops.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 2.0, 4.0]])
ops.argmax(logits, axis=1)   # [0, 1, 2]
ops.sum(logits, axis=0)   # [3, 6, 5]
ops.argmax(ops.sum(logits, axis=0))   # 1
