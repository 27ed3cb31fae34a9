# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
padded = F.pad(x, (0, 0, 0, 0), value=-torch.inf)   # never wins
y = F.max_pool2d(padded, 2, 2)
y.ravel()   # [6, 8, 3, 4]
torch.autograd.grad(y, x, d_y)[0].ravel()   # [0, 0, 0, 0, 0, 1, 0, 2, 3, …]
