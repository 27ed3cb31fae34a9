//! Convolution, ReLU and max-pooling in one layer.
//!
//! It equals its three layers one after the other, and is what a model runs when it has them in this order: the full-size
//! map need never be stored, and behind the pooling at most one gradient a window is not 0, so that the backward pass goes
//! straight from the pooled gradient to the weights and the input.

use super::{Backward, Context, Conv2d, Layer, MaxPool2d, Param, Shape, weight_and_bias};
use crate::Result;
use crate::geometry::Geometry;
use crate::kernels;

/// A [`Conv2d`], a [`Relu`](super::Relu) and a [`MaxPool2d`] fused. Its parameters are the convolution's.
#[derive(Clone, Debug)]
pub struct ConvReluPool {
    /// The convolution.
    pub conv: Conv2d,
    /// The pooling.
    pub pool: MaxPool2d,
}

impl ConvReluPool {
    /// The layer of these two, with a ReLU between them.
    pub fn new(conv: Conv2d, pool: MaxPool2d) -> Self {
        Self { conv, pool }
    }

    /// The pooling window on the convolution's output.
    fn pool_geometry(&self, at: &Context<'_>) -> Geometry {
        let conv = self.conv.output_shape(at.input).expect("a shape that the layer takes");
        self.pool.geometry(conv).expect("a shape that the layer takes")
    }
}

impl Layer for ConvReluPool {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        self.pool.output_shape(self.conv.output_shape(input)?)
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        at.kept.bytes.resize(output.len(), 0);
        let (dims, pool) = (self.conv.dims(at), self.pool_geometry(at));
        let (weight, bias) = (&self.conv.weight.value, self.conv.bias_values());
        let argmax = &mut at.kept.bytes;
        kernels::conv2d_relu_max_pool_forward(
            &dims,
            &pool,
            input,
            weight,
            bias,
            kernels::PooledOutput { output, argmax },
            at.scratch,
        );
    }

    fn backward(&self, at: &mut Context<'_>, mut pass: Backward<'_>) {
        let (dims, pool) = (self.conv.dims(at), self.pool_geometry(at));
        if let Some(d_params) = &mut pass.d_params {
            let (d_weight, d_bias) = weight_and_bias(d_params);
            kernels::conv2d_relu_max_pool_backward_weight(
                &dims,
                &pool,
                pass.input,
                kernels::PooledGradient {
                    output: pass.output,
                    argmax: &at.kept.bytes,
                    d_output: pass.d_output,
                },
                d_weight,
                d_bias,
                at.scratch,
            );
            pass.params_done();
        }
        if let Some(d_input) = pass.d_input {
            kernels::conv2d_relu_max_pool_backward_input(
                &dims,
                &pool,
                &self.conv.weight.value,
                kernels::PooledGradient {
                    output: pass.output,
                    argmax: &at.kept.bytes,
                    d_output: pass.d_output,
                },
                d_input,
                at.scratch,
            );
        }
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        self.conv.params(visit);
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        self.conv.params_mut(visit);
    }
}
