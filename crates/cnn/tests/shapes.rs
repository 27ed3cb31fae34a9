//! Whatever shape a layer on its own is given, it answers with an array or an error, never with a panic.

use cnn::geometry::{Padding, Window};
use cnn::layers::{
    AvgPool2d, Conv2d, ConvReluPool, Dense, Dropout, Flatten, Layer, MaxPool2d, Relu, Standalone,
};
use cnn::{Error, Result};
use ndarray::ArrayD;

/// A layer's three calls, whatever the layer.
trait Calls {
    fn infer(&self, input: &ArrayD<f32>) -> Result<ArrayD<f32>>;
    fn forward(&mut self, input: &ArrayD<f32>) -> Result<ArrayD<f32>>;
    fn backward(&mut self, d_output: &ArrayD<f32>) -> Result<ArrayD<f32>>;
}

impl<L: Layer> Calls for Standalone<L> {
    fn infer(&self, input: &ArrayD<f32>) -> Result<ArrayD<f32>> {
        self.infer(input.view())
    }

    fn forward(&mut self, input: &ArrayD<f32>) -> Result<ArrayD<f32>> {
        self.forward_seeded(input.view(), 7)
    }

    fn backward(&mut self, d_output: &ArrayD<f32>) -> Result<ArrayD<f32>> {
        self.backward(d_output.view())
    }
}

fn alone<L: Layer>(layer: L) -> Box<Standalone<L>> {
    Box::new(Standalone::new(layer))
}

fn conv(kernel: usize, channels: [usize; 2]) -> Box<Standalone<Conv2d>> {
    alone(Conv2d::new(Window::square(kernel, 1, Padding::Valid), channels[0], channels[1], true))
}

fn pool(size: usize, stride: usize, padding: Padding) -> Box<Standalone<MaxPool2d>> {
    alone(MaxPool2d::new(Window::square(size, stride, padding)))
}

fn mean(size: usize, padding: Padding) -> Box<Standalone<AvgPool2d>> {
    alone(AvgPool2d::new(Window::square(size, 1, padding)))
}

fn block(padding: Padding) -> Box<Standalone<ConvReluPool>> {
    alone(ConvReluPool::new(conv(3, [1, 2]).layer, pool(2, 2, padding).layer))
}

fn dense(features: [usize; 2]) -> Box<Standalone<Dense>> {
    alone(Dense::new(features[0], features[1], true))
}

fn dropout() -> Box<Standalone<Dropout>> {
    alone(Dropout::new(0.5).unwrap())
}

fn relu() -> Box<Standalone<Relu>> {
    alone(Relu::new())
}

/// A layer, an input that it does not take, and the error that says so.
type Refusal = (Box<dyn Calls>, &'static [usize], fn(&Error) -> bool);

fn refusals() -> Vec<Refusal> {
    const SIDES: Padding = Padding::all(2);
    let axes: fn(&Error) -> bool = |e| matches!(e, Error::OutOfRange { what: "axes", .. });
    let shape: fn(&Error) -> bool = |e| matches!(e, Error::ShapeMismatch { what: "input", .. });
    let large: fn(&Error) -> bool = |e| matches!(e, Error::KernelTooLarge { .. });
    let zero: fn(&Error) -> bool = |e| matches!(e, Error::ZeroSize { .. });
    let area: fn(&Error) -> bool = |e| matches!(e, Error::PoolTooLarge { .. });
    let wide: fn(&Error) -> bool = |e| matches!(e, Error::PoolPaddingTooWide { .. });
    let strideless = Conv2d::new(Window::square(3, 0, Padding::Same), 1, 2, true);
    vec![
        (dropout(), &[], axes),
        (dropout(), &[5], axes),
        (dropout(), &[2, 3, 4], axes),
        (dropout(), &[1, 2, 3, 4, 5], axes),
        (dropout(), &[0, 3], zero),
        (dropout(), &[2, 0], zero),
        (relu(), &[], axes),
        (relu(), &[5], axes),
        (relu(), &[2, 3, 4], axes),
        (relu(), &[1, 2, 3, 4, 5], axes),
        (relu(), &[2, 0, 3, 1], zero),
        (conv(3, [1, 2]), &[2, 5, 5, 2], shape),
        (conv(3, [1, 2]), &[2, 5, 5, 0], shape),
        (conv(3, [1, 2]), &[2, 2, 5, 1], large),
        (conv(3, [1, 2]), &[2, 0, 0, 1], zero),
        (conv(3, [1, 2]), &[0, 5, 5, 1], zero),
        (conv(3, [0, 2]), &[2, 5, 5, 0], zero),
        (conv(3, [1, 0]), &[2, 5, 5, 1], zero),
        (conv(0, [1, 2]), &[2, 5, 5, 1], zero),
        (alone(strideless), &[2, 5, 5, 1], zero),
        (block(Padding::Valid), &[2, 5, 5, 3], shape),
        (block(Padding::Valid), &[2, 3, 3, 1], large),
        (block(Padding::Valid), &[0, 5, 5, 1], zero),
        (pool(3, 1, Padding::Valid), &[2, 2, 5, 1], large),
        (pool(0, 1, Padding::Valid), &[2, 5, 5, 1], zero),
        (pool(2, 2, Padding::Same), &[0, 5, 5, 3], zero),
        (pool(2, 2, Padding::Same), &[2, 5, 5, 0], zero),
        (pool(16, 1, Padding::Valid), &[2, 20, 20, 1], area),
        (pool(2, 1, SIDES), &[2, 5, 5, 1], wide),
        (mean(3, Padding::Valid), &[2, 5, 2, 1], large),
        (mean(2, Padding::Valid), &[0, 5, 5, 3], zero),
        (mean(2, Padding::Valid), &[2, 5, 5, 0], zero),
        (mean(2, SIDES), &[2, 5, 5, 1], wide),
        (dense([4, 3]), &[2, 5], shape),
        (dense([4, 3]), &[2, 0], shape),
        (dense([4, 3]), &[0, 4], zero),
        (dense([0, 3]), &[2, 0], zero),
        (dense([4, 0]), &[2, 4], zero),
        (alone(Flatten::new()), &[0, 3, 3, 2], zero),
        (alone(Flatten::new()), &[2, 0, 3, 2], zero),
    ]
}

#[test]
fn a_wrong_input_is_an_error() {
    for (row, (mut layer, shape, is_right)) in refusals().into_iter().enumerate() {
        let input = ArrayD::zeros(shape);
        let error = layer.infer(&input).expect_err(&format!("row {row} takes {shape:?}"));
        assert!(is_right(&error), "row {row}, {shape:?}: {error}");
        assert_eq!(layer.forward(&input), Err(error), "row {row}, {shape:?}");
    }
}

/// Layers with an input that they take.
fn accepted() -> Vec<(Box<dyn Calls>, &'static [usize])> {
    vec![
        (dropout(), &[2, 3]),
        (dropout(), &[2, 3, 3, 1]),
        (relu(), &[2, 3]),
        (relu(), &[2, 3, 3, 1]),
        (conv(3, [1, 2]), &[2, 5, 5, 1]),
        (block(Padding::Same), &[2, 5, 5, 1]),
        (pool(2, 2, Padding::Same), &[2, 5, 5, 3]),
        (mean(2, Padding::Valid), &[2, 5, 5, 3]),
        (alone(Flatten::new()), &[2, 3, 3, 2]),
        (dense([4, 3]), &[2, 4]),
    ]
}

#[test]
fn a_wrong_gradient_is_an_error_and_the_right_one_can_follow() {
    for (row, (mut layer, shape)) in accepted().into_iter().enumerate() {
        let input = ArrayD::from_elem(shape, 0.5);
        let early = layer.backward(&layer.infer(&input).unwrap());
        assert!(matches!(early, Err(Error::NoForward { .. })), "row {row}: {early:?}");
        let output = layer.forward(&input).unwrap();
        for axis in 0..output.ndim() {
            let mut wrong = output.shape().to_vec();
            wrong[axis] += 1;
            let got = layer.backward(&ArrayD::zeros(&wrong[..]));
            let told = matches!(got, Err(Error::ShapeMismatch { what: "d_output", .. }));
            assert!(told, "row {row}, {wrong:?}: {got:?}");
        }
        assert_eq!(layer.backward(&output).unwrap().shape(), shape, "row {row}");
    }
}

#[test]
fn a_gradient_of_other_axes_is_an_error() {
    let gradients: [&[usize]; 5] = [&[], &[6], &[2, 3, 1], &[2, 3, 1, 1], &[1, 1, 1, 2, 3]];
    let layers: [Box<dyn Calls>; 2] = [dropout(), relu()];
    for mut layer in layers {
        layer.forward(&ArrayD::zeros(&[2, 3][..])).unwrap();
        for shape in gradients {
            let got = layer.backward(&ArrayD::zeros(shape));
            let told = matches!(got, Err(Error::ShapeMismatch { what: "d_output", .. }));
            assert!(told, "{shape:?}: {got:?}");
        }
    }
}
