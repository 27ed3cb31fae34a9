// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let padding = Padding::Same;
let window = Window {
    kernel: [3, 3],
    stride: [1, 1],
    padding,
};
let geometry = window.resolve([7, 7])?;
check!(geometry.pad_before, "[1, 1]");
check!(geometry.pad_after, "[1, 1]");
check!(geometry.output, "[7, 7]");
}
