// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let map = session.grad_cam(&pixels, 4, class)?;
let d_pixels = session.image_gradient(&pixels, class)?;
let units = session.relu_activity(&data, Split::Validation, &images)?;
}
