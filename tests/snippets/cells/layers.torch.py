# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
# layer 3
x = torch.zeros(1, 6, 28, 28)
layer = nn.Conv2d(6, 10, (5, 5), (1, 1))
layer(x).shape[1:]   # [10, 24, 24]
sum(each.numel() for each in layer.parameters())   # 1510
