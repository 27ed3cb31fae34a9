# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
# the last layer alone, by plain gradient descent
batch = np.random.default_rng(777).permutation(len(labels))[:100]
x, truth = features[batch], np.eye(10)[labels[batch]]
p = np.exp(x @ W + b)
p /= p.sum(1, keepdims=True)
loss = -np.log((p * truth).sum(1)).mean()
W -= 0.001 * x.T @ (p - truth) / len(batch)
b -= 0.001 * (p - truth).mean(0)
