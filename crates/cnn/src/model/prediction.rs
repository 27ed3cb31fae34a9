//! What a classifier says of one image.

use super::{Model, Workspace};
use crate::loss::softmax_into;
use crate::metrics::argmax;
use crate::{Error, Result};

/// What the network says of one image.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Prediction {
    /// One number a class.
    pub logits: Vec<f32>,
    /// Their softmax.
    pub probabilities: Vec<f32>,
    /// The class with the largest logit, the first of equals.
    pub class: usize,
}

impl Prediction {
    pub(crate) fn of(logits: Vec<f32>) -> Self {
        let mut probabilities = vec![0.0; logits.len()];
        softmax_into(&logits, &mut probabilities);
        Self { class: argmax(&logits), logits, probabilities }
    }
}

impl Model {
    /// What the network says of one image: `pixels` is `[height, width, channels]` in 0..=1.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if they are not as many as the network's input has.
    pub fn predict(&self, pixels: &[f32]) -> Result<Prediction> {
        match (pixels.len(), self.input_len()) {
            (got, expected) if got != expected => Err(Error::PixelCount { got, expected }),
            _ => Ok(Prediction::of(self.infer_with(&mut Workspace::default(), pixels).to_vec())),
        }
    }
}
