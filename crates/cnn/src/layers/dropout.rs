//! Dropout: while training, values are zeroed at random.
//!
//! Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*, 2014, in the
//! *inverted* form: what survives is scaled up by 1 / (1 − rate) in training, so that inference changes nothing.
//!
//! Whether a value survives is a function of the pass's seed and the value's place alone (see
//! [`kernels::dropout_forward`]). So the mask is the same with any number of threads, and needs no generator's state.

use super::{Backward, Context, Layer, Shape};
use crate::kernels;
use crate::{Error, Result};

/// Inverted dropout of maps or vectors. A forward pass in training keeps for each value 1 if it passed and 0 if it was
/// zeroed.
#[derive(Clone, Debug)]
pub struct Dropout {
    rate: f32,
}

impl Dropout {
    /// A dropout that zeroes each value with probability `rate` (what some call 1 − `keep_prob`).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 ≤ rate < 1.
    pub fn new(rate: f32) -> Result<Self> {
        match (0.0..1.0).contains(&rate) {
            true => Ok(Self { rate }),
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
}

impl Layer for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(input)
    }

    fn is_identity(&self, training: bool) -> bool {
        !training
    }

    fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        output.copy_from_slice(input);
    }

    fn forward(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        at.kept.bytes.resize(input.len(), 0);
        kernels::dropout_forward(input, self.rate, at.seed, &mut at.kept.bytes, output);
    }

    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>) {
        let Some(d_input) = pass.d_input else { return };
        if at.training {
            kernels::scale_by_mask(pass.d_output, &at.kept.bytes, self.scale(), d_input);
        } else {
            d_input.copy_from_slice(pass.d_output);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Standalone;
    use ndarray::Array2;

    #[test]
    fn zeroes_at_the_rate_and_keeps_the_mean() {
        let input = Array2::<f32>::ones((100, 1003));
        for rate in [0.0, 0.3, 0.5, 0.9] {
            let mut dropout = Standalone::new(Dropout::new(rate).unwrap());
            let output = dropout.forward_seeded(input.view(), 42).unwrap();
            let zeroed = output.iter().filter(|&&x| x == 0.0).count() as f64 / output.len() as f64;
            // Five standard errors of 100,300 draws.
            let bound = 5.0 * (f64::from(rate) * (1.0 - f64::from(rate)) / output.len() as f64).sqrt();
            assert!((zeroed - f64::from(rate)).abs() <= bound, "rate {rate}: {zeroed}");
            assert!(output.iter().all(|&x| x == 0.0 || x == dropout.layer.scale()));
            assert_eq!(dropout.infer(input.view()).unwrap(), input.clone().into_dyn());
        }
    }

    #[test]
    fn the_seed_decides_and_the_gradient_follows_the_mask() {
        let input = Array2::<f32>::ones((7, 13));
        let mut dropout = Standalone::new(Dropout::new(0.4).unwrap());
        let first = dropout.forward_seeded(input.view(), 1).unwrap();
        assert_ne!(first, dropout.forward_seeded(input.view(), 2).unwrap());
        assert_eq!(first, dropout.forward_seeded(input.view(), 1).unwrap());
        assert_eq!(first, dropout.backward(input.view()).unwrap());
        let passed: Vec<u8> = first.iter().map(|&x| u8::from(x != 0.0)).collect();
        assert_eq!(dropout.kept().unwrap().bytes, passed);
    }

    #[test]
    fn a_rate_that_keeps_nothing_is_an_error() {
        for rate in [1.0, -0.1, f32::NAN] {
            assert!(matches!(Dropout::new(rate), Err(Error::OutOfRange { what: "rate", .. })));
        }
    }
}
