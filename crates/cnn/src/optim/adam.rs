//! Adam: momentum and RMSProp with their start-up bias taken out.
//!
//! ```text
//! m ← β₁·m + (1 − β₁)·g       m̂ = m / (1 − β₁ᵗ)
//! v ← β₂·v + (1 − β₂)·g²      v̂ = v / (1 − β₂ᵗ)       θ ← θ − η·m̂ / (√v̂ + ε)
//! ```
//!
//! Kingma & Ba, *Adam: a method for stochastic optimization*, 2015, algorithm 1: t counts from 1, ε stands
//! outside the root and beside the *corrected* √v̂. (TensorFlow 1 adds its ε to the uncorrected √v.)

use crate::kernels::{AdamStep, adam_step};

/// One update of both moments and the value, in one pass over memory.
pub(super) fn step(step: AdamStep, grad: &[f32], m: &mut [f32], v: &mut [f32], value: &mut [f32]) {
    adam_step(step, grad, m, v, value);
}
