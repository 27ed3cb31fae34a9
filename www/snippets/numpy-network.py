import numpy as np
from safetensors.numpy import load_file


{{#uses_windows}}
def windows(x, size, stride, pad, fill):
    """Every place of a window: [n, rows, columns, channels, window rows, window columns]."""
    x = np.pad(x, ((0, 0), *pad, (0, 0)), constant_values=fill)
    places = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return places[:, :: stride[0], :: stride[1]]


{{/uses_windows}}
{{#uses_conv}}
def conv(x, layer, stride, pad):
    weight = weights[f"{layer}.weight"]
    x = np.tensordot(windows(x, weight.shape[:2], stride, pad, 0), weight, axes=((4, 5, 3), (0, 1, 2)))
    return x + weights.get(f"{layer}.bias", 0)


{{/uses_conv}}
{{#uses_maxpool}}
def max_pool(x, size, stride, pad):
    return windows(x, size, stride, pad, -np.inf).max((4, 5))  # the padding never wins


{{/uses_maxpool}}
{{#uses_avgpool}}
def avg_pool(x, size, stride, pad):
    return np.nanmean(windows(x, size, stride, pad, np.nan), (4, 5))  # the padding does not count


{{/uses_avgpool}}
{{#uses_dense}}
def dense(x, layer):
    return x @ weights[f"{layer}.weight"] + weights.get(f"{layer}.bias", 0)


{{/uses_dense}}
{{#uses_batchnorm}}
def batch_norm(x, layer, eps):
    mean, variance = weights[f"{layer}.running_mean"], weights[f"{layer}.running_var"]
    return (x - mean) / np.sqrt(variance + np.float32(eps)) * weights[f"{layer}.weight"] + weights[f"{layer}.bias"]


{{/uses_batchnorm}}
def logits(x):
    """Images [n, {{input}}], bytes / 255 (digits bright on dark), to the scores of {{classes}} classes. Padding: (top, bottom), (left, right)."""
    {{#layers}}
    {{#conv}}
    x = conv(x, "{{layer}}", {{stride}}, ({{rows}}, {{columns}})){{#changes}}  # {{shape}}{{/changes}}
    {{/conv}}
    {{#maxpool}}
    x = max_pool(x, {{size}}, {{stride}}, ({{rows}}, {{columns}})){{#changes}}  # {{shape}}{{/changes}}
    {{/maxpool}}
    {{#avgpool}}
    x = avg_pool(x, {{size}}, {{stride}}, ({{rows}}, {{columns}})){{#changes}}  # {{shape}}{{/changes}}
    {{/avgpool}}
    {{#batchnorm}}
    x = batch_norm(x, "{{layer}}", {{eps}})
    {{/batchnorm}}
    {{#relu}}
    x = np.maximum(x, 0)
    {{/relu}}
    {{#dropout}}
    # dropout {{rate}} does nothing after training
    {{/dropout}}
    {{#flatten}}
    x = x.reshape(len(x), -1){{#changes}}  # {{shape}}{{/changes}}
    {{/flatten}}
    {{#dense}}
    x = dense(x, "{{layer}}"){{#changes}}  # {{shape}}{{/changes}}
    {{/dense}}
    {{/layers}}
    return x
