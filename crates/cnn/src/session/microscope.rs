//! One training step with everything it changed.

use super::{Session, StepReport};
use crate::Result;
use crate::dataset::{Dataset, Split};
use crate::loss::cross_entropy_row;

/// A step seen from close up.
#[derive(Clone, Debug, PartialEq)]
pub struct Microscope {
    /// What the step reported.
    pub report: StepReport,
    /// Places of the batch's images in the training split.
    pub indices: Vec<u32>,
    /// Their classes.
    pub labels: Vec<u8>,
    /// What the network said of them before the step, in inference.
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

impl Session {
    /// Trains on the next batch, like [`step`](Self::step), and shows everything that it changed. The run goes on
    /// exactly as after a plain step; to undo it, take a [`snapshot`](Self::snapshot) first.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn step_under_microscope(&mut self, data: &Dataset) -> Result<Microscope> {
        self.check_data(data)?;
        let batch = self.next_batch(data);
        let mut indices = Vec::new();
        self.list_batch(data, batch, &mut indices);
        let mut images = vec![0.0; indices.len() * data.image_len()];
        let mut labels = vec![0; indices.len()];
        data.fill_batch(Split::Train, &indices, &mut images, &mut labels)?;

        let before = self.answers(&images, &labels);
        let old: Vec<Vec<f32>> = self.model.parameters().map(|named| named.param.value.clone()).collect();
        let report = self.step(data)?;
        let after = self.answers(&images, &labels);
        let slots = self.config.optimizer.slots();
        let params = self.model.parameters().zip(old).enumerate().map(|(i, (named, mut update))| {
            let param = named.param;
            update.iter_mut().zip(&param.value).for_each(|(old, new)| *old = new - *old);
            ParamChange {
                name: named.name(),
                layer: named.layer,
                shape: param.shape.clone(),
                value: param.value.clone(),
                grad: param.grad.clone(),
                update,
                memory: slots.iter().copied().zip(self.optimizer.memory(i).to_vec()).collect(),
            }
        });
        let params = params.collect();
        Ok(Microscope { report, indices, labels, before, after, params })
    }

    fn answers(&mut self, images: &[f32], labels: &[u8]) -> Answers {
        let logits = self.model.infer_with(&mut self.evaluation, images);
        let classes = logits.len() / labels.len();
        let mut answers = Answers { losses: Vec::new(), probabilities: vec![0.0; logits.len()] };
        let rows = logits.chunks_exact(classes).zip(answers.probabilities.chunks_exact_mut(classes));
        for ((row, probabilities), &label) in rows.zip(labels) {
            answers.losses.push(cross_entropy_row(row, usize::from(label), probabilities));
        }
        answers
    }
}
