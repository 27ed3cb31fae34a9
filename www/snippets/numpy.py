# {{name}} with weights from CNN Notebook, in NumPy.   pip install numpy safetensors
import numpy as np
from safetensors.numpy import load_file

# Convolutions are [height, width, in, out], dense layers [in, out]; images are [n, height, width, channels].
weights = load_file("{{file}}")


def windows(x, size, stride, pad, fill):
    """Every place of a window: [n, rows, columns, channels, window rows, window columns]."""
    x = np.pad(x, ((0, 0), *pad, (0, 0)), constant_values=fill)
    places = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return places[:, :: stride[0], :: stride[1]]


def conv(x, layer, stride, pad):
    weight = weights[f"{layer}.weight"]
    x = np.tensordot(windows(x, weight.shape[:2], stride, pad, 0), weight, axes=((4, 5, 3), (0, 1, 2)))
    return x + weights.get(f"{layer}.bias", 0)


def max_pool(x, size, stride, pad):
    return windows(x, size, stride, pad, -np.inf).max((4, 5))  # the padding never wins


def avg_pool(x, size, stride, pad):
    return np.nanmean(windows(x, size, stride, pad, np.nan), (4, 5))  # the padding does not count


def dense(x, layer):
    return x @ weights[f"{layer}.weight"] + weights.get(f"{layer}.bias", 0)


def logits(x):
    """Images [n, {{input}}], bytes / 255 (digits bright on dark), to the scores of {{classes}} classes. Padding: (top, bottom), (left, right)."""
    {{forward}}
    return x


image = np.zeros(({{input}}), np.float32)  # put yours here
print(logits(image[None]))
