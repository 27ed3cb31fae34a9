# {{name}} with weights from CNN Notebook, in Keras 3.   pip install keras tensorflow safetensors
import numpy as np
import keras
from keras import layers, ops
from safetensors.numpy import load_file

# Images [{{input}}], bytes / 255 (digits bright on dark), to the scores of {{classes}} classes.
inputs = x = keras.Input(({{input}}))
{{forward}}
model = keras.Model(inputs, x)

# Keras has the notebook's own layout: [height, width, in, out] and [in, out].
weights = load_file("{{file}}")
for layer in model.layers:
    names = [f"{layer.name}.weight", f"{layer.name}.bias"]
    if names[0] in weights:
        layer.set_weights([weights[name] for name in names if name in weights])

image = np.zeros(({{input}}), np.float32)  # put yours here
print(model.predict(image[None]))
