# {{name}} with weights from CNN Notebook, in PyTorch.   pip install torch safetensors
{{> torch-network}}


net = load("{{file}}")
image = torch.zeros({{channels}}, {{size}})  # put yours here
with torch.no_grad():
    print(net(image[None]))
