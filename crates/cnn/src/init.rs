//! How weights start.

use crate::rng::Rng;

/// The distribution that a parameter's first values are drawn from.
///
/// The scaled ones look at the parameter's *fans*, the number of values that one output is summed from and the
/// number of outputs that one input goes to; see [`fans`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Init {
    /// All 0: usual for biases.
    Zeros,
    /// All the same value.
    Constant(f32),
    /// Normal with mean 0 and this standard deviation, at least 0.
    Normal(f32),
    /// Uniform in ±√(6 / (fan_in + fan_out)): Glorot & Bengio, *Understanding the difficulty of training deep
    /// feedforward neural networks*, 2010, eq. 16. What TensorFlow's `xavier_initializer` and its layers use.
    XavierUniform,
    /// Normal with variance 2 / (fan_in + fan_out), of the same paper.
    XavierNormal,
    /// Uniform in ±√(6 / fan_in): He et al., *Delving deep into rectifiers*, 2015, for layers before a ReLU.
    HeUniform,
    /// Normal with variance 2 / fan_in, of the same paper, eq. 10.
    HeNormal,
}

impl Init {
    /// Fills `value`, a parameter of the given shape, in its order of storage.
    ///
    /// # Panics
    /// If `value` has another length than the shape says.
    pub fn fill(&self, shape: &[usize], value: &mut [f32], rng: &mut Rng) {
        assert_eq!(value.len(), shape.iter().product::<usize>(), "value has not the shape {shape:?}");
        let [fan_in, fan_out] = fans(shape).map(|fan| fan.max(1) as f32);
        match *self {
            Init::Zeros => value.fill(0.0),
            Init::Constant(constant) => value.fill(constant),
            Init::Normal(std) => normal(value, std, rng),
            Init::XavierUniform => uniform(value, (6.0 / (fan_in + fan_out)).sqrt(), rng),
            Init::XavierNormal => normal(value, (2.0 / (fan_in + fan_out)).sqrt(), rng),
            Init::HeUniform => uniform(value, (6.0 / fan_in).sqrt(), rng),
            Init::HeNormal => normal(value, (2.0 / fan_in).sqrt(), rng),
        }
    }
}

/// `[fan_in, fan_out]` of a parameter: `[in, out]` itself for a dense weight, times the kernel's area for a
/// convolution's `[kernel_h, kernel_w, in, out]`, and the length, twice, for a bias.
pub fn fans(shape: &[usize]) -> [usize; 2] {
    match *shape {
        [] => [1, 1],
        [n] => [n, n],
        [ref window @ .., fan_in, fan_out] => {
            let area: usize = window.iter().product();
            [area * fan_in, area * fan_out]
        }
    }
}

fn uniform(value: &mut [f32], limit: f32, rng: &mut Rng) {
    for v in value {
        *v = limit * (2.0 * rng.uniform() - 1.0);
    }
}

fn normal(value: &mut [f32], std: f32, rng: &mut Rng) {
    for v in value {
        *v = std * rng.normal();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(init: Init, shape: &[usize]) -> (f64, f64, f32) {
        let mut value = vec![f32::NAN; shape.iter().product()];
        init.fill(shape, &mut value, &mut Rng::seed_from_u64(7));
        let n = value.len() as f64;
        let mean = value.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        let variance = value.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
        (mean, variance, value.iter().fold(0.0, |most, v| v.abs().max(most)))
    }

    #[test]
    fn fans_count_the_window() {
        assert_eq!(fans(&[3, 5, 4, 8]), [60, 120]);
        assert_eq!(fans(&[3136, 10]), [3136, 10]);
        assert_eq!(fans(&[10]), [10, 10]);
    }

    #[test]
    fn variances_are_those_of_the_papers() {
        let shape = [3, 3, 32, 64];
        let (fan_in, fan_out) = (288.0, 576.0);
        for (init, expected) in [
            (Init::Normal(0.01), 1e-4),
            (Init::XavierUniform, 2.0 / (fan_in + fan_out)),
            (Init::XavierNormal, 2.0 / (fan_in + fan_out)),
            (Init::HeUniform, 2.0 / fan_in),
            (Init::HeNormal, 2.0 / fan_in),
        ] {
            let (mean, variance, _) = moments(init, &shape);
            // 18,432 draws: the variance's own standard error is about 1 %.
            assert!((variance / expected - 1.0).abs() < 0.05, "{init:?}: {variance} instead of {expected}");
            assert!(mean.abs() < 4.0 * (expected / 18_432.0).sqrt(), "{init:?}: mean {mean}");
        }
    }

    #[test]
    fn a_uniform_stays_within_its_limit() {
        let limit = (6.0f32 / (3136.0 + 10.0)).sqrt();
        let (_, _, most) = moments(Init::XavierUniform, &[3136, 10]);
        assert!(most <= limit && most > 0.99 * limit);
    }

    #[test]
    fn constants_draw_nothing() {
        let mut rng = Rng::seed_from_u64(1);
        let before = rng.state();
        let mut value = [f32::NAN; 6];
        Init::Zeros.fill(&[6], &mut value, &mut rng);
        assert_eq!(value, [0.0; 6]);
        Init::Constant(0.5).fill(&[2, 3], &mut value, &mut rng);
        assert_eq!(value, [0.5; 6]);
        assert_eq!(rng.state(), before);
    }
}
