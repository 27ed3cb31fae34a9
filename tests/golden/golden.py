"""Golden cases from their inputs, in NumPy with 64-bit floats: a second opinion on those that TensorFlow made, and a way to
make more.

    python golden.py check [FILE ...]     recomputes every case (all of this folder) and compares
    python golden.py make FILE CASE SEED NAME=SHAPE ...
                                          draws inputs and writes a case, for example
        make conv2d_tall.safetensors '{"op": "conv2d", "stride": [2, 1], "padding": "same"}' 7 \
            input=2,9,5,3 weight=4,2,3,6 bias=6

Layouts are those of README.md. Needs NumPy alone.
"""

import glob
import json
import os
import struct
import sys

import numpy as np

TYPES = {"F32": np.float32, "I32": np.int32, "U8": np.uint8}


def read(path):
    """The case and its tensors, integers as they are and floats as float64."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    case = json.loads(header.pop("__metadata__")["case"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin : 8 + length + end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = values.astype(np.float64) if entry["dtype"] == "F32" else values
    return case, tensors


def write(path, case, tensors):
    header, body = {"__metadata__": {"case": json.dumps(case)}}, b""
    for name, values in tensors.items():
        kind = "I32" if values.dtype.kind == "i" else "F32"
        data = np.ascontiguousarray(values, TYPES[kind]).tobytes()
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def border(size, kernel, stride, padding):
    """Top, bottom, left and right, as TensorFlow divides "same": what is odd goes to the end."""
    if padding == "valid":
        return [0, 0, 0, 0]
    if padding != "same":
        return padding
    sides = []
    for n, k, s in zip(size, kernel, stride):
        whole = max((-(-n // s) - 1) * s + k - n, 0)
        sides += [whole // 2, whole - whole // 2]
    return sides


class Windows:
    """The windows of a padded input: `at` [batch, rows, columns, kernel_h, kernel_w, channels]."""

    def __init__(self, shape, kernel, stride, padding):
        self.shape, self.kernel, self.stride = shape, kernel, stride
        self.top, self.bottom, self.left, self.right = border(shape[1:3], kernel, stride, padding)
        self.out = [
            (shape[1] + self.top + self.bottom - kernel[0]) // stride[0] + 1,
            (shape[2] + self.left + self.right - kernel[1]) // stride[1] + 1,
        ]

    def at(self, values, fill=0.0):
        sides = ((0, 0), (self.top, self.bottom), (self.left, self.right), (0, 0))
        padded = np.pad(values, sides, constant_values=fill)
        (rows, columns), (kh, kw), (sh, sw) = self.out, self.kernel, self.stride
        out = np.empty((self.shape[0], rows, columns, kh, kw, self.shape[3]))
        for y in range(kh):
            for x in range(kw):
                out[:, :, :, y, x] = padded[:, y : y + sh * (rows - 1) + 1 : sh, x : x + sw * (columns - 1) + 1 : sw]
        return out

    def back(self, d_windows):
        """Adds what belongs to each value of the input up, and forgets the border."""
        (rows, columns), (kh, kw), (sh, sw) = self.out, self.kernel, self.stride
        n, h, w, c = self.shape
        total = np.zeros((n, h + self.top + self.bottom, w + self.left + self.right, c))
        for y in range(kh):
            for x in range(kw):
                total[:, y : y + sh * (rows - 1) + 1 : sh, x : x + sw * (columns - 1) + 1 : sw] += d_windows[:, :, :, y, x]
        return total[:, self.top : self.top + h, self.left : self.left + w]


def conv2d(case, t):
    weight = t["weight"]
    windows = Windows(t["input"].shape, weight.shape[:2], case["stride"], case["padding"])
    at = windows.at(t["input"])
    yield "output", np.tensordot(at, weight, 3) + t.get("bias", 0.0)
    if "d_output" in t:
        d = t["d_output"]
        yield "d_weight", np.tensordot(at, d, ((0, 1, 2), (0, 1, 2)))
        yield "d_bias", d.sum((0, 1, 2))
        yield "d_input", windows.back(np.tensordot(d, weight, ((3,), (3,))))


def max_pool2d(case, t):
    windows = Windows(t["input"].shape, case["size"], case["stride"], case["padding"])
    at = windows.at(t["input"], -np.inf)
    flat = at.reshape(*at.shape[:3], -1, at.shape[-1])
    yield "output", flat.max(3)
    if "d_output" in t:
        # Of equal values the first.
        first = np.arange(flat.shape[3])[:, None] == flat.argmax(3)[:, :, :, None]
        yield "d_input", windows.back((first * t["d_output"][:, :, :, None]).reshape(at.shape))


def avg_pool2d(case, t):
    windows = Windows(t["input"].shape, case["size"], case["stride"], case["padding"])
    real = windows.at(np.ones(t["input"].shape))
    count = real.sum((3, 4))
    yield "output", windows.at(t["input"]).sum((3, 4)) / count
    if "d_output" in t:
        yield "d_input", windows.back(real * (t["d_output"] / count)[:, :, :, None, None])


def dense(_case, t):
    yield "output", t["input"] @ t["weight"] + t["bias"]
    if "d_output" in t:
        yield "d_weight", t["input"].T @ t["d_output"]
        yield "d_bias", t["d_output"].sum(0)
        yield "d_input", t["d_output"] @ t["weight"].T


def softmax_cross_entropy(case, t):
    logits, labels = t["logits"], t["labels"]
    count, classes = logits.shape
    smoothing = case.get("label_smoothing", 0.0)
    targets = np.full((count, classes), smoothing / classes)
    targets[np.arange(count), labels] += 1 - smoothing
    shifted = logits - logits.max(1, keepdims=True)
    log = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    yield "loss", np.array([-(targets * log).sum(1).mean()])
    yield "d_logits", (np.exp(log) - targets) / count


class Adam:
    """Kingma & Ba 2015, algorithm 1; with a weight decay Loshchilov & Hutter 2019, algorithm 2."""

    def __init__(self, rule, param):
        self.rule, self.param, self.m, self.v, self.t = rule, param, 0.0, 0.0, 0

    def step(self, grad):
        rate, beta1, beta2 = self.rule["learning_rate"], self.rule["beta1"], self.rule["beta2"]
        self.t += 1
        self.m = beta1 * self.m + (1 - beta1) * grad
        self.v = beta2 * self.v + (1 - beta2) * grad**2
        m, v = self.m / (1 - beta1**self.t), self.v / (1 - beta2**self.t)
        decayed = self.param * (1 - rate * self.rule.get("weight_decay", 0.0))
        self.param = decayed - rate * m / (np.sqrt(v) + self.rule["epsilon"])
        return self.param


def adam(case, t):
    rule = Adam(case, t["param"])
    yield "params_after", np.array([rule.step(grad) for grad in t["grads"]])


def batch_norm(case, t):
    axes = tuple(range(t["input"].ndim - 1))
    mean, var = t["input"].mean(axes), t["input"].var(axes)
    x = (t["input"] - mean) / np.sqrt(var + case["epsilon"])
    yield "output", t["gamma"] * x + t["beta"]
    keep = case["momentum"]
    yield "running_mean_after", keep * t["running_mean"] + (1 - keep) * mean
    yield "running_var_after", keep * t["running_var"] + (1 - keep) * var
    inference = (t["input"] - t["running_mean"]) / np.sqrt(t["running_var"] + case["epsilon"])
    yield "output_inference", t["gamma"] * inference + t["beta"]
    if "d_output" in t:
        d = t["d_output"]
        yield "d_gamma", (d * x).sum(axes)
        yield "d_beta", d.sum(axes)
        yield "d_input", t["gamma"] / np.sqrt(var + case["epsilon"]) * (d - d.mean(axes) - x * (d * x).mean(axes))


OPS = {
    "conv2d": conv2d,
    "max_pool2d": max_pool2d,
    "avg_pool2d": avg_pool2d,
    "dense": dense,
    "softmax_cross_entropy": softmax_cross_entropy,
    "adam": adam,
    "adamw": adam,
    "batch_norm": batch_norm,
}
SAME = {"stride": [1, 1], "padding": "same"}
POOL = {"size": [2, 2], "stride": [2, 2], "padding": "same"}


def of(op, case, **tensors):
    return dict(OPS[op](case, tensors))


def train(case, t):
    """Some steps of a network; each layer's output, then each gradient, as the single operations give them."""
    layers = case["layers"]
    params = {name[5:]: values for name, values in t.items() if name.startswith("init.")}
    rules = {name: Adam(case["optimizer"], param) for name, param in params.items()}
    losses = []

    def forward(images):
        values = [images]
        for i, (kind, *_) in enumerate(layers):
            x = values[-1]
            if kind == "conv":
                bias = {"bias": params[f"layer{i}.bias"]} if case["conv_bias"] else {}
                x = of("conv2d", SAME, input=x, weight=params[f"layer{i}.weight"], **bias)["output"]
            elif kind == "relu":
                x = np.maximum(x, 0)
            elif kind == "pool":
                x = of("max_pool2d", POOL, input=x)["output"]
            elif kind == "flatten":
                x = x.reshape(len(x), -1)
            else:
                x = of("dense", {}, input=x, weight=params[f"layer{i}.weight"], bias=params[f"layer{i}.bias"])["output"]
            values.append(x)
        return values

    images = t["images"].astype(np.float64) / 255
    for step in range(len(images)):
        values = forward(images[step])
        result = of("softmax_cross_entropy", {}, logits=values[-1], labels=t["labels"][step])
        losses.append(result["loss"][0])
        d, grads = result["d_logits"], {}
        for i, (kind, *_) in reversed(list(enumerate(layers))):
            x = values[i]
            if kind in ("conv", "dense"):
                known = {"input": x, "weight": params[f"layer{i}.weight"], "bias": 0.0, "d_output": d}
                back = of("conv2d" if kind == "conv" else "dense", SAME, **known)
                grads.update({f"layer{i}.{name}": back[f"d_{name}"] for name in ("weight", "bias") if f"layer{i}.{name}" in params})
                d = back["d_input"]
            elif kind == "relu":
                d = d * (x > 0)
            elif kind == "pool":
                d = of("max_pool2d", POOL, input=x, d_output=d)["d_input"]
            else:
                d = d.reshape(x.shape)
        if step == 0:
            yield from ((f"grad1.{name}", grad) for name, grad in grads.items())
        for name, grad in grads.items():
            params[name] = rules[name].step(grad)
    yield "losses", np.array(losses)
    yield "final_logits", forward(images[0])[-1]


OPS["train"] = train
INPUTS = {"input", "weight", "bias", "logits", "labels", "param", "grads", "gamma", "beta", "running_mean", "running_var", "images", "d_output"}


def check(path):
    """Compares what a file expects with what its inputs give."""
    case, tensors = read(path)
    expected = {name for name in tensors if name not in INPUTS and not name.startswith("init.")}
    worst = 0.0
    for name, got in OPS[case["op"]](case, tensors):
        if name not in expected:
            continue
        expected.remove(name)
        want = tensors[name]
        # A step's errors grow from step to step, and gradients of 100 images are sums of 78,400 products.
        absolute, relative = (1e-4, 2e-3) if case["op"] == "train" else (1e-5, 2e-4)
        worst = max(worst, float((np.abs(got - want) / (absolute + relative * np.abs(want))).max()))
    assert not expected, f"{path}: nothing gives {sorted(expected)}"
    print(f"{os.path.basename(path)}: {100 * worst:.0f} % of the tolerance")
    return worst <= 1


def make(path, case, seed, *shapes):
    """Draws inputs, gives every value that can be had a gradient, and writes the case with its results."""
    case, random, tensors = json.loads(case), np.random.default_rng(int(seed)), {}
    for shape in shapes:
        name, sizes = shape.split("=")
        sizes = [int(size) for size in sizes.split(",")]
        if name == "labels":
            tensors[name] = random.integers(0, tensors["logits"].shape[1], sizes, dtype=np.int32)
        else:
            values = random.standard_normal(sizes).astype(np.float32).astype(np.float64)
            tensors[name] = np.abs(values) if name == "running_var" else values
    first = dict(OPS[case["op"]](case, tensors))
    if "output" in first:
        tensors["d_output"] = random.standard_normal(first["output"].shape).astype(np.float32).astype(np.float64)
    results = dict(OPS[case["op"]](case, tensors))
    if "bias" not in tensors:
        results.pop("d_bias", None)
    write(path, case, {**tensors, **results})


def main(command="check", *arguments):
    if command == "make":
        make(*arguments)
    elif command == "check":
        here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.safetensors")
        results = [check(path) for path in arguments or sorted(glob.glob(here))]
        print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
        sys.exit(0 if results and all(results) else 1)
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
