# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
conv = nn.Conv2d(3, 6, 5, stride=(1, 1))
sum(each.numel() for each in conv.parameters())   # 456
y = conv(images)
y.shape   # [1, 6, 28, 28]
