//! The convolution: one window of weights a filter, at every position of the input.

use super::standalone::{self, Tape};
use super::{Kept, Param, Shape, Site, Stage};
use crate::geometry::{Geometry, Padding, Window};
use crate::kernels::{self, Conv2dDims, Scratch};
use crate::{Error, Result};
use ndarray::{Array1, Array4, ArrayView4};

/// A two-dimensional convolution (a cross-correlation, as everywhere in this field).
///
/// ```text
/// output[b, y, x, o] = bias[o] + Σ_{i, j, c} input[b, y·stride + i − pad, x·stride + j − pad, c] · weight[i, j, c, o]
/// ```
///
/// where the input is 0 outside its borders.
///
/// ```
/// use cnn::geometry::Padding;
/// use cnn::layers::Conv2d;
/// use cnn::ndarray::{Array4, array};
///
/// // One filter of 1×2 that answers where a row becomes lighter.
/// let weight = array![-1.0, 1.0].into_shape_with_order((1, 2, 1, 1)).unwrap();
/// let mut conv = Conv2d::from_arrays(weight, None, [1, 1], Padding::Valid)?;
/// let row = array![0.0, 0.0, 3.0, 3.0].into_shape_with_order((1, 1, 4, 1)).unwrap();
/// assert_eq!(conv.forward(row.view())?.as_slice(), Some(&[0.0, 3.0, 0.0][..]));
///
/// // The gradient of the sum of its answers, at the input and at the weight.
/// let d_input = conv.backward(Array4::ones((1, 1, 3, 1)).view())?;
/// assert_eq!(d_input.as_slice(), Some(&[-1.0, 0.0, 0.0, 1.0][..]));
/// assert_eq!(conv.weight.grad, [3.0, 6.0]);
/// # Ok::<(), cnn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Conv2d {
    /// `[kernel_h, kernel_w, in_channels, out_channels]`.
    pub weight: Param,
    /// `[out_channels]`.
    pub bias: Option<Param>,
    window: Window,
    tape: Option<Box<Tape>>,
}

impl Conv2d {
    /// A convolution whose weights, and biases where it has them, are 0.
    pub fn new(window: Window, in_channels: usize, out_channels: usize, bias: bool) -> Self {
        let [kernel_h, kernel_w] = window.kernel;
        Self {
            weight: Param::zeros(&[kernel_h, kernel_w, in_channels, out_channels]),
            bias: bias.then(|| Param::zeros(&[out_channels])),
            window,
            tape: None,
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
            tape: None,
        })
    }

    /// Kernel, stride and padding.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// Output `[batch, output_h, output_w, out_channels]` for an input `[batch, height, width, in_channels]`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for another number of channels, and those of [`Window::resolve`].
    pub fn infer(&self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        standalone::infer(self, input)
    }

    /// [`infer`](Self::infer) that keeps the input for [`backward`](Self::backward).
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward(&mut self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        let (output, tape) = standalone::forward(self, input, None)?;
        self.tape = Some(Box::new(tape));
        Ok(output)
    }

    /// From the gradient at the output, the gradients of weight and bias (in their `grad`) and that at the
    /// input, which is returned.
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
        let [h, w, channels] = input.map("conv")?;
        let expected = self.weight.shape[2];
        if channels != expected {
            let (got, expected) = (vec![h, w, channels], vec![h, w, expected]);
            return Err(Error::ShapeMismatch { what: "input", got, expected });
        }
        Ok(self.window.resolve([h, w])?)
    }

    /// What the kernels need to know; the shape was checked by [`Stage::output_shape`].
    pub(super) fn dims(&self, at: &Site) -> Conv2dDims {
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

impl Stage for Conv2d {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let [h, w] = self.geometry(input)?.output;
        Ok(Shape::Map([h, w, self.weight.shape[3]]))
    }

    fn forward_into(&self, at: &Site, input: &[f32], output: &mut [f32], _: &mut Kept, s: &mut Scratch) {
        kernels::conv2d_forward(&self.dims(at), input, &self.weight.value, self.bias_values(), output, s);
    }

    fn backward_params(
        &mut self,
        at: &Site,
        input: &[f32],
        _: &[f32],
        d_output: &[f32],
        _: &Kept,
        s: &mut Scratch,
    ) {
        let dims = self.dims(at);
        let d_bias = self.bias.as_mut().map(Param::grad_mut);
        kernels::conv2d_backward_weight(&dims, input, d_output, self.weight.grad_mut(), d_bias, s);
    }

    fn backward_input(
        &self,
        at: &Site,
        _: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        _: &Kept,
        s: &mut Scratch,
    ) {
        kernels::conv2d_backward_input(&self.dims(at), &self.weight.value, d_output, d_input, s);
    }
}
