# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = torch.zeros(1, 1, 32, 32, requires_grad=True)
y = x
for _ in range(3):
    y = F.conv2d(y, torch.ones(1, 1, 3, 3), padding="same")
y[0, 0, 16, 16].backward()
torch.count_nonzero(x.grad)   # 49
