# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
torch.manual_seed(777)
optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
images, labels = next(iter(DataLoader(mnist, batch_size=100, shuffle=True)))
loss = F.cross_entropy(net(images), labels)
optimizer.zero_grad()
loss.backward()
optimizer.step()
