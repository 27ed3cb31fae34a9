//! What training makes small: how far the outputs of a network are from what they should be.
//!
//! A [`Loss`] is given the outputs of a batch and its targets; it gives each example's loss, and the gradient of their mean
//! at the outputs, from which [`Model::backward`](crate::model::Model::backward) goes on. [`SoftmaxCrossEntropy`] is that of
//! a classifier, [`MeanSquaredError`] that of values; a program can write its own.

mod cross_entropy;
mod squared_error;

pub use cross_entropy::{
    CrossEntropy, SoftmaxCrossEntropy, cross_entropy_row, softmax_cross_entropy, softmax_cross_entropy_into,
    softmax_into,
};
pub use squared_error::MeanSquaredError;

use crate::{Error, Result};
use std::fmt;

/// What the outputs of a batch should have been.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Targets<'a> {
    /// A class for each example, counted from 0.
    Labels(&'a [u8]),
    /// Values for each example, `[batch, …]`, as many as the loss asks for.
    Values(&'a [f32]),
}

/// How far outputs are from their targets.
///
/// ```
/// use cnn::loss::{Loss, Targets, check_values};
///
/// /// The mean of |output − target|.
/// #[derive(Debug)]
/// struct MeanAbsoluteError;
///
/// impl Loss for MeanAbsoluteError {
///     fn evaluate(
///         &self,
///         outputs: &[f32],
///         targets: Targets<'_>,
///         losses: &mut [f32],
///         d_outputs: &mut [f32],
///     ) -> cnn::Result<f32> {
///         let targets = check_values(outputs, targets, losses, d_outputs)?;
///         let (examples, len) = (losses.len(), outputs.len() / losses.len());
///         for (i, loss) in losses.iter_mut().enumerate() {
///             *loss = 0.0;
///             for k in i * len..(i + 1) * len {
///                 let error = outputs[k] - targets[k];
///                 *loss += error.abs() / len as f32;
///                 d_outputs[k] = error.signum() / (len * examples) as f32;
///             }
///         }
///         Ok(losses.iter().sum::<f32>() / examples as f32)
///     }
/// }
///
/// let (mut losses, mut d_outputs) = ([0.0; 2], [0.0; 2]);
/// let targets = Targets::Values(&[0.0, 5.0]);
/// let loss = MeanAbsoluteError.evaluate(&[1.0, 2.0], targets, &mut losses, &mut d_outputs)?;
/// assert_eq!((loss, losses, d_outputs), (2.0, [1.0, 3.0], [0.5, -0.5]));
/// # Ok::<(), cnn::Error>(())
/// ```
pub trait Loss: fmt::Debug + Send + Sync {
    /// The mean loss of a batch. `outputs` is `[batch, …]`; written are the loss of each example, `losses` of `[batch]`, and
    /// the gradient of the mean with respect to the outputs, `d_outputs`, as long as these. Both are overwritten.
    ///
    /// # Errors
    /// What does not fit: another kind of targets than the loss is for ([`Error::TargetsMismatch`]), slices of wrong lengths
    /// ([`Error::ShapeMismatch`]), labels that are no class ([`Error::LabelOutOfRange`]).
    fn evaluate(
        &self,
        outputs: &[f32],
        targets: Targets<'_>,
        losses: &mut [f32],
        d_outputs: &mut [f32],
    ) -> Result<f32>;
}

/// The labels of a batch, if they are labels, of classes that there are, and all lengths fit.
///
/// # Errors
/// Those of [`Loss::evaluate`].
pub fn check_labels_of<'a>(
    outputs: &[f32],
    targets: Targets<'a>,
    losses: &[f32],
    d_outputs: &[f32],
) -> Result<&'a [u8]> {
    let Targets::Labels(labels) = targets else {
        return Err(Error::TargetsMismatch { got: "values", expected: "labels" });
    };
    check_lengths(outputs, labels.len(), losses, d_outputs)?;
    check_labels(labels, outputs.len() / labels.len())?;
    Ok(labels)
}

/// The values of a batch, if they are values, one for each output, and all lengths fit.
///
/// # Errors
/// Those of [`Loss::evaluate`].
pub fn check_values<'a>(
    outputs: &[f32],
    targets: Targets<'a>,
    losses: &[f32],
    d_outputs: &[f32],
) -> Result<&'a [f32]> {
    let Targets::Values(values) = targets else {
        return Err(Error::TargetsMismatch { got: "labels", expected: "values" });
    };
    check_lengths(outputs, losses.len(), losses, d_outputs)?;
    length("targets", values.len(), outputs.len())?;
    Ok(values)
}

fn check_lengths(outputs: &[f32], batch: usize, losses: &[f32], d_outputs: &[f32]) -> Result<()> {
    if batch == 0 || outputs.is_empty() || !outputs.len().is_multiple_of(batch) {
        let expected = vec![batch.max(1), outputs.len().checked_div(batch).unwrap_or(1).max(1)];
        return Err(Error::ShapeMismatch { what: "logits", got: vec![outputs.len()], expected });
    }
    length("losses", losses.len(), batch)?;
    length("gradient", d_outputs.len(), outputs.len())
}

fn length(what: &'static str, got: usize, expected: usize) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    Err(Error::ShapeMismatch { what, got: vec![got], expected: vec![expected] })
}

/// Tells of the first label that is not in `0..classes`.
pub(crate) fn check_labels(labels: &[u8], classes: usize) -> Result<()> {
    match labels.iter().position(|&label| usize::from(label) >= classes) {
        Some(index) => Err(Error::LabelOutOfRange { index, label: labels[index], classes }),
        None => Ok(()),
    }
}
