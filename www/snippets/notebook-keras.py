{{> notebook-settings}}
{{#mnist_like}}
# %% data
import keras

try:
    (train_images, train_labels), (test_images, test_labels) = keras.datasets.{{keras_data}}.load_data()
except Exception as error:
    raise RuntimeError("{{say_no_data}}") from error
train_images, test_images = train_images[..., None], test_images[..., None]
{{/mnist_like}}
{{#own}}
{{> notebook-data-own}}
{{/own}}
{{> notebook-split}}
# %% network
{{> keras-network}}


def scores(net, images):
    """Scores of images of bytes."""
    return net.predict(images / np.float32(255), batch_size=500, verbose=0)
# %% [markdown] train
# %% start
def start():
    """The network with new random weights, drawn as its text on the page says."""
    keras.utils.set_random_seed(SEED)
    model = network()
    {{#layers}}
    {{#learns}}
    layer = model.get_layer("{{layer}}")
    {{#weight_xavier}}layer.kernel.assign(keras.initializers.GlorotUniform()(layer.kernel.shape)){{/weight_xavier}}{{#weight_xavier_normal}}layer.kernel.assign(keras.initializers.VarianceScaling(1, "fan_avg", "untruncated_normal")(layer.kernel.shape)){{/weight_xavier_normal}}{{#weight_he}}layer.kernel.assign(keras.initializers.HeUniform()(layer.kernel.shape)){{/weight_he}}{{#weight_he_normal}}layer.kernel.assign(keras.initializers.VarianceScaling(2, "fan_in", "untruncated_normal")(layer.kernel.shape)){{/weight_he_normal}}{{#weight_normal}}layer.kernel.assign(keras.initializers.RandomNormal(stddev={{weight_number}})(layer.kernel.shape)){{/weight_normal}}{{#weight_constant}}layer.kernel.assign(keras.initializers.Constant({{weight_number}})(layer.kernel.shape)){{/weight_constant}}
    {{#bias_constant}}
    layer.bias.assign(keras.initializers.Constant({{bias_number}})(layer.bias.shape))
    {{/bias_constant}}
    {{#bias_normal}}
    layer.bias.assign(keras.initializers.RandomNormal(stddev={{bias_number}})(layer.bias.shape))
    {{/bias_normal}}
    {{#bias_uniform}}
    layer.bias.assign(keras.initializers.RandomUniform(-{{bias_number}}, {{bias_number}})(layer.bias.shape))
    {{/bias_uniform}}
    {{/learns}}
    {{/layers}}
    return model
# %% train
{{#one_cycle}}
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up in half a cosine from 1/25 over the first 30 % of the steps, then down to 1/10,000."""

    def __init__(self, rate, steps):
        self.rate, self.steps = rate, steps

    def __call__(self, step):
        done = ops.cast(step, "float32") / self.steps
        up, down = [0.5 * (1 + ops.cos(math.pi * ops.minimum(part, 1.0))) for part in (done / 0.3, (done - 0.3) / 0.7)]
        return self.rate * ops.where(done < 0.3, 1 + (1 / 25 - 1) * up, 1e-4 + (1 - 1e-4) * down)


{{/one_cycle}}
def train(model, epochs):
    """Trains in place. The mean loss of each epoch."""
    steps = math.ceil(len(train_images) / BATCH)
    schedules = keras.optimizers.schedules
    {{#constant}}
    rate = RATE
    {{/constant}}
    {{#step}}
    rate = schedules.ExponentialDecay(RATE, {{schedule_epochs}} * steps, {{schedule_factor}}, staircase=True)
    {{/step}}
    {{#cosine}}
    rate = schedules.CosineDecay(RATE, {{schedule_epochs}} * steps)
    {{/cosine}}
    {{#one_cycle}}
    rate = OneCycle(RATE, {{schedule_epochs}} * steps)
    {{/one_cycle}}
    {{#warmup}}
    rate = schedules.PolynomialDecay(RATE / 100, {{schedule_warmup}} * steps, RATE)
    {{/warmup}}
    {{#warmup_cosine}}
    rate = schedules.CosineDecay(RATE / 100, {{schedule_fall}} * steps, warmup_target=RATE, warmup_steps={{schedule_warmup}} * steps)
    {{/warmup_cosine}}
    {{#sgd}}
    optimizer = keras.optimizers.SGD(rate)
    {{/sgd}}
    {{#momentum_rule}}
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)  # keeps steps, not gradients: a new rate acts slowly
    {{/momentum_rule}}
    {{#rmsprop}}
    optimizer = keras.optimizers.RMSprop(rate, rho=0.9, epsilon=1e-8)
    {{/rmsprop}}
    {{#adam}}
    optimizer = keras.optimizers.Adam(rate, beta_1={{beta1}}, beta_2={{beta2}}, epsilon=1e-8)
    {{/adam}}
    {{#adamw}}
    optimizer = keras.optimizers.AdamW(rate, beta_1={{beta1}}, beta_2={{beta2}}, epsilon=1e-8, weight_decay={{decay}})
    {{/adamw}}
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=SMOOTHING)
    model.compile(optimizer, loss, metrics=["accuracy"])
    one_hot = [keras.utils.to_categorical(labels, len(CLASSES)) for labels in (train_labels, val_labels)]
    validation = (val_images / np.float32(255), one_hot[1])
    images = train_images / np.float32(255)
    return model.fit(images, one_hot[0], BATCH, epochs, verbose=2, validation_data=validation).history["loss"]


trained = start()
train(trained, EPOCHS)
nets = {"{{say_here}}": trained}
# %% [markdown] weights
# %% weights
if os.path.exists(WEIGHTS):
    nets["{{say_page}}"] = load(WEIGHTS)
else:
    print(f"{{say_no_weights}}")
{{> notebook-show}}
