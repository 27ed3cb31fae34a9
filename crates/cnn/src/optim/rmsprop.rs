//! RMSProp: `r ← ρ·r + (1 − ρ)·g²`, `θ ← θ − η·g / (√r + ε)`.
//!
//! Tieleman & Hinton, *Neural Networks for Machine Learning*, lecture 6.5, 2012. ε stands outside the root, as
//! in [`adam`](super::adam).

/// One update of the mean square and the value; `decay` is ρ.
pub(super) fn step(
    learning_rate: f32,
    decay: f32,
    epsilon: f32,
    grad: &[f32],
    mean_square: &mut [f32],
    value: &mut [f32],
) {
    for ((value, r), grad) in value.iter_mut().zip(mean_square).zip(grad) {
        *r = decay * *r + (1.0 - decay) * grad * grad;
        *value -= learning_rate * grad / (r.sqrt() + epsilon);
    }
}
