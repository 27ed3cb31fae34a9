import numpy as np
import keras
from keras import layers, ops
from safetensors.numpy import load_file


def network():
    """Images [{{input}}], bytes / 255 (digits bright on dark), to the scores of {{classes}} classes."""
    inputs = x = keras.Input(({{input}}))
    {{#layers}}
    {{#conv}}
    {{#padded_by_hand}}
    x = layers.ZeroPadding2D(({{rows}}, {{columns}}))(x)
    {{/padded_by_hand}}
    x = layers.Conv2D({{to}}, {{size}}, {{stride}}{{#same}}, padding="same"{{/same}}{{#biasless}}, use_bias=False{{/biasless}}, name="{{layer}}")(x){{#changes}}  # {{shape}}{{/changes}}
    {{/conv}}
    {{#maxpool}}
    {{#padded_by_hand}}
    x = ops.pad(x, ((0, 0), {{rows}}, {{columns}}, (0, 0)), constant_values=-float("inf"))  # never wins
    {{/padded_by_hand}}
    x = layers.MaxPooling2D({{size}}, {{stride}}{{#same}}, padding="same"{{/same}})(x){{#changes}}  # {{shape}}{{/changes}}
    {{/maxpool}}
    {{#avgpool}}
    {{#padded_by_hand}}
    pad, pool = ((0, 0), {{rows}}, {{columns}}, (0, 0)), layers.AveragePooling2D({{size}}, {{stride}})
    x = pool(ops.pad(x, pad)) / pool(ops.pad(ops.ones((1, *x.shape[1:3], 1)), pad))  # only what is real counts
    {{/padded_by_hand}}
    {{#padded_by_keras}}
    x = layers.AveragePooling2D({{size}}, {{stride}}{{#same}}, padding="same"{{/same}})(x){{#changes}}  # {{shape}}{{/changes}}
    {{/padded_by_keras}}
    {{/avgpool}}
    {{#batchnorm}}
    x = layers.BatchNormalization(momentum=1 - {{momentum}}, epsilon={{eps}}, name="{{layer}}")(x)  # Keras counts the old part
    {{/batchnorm}}
    {{#relu}}
    x = layers.ReLU()(x)
    {{/relu}}
    {{#dropout}}
    x = layers.Dropout({{rate}})(x)
    {{/dropout}}
    {{#flatten}}
    x = layers.Flatten()(x){{#changes}}  # {{shape}}{{/changes}}
    {{/flatten}}
    {{#dense}}
    x = layers.Dense({{to}}{{#biasless}}, use_bias=False{{/biasless}}, name="{{layer}}")(x){{#changes}}  # {{shape}}{{/changes}}
    {{/dense}}
    {{/layers}}
    return keras.Model(inputs, x)


def load(path):
    """The network with saved weights. Keras has the notebook's own layout: [height, width, in, out] and [in, out]."""
    model = network()
    weights = load_file(path)
    for layer in model.layers:
        names = [f"{layer.name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        if names[0] in weights:
            layer.set_weights([weights[name] for name in names if name in weights])
    return model
