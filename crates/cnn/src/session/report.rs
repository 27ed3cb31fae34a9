//! What a session tells of its steps, evaluations and predictions.

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StepReport {
    /// Steps taken, this one included.
    pub step: u64,
    /// The epoch that the batch belongs to, counted from 0.
    pub epoch: u64,
    /// The batch's number in its epoch, counted from 0.
    pub batch: usize,
    /// Batches in this epoch.
    pub batches_per_epoch: usize,
    /// Images in the batch.
    pub count: usize,
    /// Mean cross-entropy of the batch in nats, before the step.
    pub loss: f32,
    /// How many images of the batch were classified right, before the step (with dropout, where there is one).
    pub correct: usize,
    /// η of this step, with the schedule's factor.
    pub learning_rate: f32,
}

/// The batch of the last step, image by image; `predictions`, `losses` and `probabilities` are from before it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Batch {
    /// Places of the images in the training split.
    pub indices: Vec<u32>,
    /// Their classes.
    pub labels: Vec<u8>,
    /// The classes with the largest logit.
    pub predictions: Vec<u8>,
    /// Cross-entropy of each, in nats.
    pub losses: Vec<f32>,
    /// Softmax of the logits, `[batch, classes]`.
    pub probabilities: Vec<f32>,
}

/// How the network did on a range of images.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Evaluation {
    /// Number of images.
    pub count: usize,
    /// How many were classified right.
    pub correct: usize,
    /// Sum of their cross-entropies, in nats.
    pub loss_sum: f64,
    /// The predicted class of each.
    pub predictions: Vec<u8>,
    /// The probability of that class, in 0..=1.
    pub confidences: Vec<f32>,
    /// The cross-entropy of each, in nats.
    pub losses: Vec<f32>,
}

impl Evaluation {
    /// The share of images that were classified right, in 0..=1; 0 for no images.
    pub fn accuracy(&self) -> f64 {
        self.correct as f64 / self.count.max(1) as f64
    }

    /// The mean of the images' cross-entropies, in nats; 0 for no images.
    pub fn mean_loss(&self) -> f64 {
        self.loss_sum / self.count.max(1) as f64
    }
}

impl Batch {
    pub(super) fn resize(&mut self, count: usize, classes: usize) {
        self.labels.resize(count, 0);
        self.predictions.resize(count, 0);
        self.losses.resize(count, 0.0);
        self.probabilities.resize(count * classes, 0.0);
    }
}
