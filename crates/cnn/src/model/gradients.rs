//! How one example's loss depends on everything: each value on its way and each parameter.

use super::explain::{down_to, out_of_range};
use super::{Activation, Model, Workspace, activation};
use crate::layers::Wanted;
use crate::loss::cross_entropy_row;
use crate::{Error, Result};

/// The cross-entropy of one example in inference, and its derivatives.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LossGradients {
    /// −log of the probability of its class, in nats.
    pub loss: f32,
    /// The derivative of the loss with respect to each value that comes out of each layer, which
    /// [`Model::trace`] has.
    pub gradients: Vec<Activation>,
    /// The derivative of the loss with respect to each value of the input.
    pub d_input: Vec<f32>,
    /// The derivative of the loss with respect to each value of each parameter, in the order of
    /// [`Model::parameters`]: what a training step on this one example follows where
    /// nothing is dropped, and nothing normalized by the batch's own statistics.
    pub d_params: Vec<Vec<f32>>,
}

impl Model {
    /// The cross-entropy of one example of class `label` in inference, with its derivatives with respect to every value
    /// on the way and every parameter. Changes nothing, the gradients of the last [`backward`](Self::backward) included.
    /// `pixels` is `[height, width, channels]` in 0..=1, or whatever the network takes.
    ///
    /// The gradients at the layers come from the same kernels as in training, run one layer after the other; those of
    /// the parameters from the fused layers that training runs.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if the values are not as many as the input has, and [`Error::OutOfRange`] for a class that
    /// the network does not have.
    pub fn loss_gradients(&self, pixels: &[f32], label: usize) -> Result<LossGradients> {
        let (got, expected) = (pixels.len(), self.input_len());
        if got != expected {
            return Err(Error::PixelCount { got, expected });
        }
        if label >= self.classes() {
            return Err(out_of_range("class", label, "a class of the network"));
        }
        let steps = self.layers.single();
        let mut work = self.trace_into(&steps, pixels);
        let (loss, mut d) = loss_of(work.last(), label);
        let mut gradients = Vec::with_capacity(steps.len());
        for (i, step) in steps.iter().enumerate().rev() {
            gradients.push(activation(step, &d));
            work.backward(&&steps[..=i], &d, down_to(i), &mut |_| {});
            d = work.d_input().to_vec();
        }
        gradients.reverse();
        let d_params = self.parameter_gradients(pixels, label);
        Ok(LossGradients { loss, gradients, d_input: d, d_params })
    }

    /// The gradients of all parameters, of a pass through the layers as they run.
    fn parameter_gradients(&self, pixels: &[f32], label: usize) -> Vec<Vec<f32>> {
        let mut work = Workspace::default();
        let (_, d_logits) = loss_of(self.infer_with(&mut work, pixels), label);
        let wanted = Wanted { first: self.layers.first_with_params(), params: true, input: false };
        work.backward(&self.layers, &d_logits, wanted, &mut |_| {});
        let mut d_params = Vec::new();
        for i in 0..work.len() {
            d_params.extend(work.d_params_mut(i).iter_mut().map(std::mem::take));
        }
        d_params
    }
}

/// Loss and the gradient at the logits of one example; the label is one of their indices.
fn loss_of(logits: &[f32], label: usize) -> (f32, Vec<f32>) {
    let mut d_logits = vec![0.0; logits.len()];
    let loss = cross_entropy_row(logits, label, &mut d_logits);
    d_logits[label] -= 1.0;
    (loss, d_logits)
}
