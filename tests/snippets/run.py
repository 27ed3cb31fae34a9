"""Runs one of the page's programs, then asks it for the scores of some images.

usage: run.py numpy|torch|keras PROGRAM.py HEIGHT WIDTH CHANNELS <images >scores   (float32 each)
"""

import os
import runpy
import sys

framework, program, *shape = sys.argv[1:]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
stdout, sys.stdout = sys.stdout, sys.stderr  # what the program prints is not the answer

import numpy as np

images = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(-1, *map(int, shape))
names = runpy.run_path(program)
if framework == "torch":
    import torch

    with torch.no_grad():
        scores = names["net"](torch.tensor(images.transpose(0, 3, 1, 2))).numpy()
elif framework == "keras":
    scores = names["model"].predict(images, verbose=0)
else:
    scores = names["logits"](images)
stdout.buffer.write(np.ascontiguousarray(scores, np.float32).tobytes())
