// Written by tests/e2e/snippets.e2e.js from the page: do not edit.
{
let weight = Array4::from_shape_vec((5, 5, 3, 1), weights)?;
let conv = Conv2d::from_arrays(weight, Some(arr1(&[0.0])), [1, 1], Padding::Valid)?;
let (conv, relu) = (Standalone::new(conv), Standalone::new(Relu::new()));
let sums = conv.infer(image.view())?;
check!(sums.shape(), "[1, 28, 28, 1]");
let map = relu.infer(sums.view())?;
check!(map[[0, 14, 8, 0]], "0.000");
}
