# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = torch.zeros(1, 1, 7, 7)
conv = nn.Conv2d(1, 1, (3, 3), stride=(1, 1))
conv(x).shape[2:]   # [5, 5]
