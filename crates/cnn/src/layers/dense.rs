//! The fully connected layer: a matrix product and a bias.

use super::standalone::{self, Tape};
use super::{Kept, Param, Shape, Site, Stage};
use crate::kernels::{self, DenseDims, Scratch};
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayView2};

/// `output = input · weight + bias`: `[batch, out] = [batch, in] · [in, out] + [out]`.
#[derive(Clone, Debug)]
pub struct Dense {
    /// `[in_features, out_features]`.
    pub weight: Param,
    /// `[out_features]`.
    pub bias: Option<Param>,
    tape: Option<Box<Tape>>,
}

impl Dense {
    /// A layer whose weights, and biases where it has them, are 0.
    pub fn new(in_features: usize, out_features: usize, bias: bool) -> Self {
        Self {
            weight: Param::zeros(&[in_features, out_features]),
            bias: bias.then(|| Param::zeros(&[out_features])),
            tape: None,
        }
    }

    /// A layer with these weights `[in_features, out_features]` and biases `[out_features]`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if there is not one bias an output.
    pub fn from_arrays(weight: Array2<f32>, bias: Option<Array1<f32>>) -> Result<Self> {
        let (in_features, out_features) = weight.dim();
        if let Some(bias) = bias.as_ref().filter(|bias| bias.len() != out_features) {
            let (got, expected) = (vec![bias.len()], vec![out_features]);
            return Err(Error::ShapeMismatch { what: "bias", got, expected });
        }
        Ok(Self {
            weight: Param::from_values(&[in_features, out_features], weight.iter().copied().collect()),
            bias: bias.map(|bias| Param::from_values(&[out_features], bias.to_vec())),
            tape: None,
        })
    }

    /// Output `[batch, out_features]` for an input `[batch, in_features]`.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for another number of features.
    pub fn infer(&self, input: ArrayView2<f32>) -> Result<Array2<f32>> {
        standalone::infer(self, input)
    }

    /// [`infer`](Self::infer) that keeps the input for [`backward`](Self::backward).
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward(&mut self, input: ArrayView2<f32>) -> Result<Array2<f32>> {
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
    pub fn backward(&mut self, d_output: ArrayView2<f32>) -> Result<Array2<f32>> {
        let tape = self.tape.take();
        let d_input = standalone::backward(self, tape.as_deref(), d_output);
        self.tape = tape;
        d_input
    }

    fn dims(&self, at: &Site) -> DenseDims {
        DenseDims { batch: at.batch, in_features: self.weight.shape[0], out_features: self.weight.shape[1] }
    }
}

impl Stage for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        match input {
            Shape::Vector(n) if n == self.weight.shape[0] => Ok(Shape::Vector(self.weight.shape[1])),
            Shape::Vector(n) => {
                let expected = vec![self.weight.shape[0]];
                Err(Error::ShapeMismatch { what: "input", got: vec![n], expected })
            }
            Shape::Map(got) => Err(Error::NeedsVector { layer: "dense", got }),
        }
    }

    fn forward_into(&self, at: &Site, input: &[f32], output: &mut [f32], _: &mut Kept, s: &mut Scratch) {
        let bias = self.bias.as_ref().map(|bias| &bias.value[..]);
        kernels::dense_forward(&self.dims(at), input, &self.weight.value, bias, output, s);
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
        kernels::dense_backward_weight(&dims, input, d_output, self.weight.grad_mut(), d_bias, s);
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
        kernels::dense_backward_input(&self.dims(at), &self.weight.value, d_output, d_input, s);
    }
}
