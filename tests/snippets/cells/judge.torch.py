# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
labels, answers = torch.tensor([4, 4, 9, 9, 9]), torch.tensor([4, 9, 9, 9, 4])
(labels == answers).float().mean()   # 0.6
confusion = torch.zeros(10, 10, dtype=torch.int64)
confusion.index_put_((labels, answers), torch.tensor(1), accumulate=True)[4, 9]   # 1
