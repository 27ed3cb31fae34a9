import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn


{{#uses_avgpool}}
def avg_pool(x, size, stride, pad):
    """The mean of what is not padding."""
    real = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), pad), size, stride)
    return F.avg_pool2d(F.pad(x, pad), size, stride) / real


{{/uses_avgpool}}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {{#layers}}
        {{#conv}}
        self.{{layer}} = nn.Conv2d({{from}}, {{to}}, {{size}}, {{stride}}{{#evenly_padded}}, {{corner}}{{/evenly_padded}}{{#biasless}}, bias=False{{/biasless}})
        {{/conv}}
        {{#batchnorm}}
        self.{{layer}} = nn.BatchNorm{{#maps}}2d{{/maps}}{{#features}}1d{{/features}}({{from}}, eps={{eps}}, momentum={{momentum}})
        {{/batchnorm}}
        {{#dense}}
        self.{{layer}} = nn.Linear({{from}}, {{to}}{{#biasless}}, bias=False{{/biasless}})
        {{/dense}}
        {{/layers}}

    def forward(self, x):
        """Images [n, {{channels}}, {{size}}], bytes / 255 (digits bright on dark), to the scores of {{classes}} classes."""
        # F.pad takes (left, right, top, bottom). TensorFlow's `same` puts an odd pixel right and below.
        {{#layers}}
        {{#conv}}
        {{#unevenly_padded}}
        x = F.pad(x, {{sides}})
        {{/unevenly_padded}}
        x = self.{{layer}}(x){{#changes}}  # {{shape}}{{/changes}}
        {{/conv}}
        {{#maxpool}}
        {{#padded}}
        x = F.pad(x, {{sides}}, value=-torch.inf)  # never wins
        {{/padded}}
        x = F.max_pool2d(x, {{size}}, {{stride}}){{#changes}}  # {{shape}}{{/changes}}
        {{/maxpool}}
        {{#avgpool}}
        x = avg_pool(x, {{size}}, {{stride}}, {{sides}}){{#changes}}  # {{shape}}{{/changes}}
        {{/avgpool}}
        {{#batchnorm}}
        x = self.{{layer}}(x)
        {{/batchnorm}}
        {{#relu}}
        x = F.relu(x)
        {{/relu}}
        {{#dropout}}
        x = F.dropout(x, {{rate}}, self.training)
        {{/dropout}}
        {{#flatten}}
        x = x.permute(0, 2, 3, 1).flatten(1)  # the notebook has channels innermost
        {{/flatten}}
        {{#dense}}
        x = self.{{layer}}(x){{#changes}}  # {{shape}}{{/changes}}
        {{/dense}}
        {{/layers}}
        return x


def load(path):
    state = {}
    for name, value in load_file(path).items():
        if value.ndim == 4:
            value = value.permute(3, 2, 0, 1)  # [height, width, in, out] to [out, in, height, width]
        elif value.ndim == 2:
            value = value.T  # [in, out] to [out, in]
        state[name] = value.contiguous()
    net = Net()
    {{#uses_batchnorm}}
    for name in list(state):
        if name.endswith(".running_mean"):  # PyTorch also counts the batches that it has seen
            state[name.replace("running_mean", "num_batches_tracked")] = torch.tensor(0)
    {{/uses_batchnorm}}
    net.load_state_dict(state)
    return net.eval()
