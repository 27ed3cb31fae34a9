//! Average pooling: the mean under each window, every channel on its own.

use super::max_pool2d::{pool_dims, pool_geometry};
use super::standalone::{self, Tape};
use super::{Kept, Shape, Site, Stage};
use crate::Result;
use crate::geometry::Window;
use crate::kernels::{self, Scratch};
use ndarray::{Array4, ArrayView4};

/// Two-dimensional average pooling over the real pixels of each window: padding does not count.
#[derive(Clone, Debug)]
pub struct AvgPool2d {
    window: Window,
    tape: Option<Box<Tape>>,
}

impl AvgPool2d {
    /// A pooling with this window.
    pub fn new(window: Window) -> Self {
        Self { window, tape: None }
    }

    /// Size, stride and padding.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Output `[batch, output_h, output_w, channels]` for an input `[batch, height, width, channels]`.
    ///
    /// # Errors
    /// As [`MaxPool2d::infer`](super::MaxPool2d::infer).
    pub fn infer(&self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        standalone::infer(self, input)
    }

    /// [`infer`](Self::infer) that keeps the input's shape for [`backward`](Self::backward).
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward(&mut self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        let (output, tape) = standalone::forward(self, input, None)?;
        self.tape = Some(Box::new(tape));
        Ok(output)
    }

    /// The gradient at the input: each output's is shared equally by the real pixels of its window.
    ///
    /// # Errors
    /// As [`MaxPool2d::backward`](super::MaxPool2d::backward).
    pub fn backward(&mut self, d_output: ArrayView4<f32>) -> Result<Array4<f32>> {
        let tape = self.tape.take();
        let d_input = standalone::backward(self, tape.as_deref(), d_output);
        self.tape = tape;
        d_input
    }
}

impl Stage for AvgPool2d {
    fn name(&self) -> &'static str {
        "avgpool"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let [h, w] = pool_geometry(&self.window, input, "avgpool")?.output;
        Ok(Shape::Map([h, w, input.map("avgpool")?[2]]))
    }

    fn forward_into(&self, at: &Site, input: &[f32], output: &mut [f32], _: &mut Kept, _: &mut Scratch) {
        kernels::avg_pool2d_forward(&pool_dims(&self.window, at, "avgpool"), input, output);
    }

    fn backward_input(
        &self,
        at: &Site,
        _: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        _: &Kept,
        _: &mut Scratch,
    ) {
        kernels::avg_pool2d_backward(&pool_dims(&self.window, at, "avgpool"), d_output, d_input);
    }
}
