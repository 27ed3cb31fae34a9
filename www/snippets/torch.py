# {{name}} with weights from CNN Notebook, in PyTorch.   pip install torch safetensors
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn


def avg_pool(x, size, stride, pad):
    """The mean of what is not padding."""
    real = F.avg_pool2d(F.pad(torch.ones_like(x[:1, :1]), pad), size, stride)
    return F.avg_pool2d(F.pad(x, pad), size, stride) / real


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {{layers}}

    def forward(self, x):
        """Images [n, {{channels}}, {{size}}], bytes / 255 (digits bright on dark), to the scores of {{classes}} classes."""
        # F.pad takes (left, right, top, bottom). TensorFlow's `same` puts an odd pixel right and below.
        {{forward}}
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
    net.load_state_dict(state)
    return net.eval()


net = load("{{file}}")
image = torch.zeros({{channels}}, {{size}})  # put yours here
with torch.no_grad():
    print(net(image[None]))
