# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
logits = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 2.0, 4.0]])
logits.argmax(axis=1)   # [0, 1, 2]
logits.sum(axis=0)   # [3, 6, 5]
logits.sum(axis=0).argmax()   # 1
