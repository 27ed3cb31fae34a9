//! The rectifier: `max(x, 0)`.

use super::standalone::{self, Tape};
use super::{Kept, Shape, Site, Stage};
use crate::Result;
use crate::kernels::{self, Scratch};
use ndarray::{Array, ArrayView, Dimension};

/// `max(x, 0)` for every value, of maps (4 axes) as of vectors (2 axes). Its slope at 0 is taken as 0.
#[derive(Clone, Debug, Default)]
pub struct Relu {
    tape: Option<Box<Tape>>,
}

impl Relu {
    /// A rectifier.
    pub const fn new() -> Self {
        Self { tape: None }
    }

    /// The rectified input.
    ///
    /// # Errors
    /// [`Error::OutOfRange`](crate::Error::OutOfRange) if the input has neither 2 nor 4 axes.
    pub fn infer<D: Dimension>(&self, input: ArrayView<f32, D>) -> Result<Array<f32, D>> {
        standalone::infer(self, input)
    }

    /// [`infer`](Self::infer) that keeps the output for [`backward`](Self::backward).
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward<D: Dimension>(&mut self, input: ArrayView<f32, D>) -> Result<Array<f32, D>> {
        let (output, tape) = standalone::forward(self, input, None)?;
        self.tape = Some(Box::new(tape));
        Ok(output)
    }

    /// The gradient at the input: that at the output where the output is above 0, else 0.
    ///
    /// # Errors
    /// [`Error::NoForward`](crate::Error::NoForward) before the first `forward`, and
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) if `d_output` has not the shape of its output.
    pub fn backward<D: Dimension>(&mut self, d_output: ArrayView<f32, D>) -> Result<Array<f32, D>> {
        let tape = self.tape.take();
        let d_input = standalone::backward(self, tape.as_deref(), d_output);
        self.tape = tape;
        d_input
    }
}

impl Stage for Relu {
    fn name(&self) -> &'static str {
        "relu"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(input)
    }

    fn forward_into(&self, _: &Site, input: &[f32], output: &mut [f32], _: &mut Kept, _: &mut Scratch) {
        kernels::relu_forward(input, output);
    }

    fn backward_input(
        &self,
        _: &Site,
        output: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        _: &Kept,
        _: &mut Scratch,
    ) {
        kernels::relu_backward(output, d_output, d_input);
    }
}
