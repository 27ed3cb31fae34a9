# Written by tests/e2e/snippets.e2e.js from the page: do not edit.
keras.utils.set_random_seed(777)
optimizer = keras.optimizers.Adam(0.001)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer, loss, metrics=["accuracy"])
model.fit(images, labels, batch_size=100)
