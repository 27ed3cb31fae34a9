//! The convolution: one window of weights a filter, at every position of the input.

use super::{Backward, Context, Layer, Param, Shape, weight_and_bias};
use crate::geometry::{Geometry, Padding, Window};
use crate::kernels::{self, Conv2dDims};
use crate::{Error, Result};
use ndarray::{Array1, Array4};

/// A two-dimensional convolution (a cross-correlation, as everywhere in this field).
///
/// ```text
/// output[b, y, x, o] = bias[o] + Σ_{i, j, c} input[b, y·stride + i − pad, x·stride + j − pad, c] · weight[i, j, c, o]
/// ```
///
/// where the input is 0 outside its borders.
///
/// [`Standalone`](super::Standalone) shows one at work.
#[derive(Clone, Debug)]
pub struct Conv2d {
    /// `[kernel_h, kernel_w, in_channels, out_channels]`.
    pub weight: Param,
    /// `[out_channels]`.
    pub bias: Option<Param>,
    window: Window,
}

impl Conv2d {
    /// A convolution whose weights, and biases where it has them, are 0.
    pub fn new(window: Window, in_channels: usize, out_channels: usize, bias: bool) -> Self {
        let [kernel_h, kernel_w] = window.kernel;
        Self {
            weight: Param::zeros(&[kernel_h, kernel_w, in_channels, out_channels]),
            bias: bias.then(|| Param::zeros(&[out_channels])),
            window,
        }
    }

    /// A convolution with these weights `[kernel_h, kernel_w, in_channels, out_channels]` and biases
    /// `[out_channels]`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if there is not one bias a filter.
    pub fn from_arrays(
        weight: Array4<f32>,
        bias: Option<Array1<f32>>,
        stride: [usize; 2],
        padding: Padding,
    ) -> Result<Self> {
        let (kernel_h, kernel_w, in_channels, out_channels) = weight.dim();
        if let Some(bias) = bias.as_ref().filter(|bias| bias.len() != out_channels) {
            let (got, expected) = (vec![bias.len()], vec![out_channels]);
            return Err(Error::ShapeMismatch { what: "bias", got, expected });
        }
        Ok(Self {
            weight: Param::from_values(
                &[kernel_h, kernel_w, in_channels, out_channels],
                weight.iter().copied().collect(),
            ),
            bias: bias.map(|bias| Param::from_values(&[out_channels], bias.to_vec())),
            window: Window { kernel: [kernel_h, kernel_w], stride, padding },
        })
    }

    /// Kernel, stride and padding.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// The window on an input of this shape.
    pub(super) fn geometry(&self, input: Shape) -> Result<Geometry> {
        let [h, w, channels] = input.map("conv")?;
        let expected = self.weight.shape[2];
        if channels != expected {
            let (got, expected) = (vec![h, w, channels], vec![h, w, expected]);
            return Err(Error::ShapeMismatch { what: "input", got, expected });
        }
        Ok(self.window.resolve([h, w])?)
    }

    /// What the kernels need to know; the shape was checked by [`Layer::output_shape`].
    pub(super) fn dims(&self, at: &Context<'_>) -> Conv2dDims {
        Conv2dDims {
            batch: at.batch,
            geometry: self.geometry(at.input).expect("a shape that the layer takes"),
            in_channels: self.weight.shape[2],
            out_channels: self.weight.shape[3],
        }
    }

    /// The values of the bias.
    pub(super) fn bias_values(&self) -> Option<&[f32]> {
        self.bias.as_ref().map(|bias| &bias.value[..])
    }
}

impl Layer for Conv2d {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let [h, w] = self.geometry(input)?.output;
        Ok(Shape::Map([h, w, self.weight.shape[3]]))
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let (weight, bias) = (&self.weight.value, self.bias_values());
        kernels::conv2d_forward(&self.dims(at), input, weight, bias, output, at.scratch);
    }

    fn backward(&self, at: &mut Context<'_>, mut pass: Backward<'_>) {
        let dims = self.dims(at);
        if let Some(d_params) = &mut pass.d_params {
            let (d_weight, d_bias) = weight_and_bias(d_params);
            kernels::conv2d_backward_weight(&dims, pass.input, pass.d_output, d_weight, d_bias, at.scratch);
            pass.params_done();
        }
        if let Some(d_input) = pass.d_input {
            kernels::conv2d_backward_input(&dims, &self.weight.value, pass.d_output, d_input, at.scratch);
        }
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        visit("weight", &self.weight);
        self.bias.iter().for_each(|bias| visit("bias", bias));
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        visit("weight", &mut self.weight);
        self.bias.iter_mut().for_each(|bias| visit("bias", bias));
    }
}
