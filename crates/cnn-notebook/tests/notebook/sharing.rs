// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let same = Window::square(3, 1, Padding::Same);
let map = ops::conv2d(&image, [28, 28, 1], &kernel, None, 1, &same)?;
let window = Window::square(2, 2, Padding::Same);
let pooled = ops::max_pool2d(&ops::relu(&map.data), map.shape, &window)?;
let middle = 4;
let wide = Window::square(3, 1, Padding::all(2));
let one = ops::conv2d(&first, [3, 3, middle], &second_turned, None, 1, &wide)?;
check!(one.shape, "[5, 5, 1]");
}
