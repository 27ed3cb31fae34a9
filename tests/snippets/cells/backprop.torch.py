# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
image = torch.arange(9.0).reshape(1, 1, 3, 3).requires_grad_()
kernel = torch.ones(1, 1, 2, 2, requires_grad=True)
F.conv2d(image, kernel).backward(torch.tensor([1.0, 0.0, 0.0, -1.0]).reshape(1, 1, 2, 2))
kernel.grad   # [-4, -4, -4, -4]
image.grad    # [1, 1, 0, 1, 0, -1, 0, -1, -1]
