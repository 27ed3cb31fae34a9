//! One training step with everything it changed.

use crate::Result;
use cnn::dataset::{Dataset, Split, TargetsMut};
use cnn::loss::cross_entropy_row;
use cnn::model::Workspace;
use cnn::session::{Session, StepReport};

/// A step seen from close up.
#[derive(Clone, Debug, PartialEq)]
pub struct Microscope {
    /// What the step reported.
    pub report: StepReport,
    /// Places of the batch's images in the training split.
    pub indices: Vec<u32>,
    /// Their classes.
    pub labels: Vec<u8>,
    /// What the network said of them before the step, in inference: of the images as they were trained on, distorted
    /// where the run does that.
    pub before: Answers,
    /// What it says of them after the step, in inference.
    pub after: Answers,
    /// Every parameter, in the order of the layers.
    pub params: Vec<ParamChange>,
}

/// What a network says of a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// Cross-entropy of each image, in nats.
    pub losses: Vec<f32>,
    /// Softmax of the logits, `[batch, classes]`.
    pub probabilities: Vec<f32>,
}

/// What a step did to one parameter; all values in the parameter's order.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamChange {
    /// `layer{I}.weight` or `layer{I}.bias`.
    pub name: String,
    /// Number of its layer in the spec, counted from 0 after the input.
    pub layer: usize,
    /// Sizes of its axes.
    pub shape: Vec<usize>,
    /// Values after the step.
    pub value: Vec<f32>,
    /// Gradient that the step followed.
    pub grad: Vec<f32>,
    /// Δθ: values after less values before.
    pub update: Vec<f32>,
    /// What the optimizer remembers after the step: `m` and `v` for Adam.
    pub memory: Vec<(&'static str, Vec<f32>)>,
}

/// Trains on the next batch and on the training examples `extra` besides, like
/// [`Session::step_with`], and shows everything that it changed. The run goes on exactly as after a plain step; to undo it,
/// take a [`snapshot`](Session::snapshot) first.
///
/// # Errors
/// As [`Session::step_with`].
pub fn step(session: &mut Session, data: &dyn Dataset, extra: &[u32]) -> Result<Microscope> {
    let mut indices = session.next_indices(data)?.to_vec();
    indices.extend_from_slice(extra);
    let mut images = vec![0.0; indices.len() * session.model().input_len()];
    let mut labels = vec![0; indices.len()];
    data.fill(Split::Train, &indices, &mut images, TargetsMut::Labels(&mut labels))?;
    let config = session.config();
    if !config.augment.is_off() {
        let mut plain = images.clone();
        let (step, shape) = (session.step_count(), config.spec.input());
        config.augment.batch(config.seed, step, shape, &mut plain, &mut images);
    }

    let before = answers(session, &images, &labels);
    let old: Vec<Vec<f32>> = session.model().parameters().map(|named| named.param.value.clone()).collect();
    let report = session.step_with(data, extra, &mut |_| {})?;
    let after = answers(session, &images, &labels);
    let slots = session.optimizer().config().slots();
    let params = session.model().parameters().zip(old).enumerate().map(|(i, (named, mut update))| {
        let param = named.param;
        update.iter_mut().zip(&param.value).for_each(|(old, new)| *old = new - *old);
        ParamChange {
            name: named.name(),
            layer: named.layer,
            shape: param.shape.clone(),
            value: param.value.clone(),
            grad: named.grad.to_vec(),
            update,
            memory: slots.iter().copied().zip(session.optimizer().memory(i).to_vec()).collect(),
        }
    });
    let params = params.collect();
    Ok(Microscope { report, indices, labels, before, after, params })
}

fn answers(session: &Session, images: &[f32], labels: &[u8]) -> Answers {
    let mut work = Workspace::default();
    let logits = session.model().infer_with(&mut work, images);
    let classes = logits.len() / labels.len();
    let mut answers = Answers { losses: Vec::new(), probabilities: vec![0.0; logits.len()] };
    let rows = logits.chunks_exact(classes).zip(answers.probabilities.chunks_exact_mut(classes));
    for ((row, probabilities), &label) in rows.zip(labels) {
        answers.losses.push(cross_entropy_row(row, usize::from(label), probabilities));
    }
    answers
}
