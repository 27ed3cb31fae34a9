//! The mean squared error, for outputs that are values rather than classes.

use super::{Loss, Targets, check_values};
use crate::Result;

/// `loss = Σ (output − target)² / n` over the `n` values of an example; of a batch the mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MeanSquaredError {}

impl MeanSquaredError {
    /// The mean squared error.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Loss for MeanSquaredError {
    fn evaluate(
        &self,
        outputs: &[f32],
        targets: Targets<'_>,
        losses: &mut [f32],
        d_outputs: &mut [f32],
    ) -> Result<f32> {
        let targets = check_values(outputs, targets, losses, d_outputs)?;
        let (batch, len) = (losses.len(), outputs.len() / losses.len());
        let scale = 2.0 / outputs.len() as f32;
        let mut sum = 0.0f64;
        for (i, loss) in losses.iter_mut().enumerate() {
            let example = i * len..(i + 1) * len;
            let mut squares = 0.0f64;
            for ((d, y), t) in
                d_outputs[example.clone()].iter_mut().zip(&outputs[example.clone()]).zip(&targets[example])
            {
                let error = y - t;
                squares += f64::from(error) * f64::from(error);
                *d = scale * error;
            }
            *loss = (squares / len as f64) as f32;
            sum += f64::from(*loss);
        }
        Ok((sum / batch as f64) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_examples_by_hand() {
        let (mut losses, mut d) = ([0.0; 2], [0.0; 4]);
        let targets = Targets::Values(&[0.0, 0.0, 1.0, 5.0]);
        let loss = MeanSquaredError::new().evaluate(&[1.0, 3.0, 1.0, 1.0], targets, &mut losses, &mut d);
        assert_eq!((loss, losses, d), (Ok(6.5), [5.0, 8.0], [0.5, 1.5, 0.0, -2.0]));
        let labels = MeanSquaredError::new().evaluate(&[1.0], Targets::Labels(&[0]), &mut [0.0], &mut [0.0]);
        assert_eq!(labels.unwrap_err().code(), "targets_mismatch");
        let few =
            MeanSquaredError::new().evaluate(&[1.0; 2], Targets::Values(&[0.0]), &mut [0.0], &mut [0.0; 2]);
        assert_eq!(few.unwrap_err().code(), "shape_mismatch");
    }
}
