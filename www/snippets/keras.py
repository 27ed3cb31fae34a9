# {{name}} with weights from CNN Notebook, in Keras 3.   pip install keras tensorflow safetensors
{{> keras-network}}


model = load("{{file}}")
image = np.zeros(({{input}}), np.float32)  # put yours here
print(model.predict(image[None]))
