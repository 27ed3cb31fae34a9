// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let layers = "conv 3 1 padding same\n".repeat(3);
let text = ["input 32x32x1\n", &layers, "flatten\ndense 10"].concat();
let spec: ModelSpec = text.parse()?;
check!(spec.summary().layers[2].receptive_field, "[7, 7]");
}
