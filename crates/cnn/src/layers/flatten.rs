//! From maps to a vector, in the order in which the values lie.

use super::{Backward, Context, Layer, Shape};
use crate::Result;

/// `[batch, height, width, channels]` to `[batch, height · width · channels]`: channels vary fastest.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Flatten {}

impl Flatten {
    /// A flattening.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Layer for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(Shape::Vector(input.map("flatten")?.iter().product()))
    }

    fn is_identity(&self, _: bool) -> bool {
        true
    }

    fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        output.copy_from_slice(input);
    }

    fn backward(&self, _: &mut Context<'_>, pass: Backward<'_>) {
        if let Some(d_input) = pass.d_input {
            d_input.copy_from_slice(pass.d_output);
        }
    }
}
