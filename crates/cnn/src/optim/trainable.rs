//! What an optimizer moves: parameters with their gradients.

use crate::layers::Param;
use crate::{Error, Result};

/// Parameters that can be trained, each with its gradient. A [`Model`](crate::model::Model) is the usual one.
pub trait Trainable {
    /// Shows each parameter and its gradient, always in the same order; nothing before the first backward pass.
    fn visit(&mut self, visit: &mut dyn FnMut(&mut Param, &mut [f32]));

    /// Called after each step of an optimizer, when all parameters were moved.
    fn after_step(&mut self) {}
}

impl<const N: usize> Trainable for [(Param, Vec<f32>); N] {
    fn visit(&mut self, visit: &mut dyn FnMut(&mut Param, &mut [f32])) {
        self.iter_mut().for_each(|(param, gradient)| visit(param, gradient));
    }
}

/// The length of a gradient, and what was made of it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct GradientNorm {
    /// The Euclidean norm of all gradients together, before they were scaled.
    pub norm: f32,
    /// Whether it was above the limit, so that all gradients were scaled.
    pub clipped: bool,
}

/// Scales all gradients together so that their Euclidean norm is at most `max_norm`; one that is shorter stays as it is.
///
/// Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*, 2013, algorithm 1. The norm is
/// summed in `f64` on one thread: the same bits with any number of threads.
///
/// # Errors
/// [`Error::OutOfRange`] unless `max_norm` is above 0; the gradients then stay.
pub fn clip_gradients(params: &mut dyn Trainable, max_norm: f32) -> Result<GradientNorm> {
    if max_norm.is_nan() || max_norm <= 0.0 {
        return Err(Error::OutOfRange { what: "max_norm", got: max_norm.into(), expected: "above 0" });
    }
    let mut squares = 0.0f64;
    params.visit(&mut |_, gradient| {
        // Eight sums at once, as one alone would wait for each addition.
        let mut sums = [0.0f64; 8];
        for chunk in gradient.chunks(8) {
            sums.iter_mut().zip(chunk).for_each(|(sum, &g)| *sum += f64::from(g) * f64::from(g));
        }
        squares += sums.iter().sum::<f64>();
    });
    let norm = squares.sqrt();
    let clipped = norm > f64::from(max_norm);
    if clipped {
        let scale = (f64::from(max_norm) / norm) as f32;
        params.visit(&mut |_, gradient| gradient.iter_mut().for_each(|g| *g *= scale));
    }
    Ok(GradientNorm { norm: norm as f32, clipped })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_norm_is_that_of_all_gradients_together() {
        let param = |n: usize| Param::zeros(&[n]);
        let mut params = [(param(2), vec![3.0, 0.0]), (param(1), vec![4.0])];
        let norm = GradientNorm { norm: 5.0, clipped: false };
        assert_eq!(clip_gradients(&mut params, 5.0), Ok(norm));
        assert_eq!(params[1].1, [4.0]);
        assert_eq!(clip_gradients(&mut params, 2.5), Ok(GradientNorm { clipped: true, ..norm }));
        assert_eq!((&params[0].1[..], &params[1].1[..]), (&[1.5, 0.0][..], &[2.0][..]));
        for wrong in [0.0, -1.0, f32::NAN] {
            assert_eq!(clip_gradients(&mut params, wrong).unwrap_err().code(), "out_of_range");
        }
    }
}
