//! Dropout: while training, values are zeroed at random.
//!
//! Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*, 2014, in the
//! *inverted* form: what survives is scaled up by 1 / (1 − rate) in training, so that inference changes nothing.
//!
//! Whether a value survives is a function of the pass's seed and the value's place alone (see
//! [`kernels::dropout_forward`]). So the mask is the same with any number of threads, and needs no generator's state.

use super::standalone::{self, Tape};
use super::{Kept, Shape, Site, Stage};
use crate::kernels::{self, Scratch};
use crate::{Error, Result};
use ndarray::{Array, ArrayView, Dimension};

/// Inverted dropout of maps (4 axes) or vectors (2 axes).
#[derive(Clone, Debug)]
pub struct Dropout {
    rate: f32,
    tape: Option<Box<Tape>>,
}

impl Dropout {
    /// A dropout that zeroes each value with probability `rate` (what some call 1 − `keep_prob`).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 ≤ rate < 1.
    pub fn new(rate: f32) -> Result<Self> {
        match (0.0..1.0).contains(&rate) {
            true => Ok(Self { rate, tape: None }),
            false => Err(Error::OutOfRange {
                what: "rate",
                got: rate.into(),
                expected: "at least 0 and less than 1",
            }),
        }
    }

    /// Probability of zeroing, in 0..1.
    pub fn rate(&self) -> f32 {
        self.rate
    }

    /// What a surviving value is multiplied with: 1 / (1 − rate).
    pub fn scale(&self) -> f32 {
        1.0 / (1.0 - self.rate)
    }

    /// The input itself.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] if the input has neither 2 nor 4 axes.
    pub fn infer<D: Dimension>(&self, input: ArrayView<f32, D>) -> Result<Array<f32, D>> {
        standalone::infer(self, input)
    }

    /// The input with values zeroed and the others scaled; the seed decides which.
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward<D: Dimension>(&mut self, input: ArrayView<f32, D>, seed: u64) -> Result<Array<f32, D>> {
        let (output, tape) = standalone::forward(self, input, Some(seed))?;
        self.tape = Some(Box::new(tape));
        Ok(output)
    }

    /// Which values the last [`forward`](Self::forward) let pass (1) and which it zeroed (0).
    pub fn mask(&self) -> Option<&[u8]> {
        self.tape.as_deref().map(|tape| &tape.kept().mask[..])
    }

    /// The gradient at the input: zeroed and scaled as the values were.
    ///
    /// # Errors
    /// [`Error::NoForward`] before the first `forward`, and [`Error::ShapeMismatch`] if `d_output` has not the
    /// shape of its output.
    pub fn backward<D: Dimension>(&mut self, d_output: ArrayView<f32, D>) -> Result<Array<f32, D>> {
        let tape = self.tape.take();
        let d_input = standalone::backward(self, tape.as_deref(), d_output);
        self.tape = tape;
        d_input
    }
}

impl Stage for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(input)
    }

    fn is_identity(&self, at: &Site) -> bool {
        at.dropout.is_none()
    }

    fn forward_into(&self, at: &Site, input: &[f32], output: &mut [f32], kept: &mut Kept, _: &mut Scratch) {
        match at.dropout {
            Some(seed) => {
                kept.mask.resize(input.len(), 0);
                kernels::dropout_forward(input, self.rate, seed, &mut kept.mask, output);
            }
            None => output.copy_from_slice(input),
        }
    }

    fn backward_input(
        &self,
        at: &Site,
        _: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        kept: &Kept,
        _: &mut Scratch,
    ) {
        match at.dropout {
            Some(_) => kernels::scale_by_mask(d_output, &kept.mask, self.scale(), d_input),
            None => d_input.copy_from_slice(d_output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn zeroes_at_the_rate_and_keeps_the_mean() {
        let input = Array2::<f32>::ones((100, 1003));
        for rate in [0.0, 0.3, 0.5, 0.9] {
            let mut dropout = Dropout::new(rate).unwrap();
            let output = dropout.forward(input.view(), 42).unwrap();
            let zeroed = output.iter().filter(|&&x| x == 0.0).count() as f64 / output.len() as f64;
            // Five standard errors of 100,300 draws.
            let bound = 5.0 * (f64::from(rate) * (1.0 - f64::from(rate)) / output.len() as f64).sqrt();
            assert!((zeroed - f64::from(rate)).abs() <= bound, "rate {rate}: {zeroed}");
            assert!(output.iter().all(|&x| x == 0.0 || x == dropout.scale()));
            assert_eq!(dropout.infer(input.view()).unwrap(), input);
        }
    }

    #[test]
    fn the_seed_decides_and_the_gradient_follows_the_mask() {
        let input = Array2::<f32>::ones((7, 13));
        let mut dropout = Dropout::new(0.4).unwrap();
        let first = dropout.forward(input.view(), 1).unwrap();
        assert_ne!(first, dropout.forward(input.view(), 2).unwrap());
        assert_eq!(first, dropout.forward(input.view(), 1).unwrap());
        assert_eq!(first, dropout.backward(input.view()).unwrap());
        let passed: Vec<u8> = first.iter().map(|&x| u8::from(x != 0.0)).collect();
        assert_eq!(dropout.mask().unwrap(), passed);
    }

    #[test]
    fn a_rate_that_keeps_nothing_is_an_error() {
        for rate in [1.0, -0.1, f32::NAN] {
            assert!(matches!(Dropout::new(rate), Err(Error::OutOfRange { what: "rate", .. })));
        }
    }
}
