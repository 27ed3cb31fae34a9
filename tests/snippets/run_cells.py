"""Runs the Python lines that the page's cells show, and checks what they say of their results.

usage: run_cells.py numpy|torch|keras|tensorflow|compile FOLDER

FOLDER has CELL.FRAMEWORK.py and inputs.json. A comment behind a statement that is a number or a list of numbers is its value
(`…` for what is left out), one with `→` the shape of what was named. Prints how many were checked. `compile` only compiles all.
"""

import ast
import glob
import json
import os
import re
import sys
import types

framework, folder = sys.argv[1:]
RESULT = re.compile(r"(?:.* → )?(\[[-\d., …]+\]|-?[\d.]+)$")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


if framework == "compile":
    for path in glob.glob(os.path.join(folder, "*.py")):
        compile(read(path), path, "exec")
    sys.exit()

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np

given = json.loads(read(os.path.join(folder, "inputs.json")))
picture = np.array(given["picture"], np.float32).reshape(1, 32, 32, 3)
weights = np.array(given["weights"], np.float32)
side = round(len(given["map"]) ** 0.5)
pixels = np.array(given["map"], np.float32).reshape(side, side)
gradient = np.array(given["gradient"], np.float32)[: (side // 2) ** 2].reshape(side // 2, side // 2)
random = np.random.default_rng(1)
digits, labels = random.random((200, 28, 28, 1), np.float32), random.integers(0, 10, 200)
names = {"np": np, "weights": weights, "image": picture, "images": picture}
# What a cell sees besides, where it is not the same for all.
own = {}
if framework == "numpy":
    names |= {"sliding_window_view": np.lib.stride_tricks.sliding_window_view, "x": pixels, "ones": np.ones(1000)}
    own["training"] = {"features": digits.reshape(200, -1), "labels": labels, "W": np.zeros((784, 10)), "b": np.zeros(10)}
elif framework == "torch":
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    image = torch.tensor(picture).permute(0, 3, 1, 2)
    x = torch.tensor(pixels)[None, None].requires_grad_()
    names |= {"torch": torch, "F": F, "nn": nn, "DataLoader": DataLoader, "image": image, "images": image, "x": x}
    names |= {"d_y": torch.tensor(gradient)[None, None], "ones": torch.ones(1000)}
    mnist = TensorDataset(torch.tensor(digits).permute(0, 3, 1, 2), torch.tensor(labels))
    own["training"] = {"net": nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), "mnist": mnist}
elif framework == "keras":
    import keras
    from keras import layers, ops

    names |= {"keras": keras, "layers": layers, "ops": ops, "x": pixels[None, :, :, None], "ones": np.ones(1000, np.float32)}
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
    own["training"] = {"model": model, "images": digits, "labels": labels}
else:
    import tensorflow.compat.v1 as tf

    tf.disable_eager_execution()
    X, Y = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.float32, [None, 10])
    logits = tf.matmul(X, tf.Variable(tf.zeros([784, 10])))
    batch = lambda count: (digits[:count].reshape(-1, 784), np.eye(10)[labels[:count]])
    mnist = types.SimpleNamespace(train=types.SimpleNamespace(next_batch=batch))
    names |= {"tf": tf, "sess": tf.Session(), "x": tf.constant(pixels[None, :, :, None]), "d_y": tf.constant(gradient[None, :, :, None])}
    own["training"] = {"X": X, "Y": Y, "logits": logits, "mnist": mnist}


def numbers(value):
    if hasattr(value, "as_list"):
        value = value.as_list()
    if hasattr(value, "detach"):
        value = value.detach()
    return np.asarray(value, np.float64).ravel()


checked = 0
for path in sorted(glob.glob(os.path.join(folder, f"*.{framework}.py"))):
    code = read(path)
    lines = code.split("\n")
    cell = os.path.basename(path).split(".")[0]
    space = {**names, **own.get(cell, {})}
    for node in ast.parse(code, path).body:
        _, _, comment = lines[node.end_lineno - 1].rpartition("# ")
        said = RESULT.match(comment.strip().replace("−", "-"))
        if isinstance(node, ast.Expr):
            value = eval(compile(ast.Expression(node.value), path, "eval"), space)
        else:
            exec(compile(ast.Module([node], []), path, "exec"), space)
            value = space.get(node.targets[0].id) if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else None
        if not said:
            assert not isinstance(node, ast.Expr) or isinstance(node.value, ast.Call), f"{path}: nothing is said of {ast.unparse(node)}"
            continue
        got = numbers(value.shape if "→" in comment else value)
        listed = said[1].strip("[]").split(", ")
        more = listed[-1] == "…"
        wanted = np.array([float(each) for each in listed if each != "…"])
        digits_said = max(len(each.partition(".")[2]) for each in listed)
        got = got[: len(wanted)] if more else got
        right = got.shape == wanted.shape and np.allclose(got, wanted, rtol=0, atol=0.51 * 10.0**-digits_said + 1e-6)
        assert right, f"{path}: {ast.unparse(node)} is {got}, the page says {said[1]}"
        checked += 1
print(checked)
