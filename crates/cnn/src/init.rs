//! Initial values of parameters.

use serde::{Deserialize, Serialize};

/// How a parameter's values are drawn before training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Init {
    /// All 0.
    Zeros,
    /// All the same value.
    Constant(f32),
    /// Normal with mean 0 and this standard deviation.
    Normal(f32),
    /// Uniform within ±√(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).
    XavierUniform,
    /// Normal with variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010).
    XavierNormal,
    /// Uniform within ±√(6 / fan_in) (He et al. 2015).
    HeUniform,
    /// Normal with variance 2 / fan_in (He et al. 2015).
    HeNormal,
}
