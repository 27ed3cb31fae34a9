"""Runs the code cells of one of the page's notebooks, one after the other, on images that are given.

usage: run_notebook.py numpy|torch|keras NOTEBOOK.ipynb FOLDER [WEIGHTS]

FOLDER has the four IDX files of a small MNIST; where a framework would download the data, it gets these. Writes the scores of
the test images for the weights from the page to FOLDER/scores. With WEIGHTS it also trains a network that starts from these
and writes the mean loss of each epoch to FOLDER/costs (float32 each). `compile` in place of a framework only compiles the cells, and holds
the file to the format's schema.
"""

import json
import os
import sys
import types

framework, notebook, folder, *start = sys.argv[1:]
with open(notebook, encoding="utf-8") as file:
    cells = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
codes = [compile("".join(cell["source"]), cell["id"], "exec") for cell in cells]
if framework == "compile":
    import nbformat

    nbformat.validate(nbformat.read(notebook, as_version=nbformat.NO_CONVERT))
    sys.exit()

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["MPLBACKEND"] = "agg"
import numpy as np


def idx(name):
    content = open(os.path.join(folder, name), "rb").read()
    axes = content[3]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(np.frombuffer(content, ">i4", axes, 4)).copy()


parts = [[idx(f"{part}-{what}") for what in ("images-idx3-ubyte", "labels-idx1-ubyte")] for part in ("train", "t10k")]
if framework == "torch":
    import torch

    class Stored:
        def __init__(self, root, train, download):
            self.data, self.targets = [torch.from_numpy(each) for each in parts[0 if train else 1]]

    sys.modules["torchvision"] = types.SimpleNamespace(datasets=types.SimpleNamespace(MNIST=Stored))
elif framework == "keras":
    import keras

    keras.datasets.mnist.load_data = lambda: tuple(map(tuple, parts))

names = {}
for cell, code in zip(cells, codes):
    if cell["id"] == "settings":
        exec(code, names)
        names["VALIDATION"] = int(os.environ["VALIDATION"])  # there are few images
    else:
        exec(code, names)

network = list(names["nets"].values())[-1]
assert len(names["nets"]) == (1 if framework == "numpy" else 2)
names["scores"](network, names["test_images"]).astype(np.float32).tofile(os.path.join(folder, "scores"))
if start:
    costs = names["train"](names["load"](start[0]), names["EPOCHS"])
    np.array(costs, np.float32).tofile(os.path.join(folder, "costs"))
