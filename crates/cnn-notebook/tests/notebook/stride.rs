// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let window = Window {
    kernel: [3, 3],
    stride: [1, 1],
    padding: Padding::Valid,
};
let geometry = window.resolve([7, 7])?;
check!(geometry.output, "[5, 5]");
check!(geometry.lost, "[0, 0]");
}
