# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
logits = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 2.0, 4.0]])
logits.argmax(1)   # [0, 1, 2]
logits.sum(0)   # [3, 6, 5]
logits.sum(0).argmax()   # 1
