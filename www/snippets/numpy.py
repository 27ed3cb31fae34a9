# {{name}} with weights from CNN Notebook, in NumPy.   pip install numpy safetensors
{{> numpy-network}}


# Convolutions are [height, width, in, out], dense layers [in, out]; images are [n, height, width, channels].
weights = load_file("{{file}}")
image = np.zeros(({{input}}), np.float32)  # put yours here
print(logits(image[None]))
