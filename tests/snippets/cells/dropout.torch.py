# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
dropout = nn.Dropout(0.3)
dropout.train()(ones).max()   # 1.4286
dropout.eval()(ones).max()    # 1
