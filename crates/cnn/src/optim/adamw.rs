//! AdamW: Adam whose weight decay is not part of the gradient, so that it is not divided by √v̂.
//!
//! Loshchilov & Hutter, *Decoupled weight decay regularization*, 2019, algorithm 2, with the schedule's multiplier in η.

use crate::kernels::{AdamStep, adam_step};

/// One update: `θ ← θ − η·λ·θ`, then as [`adam`](super::adam); `weight_decay` is λ.
pub(super) fn step(
    step: AdamStep,
    weight_decay: f32,
    grad: &[f32],
    m: &mut [f32],
    v: &mut [f32],
    value: &mut [f32],
) {
    let keep = 1.0 - step.learning_rate * weight_decay;
    value.iter_mut().for_each(|value| *value *= keep);
    adam_step(step, grad, m, v, value);
}
