//! Max-pooling: the largest value under each window, every channel on its own.

use super::standalone::{self, Tape};
use super::{Kept, Shape, Site, Stage};
use crate::geometry::{Geometry, Window};
use crate::kernels::{self, PoolDims, Scratch};
use crate::{Error, Result};
use ndarray::{Array4, ArrayView4};

/// Largest area of a pooling window: positions in it are kept as bytes.
pub const MAX_POOL_AREA: usize = 255;

/// Two-dimensional max-pooling. Padding never wins, and of equal values the first, row by row, does.
#[derive(Clone, Debug)]
pub struct MaxPool2d {
    window: Window,
    tape: Option<Box<Tape>>,
}

impl MaxPool2d {
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
    /// [`Error::PoolTooLarge`] and [`Error::PoolPaddingTooWide`] for windows that cannot be pooled, and those of
    /// [`Window::resolve`].
    pub fn infer(&self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        standalone::infer(self, input)
    }

    /// [`infer`](Self::infer) that keeps where each maximum came from, for [`backward`](Self::backward).
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward(&mut self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        let (output, tape) = standalone::forward(self, input, None)?;
        self.tape = Some(Box::new(tape));
        Ok(output)
    }

    /// For each output of the last [`forward`](Self::forward), where in its window the maximum was:
    /// `ky · kernel_w + kx`.
    pub fn argmax(&self) -> Option<&[u8]> {
        self.tape.as_deref().map(|tape| &tape.kept().argmax[..])
    }

    /// The gradient at the input: each output's gradient goes to where its maximum came from, and nowhere else.
    ///
    /// # Errors
    /// [`Error::NoForward`] before the first `forward`, and [`Error::ShapeMismatch`] if `d_output` has not the
    /// shape of its output.
    pub fn backward(&mut self, d_output: ArrayView4<f32>) -> Result<Array4<f32>> {
        let tape = self.tape.take();
        let d_input = standalone::backward(self, tape.as_deref(), d_output);
        self.tape = tape;
        d_input
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

/// What the pooling kernels need to know; the shape was checked by [`Stage::output_shape`].
pub(super) fn pool_dims(window: &Window, at: &Site, layer: &'static str) -> PoolDims {
    let geometry = pool_geometry(window, at.input, layer).expect("a shape that the layer takes");
    let [_, _, channels] = at.input.map(layer).expect("a shape that the layer takes");
    PoolDims { batch: at.batch, geometry, channels }
}

impl Stage for MaxPool2d {
    fn name(&self) -> &'static str {
        "maxpool"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let [h, w] = self.geometry(input)?.output;
        Ok(Shape::Map([h, w, input.map("maxpool")?[2]]))
    }

    fn forward_into(&self, at: &Site, input: &[f32], output: &mut [f32], kept: &mut Kept, _: &mut Scratch) {
        kept.argmax.resize(output.len(), 0);
        let dims = pool_dims(&self.window, at, "maxpool");
        kernels::max_pool2d_forward(&dims, input, output, &mut kept.argmax);
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
        let dims = pool_dims(&self.window, at, "maxpool");
        kernels::max_pool2d_backward(&dims, &kept.argmax, d_output, d_input);
    }
}
