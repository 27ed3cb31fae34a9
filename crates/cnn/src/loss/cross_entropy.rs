//! Softmax and cross-entropy in one, computed from logits.
//!
//! For one example with logits `z` and label `y`
//!
//! ```text
//! loss     = log Σⱼ exp(zⱼ) − z_y = log Σⱼ exp(zⱼ − max z) − (z_y − max z)
//! d_logits = (softmax(z) − onehot(y)) / batch
//! ```
//!
//! Subtracting the maximum first keeps `exp` in range for logits of any size. The loss of a batch is the mean. With label
//! smoothing `a` the target is not `onehot(y)` but `(1 − a) · onehot(y) + a / classes`: Szegedy et al., *Rethinking the
//! inception architecture for computer vision*, 2016, section 7.
//!
//! `exp` and `log` are those of [`libm`]: the standard library's are the platform's, and differ in their last bits between
//! an operating system and WebAssembly, so that a run would give other weights in a browser than natively.

use super::{Loss, Targets, check_labels, check_labels_of};
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayView2};

/// The loss of a classifier.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SoftmaxCrossEntropy {
    label_smoothing: f32,
}

impl SoftmaxCrossEntropy {
    /// Without label smoothing.
    pub const fn new() -> Self {
        Self { label_smoothing: 0.0 }
    }

    /// With label smoothing: this part of the target is shared by all classes alike.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless it is at least 0 and less than 1.
    pub fn with_label_smoothing(label_smoothing: f32) -> Result<Self> {
        match (0.0..1.0).contains(&label_smoothing) {
            true => Ok(Self { label_smoothing }),
            false => Err(Error::OutOfRange {
                what: "label_smoothing",
                got: label_smoothing.into(),
                expected: "at least 0 and less than 1",
            }),
        }
    }

    /// The part of the target that is shared by all classes, in 0..1.
    pub fn label_smoothing(&self) -> f32 {
        self.label_smoothing
    }

    /// [`softmax_cross_entropy_into`] with this smoothing.
    ///
    /// # Panics
    /// As that.
    pub fn evaluate_into(
        &self,
        logits: &[f32],
        labels: &[u8],
        losses: &mut [f32],
        probabilities: &mut [f32],
        d_logits: &mut [f32],
    ) -> f32 {
        assert_eq!(probabilities.len(), logits.len());
        self.rows(logits, labels, losses, d_logits, |i, classes, p| {
            probabilities[i * classes..][..classes].copy_from_slice(p);
        })
    }

    /// Loss and gradient of each row; shows its number, the number of classes and its softmax.
    fn rows(
        &self,
        logits: &[f32],
        labels: &[u8],
        losses: &mut [f32],
        d_logits: &mut [f32],
        mut show: impl FnMut(usize, usize, &[f32]),
    ) -> f32 {
        let batch = labels.len();
        assert!(batch > 0 && logits.len().is_multiple_of(batch), "logits are not [batch, classes]");
        assert_eq!((losses.len(), d_logits.len()), (batch, logits.len()));
        let classes = logits.len() / batch;
        let scale = 1.0 / batch as f32;
        let shared = self.label_smoothing / classes as f32;
        // The sum in f64: the mean of a large batch keeps its last digits.
        let mut sum = 0.0f64;
        for (i, &label) in labels.iter().enumerate() {
            let row = i * classes..(i + 1) * classes;
            let (z, d) = (&logits[row.clone()], &mut d_logits[row]);
            losses[i] = cross_entropy_row(z, usize::from(label), d);
            show(i, classes, d);
            if self.label_smoothing > 0.0 {
                // −Σ target · log softmax: each class has `shared` of it besides the label's own part.
                let z_label = z[usize::from(label)];
                let others: f32 = z.iter().map(|z| z_label - z).sum();
                losses[i] += shared * others;
            }
            sum += f64::from(losses[i]);
            for d in d.iter_mut() {
                *d = (*d - shared) * scale;
            }
            d[usize::from(label)] -= (1.0 - self.label_smoothing) * scale;
        }
        (sum / batch as f64) as f32
    }
}

impl Loss for SoftmaxCrossEntropy {
    fn evaluate(
        &self,
        outputs: &[f32],
        targets: Targets<'_>,
        losses: &mut [f32],
        d_outputs: &mut [f32],
    ) -> Result<f32> {
        let labels = check_labels_of(outputs, targets, losses, d_outputs)?;
        Ok(self.rows(outputs, labels, losses, d_outputs, |_, _, _| {}))
    }
}

/// What [`softmax_cross_entropy`] finds out about a batch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CrossEntropy {
    /// Mean of `losses`, in nats.
    pub loss: f32,
    /// Cross-entropy of each example, in nats: `[batch]`.
    pub losses: Array1<f32>,
    /// Softmax of the logits; each row sums to 1: `[batch, classes]`.
    pub probabilities: Array2<f32>,
    /// Gradient of `loss` with respect to the logits: `[batch, classes]`.
    pub d_logits: Array2<f32>,
}

/// Loss, probabilities and gradient of a batch of logits `[batch, classes]`, with a label for each row.
///
/// # Errors
/// [`Error::ShapeMismatch`] if there is not one label a row or there are no rows or columns, and
/// [`Error::LabelOutOfRange`] for a label that is not in `0..classes`.
pub fn softmax_cross_entropy(logits: ArrayView2<f32>, labels: &[u8]) -> Result<CrossEntropy> {
    let (batch, classes) = logits.dim();
    if batch == 0 || classes == 0 {
        let expected = vec![batch.max(1), classes.max(1)];
        return Err(Error::ShapeMismatch { what: "logits", got: vec![batch, classes], expected });
    }
    if labels.len() != batch {
        return Err(Error::ShapeMismatch { what: "labels", got: vec![labels.len()], expected: vec![batch] });
    }
    check_labels(labels, classes)?;
    let logits = logits.as_standard_layout();
    let mut out = CrossEntropy {
        loss: 0.0,
        losses: Array1::zeros(batch),
        probabilities: Array2::zeros((batch, classes)),
        d_logits: Array2::zeros((batch, classes)),
    };
    out.loss = softmax_cross_entropy_into(
        logits.as_slice().expect("standard layout"),
        labels,
        out.losses.as_slice_mut().expect("fresh array"),
        out.probabilities.as_slice_mut().expect("fresh array"),
        out.d_logits.as_slice_mut().expect("fresh array"),
    );
    Ok(out)
}

/// [`softmax_cross_entropy`] into memory of the caller; every output is overwritten. Returns the mean loss.
///
/// # Panics
/// If a slice has another length than `labels.len()` (the losses) or that times the number of classes (all
/// others), or a label is out of range.
pub fn softmax_cross_entropy_into(
    logits: &[f32],
    labels: &[u8],
    losses: &mut [f32],
    probabilities: &mut [f32],
    d_logits: &mut [f32],
) -> f32 {
    SoftmaxCrossEntropy::new().evaluate_into(logits, labels, losses, probabilities, d_logits)
}

/// Softmax of one row of logits, in place of `probabilities`.
///
/// # Panics
/// If the two differ in length.
pub fn softmax_into(logits: &[f32], probabilities: &mut [f32]) {
    assert_eq!(logits.len(), probabilities.len());
    exp_sum(logits, probabilities);
}

/// Cross-entropy of one example; leaves its softmax in `probabilities`.
///
/// # Panics
/// If the slices differ in length or the label is not one of their indices.
pub fn cross_entropy_row(logits: &[f32], label: usize, probabilities: &mut [f32]) -> f32 {
    assert_eq!(logits.len(), probabilities.len());
    let (max, sum) = exp_sum(logits, probabilities);
    libm::logf(sum) - (logits[label] - max)
}

/// Writes the softmax and returns the maximum and the sum of `exp(z − max)`.
fn exp_sum(logits: &[f32], probabilities: &mut [f32]) -> (f32, f32) {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for (p, &z) in probabilities.iter_mut().zip(logits) {
        *p = libm::expf(z - max);
        sum += *p;
    }
    for p in probabilities.iter_mut() {
        *p /= sum;
    }
    (max, sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn equal_logits_give_log_classes() {
        let out = softmax_cross_entropy(Array2::zeros((3, 10)).view(), &[0, 4, 9]).unwrap();
        assert!((out.loss - 10.0f32.ln()).abs() < 1e-6);
        assert!(out.probabilities.iter().all(|p| (p - 0.1).abs() < 1e-7));
        assert!((out.d_logits[[1, 4]] - (0.1 - 1.0) / 3.0).abs() < 1e-7);
        assert!((out.d_logits[[1, 5]] - 0.1 / 3.0).abs() < 1e-7);
    }

    #[test]
    fn large_logits_neither_overflow_nor_vanish() {
        let out = softmax_cross_entropy(array![[1000.0, 0.0], [-1000.0, 0.0]].view(), &[1, 1]).unwrap();
        assert_eq!(out.losses, array![1000.0, 0.0]);
        assert_eq!(out.loss, 500.0);
    }

    #[test]
    fn a_nan_logit_is_not_hidden() {
        let out = softmax_cross_entropy(array![[f32::NAN, 0.0, 1.0]].view(), &[1]).unwrap();
        assert!(out.loss.is_nan());
        let out = softmax_cross_entropy(array![[f32::INFINITY, 0.0, 1.0]].view(), &[0]).unwrap();
        assert!(out.loss.is_nan());
    }

    #[test]
    fn bad_labels_are_errors() {
        let logits = Array2::<f32>::zeros((2, 3));
        assert_eq!(
            softmax_cross_entropy(logits.view(), &[0, 3]).unwrap_err(),
            Error::LabelOutOfRange { index: 1, label: 3, classes: 3 }
        );
        assert!(softmax_cross_entropy(logits.view(), &[0]).is_err());
        assert!(softmax_cross_entropy(Array2::zeros((0, 3)).view(), &[]).is_err());
    }

    /// With a of 0.2 and two classes: target (0.9, 0.1), loss −0.9·log p₀ − 0.1·log p₁.
    #[test]
    fn smoothed_labels_by_hand() {
        let loss = SoftmaxCrossEntropy::with_label_smoothing(0.2).unwrap();
        let (mut losses, mut d) = ([0.0], [0.0; 2]);
        let mean = loss.evaluate(&[1.0, -1.0], Targets::Labels(&[0]), &mut losses, &mut d).unwrap();
        let p = 1.0 / (1.0 + (-2.0f32).exp());
        let expected = -0.9 * p.ln() - 0.1 * (1.0 - p).ln();
        assert!((mean - expected).abs() < 1e-6 && losses[0] == mean, "{mean}, not {expected}");
        assert!((d[0] - (p - 0.9)).abs() < 1e-6 && (d[1] - (0.9 - p)).abs() < 1e-6, "{d:?}");
        for wrong in [1.0, -0.1, f32::NAN] {
            assert!(SoftmaxCrossEntropy::with_label_smoothing(wrong).is_err());
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let loss = SoftmaxCrossEntropy::new();
        let code = |outputs: &[f32], targets, losses: &mut [f32], d: &mut [f32]| {
            loss.evaluate(outputs, targets, losses, d).unwrap_err().code()
        };
        assert_eq!(
            code(&[0.0; 4], Targets::Values(&[0.0; 4]), &mut [0.0; 2], &mut [0.0; 4]),
            "targets_mismatch"
        );
        assert_eq!(
            code(&[0.0; 4], Targets::Labels(&[0, 2]), &mut [0.0; 2], &mut [0.0; 4]),
            "label_out_of_range"
        );
        assert_eq!(code(&[0.0; 4], Targets::Labels(&[0; 3]), &mut [0.0; 3], &mut [0.0; 4]), "shape_mismatch");
        assert_eq!(code(&[0.0; 4], Targets::Labels(&[]), &mut [], &mut [0.0; 4]), "shape_mismatch");
        assert_eq!(code(&[], Targets::Labels(&[0]), &mut [0.0], &mut []), "shape_mismatch");
        assert_eq!(code(&[0.0; 4], Targets::Labels(&[0, 1]), &mut [0.0], &mut [0.0; 4]), "shape_mismatch");
        assert_eq!(code(&[0.0; 4], Targets::Labels(&[0, 1]), &mut [0.0; 2], &mut [0.0; 3]), "shape_mismatch");
    }
}
