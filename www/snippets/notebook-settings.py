# %% [markdown] intro
# %% [markdown] settings
# %% settings
# pip install {{packages}} safetensors matplotlib
import math
import os

import numpy as np

WEIGHTS = "{{file}}"  # {{say_weights}}
CLASSES = {{class_names}}
{{#trains}}
SEED = {{seed}}
BATCH = {{batch}}  # {{say_batch}}
EPOCHS = {{epochs}}  # {{say_epochs}}
RATE = {{rate}}  # {{say_rate}}
SMOOTHING = {{smoothing}}  # {{say_smoothing}}
{{/trains}}
{{#mnist_like}}
VALIDATION = 5000  # {{say_validation}}
{{/mnist_like}}
# %% [markdown] data
