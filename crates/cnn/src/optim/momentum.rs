//! Heavy-ball momentum: `u ← μ·u + g`, `θ ← θ − η·u`.
//!
//! Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964, in the form that
//! TensorFlow and PyTorch use: the learning rate multiplies the velocity, not the gradient, so that changing it
//! acts at once.

/// One update of the velocity and the value; `momentum` is μ.
pub(super) fn step(learning_rate: f32, momentum: f32, grad: &[f32], velocity: &mut [f32], value: &mut [f32]) {
    for ((value, velocity), grad) in value.iter_mut().zip(velocity).zip(grad) {
        *velocity = momentum * *velocity + grad;
        *value -= learning_rate * *velocity;
    }
}
