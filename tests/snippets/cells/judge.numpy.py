# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
labels, answers = np.array([4, 4, 9, 9, 9]), np.array([4, 9, 9, 9, 4])
(labels == answers).mean()   # 0.6
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (labels, answers), 1)
confusion[4, 9]   # 1
