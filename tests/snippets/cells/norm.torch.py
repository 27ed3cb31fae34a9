# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
x = torch.tensor([[1.0], [3.0], [5.0]])
norm = nn.BatchNorm1d(1, eps=0.00001, momentum=0.1)
norm.train()(x)[0]   # [-1.2247]
norm.running_mean    # [0.3]
norm.running_var     # [1.3]
norm.eval()(x)[0]    # [0.6139]
