{{> notebook-settings}}
{{#mnist_like}}
# %% data
try:
    from torchvision import datasets

    parts = [datasets.{{torch_data}}("data", train=train, download=True) for train in (True, False)]
except Exception as error:
    raise RuntimeError("{{say_no_data}}") from error
train_images, test_images = [part.data.numpy()[..., None] for part in parts]
train_labels, test_labels = [part.targets.numpy() for part in parts]
{{/mnist_like}}
{{#own}}
{{> notebook-data-own}}
{{/own}}
{{> notebook-split}}
# %% network
{{> torch-network}}


device = "cuda" if torch.cuda.is_available() else "cpu"


def as_input(images):
    """Bytes [n, height, width, channels] as PyTorch has them: [n, channels, height, width], 0 to 1."""
    return torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float() / 255


def scores(net, images):
    """Scores of images of bytes, some at a time."""
    net.eval()
    with torch.no_grad():
        return np.concatenate([net(as_input(images[at : at + 500])).cpu().numpy() for at in range(0, len(images), 500)])
# %% [markdown] train
# %% start
def start():
    """The network with new random weights, drawn as its text on the page says."""
    torch.manual_seed(SEED)
    net = Net()
    {{#layers}}
    {{#learns}}
    {{#weight_xavier}}nn.init.xavier_uniform_(net.{{layer}}.weight){{/weight_xavier}}{{#weight_xavier_normal}}nn.init.xavier_normal_(net.{{layer}}.weight){{/weight_xavier_normal}}{{#weight_he}}nn.init.kaiming_uniform_(net.{{layer}}.weight, nonlinearity="relu"){{/weight_he}}{{#weight_he_normal}}nn.init.kaiming_normal_(net.{{layer}}.weight, nonlinearity="relu"){{/weight_he_normal}}{{#weight_normal}}nn.init.normal_(net.{{layer}}.weight, std={{weight_number}}){{/weight_normal}}{{#weight_constant}}nn.init.constant_(net.{{layer}}.weight, {{weight_number}}){{/weight_constant}}
    {{#bias_constant}}
    nn.init.constant_(net.{{layer}}.bias, {{bias_number}})
    {{/bias_constant}}
    {{#bias_normal}}
    nn.init.normal_(net.{{layer}}.bias, std={{bias_number}})
    {{/bias_normal}}
    {{#bias_uniform}}
    nn.init.uniform_(net.{{layer}}.bias, -{{bias_number}}, {{bias_number}})
    {{/bias_uniform}}
    {{/learns}}
    {{/layers}}
    return net.to(device)
# %% train
{{#anneals}}
def anneal(begin, end, done):
    """Half a cosine from one number to another."""
    return end + (begin - end) * 0.5 * (1 + math.cos(math.pi * min(done, 1)))


{{/anneals}}
def factor(epochs):
    """What the learning rate is multiplied with after so many epochs, fractions included."""
    {{#constant}}
    return 1.0
    {{/constant}}
    {{#step}}
    return {{schedule_factor}} ** math.floor(epochs / {{schedule_epochs}})
    {{/step}}
    {{#cosine}}
    return anneal(1.0, 0.0, epochs / {{schedule_epochs}})
    {{/cosine}}
    {{#one_cycle}}
    done = epochs / {{schedule_epochs}}
    return anneal(1 / 25, 1.0, done / 0.3) if done < 0.3 else anneal(1.0, 1e-4, (done - 0.3) / 0.7)
    {{/one_cycle}}
    {{#warmup}}
    return min(1.0, 0.01 + 0.99 * epochs / {{schedule_warmup}})
    {{/warmup}}
    {{#warmup_cosine}}
    if epochs < {{schedule_warmup}}:
        return 0.01 + 0.99 * epochs / {{schedule_warmup}}
    return anneal(1.0, 0.0, (epochs - {{schedule_warmup}}) / {{schedule_fall}})
    {{/warmup_cosine}}


def train(net, epochs):
    """Trains in place. The mean loss of each epoch."""
    steps = math.ceil(len(train_images) / BATCH)
    {{#sgd}}
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    {{/sgd}}
    {{#momentum_rule}}
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE, momentum=0.9)
    {{/momentum_rule}}
    {{#rmsprop}}
    optimizer = torch.optim.RMSprop(net.parameters(), lr=RATE, alpha=0.9, eps=1e-8)
    {{/rmsprop}}
    {{#adam}}
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE, betas=({{beta1}}, {{beta2}}), eps=1e-8)
    {{/adam}}
    {{#adamw}}
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, betas=({{beta1}}, {{beta2}}), eps=1e-8, weight_decay={{decay}})
    {{/adamw}}
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: factor(step / steps))
    random, costs = np.random.default_rng(SEED), []
    for epoch in range(epochs):
        net.train()
        order, total = random.permutation(len(train_images)), 0.0
        for step in range(steps):
            batch = order[step * BATCH : (step + 1) * BATCH]
            truth = torch.from_numpy(train_labels[batch].astype(np.int64)).to(device)
            loss = F.cross_entropy(net(as_input(train_images[batch])), truth, label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        costs.append(total / steps)
        right = np.mean(scores(net, val_images).argmax(1) == val_labels)
        print(f"Epoch: {epoch + 1}, Cost: {costs[-1]:.4f}, {{say_validated}}: {right:.2%}")
    return costs


trained = start()
train(trained, EPOCHS)
nets = {"{{say_here}}": trained}
# %% [markdown] weights
# %% weights
if os.path.exists(WEIGHTS):
    nets["{{say_page}}"] = load(WEIGHTS).to(device)
else:
    print(f"{{say_no_weights}}")
{{> notebook-show}}
