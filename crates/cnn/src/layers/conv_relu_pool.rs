//! Convolution, ReLU and max-pooling in one block.
//!
//! The block equals its three layers one after the other, and is what a model runs when its spec has them in
//! this order: the full-size map need never be stored, and behind the pooling at most one gradient a window is
//! not 0, so that the backward pass goes straight from the pooled gradient to the weights and the input.

use super::standalone::{self, Tape};
use super::{Conv2d, Kept, MaxPool2d, Shape, Site, Stage};
use crate::Result;
use crate::geometry::Geometry;
use crate::kernels::{self, Scratch};
use ndarray::{Array4, ArrayView4};

/// A [`Conv2d`], a [`Relu`](super::Relu) and a [`MaxPool2d`] fused.
#[derive(Clone, Debug)]
pub struct ConvReluPool {
    /// The convolution, with the block's parameters.
    pub conv: Conv2d,
    /// The pooling.
    pub pool: MaxPool2d,
    tape: Option<Box<Tape>>,
}

impl ConvReluPool {
    /// The block of these two, with a ReLU between them.
    pub fn new(conv: Conv2d, pool: MaxPool2d) -> Self {
        Self { conv, pool, tape: None }
    }

    /// Pooled maps `[batch, pooled_h, pooled_w, out_channels]` for an input
    /// `[batch, height, width, in_channels]`.
    ///
    /// # Errors
    /// Those of [`Conv2d::infer`] and [`MaxPool2d::infer`].
    pub fn infer(&self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        standalone::infer(self, input)
    }

    /// [`infer`](Self::infer) that keeps what [`backward`](Self::backward) needs.
    ///
    /// # Errors
    /// As `infer`.
    pub fn forward(&mut self, input: ArrayView4<f32>) -> Result<Array4<f32>> {
        let (output, tape) = standalone::forward(self, input, None)?;
        self.tape = Some(Box::new(tape));
        Ok(output)
    }

    /// From the gradient at the pooled output, those of the convolution's parameters (in their `grad`) and that
    /// at the input, which is returned.
    ///
    /// # Errors
    /// As [`Conv2d::backward`].
    pub fn backward(&mut self, d_output: ArrayView4<f32>) -> Result<Array4<f32>> {
        let tape = self.tape.take();
        let d_input = standalone::backward(self, tape.as_deref(), d_output);
        self.tape = tape;
        d_input
    }

    /// The pooling window on the convolution's output.
    fn pool_geometry(&self, at: &Site) -> Geometry {
        let conv = self.conv.output_shape(at.input).expect("a shape that the layer takes");
        self.pool.geometry(conv).expect("a shape that the layer takes")
    }
}

impl Stage for ConvReluPool {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        self.pool.output_shape(self.conv.output_shape(input)?)
    }

    fn forward_into(&self, at: &Site, input: &[f32], output: &mut [f32], kept: &mut Kept, s: &mut Scratch) {
        kept.argmax.resize(output.len(), 0);
        let (dims, pool) = (self.conv.dims(at), self.pool_geometry(at));
        let (weight, bias) = (&self.conv.weight.value, self.conv.bias_values());
        kernels::conv2d_relu_max_pool_forward(&dims, &pool, input, weight, bias, output, &mut kept.argmax, s);
    }

    fn backward_params(
        &mut self,
        at: &Site,
        input: &[f32],
        output: &[f32],
        d_output: &[f32],
        kept: &Kept,
        s: &mut Scratch,
    ) {
        let (dims, pool) = (self.conv.dims(at), self.pool_geometry(at));
        let d_bias = self.conv.bias.as_mut().map(super::Param::grad_mut);
        kernels::conv2d_relu_max_pool_backward_weight(
            &dims,
            &pool,
            input,
            output,
            &kept.argmax,
            d_output,
            self.conv.weight.grad_mut(),
            d_bias,
            s,
        );
    }

    fn backward_input(
        &self,
        at: &Site,
        output: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        kept: &Kept,
        s: &mut Scratch,
    ) {
        let (dims, pool) = (self.conv.dims(at), self.pool_geometry(at));
        kernels::conv2d_relu_max_pool_backward_input(
            &dims,
            &pool,
            &self.conv.weight.value,
            output,
            &kept.argmax,
            d_output,
            d_input,
            s,
        );
    }
}
