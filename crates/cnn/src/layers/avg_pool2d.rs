//! Average pooling: the mean under each window, every channel on its own.

use super::max_pool2d::{pool_dims, pool_geometry};
use super::{Backward, Context, Layer, Shape};
use crate::Result;
use crate::geometry::Window;
use crate::kernels;

/// Two-dimensional average pooling over the real pixels of each window: padding does not count.
#[derive(Clone, Debug)]
pub struct AvgPool2d {
    window: Window,
}

impl AvgPool2d {
    /// A pooling with this window.
    pub fn new(window: Window) -> Self {
        Self { window }
    }

    /// Size, stride and padding.
    pub fn window(&self) -> &Window {
        &self.window
    }
}

impl Layer for AvgPool2d {
    fn name(&self) -> &'static str {
        "avgpool"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let [h, w] = pool_geometry(&self.window, input, "avgpool")?.output;
        Ok(Shape::Map([h, w, input.map("avgpool")?[2]]))
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        kernels::avg_pool2d_forward(&pool_dims(&self.window, at, "avgpool"), input, output);
    }

    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>) {
        if let Some(d_input) = pass.d_input {
            kernels::avg_pool2d_backward(&pool_dims(&self.window, at, "avgpool"), pass.d_output, d_input);
        }
    }
}
