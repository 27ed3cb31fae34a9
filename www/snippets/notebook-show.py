# %% [markdown] evaluate
# %% evaluate
def accuracy(net, images, labels):
    return np.mean(scores(net, images).argmax(1) == labels)


for name, net in nets.items():
    print(f"{name}: {accuracy(net, test_images, test_labels):.2%}")
# %% [markdown] predictions
# %% predictions
chosen = np.random.default_rng().choice(len(test_images), min(10, len(test_images)), replace=False)
answers = scores(net, test_images[chosen]).argmax(1)
for label, answer in zip(test_labels[chosen], answers):
    print(f"{CLASSES[label]} → {CLASSES[answer]}")
# %% picture
try:
    import matplotlib.pyplot as plt
except ImportError:
    print("{{say_no_picture}}")
else:
    figure, axes = plt.subplots(2, 5, figsize=(10, 4.4))
    for axis in axes.flat:
        axis.axis("off")
    for axis, i, answer in zip(axes.flat, chosen, answers):
        axis.imshow(test_images[i].squeeze(), cmap="gray_r")
        axis.set_title(CLASSES[answer], color="tab:green" if answer == test_labels[i] else "tab:red")
    plt.show()
