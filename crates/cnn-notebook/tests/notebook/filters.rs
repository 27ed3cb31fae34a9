// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let window = Window {
    kernel: [5, 5],
    stride: [1, 1],
    padding: Padding::Valid,
};
let conv = Conv2d::new(window, 3, 6, true);
check!(conv.weight.shape, "[5, 5, 3, 6]");
let layer = Standalone::new(conv);
check!(layer.infer(images.view())?.shape(), "[1, 28, 28, 6]");
}
