//! Stochastic gradient descent: `θ ← θ − η·g`.

/// One update of `value`; `learning_rate` is η.
pub(super) fn step(learning_rate: f32, grad: &[f32], value: &mut [f32]) {
    for (value, grad) in value.iter_mut().zip(grad) {
        *value -= learning_rate * grad;
    }
}
