//! The derivatives of one image's loss, for whoever looks into a network: those of a network in `f64`, and those that a
//! training step follows.

mod common;
#[path = "common/exact.rs"]
mod exact;

use cnn::dataset::Split;
use cnn::model::Model;
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use exact::{Exact, Values};

/// Every kind of layer, the fused block among them, without dropout.
const SPEC: &str = "\
input 9x8x2
conv 3x3 4 padding same bias normal 0.1
relu
maxpool 2x2
conv 3x2 5 stride 2x1 padding 1,0,1,1
relu
avgpool 2x2 stride 1
flatten
dense 6
relu
dense 4 bias normal 0.1
";

fn session(spec: &str, batch_size: usize) -> Session {
    let config = SessionConfig::new(spec.parse().unwrap(), 4);
    Session::new(SessionConfig { batch_size, ..config }).unwrap()
}

fn image(model: &Model) -> Vec<f32> {
    let mut rng = Rng::seed_from_u64(7);
    (0..model.input_len()).map(|_| rng.uniform()).collect()
}

/// −log softmax of class `label`.
fn cross_entropy(logits: &[f64], label: usize) -> f64 {
    logits.iter().map(|z| z.exp()).sum::<f64>().ln() - logits[label]
}

#[test]
fn the_gradient_at_the_image_is_the_loss_s_derivative() {
    let session = session(SPEC, 1);
    let pixels = image(session.model());
    let exact = Exact::of(session.model(), false);
    let wide: Vec<f64> = pixels.iter().map(|&x| x.into()).collect();
    for label in 0..4 {
        let found = session.model().loss_gradients(&pixels, label).unwrap();
        exact::check_derivatives(&format!("class {label}"), &wide, &found.d_input, |x| {
            let (logits, branches) = exact.logits(&Values { shape: [1, 9, 8, 2], data: x.to_vec() });
            (cross_entropy(&logits.data, label), branches)
        });
    }
}

#[test]
fn each_layer_s_values_come_with_gradients_of_their_shape() {
    let session = session(SPEC, 1);
    let pixels = image(session.model());
    let found = session.model().loss_gradients(&pixels, 2).unwrap();
    let trace = session.trace(&pixels).unwrap();
    let shapes = |list: &[cnn::model::Activation]| -> Vec<_> {
        list.iter().map(|each| (each.layer, each.kind, each.shape.clone(), each.data.len())).collect()
    };
    assert_eq!(shapes(&found.gradients), shapes(&trace));
    // At the logits it is the softmax, less one for the right class; before them the sum of each logit's own gradient,
    // weighted with these.
    let last = &found.gradients.last().unwrap().data;
    let probabilities = session.model().predict(&pixels).unwrap().probabilities;
    for (class, (d, p)) in last.iter().zip(&probabilities).enumerate() {
        assert!((d - if class == 2 { p - 1.0 } else { *p }).abs() < 1e-6);
    }
    let image = ndarray::ArrayView3::from_shape((9, 8, 2), &pixels).unwrap();
    for gradient in &found.gradients {
        let mut sum = vec![0.0; gradient.data.len()];
        for (class, d) in last.iter().enumerate() {
            let of_logit = session.model().gradient_at(gradient.layer, image, class).unwrap();
            sum.iter_mut().zip(of_logit.data).for_each(|(sum, each)| *sum += d * each);
        }
        for (a, b) in gradient.data.iter().zip(&sum) {
            assert!((a - b).abs() < 1e-5, "layer {}: {a} and {b}", gradient.layer);
        }
    }
}

#[test]
fn parameters_have_the_gradients_that_a_step_on_this_image_follows() {
    let spec = "input 10x12x1\nconv 3x3 6 padding same\nrelu\nmaxpool 2x2\nflatten\ndense 16\nrelu\ndense 3";
    let (mut session, data) = (session(spec, 1), common::bars(6, 3));
    let before = session.fingerprint();
    // The first image that the run will learn from.
    let index = session.next_indices(&data).unwrap()[0] as usize;
    let pixels = data.pixels(Split::Train, index).unwrap();
    let label = usize::from(data.label(Split::Train, index).unwrap());
    let found = session.model().loss_gradients(&pixels, label).unwrap();
    assert_eq!(session.fingerprint(), before);
    assert!(session.model().parameters().all(|named| named.grad.is_empty()));
    session.step(&data).unwrap();
    let followed: Vec<_> = session.model().parameters().map(|named| named.grad.to_vec()).collect();
    assert_eq!(followed, found.d_params);
    // Layer by layer and in fused layers the sums are rounded in another order.
    assert!((session.batch().losses[0] - found.loss).abs() < 1e-6);
}

#[test]
fn the_gradient_at_every_parameter_is_the_loss_s_derivative() {
    let session = session(SPEC, 1);
    let pixels = image(session.model());
    let found = session.model().loss_gradients(&pixels, 1).unwrap();
    let images = Values::new([1, 9, 8, 2], &pixels);
    for (i, gradient) in found.d_params.iter().enumerate() {
        let mut exact = Exact::of(session.model(), false);
        let at = exact.parameters[i].clone();
        exact::check_derivatives(&format!("parameter {i}"), &at, gradient, |values| {
            exact.parameters[i].copy_from_slice(values);
            exact.loss(&images, &[1])
        });
    }
}

#[test]
fn what_the_network_does_not_have_is_an_error() {
    let session = session(SPEC, 1);
    let pixels = image(session.model());
    let code = |pixels: &[f32], label| session.model().loss_gradients(pixels, label).unwrap_err().code();
    assert_eq!(code(&pixels[1..], 0), "pixel_count");
    assert_eq!(code(&pixels, 4), "out_of_range");
}
