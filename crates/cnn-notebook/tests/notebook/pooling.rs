// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let window = Window {
    kernel: [2, 2],
    stride: [2, 2],
    padding: Padding::Valid,
};
let shape = [4, 4, 1];
let pooled = ops::max_pool2d(&map, shape, &window)?;
check!(pooled, "[6, 8, 3, 4]");
check!(ops::max_pool2d_backward(&pooled.argmax, &d_out, shape)?, "[0, 0, 0, 0, 0, 1, 0, 2, 3, …]");
}
