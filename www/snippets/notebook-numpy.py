{{> notebook-settings}}
{{#mnist_like}}
# %% data
import gzip
import urllib.request

FOLDER = "data/{{data}}"
SOURCE = "{{source}}"


def read(name):
    """An IDX file of unsigned bytes, downloaded if it is not there. Byte 3 is the number of axes; their sizes follow."""
    path = os.path.join(FOLDER, f"{name}.gz")
    if not os.path.exists(path):
        os.makedirs(FOLDER, exist_ok=True)
        try:
            urllib.request.urlretrieve(SOURCE + f"{name}.gz", path)
        except OSError as error:
            raise RuntimeError(f"{{say_no_idx}}") from error
    with gzip.open(path) as file:
        content = file.read()
    axes = content[3]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(np.frombuffer(content, ">i4", axes, 4))


train_images, test_images = [read(f"{part}-images-idx3-ubyte")[..., None] for part in ("train", "t10k")]
train_labels, test_labels = [read(f"{part}-labels-idx1-ubyte") for part in ("train", "t10k")]
{{/mnist_like}}
{{#own}}
{{> notebook-data-own}}
{{/own}}
{{> notebook-split}}
# %% network
{{> numpy-network}}


def scores(net, images):
    """Scores of images of bytes, some at a time. A network is its weights here."""
    global weights
    weights = net
    return np.concatenate([logits(images[at : at + 500] / np.float32(255)) for at in range(0, len(images), 500)])
# %% [markdown] numpy-training
# %% [markdown] weights
# %% weights
if not os.path.exists(WEIGHTS):
    raise FileNotFoundError(f"{{say_no_weights}}")
nets = {"{{say_page}}": load_file(WEIGHTS)}
{{> notebook-show}}
