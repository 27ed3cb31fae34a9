// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let outline = spec::outline(text);
let at = 3;
let layer = &outline.summary.layers[at - 1];
check!(layer.output.to_vec(), "[24, 24, 10]");
check!(layer.parameters, "1510");
check!(layer.receptive_field, "[9, 9]");
}
