//! The rectifier: `max(x, 0)`.

use super::{Backward, Context, Layer, Shape};
use crate::Result;
use crate::kernels;

/// `max(x, 0)` for every value, of maps as of vectors. Its slope at 0 is taken as 0.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Relu {}

impl Relu {
    /// A rectifier.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Layer for Relu {
    fn name(&self) -> &'static str {
        "relu"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(input)
    }

    fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        kernels::relu_forward(input, output);
    }

    fn backward(&self, _: &mut Context<'_>, pass: Backward<'_>) {
        if let Some(d_input) = pass.d_input {
            kernels::relu_backward(pass.output, pass.d_output, d_input);
        }
    }
}
