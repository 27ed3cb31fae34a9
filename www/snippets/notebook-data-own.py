# %% data
from pathlib import Path

from PIL import Image


def read(name):
    """Images [n, {{input}}] of a class, which are in the folder of its name."""
    files = sorted(Path("images", name).glob("**/*.*"))
    if not files:
        raise FileNotFoundError(f"{{say_no_folder}}")
    pictures = [Image.open(file).convert("{{mode}}").resize(({{width}}, {{height}})) for file in files]
    return np.stack([np.asarray(picture, np.uint8).reshape({{input}}) for picture in pictures])


images = [read(name) for name in CLASSES]
labels = np.repeat(np.arange(len(images)), [len(each) for each in images])
images = np.concatenate(images)
order = np.random.default_rng(0).permutation(len(images))
held = max(1, len(images) // 10)
test_images, test_labels = images[order[:held]], labels[order[:held]]
train_images, train_labels = images[order[held:]], labels[order[held:]]
VALIDATION = held
