"""The lecture's two networks in native TensorFlow: times of training steps and of inference, as JSON.

usage: tensorflow_native.py THREADS WARMUP STEPS DATA_FOLDER

The step is one compiled graph with TensorFlow's own fused Adam update, fed with real digits.
"""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
threads, warmup, steps = (int(word) for word in sys.argv[1:4])
folder = sys.argv[4]

import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)

BATCH = 100
ADAM = dict(beta1=0.9, beta2=0.999, epsilon=1e-8)


class Network:
    """Parameters and passes of `lab11-2` or `lab11-3`."""

    def __init__(self, name):
        self.deep = name == "lab11-3"
        channels = [1, 32, 64, 128] if self.deep else [1, 32, 64]
        glorot = tf.keras.initializers.GlorotUniform(seed=1)
        small = tf.keras.initializers.RandomNormal(stddev=0.01, seed=1)
        convolution = glorot if self.deep else small
        self.convolutions = [
            (tf.Variable(convolution([3, 3, i, o])), tf.Variable(tf.zeros([o])) if self.deep else None)
            for i, o in zip(channels, channels[1:])
        ]
        widths = [2048, 625, 10] if self.deep else [3136, 10]
        self.dense = [(tf.Variable(glorot([i, o])), tf.Variable(tf.zeros([o]))) for i, o in zip(widths, widths[1:])]
        self.parameters = [p for pair in self.convolutions + self.dense for p in pair if p is not None]
        self.slots = [(tf.Variable(tf.zeros_like(p)), tf.Variable(tf.zeros_like(p))) for p in self.parameters]
        self.time = tf.Variable(0.0)

    def logits(self, x, training):
        for weight, bias in self.convolutions:
            x = tf.nn.conv2d(x, weight, 1, "SAME")
            x = tf.nn.relu(x if bias is None else tf.nn.bias_add(x, bias))
            x = tf.nn.max_pool2d(x, 2, 2, "SAME")
            if self.deep and training:
                x = tf.nn.dropout(x, 0.3)
        x = tf.reshape(x, [BATCH, -1])
        for i, (weight, bias) in enumerate(self.dense):
            x = tf.nn.bias_add(x @ weight, bias)
            if i + 1 < len(self.dense):
                x = tf.nn.relu(x)
                if training:
                    x = tf.nn.dropout(x, 0.5)
        return x

    @tf.function
    def train(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, self.logits(x, True)))
        self.time.assign_add(1.0)
        for p, grad, (m, v) in zip(self.parameters, tape.gradient(loss, self.parameters), self.slots):
            tf.raw_ops.ResourceApplyAdam(
                var=p.handle, m=m.handle, v=v.handle, lr=0.001, grad=grad,
                beta1_power=ADAM["beta1"] ** self.time, beta2_power=ADAM["beta2"] ** self.time, **ADAM,
            )
        return loss

    @tf.function
    def infer(self, x):
        return self.logits(x, False)


def digits():
    with open(os.path.join(folder, "train-images-idx3-ubyte"), "rb") as file:
        pixels = np.frombuffer(file.read(), np.uint8, BATCH * 784, 16)
    with open(os.path.join(folder, "train-labels-idx1-ubyte"), "rb") as file:
        labels = np.frombuffer(file.read(), np.uint8, BATCH, 8)
    return tf.constant(pixels.reshape(BATCH, 28, 28, 1) / np.float32(255)), tf.constant(labels.astype(np.int32))


def timed(work):
    samples = []
    for i in range(warmup + steps):
        began = time.perf_counter()
        work()
        if i >= warmup:
            samples.append(1e3 * (time.perf_counter() - began))
    return samples


x, y = digits()
result = {"version": tf.__version__}
for name in ["lab11-2", "lab11-3"]:
    network = Network(name)
    result[name] = {
        "train": timed(lambda: network.train(x, y).numpy()),
        "infer": timed(lambda: network.infer(x).numpy()),
    }
print(json.dumps(result))
