//! Backward passes against finite differences, for every layer: odd sizes, strides of 2, oblong inputs, batches.
//!
//! With `L = Σ output · r` for fixed random `r`, the gradient of `L` at the output is `r`, and the derivative of
//! `L` along each single input or parameter must equal what `backward` says. `L` is summed in `f64`.

#[path = "common/exact.rs"]
mod exact;

use cnn::geometry::{Padding, Window};
use cnn::layers::{AvgPool2d, Conv2d, ConvReluPool, Dense, Dropout, Flatten, MaxPool2d, Relu, Standalone};
use cnn::loss::softmax_cross_entropy;
use cnn::model::Model;
use cnn::rng::Rng;
use cnn::spec::ModelSpec;
use exact::{Branches, Exact, Values};
use ndarray::{Array, Array2, Array4, ArrayView, Dimension};

const SAME: Padding = Padding::Same;
const LOPSIDED: Padding = Padding::Explicit { top: 1, bottom: 2, left: 0, right: 1 };
const ONE_SIDED: Padding = Padding::Explicit { top: 1, bottom: 0, left: 0, right: 2 };

fn random<D: Dimension>(shape: impl ndarray::ShapeBuilder<Dim = D>, rng: &mut Rng) -> Array<f32, D> {
    Array::from_shape_simple_fn(shape, || rng.normal())
}

/// Distinct values in random order, 0.05 apart and none within 0.02 of 0, so that a small step changes neither a
/// maximum nor a sign.
fn spaced<D: Dimension>(shape: impl ndarray::ShapeBuilder<Dim = D>, rng: &mut Rng) -> Array<f32, D> {
    let mut array = Array::zeros(shape);
    let n = array.len();
    let mut values: Vec<f32> = (0..n).map(|i| (i as f32 - n as f32 / 2.0) * 0.05 + 0.02).collect();
    rng.shuffle(&mut values);
    array.iter_mut().zip(values).for_each(|(to, from)| *to = from);
    array
}

fn weighted<D: Dimension>(output: &Array<f32, D>, r: &Array<f32, D>) -> f64 {
    output.iter().zip(r).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Compares `gradient` with central differences of `loss` around `at`.
fn check(what: &str, at: &[f32], gradient: &[f32], step: f32, mut loss: impl FnMut(&[f32]) -> f64) {
    assert_eq!(at.len(), gradient.len(), "{what}");
    let mut moved = at.to_vec();
    for i in 0..at.len() {
        moved[i] = at[i] + step;
        let above = loss(&moved);
        moved[i] = at[i] - step;
        let below = loss(&moved);
        moved[i] = at[i];
        // The step as it was really taken, after rounding.
        let width = f64::from(at[i] + step) - f64::from(at[i] - step);
        let expected = ((above - below) / width) as f32;
        let difference = (gradient[i] - expected).abs();
        assert!(
            difference <= 2e-3 + 2e-3 * expected.abs(),
            "{what}: at {i} backward says {}, differences say {expected}",
            gradient[i]
        );
    }
}

fn view<D: Dimension>(values: &[f32], like: &Array<f32, D>) -> Array<f32, D> {
    ArrayView::from_shape(like.raw_dim(), values).unwrap().to_owned()
}

/// Kernel, stride, padding; batch, height, width, channels in, channels out.
type Convolution = ([usize; 2], [usize; 2], Padding, [usize; 5]);

const CONVOLUTIONS: [Convolution; 6] = [
    ([3, 3], [1, 1], SAME, [2, 5, 7, 3, 4]),
    ([3, 3], [2, 2], SAME, [2, 7, 6, 2, 3]),
    ([2, 4], [1, 2], SAME, [2, 5, 9, 1, 2]),
    ([3, 2], [2, 1], LOPSIDED, [3, 5, 4, 2, 5]),
    ([5, 5], [3, 3], Padding::Valid, [2, 9, 11, 1, 3]),
    ([1, 1], [1, 1], Padding::Valid, [2, 3, 5, 7, 9]),
];

#[test]
fn conv2d() {
    let mut rng = Rng::seed_from_u64(1);
    for (kernel, stride, padding, [n, h, w, ic, oc]) in CONVOLUTIONS {
        let what = |part| format!("conv {kernel:?} {stride:?} {padding:?} on {n}x{h}x{w}x{ic}: {part}");
        let input = random((n, h, w, ic), &mut rng);
        let weight = random((kernel[0], kernel[1], ic, oc), &mut rng);
        let bias = random(oc, &mut rng);
        let build = |weight: &Array4<f32>, bias: &Array<f32, _>| {
            Standalone::new(Conv2d::from_arrays(weight.clone(), Some(bias.clone()), stride, padding).unwrap())
        };
        let mut conv = build(&weight, &bias);
        let r = random(conv.forward(input.view()).unwrap().raw_dim(), &mut rng);
        let d_input = conv.backward(r.view()).unwrap();

        let d_input = d_input.as_slice().unwrap();
        check(&what("input"), input.as_slice().unwrap(), d_input, 0.05, |x| {
            weighted(&conv.infer(view(x, &input).view()).unwrap(), &r)
        });
        check(&what("weight"), weight.as_slice().unwrap(), conv.gradient("weight").unwrap(), 0.05, |x| {
            weighted(&build(&view(x, &weight), &bias).infer(input.view()).unwrap(), &r)
        });
        let d_bias = conv.gradient("bias").unwrap();
        check(&what("bias"), bias.as_slice().unwrap(), d_bias, 0.05, |x| {
            weighted(&build(&weight, &view(x, &bias)).infer(input.view()).unwrap(), &r)
        });
    }
}

#[test]
fn dense() {
    let mut rng = Rng::seed_from_u64(2);
    for [n, i, o] in [[1, 1, 1], [3, 7, 5], [2, 33, 17]] {
        let (input, weight, bias) = (random((n, i), &mut rng), random((i, o), &mut rng), random(o, &mut rng));
        let mut dense = Standalone::new(Dense::from_arrays(weight.clone(), Some(bias.clone())).unwrap());
        let r = random(dense.forward(input.view()).unwrap().raw_dim(), &mut rng);
        let d_input = dense.backward(r.view()).unwrap();
        check("dense input", input.as_slice().unwrap(), d_input.as_slice().unwrap(), 0.05, |x| {
            weighted(&dense.infer(view(x, &input).view()).unwrap(), &r)
        });
        check("dense weight", weight.as_slice().unwrap(), dense.gradient("weight").unwrap(), 0.05, |x| {
            let moved = Standalone::new(Dense::from_arrays(view(x, &weight), Some(bias.clone())).unwrap());
            weighted(&moved.infer(input.view()).unwrap(), &r)
        });
        let d_bias = dense.gradient("bias").unwrap();
        check("dense bias", bias.as_slice().unwrap(), d_bias, 0.05, |x| {
            let moved = Standalone::new(Dense::from_arrays(weight.clone(), Some(view(x, &bias))).unwrap());
            weighted(&moved.infer(input.view()).unwrap(), &r)
        });
    }
}

/// Window, batch, height, width, channels.
const POOLINGS: [(Window, [usize; 4]); 5] = [
    (Window { kernel: [2, 2], stride: [2, 2], padding: SAME }, [2, 7, 7, 3]),
    (Window { kernel: [3, 3], stride: [2, 2], padding: Padding::Valid }, [2, 9, 6, 2]),
    (Window { kernel: [3, 3], stride: [1, 1], padding: SAME }, [2, 4, 5, 3]),
    (Window { kernel: [2, 3], stride: [3, 1], padding: ONE_SIDED }, [2, 5, 7, 1]),
    (Window { kernel: [1, 1], stride: [2, 2], padding: SAME }, [1, 5, 3, 4]),
];

#[test]
fn max_pool2d() {
    let mut rng = Rng::seed_from_u64(3);
    for (window, [n, h, w, c]) in POOLINGS {
        let input = spaced((n, h, w, c), &mut rng);
        let mut pool = Standalone::new(MaxPool2d::new(window));
        let r = random(pool.forward(input.view()).unwrap().raw_dim(), &mut rng);
        let d_input = pool.backward(r.view()).unwrap();
        let what = format!("max-pool {window:?}");
        check(&what, input.as_slice().unwrap(), d_input.as_slice().unwrap(), 0.01, |x| {
            weighted(&pool.infer(view(x, &input).view()).unwrap(), &r)
        });
    }
}

#[test]
fn avg_pool2d() {
    let mut rng = Rng::seed_from_u64(4);
    for (window, [n, h, w, c]) in POOLINGS {
        let input = random((n, h, w, c), &mut rng);
        let mut pool = Standalone::new(AvgPool2d::new(window));
        let r = random(pool.forward(input.view()).unwrap().raw_dim(), &mut rng);
        let d_input = pool.backward(r.view()).unwrap();
        let what = format!("average pool {window:?}");
        check(&what, input.as_slice().unwrap(), d_input.as_slice().unwrap(), 0.05, |x| {
            weighted(&pool.infer(view(x, &input).view()).unwrap(), &r)
        });
    }
}

#[test]
fn relu() {
    let mut rng = Rng::seed_from_u64(5);
    let input = spaced((3, 5, 7, 2), &mut rng);
    let mut relu = Standalone::new(Relu::new());
    let r = random(relu.forward(input.view()).unwrap().raw_dim(), &mut rng);
    let d_input = relu.backward(r.view()).unwrap();
    check("relu", input.as_slice().unwrap(), d_input.as_slice().unwrap(), 0.01, |x| {
        weighted(&relu.infer(view(x, &input).view()).unwrap(), &r)
    });
}

#[test]
fn dropout() {
    let mut rng = Rng::seed_from_u64(6);
    let input: Array2<f32> = random((5, 21), &mut rng);
    let mut dropout = Standalone::new(Dropout::new(0.4).unwrap());
    let r = random(dropout.forward_seeded(input.view(), 9).unwrap().raw_dim(), &mut rng);
    let d_input = dropout.backward(r.view()).unwrap();
    check("dropout", input.as_slice().unwrap(), d_input.as_slice().unwrap(), 0.05, |x| {
        weighted(&dropout.clone().forward_seeded(view(x, &input).view(), 9).unwrap(), &r)
    });
}

#[test]
fn flatten() {
    let mut rng = Rng::seed_from_u64(7);
    let input: Array4<f32> = random((2, 3, 5, 2), &mut rng);
    let mut flatten = Standalone::new(Flatten::new());
    let output = flatten.forward(input.view()).unwrap();
    assert_eq!(output.shape(), [2, 30]);
    assert_eq!(flatten.backward(output.view()).unwrap(), input.into_dyn());
}

/// The fused block against the three layers one by one.
#[test]
fn conv_relu_pool() {
    let mut rng = Rng::seed_from_u64(8);
    for (kernel, stride, padding, [n, h, w, ic, oc]) in CONVOLUTIONS {
        for size in [2, 3] {
            let pool = Window { kernel: [size; 2], stride: [2, 2], padding: SAME };
            let what = |part| format!("{kernel:?} {stride:?} pool {size}: {part}");
            let input = random((n, h, w, ic), &mut rng);
            let weight = random((kernel[0], kernel[1], ic, oc), &mut rng);
            let bias = random(oc, &mut rng);
            let conv = Conv2d::from_arrays(weight.clone(), Some(bias.clone()), stride, padding).unwrap();
            let window = *conv.window();
            let mut block = Standalone::new(ConvReluPool::new(conv, MaxPool2d::new(pool)));
            let r = random(block.forward(input.view()).unwrap().raw_dim(), &mut rng);
            let d_input = block.backward(r.view()).unwrap();

            let wide = |values: &[f32]| values.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
            let shape = [n, h, w, ic];
            let (input, r) = (wide(input.as_slice().unwrap()), wide(r.as_slice().unwrap()));
            let (weight, bias) = (wide(weight.as_slice().unwrap()), wide(bias.as_slice().unwrap()));
            let run = |input: &[f64], weight: &[f64], bias: &[f64]| {
                let mut branches = Branches::new();
                let maps = Values { shape, data: input.to_vec() }
                    .conv(&window, weight, Some(bias), oc)
                    .relu(&mut branches);
                let output = maps.max_pool(&pool, &mut branches);
                (output.data.iter().zip(&r).map(|(x, r)| x * r).sum(), branches)
            };
            let d_bias = block.gradient("bias").unwrap();
            let d_input = d_input.as_slice().unwrap();
            exact::check_derivatives(&what("input"), &input, d_input, |x| run(x, &weight, &bias));
            exact::check_derivatives(&what("weight"), &weight, block.gradient("weight").unwrap(), |x| {
                run(&input, x, &bias)
            });
            exact::check_derivatives(&what("bias"), &bias, d_bias, |x| run(&input, &weight, x));
        }
    }
}

#[test]
fn softmax_cross_entropy_of_logits() {
    let mut rng = Rng::seed_from_u64(9);
    let logits: Array2<f32> = random((5, 7), &mut rng) * 3.0;
    let labels = [0, 6, 3, 3, 1];
    let out = softmax_cross_entropy(logits.view(), &labels).unwrap();
    check("softmax", logits.as_slice().unwrap(), out.d_logits.as_slice().unwrap(), 0.01, |x| {
        f64::from(softmax_cross_entropy(view(x, &logits).view(), &labels).unwrap().loss)
    });
}

/// A whole model with every kind of layer, through its own forward and backward, dropout with a fixed seed.
#[test]
fn a_whole_model() {
    let spec: ModelSpec = "input 9x7x2
        conv 3x3 4 padding same init he
        relu
        maxpool 2x2 padding same
        dropout 0.3
        conv 2x3 5 stride 1x2 padding same bias none init he
        batchnorm eps 0.01
        avgpool 2x2 stride 1
        relu
        flatten
        dense 6 bias normal 0.5
        batchnorm
        relu
        dense 3"
        .parse()
        .unwrap();
    let mut rng = Rng::seed_from_u64(10);
    let mut model = Model::new(&spec, &mut rng).unwrap();
    let images: Array4<f32> = random((4, 9, 7, 2), &mut rng);
    let images = images.as_slice().unwrap();
    let labels = [0, 2, 1, 1];
    let d_logits = exact::d_logits(model.forward(images, 5), &labels);
    model.backward(&d_logits);

    let mut exact = Exact::of(&model, true);
    let images = Values::new([4, 9, 7, 2], images);
    let mut checked = 0;
    for (i, named) in model.parameters().enumerate() {
        let at = exact.parameters[i].clone();
        exact::check_derivatives(&named.name(), &at, named.grad, |x| {
            exact.parameters[i].copy_from_slice(x);
            exact.loss(&images, &labels)
        });
        exact.parameters[i] = at;
        checked += named.param.value.len();
    }
    assert_eq!(checked as u64, spec.summary().parameters);
}
