# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
w.grad = torch.tensor([0.5])
optimizer.step()
w   # [0.95]
