//! Looking inside: gradients of a class, dead units, one step under the microscope, ensembles.

mod common;
#[path = "common/exact.rs"]
mod exact;

use cnn::dataset::Split;
use cnn::ensemble::{Ensemble, EnsembleEvaluation};
use cnn::model::{Model, Phase};
use cnn::optim::{Optimizer, OptimizerConfig};
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use common::{bars, losses, session};
use exact::{Exact, Values};
use ndarray::{Array3, Array4, Axis};

fn random_image(model: &Model, rng: &mut Rng) -> Array3<f32> {
    let [h, w, c] = model.spec().unwrap().input();
    Array3::from_shape_simple_fn((h, w, c), || rng.uniform())
}

fn logits(model: &Model, image: &Array3<f32>) -> Vec<f32> {
    model.infer(image.view().insert_axis(Axis(0))).unwrap().into_raw_vec_and_offset().0
}

#[test]
fn the_image_gradient_is_the_logit_s_derivative() {
    let spec: ModelSpec = common::SPEC.parse().unwrap();
    let mut rng = Rng::seed_from_u64(1);
    let model = Model::new(&spec, &mut rng).unwrap();
    let image = random_image(&model, &mut rng);
    let exact = Exact::of(&model, false);
    let pixels: Vec<f64> = image.iter().map(|&x| x.into()).collect();
    for class in 0..3 {
        let gradient = model.image_gradient(image.view(), class).unwrap();
        let gradient = gradient.as_slice().unwrap();
        exact::check_derivatives(&format!("class {class}"), &pixels, gradient, |x| {
            let (logits, branches) = exact.logits(&Values { shape: [1, 10, 12, 1], data: x.to_vec() });
            (logits.data[class], branches)
        });
    }
}

#[test]
fn gradients_at_layers_are_those_of_the_layers_behind() {
    let spec: ModelSpec = common::SPEC.parse().unwrap();
    let mut rng = Rng::seed_from_u64(2);
    let model = Model::new(&spec, &mut rng).unwrap();
    let image = random_image(&model, &mut rng);
    // Before the last dense layer the gradient of logit 1 is column 1 of its weights.
    let weights = model.parameters().find(|named| named.name() == "layer11.weight").unwrap().param;
    let column: Vec<f32> = weights.value.iter().skip(1).step_by(3).copied().collect();
    assert_eq!(model.gradient_at(10, image.view(), 1).unwrap().data, column);
    // At the logits themselves it is 1 for the class and 0 else.
    assert_eq!(model.gradient_at(11, image.view(), 1).unwrap().data, [0.0, 1.0, 0.0]);
    // Behind a max-pooling of non-overlapping windows at most one gradient a window is not 0.
    let behind = model.gradient_at(1, image.view(), 1).unwrap();
    assert_eq!(behind.shape, [10, 12, 6]);
    let live = behind.data.iter().filter(|&&d| d != 0.0).count();
    assert!(live > 0 && live <= 5 * 6 * 6, "{live}");
    assert_eq!(model.gradient_at(12, image.view(), 1).unwrap_err().code(), "out_of_range");
    assert_eq!(model.gradient_at(1, image.view(), 3).unwrap_err().code(), "out_of_range");
}

/// Where the logit is a weighted mean of the maps, Grad-CAM shares it out among the positions exactly.
#[test]
fn grad_cam_shares_out_the_logit() {
    let spec = "input 8x6x2\nconv 3x3 5 padding same\nrelu\navgpool 8x6\nflatten\ndense 4 bias constant 0.25";
    let mut rng = Rng::seed_from_u64(3);
    let model = Model::new(&spec.parse().unwrap(), &mut rng).unwrap();
    let image = random_image(&model, &mut rng);
    let logits = logits(&model, &image);
    for class in 0..4 {
        let map = model.grad_cam(1, image.view(), class).unwrap();
        assert_eq!((map.size, map.values.len()), ([8, 6], 48));
        let sum: f32 = map.values.iter().sum();
        assert!((sum - (logits[class] - 0.25)).abs() < 1e-4, "{sum} of {}", logits[class]);
    }
    assert_eq!(model.grad_cam(4, image.view(), 0).unwrap_err().code(), "needs_map");
}

#[test]
fn dead_units_are_counted() {
    let mut model = Model::new(&common::SPEC.parse().unwrap(), &mut Rng::seed_from_u64(4)).unwrap();
    let mut rng = Rng::seed_from_u64(5);
    let images = Array4::from_shape_simple_fn((9, 10, 12, 1), || rng.uniform());
    let before = model.relu_activity(images.view()).unwrap();
    assert_eq!(before.iter().map(|relu| relu.layer).collect::<Vec<_>>(), [1, 5, 9]);
    assert_eq!(before.iter().map(|relu| relu.active.len()).collect::<Vec<_>>(), [6, 8, 16]);
    assert_eq!(before[0].values, 9 * 10 * 12);
    // A bias far below 0 silences one filter of the first layer.
    model.parameters_mut().nth(1).unwrap().value[2] = -1e3;
    let after = model.relu_activity(images.view()).unwrap();
    assert_eq!(after[0].active[2], 0);
    assert_eq!(after[0].dead(), before[0].dead() + usize::from(before[0].active[2] > 0));
}

#[test]
fn marks_name_every_part_of_a_step() {
    let data = bars(60, 0);
    let (mut plain, mut marked) = (session(1, 20), session(1, 20));
    let mut marks = Vec::new();
    let report = marked.step_marked(&data, &mut |mark| marks.push((mark.phase, mark.layer))).unwrap();
    assert_eq!(plain.step(&data).unwrap(), report);
    let layers = |phase| marks.iter().filter(|mark| mark.0 == phase).map(|mark| mark.1).collect::<Vec<_>>();
    // conv → relu → maxpool is one block, and flatten has nothing to do.
    let blocks = [0, 3, 4, 8, 9, 10, 11].map(Some);
    assert_eq!(layers(Phase::Forward), blocks);
    assert_eq!(layers(Phase::BackwardParams), [11, 8, 4, 0].map(Some));
    // The first layer's input needs no gradient.
    assert_eq!(layers(Phase::BackwardInput), [11, 10, 9, 8, 4, 3].map(Some));
    for phase in [Phase::Data, Phase::Loss, Phase::Check, Phase::Update] {
        assert_eq!(layers(phase), [None]);
    }
}

#[test]
fn an_ensemble_adds_up_logits() {
    let data = bars(120, 60);
    let mut sessions: Vec<Session> = (0..3).map(|seed| session(seed, 20)).collect();
    // One of another kind between those that share their working memory.
    let plain = SessionConfig {
        spec: "input 10x12x1\nflatten\ndense 3".parse().unwrap(),
        ..common::config(4, 20, OptimizerConfig::default())
    };
    sessions.insert(1, Session::new(plain).unwrap());
    let mut ensemble = Ensemble::new();
    assert_eq!(ensemble.evaluate(&data, Split::Test, 0..1).unwrap_err().code(), "zero_size");
    for session in &mut sessions {
        losses(session, &data, 12);
        ensemble.push(session.model().clone()).unwrap();
    }
    let result = ensemble.evaluate(&data, Split::Test, 0..60).unwrap();
    for (session, votes) in sessions.iter_mut().zip(&result.votes) {
        assert_eq!(&session.evaluate(&data, Split::Test, 0..60).unwrap().predictions, votes);
    }
    for i in 0..60 {
        let pixels = data.pixels(Split::Test, i).unwrap();
        let mut sum = [0.0; 3];
        for session in &mut sessions {
            sum.iter_mut().zip(session.predict(&pixels).unwrap().logits).for_each(|(sum, z)| *sum += z);
        }
        let prediction = ensemble.predict(&pixels).unwrap();
        assert_eq!(prediction.class, usize::from(result.predictions[i]));
        assert!(prediction.logits.iter().zip(sum).all(|(a, b)| (a - b).abs() < 1e-4));
        let votes: Vec<usize> = result.votes.iter().map(|votes| usize::from(votes[i])).collect();
        assert_eq!(prediction.votes, votes);
    }
    let other = SessionConfig {
        spec: "input 10x12x1\nflatten\ndense 4".parse().unwrap(),
        ..common::config(1, 1, OptimizerConfig::default())
    };
    // Images past the last are none, however many.
    let far = 1usize << 32;
    for range in [0..61, 0..usize::MAX, far..far + 1] {
        assert_eq!(ensemble.evaluate(&data, Split::Test, range).unwrap_err().code(), "no_such_image");
    }
    let other = Session::new(other).unwrap();
    assert_eq!(ensemble.push(other.model().clone()).unwrap_err().code(), "data_mismatch");
}

/// Members give up the memory of their gradients: a clone that is trained on makes its own.
#[test]
fn a_member_s_clone_can_be_trained() {
    let data = bars(60, 0);
    let mut run = session(1, 20);
    losses(&mut run, &data, 3);
    let mut whole = run.model().clone();
    let mut ensemble = Ensemble::new();
    ensemble.push(run.into_model()).unwrap();
    let member = &ensemble.members()[0];
    assert!(member.parameters().all(|named| named.grad.is_empty()));

    let mut clone = member.clone();
    let images: Vec<f32> = (0..4).flat_map(|i| data.pixels(Split::Train, i).unwrap()).collect();
    let gradients = |model: &mut Model| {
        model.forward(&images, 7);
        model.backward(&[0.5, -0.25, -0.25].repeat(4));
        model.parameters().map(|named| named.grad.to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(gradients(&mut clone), gradients(&mut whole));
    let mut optimizer = Optimizer::new(OptimizerConfig::adam(0.01));
    optimizer.step(&mut clone);
    // The member itself is as it was.
    assert_ne!(clone.predict(&images[..120]), ensemble.members()[0].predict(&images[..120]));
}

#[test]
fn votes_are_sorted_into_kinds() {
    let result = EnsembleEvaluation {
        labels: vec![0, 1, 2, 0, 1],
        predictions: vec![0, 1, 0, 1, 1],
        votes: vec![vec![0, 1, 0, 0, 1], vec![0, 2, 1, 1, 1], vec![0, 1, 0, 1, 1]],
    };
    assert_eq!(result.correct(), 3);
    assert_eq!(result.members_correct(), [4, 2, 3]);
    assert_eq!(result.disputed(), [1, 2, 3]);
    assert_eq!(result.saved(), [1]);
    assert_eq!(result.lost(), [3]);
    assert_eq!(result.failed_by_all(), [2]);
    assert_eq!(result.right_votes(1), 2);
}
