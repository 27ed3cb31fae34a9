//! Networks and numbers at the edge of what is allowed: they train, or an error says why not.

use cnn::Error;
use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::model::Model;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use proptest::prelude::*;

/// Five images for a network.
fn data(spec: &ModelSpec) -> ImageDataset {
    let ([height, width, channels], classes) = (spec.input(), spec.classes());
    let counts = Counts { train: 5, validation: 0, test: 0 };
    let info = DatasetInfo { name: "five".into(), height, width, channels, classes, counts, block: 5 };
    let mut data = ImageDataset::new(info).unwrap();
    let pixels: Vec<u8> = (0..5 * data.image_len()).map(|i| (i * 37 % 251) as u8).collect();
    data.append_pixels(Split::Train, &pixels, &[0, 1, 1, 0, 1]).unwrap();
    data
}

fn session(spec: &ModelSpec, batch_size: usize) -> Session {
    let (optimizer, schedule) = (OptimizerConfig::adam(0.001), Schedule::Constant);
    Session::new(SessionConfig { batch_size, optimizer, schedule, ..SessionConfig::new(spec.clone(), 1) })
        .unwrap()
}

/// Trains for an epoch and a bit, and looks at everything that there is to see.
fn run(spec: &ModelSpec, batch_size: usize) {
    let data = data(spec);
    let mut session = session(spec, batch_size);
    for _ in 0..=5usize.div_ceil(batch_size) {
        let report = session.step(&data).unwrap();
        assert!(report.loss.is_finite() && report.loss >= 0.0, "{spec}: {}", report.loss);
    }
    let image = vec![0.3; data.image_len()];
    let trace = session.trace(&image).unwrap();
    let summary = spec.summary();
    for (activation, layer) in trace.iter().zip(&summary.layers) {
        assert_eq!(activation.shape, layer.output.to_vec(), "{spec}");
    }
    let logits = &trace.last().unwrap().data;
    let prediction = session.predict(&image).unwrap();
    assert!(logits.iter().zip(&prediction.logits).all(|(a, b)| (a - b).abs() <= 1e-3 * (1.0 + b.abs())));
    assert_eq!(session.image_gradient(&image, 1).unwrap().len(), image.len());
    for layer in 0..trace.len() {
        let is_map = trace[layer].shape.len() == 3;
        assert_eq!(session.grad_cam(&image, layer, 0).is_ok(), is_map, "{spec}, layer {layer}");
    }
    session.relu_activity(&data, Split::Train, &[4, 0]).unwrap();
    let again = Session::from_snapshot(&session.snapshot().unwrap()).unwrap();
    assert_eq!(again.fingerprint(), session.fingerprint());
    assert_eq!(session.evaluate(&data, Split::Train, 0..5).unwrap().count, 5);
}

#[test]
fn the_smallest_and_the_oddest_networks_train() {
    for text in [
        // One pixel through every kind of layer.
        "input 1x1x1\nconv 1x1 1\nrelu\nmaxpool 1x1\navgpool 1x1\ndropout 0.5\nflatten\ndense 2",
        // Windows larger than the input.
        "input 1x1x1\nconv 5x5 3 stride 3 padding same\nrelu\nmaxpool 2x2 padding same\nflatten\ndense 2",
        // Steps larger than the window, and larger than the input.
        "input 7x9x2\nconv 2x2 3 stride 4\nmaxpool 1x1 stride 2\nflatten\ndense 2",
        "input 7x9x2\nconv 2x2 3 stride 100 padding same\nrelu\nflatten\ndense 2",
        // Padding wider than the window: some windows see nothing but noughts.
        "input 1x1x1\nconv 1x1 2 stride 3 padding 7\nrelu\nflatten\ndense 2",
        "input 3x2x1\nconv 2x2 5 padding 0,9,4,0\nrelu\nmaxpool 3x3 stride 2\nconv 3x1 2 padding 5\nflatten\ndense 2",
        // Nothing to learn, and weights that all start from 0.
        "input 1x1x2\nflatten",
        "input 1x3x1\nrelu\nflatten\ndropout 0.5",
        "input 2x2x1\nflatten\ndense 2 init zeros",
        // Where batches are normalized whose last is of one image.
        "input 2x2x1\nbatchnorm\nflatten\ndense 2",
        // As many classes as a byte tells apart.
        "input 2x2x1\nflatten\ndense 256",
    ] {
        let spec: ModelSpec = text.parse().unwrap();
        for batch_size in [1, 2, 5, 1000] {
            run(&spec, batch_size);
        }
    }
}

fn layer() -> impl Strategy<Value = String> {
    let size = 1usize..6;
    let padding = prop_oneof![
        Just("same".to_owned()),
        Just("valid".to_owned()),
        (0usize..9).prop_map(|n| n.to_string())
    ];
    let window = (size.clone(), size.clone(), size.clone(), size, padding).prop_map(
        |(rows, columns, down, across, padding)| {
            (format!("{rows}x{columns}"), format!("stride {down}x{across} padding {padding}"))
        },
    );
    prop_oneof![
        3 => (window.clone(), 1usize..20).prop_map(|((size, options), filters)| format!("conv {size} {filters} {options}\n")),
        1 => window.clone().prop_map(|(size, options)| format!("maxpool {size} {options}\n")),
        1 => window.prop_map(|(size, options)| format!("avgpool {size} {options}\n")),
        1 => Just("relu\n".to_owned()),
        1 => Just("relu\nmaxpool 2x2 padding same\n".to_owned()),
        1 => (0usize..10).prop_map(|n| format!("dropout 0.{n}\n")),
        1 => Just("batchnorm\n".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn whatever_a_spec_may_say_can_be_trained(
        [height, width, channels] in [1usize..14, 1..14, 1..5],
        layers in proptest::collection::vec(layer(), 0..5),
        batch_size in 1usize..6,
    ) {
        let text = format!("input {height}x{width}x{channels}\n{}flatten\ndense 3", layers.concat());
        if let Ok(spec) = text.parse::<ModelSpec>() {
            match spec.check_batch(batch_size) {
                Ok(()) => run(&spec, batch_size),
                // One value a channel.
                Err(Error::Spec { error, .. }) => prop_assert_eq!(*error, Error::BatchOfOne { layer: "batchnorm" }),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}

#[test]
fn non_finite_inputs_give_non_finite_outputs() {
    let spec: ModelSpec = "input 4x4x1\nconv 3x3 4\nrelu\nmaxpool 2x2\nflatten\ndense 3".parse().unwrap();
    let model = Model::new(&spec, &mut Rng::seed_from_u64(1)).unwrap();
    let finite = |value| model.predict(&[value; 16]).unwrap().logits.iter().all(|z| z.is_finite());
    assert!(finite(f32::MIN_POSITIVE) && finite(1e30));
    assert!(!finite(f32::INFINITY) && !finite(f32::NEG_INFINITY));
    let prediction = model.predict(&[f32::NAN; 16]).unwrap();
    assert!(prediction.logits.iter().chain(&prediction.probabilities).all(|z| z.is_nan()));
    assert_eq!(prediction.class, 0);
}

#[test]
fn a_rate_of_0_is_an_error_and_a_schedule_that_ends_at_0_stands_still() {
    let spec: ModelSpec = "input 2x2x1\nflatten\ndense 2".parse().unwrap();
    let data = data(&spec);
    assert_eq!(session(&spec, 5).set_learning_rate(0.0).unwrap_err().code(), "out_of_range");
    let config =
        SessionConfig { schedule: Schedule::Cosine { epochs: 1 }, ..session(&spec, 5).config().clone() };
    let mut session = Session::new(config).unwrap();
    session.step(&data).unwrap();
    let before = session.fingerprint();
    assert_eq!(session.step(&data).unwrap().learning_rate, 0.0);
    assert_eq!(session.fingerprint(), before);
}
