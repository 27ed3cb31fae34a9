//! Laws that hold for layers and models of any shape.

use cnn::geometry::{Padding, Window};
use cnn::layers::{AvgPool2d, Conv2d, ConvReluPool, Dense, MaxPool2d, Relu, Standalone};
use cnn::model::{Model, Workspace};
use cnn::rng::Rng;
use cnn::spec::ModelSpec;
use ndarray::{Array, Array2, Array4, ArrayD, Axis, Dimension, s};
use proptest::prelude::*;

fn random<D: Dimension>(shape: impl ndarray::ShapeBuilder<Dim = D>, rng: &mut Rng) -> Array<f32, D> {
    Array::from_shape_simple_fn(shape, || rng.normal())
}

fn close<D: Dimension>(a: &Array<f32, D>, b: &Array<f32, D>, tolerance: f32) -> bool {
    a.shape() == b.shape() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance * (1.0 + b.abs()))
}

/// An array of four axes.
fn four(array: ArrayD<f32>) -> Array4<f32> {
    array.into_dimensionality().unwrap()
}

/// A convolution that fits its input.
#[derive(Clone, Debug)]
struct Case {
    window: Window,
    /// Batch, height, width, channels in, channels out.
    dims: [usize; 5],
    seed: u64,
}

impl Case {
    fn input(&self, rng: &mut Rng) -> Array4<f32> {
        let [n, h, w, ic, _] = self.dims;
        random((n, h, w, ic), rng)
    }

    fn conv(&self, bias: bool, rng: &mut Rng) -> Standalone<Conv2d> {
        let ([kh, kw], [.., ic, oc]) = (self.window.kernel, self.dims);
        let bias = bias.then(|| random(oc, rng));
        let weight = random((kh, kw, ic, oc), rng);
        Standalone::new(Conv2d::from_arrays(weight, bias, self.window.stride, self.window.padding).unwrap())
    }
}

fn case() -> impl Strategy<Value = Case> {
    let padding = prop_oneof![
        Just(Padding::Same),
        Just(Padding::Valid),
        [0usize..3, 0..3, 0..3, 0..3].prop_map(|[top, bottom, left, right]| Padding::Explicit {
            top,
            bottom,
            left,
            right
        }),
    ];
    let window = ([1usize..5, 1..5], [1usize..4, 1..4], padding)
        .prop_map(|(kernel, stride, padding)| Window { kernel, stride, padding });
    (window, [1usize..4, 1..11, 1..11, 1..9, 1..20], any::<u64>())
        .prop_map(|(window, dims, seed)| Case { window, dims, seed })
        .prop_filter("the window fits", |case| case.window.resolve([case.dims[1], case.dims[2]]).is_ok())
}

/// A pooling window that can be pooled over what the convolution gives.
fn pool() -> impl Strategy<Value = Window> {
    ([1usize..4, 1..4], [1usize..4, 1..4]).prop_map(|(kernel, stride)| Window {
        kernel,
        stride,
        padding: Padding::Same,
    })
}

fn argsorted(n: usize, rng: &mut Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    rng.shuffle(&mut order);
    order
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn a_convolution_is_linear(case in case(), a in -2.0f32..2.0) {
        let rng = &mut Rng::seed_from_u64(case.seed);
        let conv = case.conv(false, rng);
        let (x, y) = (case.input(rng), case.input(rng));
        let of_sum = conv.infer((&x * a + &y).view()).unwrap();
        let sum = conv.infer(x.view()).unwrap() * a + conv.infer(y.view()).unwrap();
        prop_assert!(close(&of_sum, &sum, 1e-4));
    }

    /// ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩: the backward pass is the forward pass transposed.
    #[test]
    fn backward_is_the_adjoint(case in case()) {
        let rng = &mut Rng::seed_from_u64(case.seed);
        let mut conv = case.conv(false, rng);
        let x = case.input(rng);
        let output = four(conv.forward(x.view()).unwrap());
        let y = random(output.raw_dim(), rng);
        let d_x = four(conv.backward(y.view()).unwrap());
        let dot = |a: &Array4<f32>, b: &Array4<f32>| -> f64 {
            a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
        };
        let (left, right) = (dot(&output, &y), dot(&x, &d_x));
        let scale = (dot(&output, &output) * dot(&y, &y)).sqrt();
        prop_assert!((left - right).abs() <= 1e-5 * (1.0 + scale), "{left} and {right}");
        // The weights enter as linearly: ⟨conv(x), y⟩ = ⟨weight, d_weight⟩.
        let weights: f64 =
            conv.layer.weight.value.iter().zip(conv.gradient("weight").unwrap()).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        prop_assert!((left - weights).abs() <= 1e-5 * (1.0 + scale), "{left} and {weights}");
    }

    #[test]
    fn the_fused_block_equals_its_layers(case in case(), pool in pool()) {
        let rng = &mut Rng::seed_from_u64(case.seed);
        let mut conv = case.conv(true, rng);
        let mut block = Standalone::new(ConvReluPool::new(conv.layer.clone(), MaxPool2d::new(pool)));
        let (mut relu, mut pool) = (Standalone::new(Relu::new()), Standalone::new(MaxPool2d::new(pool)));
        let x = case.input(rng);

        let maps = relu.forward(conv.forward(x.view()).unwrap().view()).unwrap();
        let expected = pool.forward(maps.view()).unwrap();
        let output = block.forward(x.view()).unwrap();
        prop_assert!(close(&output, &expected, 1e-5));
        prop_assert_eq!(&block.infer(x.view()).unwrap(), &output);

        let d_output = random(output.raw_dim(), rng);
        let d_maps = relu.backward(pool.backward(d_output.view()).unwrap().view()).unwrap();
        let expected = conv.backward(d_maps.view()).unwrap();
        let d_input = block.backward(d_output.view()).unwrap();
        prop_assert!(close(&d_input, &expected, 1e-4));
        let array = |values: &[f32]| Array::from(values.to_vec());
        for name in ["weight", "bias"] {
            let gradients = [block.gradient(name), conv.gradient(name)].map(|gradient| array(gradient.unwrap()));
            prop_assert!(close(&gradients[0], &gradients[1], 1e-4));
        }
    }

    /// The average is never above the maximum, and both are between the smallest and the largest value.
    #[test]
    fn pools_stay_in_range(case in case(), pool in pool()) {
        let rng = &mut Rng::seed_from_u64(case.seed);
        let x = case.input(rng);
        let max = Standalone::new(MaxPool2d::new(pool)).infer(x.view()).unwrap();
        let mean = Standalone::new(AvgPool2d::new(pool)).infer(x.view()).unwrap();
        let low = x.iter().copied().fold(f32::INFINITY, f32::min);
        let high = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for (max, mean) in max.iter().zip(&mean) {
            prop_assert!(*mean <= *max + 1e-6 && *mean >= low - 1e-6 && *max <= high);
        }
    }

    /// What an image gives does not depend on its place in the batch or its neighbours.
    #[test]
    fn permuting_the_batch_permutes_the_outputs(case in case(), pool in pool()) {
        let rng = &mut Rng::seed_from_u64(case.seed);
        let block = Standalone::new(ConvReluPool::new(case.conv(true, rng).layer, MaxPool2d::new(pool)));
        let x = case.input(rng);
        let order = argsorted(case.dims[0], rng);
        let output = block.infer(x.view()).unwrap();
        let permuted = block.infer(x.select(Axis(0), &order).view()).unwrap();
        prop_assert!(close(&permuted, &output.select(Axis(0), &order), 1e-6));
    }

    #[test]
    fn a_dense_layer_is_a_1x1_convolution(n in 1usize..5, i in 1usize..40, o in 1usize..40, seed: u64) {
        let rng = &mut Rng::seed_from_u64(seed);
        let (x, weight, bias) = (random((n, i), rng), random((i, o), rng), random(o, rng));
        let dense = Standalone::new(Dense::from_arrays(weight.clone(), Some(bias.clone())).unwrap());
        let kernel = weight.into_shape_with_order((1, 1, i, o)).unwrap();
        let conv = Standalone::new(Conv2d::from_arrays(kernel, Some(bias), [1, 1], Padding::Valid).unwrap());
        let as_map = x.clone().into_shape_with_order((n, 1, 1, i)).unwrap();
        let expected = conv.infer(as_map.view()).unwrap().into_shape_with_order(vec![n, o]).unwrap();
        prop_assert!(close(&dense.infer(x.view()).unwrap(), &expected, 1e-4));
    }
}

const SPEC: &str = "input 11x9x2
    conv 3x3 5 padding same init he
    relu
    maxpool 2x2 padding same
    dropout 0
    conv 3x3 7 stride 2 padding same bias none init he
    relu
    conv 2x2 3 init he
    relu
    maxpool 2x1 stride 1
    flatten
    dense 12
    relu
    dense 4";

fn model(seed: u64) -> (Model, Rng) {
    let spec: ModelSpec = SPEC.parse().unwrap();
    let mut rng = Rng::seed_from_u64(seed);
    (Model::new(&spec, &mut rng).unwrap(), rng)
}

#[test]
fn without_dropout_forward_equals_infer() {
    let (mut model, mut rng) = model(1);
    let images: Array4<f32> = random((3, 11, 9, 2), &mut rng);
    let inferred = model.infer(images.view()).unwrap();
    assert_eq!(model.forward(images.as_slice().unwrap(), 9), inferred.as_slice().unwrap());
}

#[test]
fn models_may_share_a_workspace() {
    let (deep, mut rng) = model(4);
    let flat = Model::new(&"input 11x9x2\nflatten\ndense 3".parse().unwrap(), &mut rng).unwrap();
    let images: Array4<f32> = random((3, 11, 9, 2), &mut rng);
    let mut work = Workspace::default();
    for (model, batch) in [(&deep, 3), (&flat, 2), (&deep, 1), (&flat, 3)] {
        let images = images.slice(s![..batch, .., .., ..]);
        let expected = model.infer(images).unwrap();
        assert_eq!(model.infer_with(&mut work, images.as_slice().unwrap()), expected.as_slice().unwrap());
    }
}

#[test]
fn the_trace_s_last_activation_is_the_logits() {
    let (model, mut rng) = model(2);
    let images: Array4<f32> = random((2, 11, 9, 2), &mut rng);
    let logits = model.infer(images.view()).unwrap();
    for i in 0..2 {
        let trace = model.trace(images.slice(s![i, .., .., ..])).unwrap();
        assert_eq!(trace.len(), model.spec().unwrap().layers().len());
        for (activation, summary) in trace.iter().zip(&model.spec().unwrap().summary().layers) {
            assert_eq!((activation.layer, activation.kind), (summary.index, summary.kind));
            assert_eq!(activation.shape, summary.output.to_vec());
            assert_eq!(activation.data.len(), activation.shape.iter().product::<usize>());
        }
        let last = Array2::from_shape_vec((1, 4), trace.last().unwrap().data.clone()).unwrap();
        assert!(close(&last, &logits.slice(s![i..=i, ..]).to_owned(), 1e-5));
        // ReLU's output is the convolution's with its negative values cut, though the blocks never store it.
        let cut: Vec<f32> = trace[0].data.iter().map(|x| x.max(0.0)).collect();
        assert_eq!(trace[1].data, cut);
    }
}

#[test]
fn images_of_another_shape_are_an_error() {
    let (model, mut rng) = model(3);
    let images: Array4<f32> = random((3, 9, 11, 2), &mut rng);
    assert_eq!(model.infer(images.view()).unwrap_err().code(), "shape_mismatch");
    assert_eq!(model.trace(images.slice(s![0, .., .., ..])).unwrap_err().code(), "shape_mismatch");
    let mut conv = Standalone::new(Conv2d::new(Window::square(3, 1, Padding::Same), 4, 2, true));
    assert_eq!(conv.forward(images.view()).unwrap_err().code(), "shape_mismatch");
    assert_eq!(conv.backward(images.view()).unwrap_err().code(), "no_forward");
}
