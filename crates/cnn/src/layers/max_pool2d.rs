//! Max-pooling: the largest value under each window, every channel on its own.

use super::{Backward, Context, Layer, Shape};
use crate::geometry::{Geometry, Window};
use crate::kernels::{self, PoolDims};
use crate::{Error, Result};

/// Largest area of a pooling window: positions in it are kept as bytes.
pub const MAX_POOL_AREA: usize = 255;

/// Two-dimensional max-pooling. Padding never wins, and of equal values the first, row by row, does.
///
/// Windows that cannot be pooled are [`Error::PoolTooLarge`] and [`Error::PoolPaddingTooWide`]. A forward pass keeps for each
/// output where in its window the maximum was.
#[derive(Clone, Debug)]
pub struct MaxPool2d {
    window: Window,
}

impl MaxPool2d {
    /// A pooling with this window.
    pub fn new(window: Window) -> Self {
        Self { window }
    }

    /// Size, stride and padding.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// The window on an input of this shape.
    pub(super) fn geometry(&self, input: Shape) -> Result<Geometry> {
        pool_geometry(&self.window, input, "maxpool")
    }
}

/// The window of a pooling on an input of this shape, where it can be pooled; `layer` is the name in errors.
///
/// # Errors
/// [`Error::NeedsMap`], [`Error::PoolTooLarge`], [`Error::PoolPaddingTooWide`] and those of [`Window::resolve`].
pub fn pool_geometry(window: &Window, input: Shape, layer: &'static str) -> Result<Geometry> {
    let [h, w, _] = input.map(layer)?;
    let geometry = window.resolve([h, w])?;
    if geometry.kernel_area() > MAX_POOL_AREA {
        return Err(Error::PoolTooLarge { size: window.kernel, limit: MAX_POOL_AREA });
    }
    if !geometry.every_window_sees_input() {
        let sides = [geometry.pad_before, geometry.pad_after];
        let padding = sides.into_iter().flatten().max().unwrap_or(0);
        return Err(Error::PoolPaddingTooWide { padding, size: window.kernel });
    }
    Ok(geometry)
}

/// What the pooling kernels need to know; the shape was checked by [`Layer::output_shape`].
pub(super) fn pool_dims(window: &Window, at: &Context<'_>, layer: &'static str) -> PoolDims {
    let geometry = pool_geometry(window, at.input, layer).expect("a shape that the layer takes");
    let [_, _, channels] = at.input.map(layer).expect("a shape that the layer takes");
    PoolDims { batch: at.batch, geometry, channels }
}

impl Layer for MaxPool2d {
    fn name(&self) -> &'static str {
        "maxpool"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let [h, w] = self.geometry(input)?.output;
        Ok(Shape::Map([h, w, input.map("maxpool")?[2]]))
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        at.kept.bytes.resize(output.len(), 0);
        kernels::max_pool2d_forward(
            &pool_dims(&self.window, at, "maxpool"),
            input,
            output,
            &mut at.kept.bytes,
        );
    }

    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>) {
        if let Some(d_input) = pass.d_input {
            let dims = pool_dims(&self.window, at, "maxpool");
            kernels::max_pool2d_backward(&dims, &at.kept.bytes, pass.d_output, d_input);
        }
    }
}
