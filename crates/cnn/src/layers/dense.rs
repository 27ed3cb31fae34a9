//! The fully connected layer: a matrix product and a bias.

use super::{Backward, Context, Layer, Param, Shape, weight_and_bias};
use crate::kernels::{self, DenseDims};
use crate::{Error, Result};
use ndarray::{Array1, Array2};

/// `output = input · weight + bias`: `[batch, out] = [batch, in] · [in, out] + [out]`.
#[derive(Clone, Debug)]
pub struct Dense {
    /// `[in_features, out_features]`.
    pub weight: Param,
    /// `[out_features]`.
    pub bias: Option<Param>,
}

impl Dense {
    /// A layer whose weights, and biases where it has them, are 0.
    pub fn new(in_features: usize, out_features: usize, bias: bool) -> Self {
        Self {
            weight: Param::zeros(&[in_features, out_features]),
            bias: bias.then(|| Param::zeros(&[out_features])),
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
        })
    }

    fn dims(&self, at: &Context<'_>) -> DenseDims {
        DenseDims { batch: at.batch, in_features: self.weight.shape[0], out_features: self.weight.shape[1] }
    }
}

impl Layer for Dense {
    fn name(&self) -> &'static str {
        "dense"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let (got, expected) = (input.vector("dense")?, self.weight.shape[0]);
        if got != expected {
            return Err(Error::ShapeMismatch { what: "input", got: vec![got], expected: vec![expected] });
        }
        Ok(Shape::Vector(self.weight.shape[1]))
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let bias = self.bias.as_ref().map(|bias| &bias.value[..]);
        kernels::dense_forward(&self.dims(at), input, &self.weight.value, bias, output, at.scratch);
    }

    fn backward(&self, at: &mut Context<'_>, mut pass: Backward<'_>) {
        let dims = self.dims(at);
        if let Some(d_params) = &mut pass.d_params {
            let (d_weight, d_bias) = weight_and_bias(d_params);
            kernels::dense_backward_weight(&dims, pass.input, pass.d_output, d_weight, d_bias, at.scratch);
            pass.params_done();
        }
        if let Some(d_input) = pass.d_input {
            kernels::dense_backward_input(&dims, &self.weight.value, pass.d_output, d_input, at.scratch);
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
