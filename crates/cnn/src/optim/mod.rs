//! The rules that move parameters against their gradients.
//!
//! An [`OptimizerConfig`] is a rule with its numbers; an [`Optimizer`] is a rule at work, with what it remembers
//! of each parameter. Each rule's formula and source stand in its own file.

mod adam;
mod adamw;
mod fields;
mod momentum;
mod rmsprop;
mod schedule;
mod sgd;
mod trainable;

pub use schedule::Schedule;
pub use trainable::{GradientNorm, Trainable, clip_gradients};

use crate::kernels::AdamStep;
use crate::layers::Param;
use crate::{Error, Result};

/// A rule and its numbers; serialized with the rule's name as `kind`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "snake_case", try_from = "fields::Settings"))]
#[non_exhaustive]
pub enum OptimizerConfig {
    /// Stochastic gradient descent: `θ ← θ − η·g`.
    Sgd {
        /// η, above 0.
        learning_rate: f32,
    },
    /// Heavy-ball momentum: `u ← μ·u + g`, `θ ← θ − η·u`.
    Momentum {
        /// η, above 0.
        learning_rate: f32,
        /// μ in 0..1.
        momentum: f32,
    },
    /// RMSProp: `r ← ρ·r + (1 − ρ)·g²`, `θ ← θ − η·g / (√r + ε)`.
    #[cfg_attr(feature = "serde", serde(rename = "rmsprop"))]
    RmsProp {
        /// η, above 0.
        learning_rate: f32,
        /// ρ in 0..1.
        decay: f32,
        /// ε, above 0.
        epsilon: f32,
    },
    /// Adam, as in the paper: ε outside the root, t from 1.
    Adam {
        /// η, above 0.
        learning_rate: f32,
        /// β₁ in 0..1.
        beta1: f32,
        /// β₂ in 0..1.
        beta2: f32,
        /// ε, above 0.
        epsilon: f32,
    },
    /// Adam with decoupled weight decay: `θ ← θ − η·λ·θ`, then Adam's step. All parameters decay alike.
    #[cfg_attr(feature = "serde", serde(rename = "adamw"))]
    AdamW {
        /// η, above 0.
        learning_rate: f32,
        /// β₁ in 0..1.
        beta1: f32,
        /// β₂ in 0..1.
        beta2: f32,
        /// ε, above 0.
        epsilon: f32,
        /// λ, at least 0.
        weight_decay: f32,
    },
}

/// The usual μ, ρ and β₁.
const DECAY: f32 = 0.9;
/// The usual β₂.
const SLOW_DECAY: f32 = 0.999;
/// The usual ε.
const EPSILON: f32 = 1e-8;

impl Default for OptimizerConfig {
    /// Adam with η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8: the lecture's.
    fn default() -> Self {
        Self::adam(0.001)
    }
}

impl OptimizerConfig {
    /// Plain stochastic gradient descent.
    pub const fn sgd(learning_rate: f32) -> Self {
        Self::Sgd { learning_rate }
    }

    /// Momentum with μ = 0.9.
    pub const fn momentum(learning_rate: f32) -> Self {
        Self::Momentum { learning_rate, momentum: DECAY }
    }

    /// RMSProp with ρ = 0.9, ε = 1e-8.
    pub const fn rmsprop(learning_rate: f32) -> Self {
        Self::RmsProp { learning_rate, decay: DECAY, epsilon: EPSILON }
    }

    /// Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, as Kingma and Ba (2015) recommend.
    pub const fn adam(learning_rate: f32) -> Self {
        Self::Adam { learning_rate, beta1: DECAY, beta2: SLOW_DECAY, epsilon: EPSILON }
    }

    /// AdamW with the numbers of [`adam`](Self::adam) and this decay, such as 0.01 (Loshchilov and Hutter, 2019).
    pub const fn adamw(learning_rate: f32, weight_decay: f32) -> Self {
        Self::AdamW { learning_rate, beta1: DECAY, beta2: SLOW_DECAY, epsilon: EPSILON, weight_decay }
    }

    /// η, before any [`Schedule`].
    pub fn learning_rate(&self) -> f32 {
        match *self {
            Self::Sgd { learning_rate }
            | Self::Momentum { learning_rate, .. }
            | Self::RmsProp { learning_rate, .. }
            | Self::Adam { learning_rate, .. }
            | Self::AdamW { learning_rate, .. } => learning_rate,
        }
    }

    /// Changes η.
    pub fn set_learning_rate(&mut self, new: f32) {
        match self {
            Self::Sgd { learning_rate }
            | Self::Momentum { learning_rate, .. }
            | Self::RmsProp { learning_rate, .. }
            | Self::Adam { learning_rate, .. }
            | Self::AdamW { learning_rate, .. } => *learning_rate = new,
        }
    }

    /// Names of what the rule remembers of each parameter value: nothing for SGD, `m` and `v` for Adam.
    pub fn slots(&self) -> &'static [&'static str] {
        match self {
            Self::Sgd { .. } => &[],
            Self::Momentum { .. } => &["velocity"],
            Self::RmsProp { .. } => &["mean_square"],
            Self::Adam { .. } | Self::AdamW { .. } => &["m", "v"],
        }
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that is outside its range.
    pub fn validate(&self) -> Result<()> {
        let positive = |what, got: f32| match got > 0.0 && got.is_finite() {
            true => Ok(()),
            false => Err(Error::OutOfRange { what, got: got.into(), expected: "above 0" }),
        };
        let decay = |what, got: f32| match (0.0..1.0).contains(&got) {
            true => Ok(()),
            false => Err(Error::OutOfRange { what, got: got.into(), expected: "at least 0 and less than 1" }),
        };
        positive("learning_rate", self.learning_rate())?;
        match *self {
            Self::Sgd { .. } => Ok(()),
            Self::Momentum { momentum, .. } => decay("momentum", momentum),
            Self::RmsProp { decay: rho, epsilon, .. } => {
                decay("decay", rho)?;
                positive("epsilon", epsilon)
            }
            Self::Adam { beta1, beta2, epsilon, .. } => {
                decay("beta1", beta1)?;
                decay("beta2", beta2)?;
                positive("epsilon", epsilon)
            }
            Self::AdamW { beta1, beta2, epsilon, weight_decay, .. } => {
                decay("beta1", beta1)?;
                decay("beta2", beta2)?;
                positive("epsilon", epsilon)?;
                match weight_decay >= 0.0 && weight_decay.is_finite() {
                    true => Ok(()),
                    false => {
                        let got = weight_decay.into();
                        Err(Error::OutOfRange { what: "weight_decay", got, expected: "0 or more" })
                    }
                }
            }
        }
    }
}

/// A rule at work on the parameters of one model.
#[derive(Clone, Debug)]
pub struct Optimizer {
    config: OptimizerConfig,
    t: u64,
    /// For each parameter, in the order in which they come, one vector a slot.
    slots: Vec<Vec<Vec<f32>>>,
}

impl Optimizer {
    /// A fresh optimizer; its memory of each parameter starts as zeros at the first step. The numbers are taken as
    /// they are: [`OptimizerConfig::validate`] checks them.
    pub fn new(config: OptimizerConfig) -> Self {
        Self { config, t: 0, slots: Vec::new() }
    }

    /// The rule and its numbers.
    pub fn config(&self) -> &OptimizerConfig {
        &self.config
    }

    /// Changes η from the next step on.
    pub fn set_learning_rate(&mut self, learning_rate: f32) {
        self.config.set_learning_rate(learning_rate);
    }

    /// Number of steps taken.
    pub fn t(&self) -> u64 {
        self.t
    }

    /// One step with the configured η; see [`step_at`](Self::step_at).
    pub fn step(&mut self, params: &mut dyn Trainable) {
        self.step_at(self.config.learning_rate(), params);
    }

    /// Moves every parameter against its gradient, with this η in place of the configured one, such as one of a
    /// [`Schedule`]. The parameters must come in the same order each time; those without a gradient are not moved.
    ///
    /// # Panics
    /// If a parameter has another length than at the step before.
    pub fn step_at(&mut self, learning_rate: f32, params: &mut dyn Trainable) {
        self.t += 1;
        let mut i = 0;
        params.visit(&mut |Param { value, .. }, grad| {
            self.update(i, learning_rate, grad, value);
            i += 1;
        });
        params.after_step();
    }

    fn update(&mut self, i: usize, learning_rate: f32, grad: &[f32], value: &mut [f32]) {
        if i == self.slots.len() {
            self.slots.push(vec![vec![0.0; value.len()]; self.config.slots().len()]);
        }
        let slots = &mut self.slots[i][..];
        assert!(
            slots.iter().all(|slot| slot.len() == value.len()) && grad.len() == value.len(),
            "parameter {i} changed its length"
        );
        match (self.config, slots) {
            (OptimizerConfig::Sgd { .. }, _) => sgd::step(learning_rate, grad, value),
            (OptimizerConfig::Momentum { momentum, .. }, [velocity]) => {
                momentum::step(learning_rate, momentum, grad, velocity, value);
            }
            (OptimizerConfig::RmsProp { decay, epsilon, .. }, [mean_square]) => {
                rmsprop::step(learning_rate, decay, epsilon, grad, mean_square, value);
            }
            (OptimizerConfig::Adam { beta1, beta2, epsilon, .. }, [m, v]) => {
                let step = AdamStep { learning_rate, beta1, beta2, epsilon, t: self.t };
                adam::step(step, grad, m, v, value);
            }
            (OptimizerConfig::AdamW { beta1, beta2, epsilon, weight_decay, .. }, [m, v]) => {
                let step = AdamStep { learning_rate, beta1, beta2, epsilon, t: self.t };
                adamw::step(step, weight_decay, grad, m, v, value);
            }
            (config, slots) => unreachable!("{} slots for {config:?}", slots.len()),
        }
    }

    /// What the rule remembers of parameter `index`, one vector for each of [`OptimizerConfig::slots`]; nothing
    /// before the first step.
    pub fn memory(&self, index: usize) -> &[Vec<f32>] {
        self.slots.get(index).map_or(&[], Vec::as_slice)
    }

    /// Takes up what another optimizer with this configuration remembered: the inverse of [`t`](Self::t) and
    /// [`memory`](Self::memory) of each parameter.
    ///
    /// # Panics
    /// If a parameter has not one vector a slot.
    pub fn resume(&mut self, t: u64, memory: Vec<Vec<Vec<f32>>>) {
        let slots = self.config.slots().len();
        assert!(memory.iter().all(|parameter| parameter.len() == slots), "{slots} vectors a parameter");
        self.t = t;
        self.slots = memory;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(config: OptimizerConfig, grads: &[f32]) -> f32 {
        let mut params = [(Param::from_values(&[1], vec![1.0]), vec![0.0])];
        let mut optimizer = Optimizer::new(config);
        for &grad in grads {
            params[0].1[0] = grad;
            optimizer.step(&mut params);
        }
        params[0].0.value[0]
    }

    /// Two steps by hand with g = 2, then 1.
    #[test]
    fn two_steps_by_hand() {
        let close = |got: f32, expected: f32| assert!((got - expected).abs() < 1e-6, "{got}, not {expected}");
        close(run(OptimizerConfig::Sgd { learning_rate: 0.1 }, &[2.0, 1.0]), 1.0 - 0.2 - 0.1);
        // u = 2, then 0.5·2 + 1 = 2
        let momentum = OptimizerConfig::Momentum { learning_rate: 0.1, momentum: 0.5 };
        close(run(momentum, &[2.0, 1.0]), 1.0 - 0.2 - 0.2);
        // r = 0.1·4 = 0.4, then 0.36 + 0.1 = 0.46
        let rmsprop = OptimizerConfig::RmsProp { learning_rate: 0.1, decay: 0.9, epsilon: 1e-8 };
        close(run(rmsprop, &[2.0, 1.0]), 1.0 - 0.2 / 0.4f32.sqrt() - 0.1 / 0.46f32.sqrt());
        // The first step of Adam is η in the gradient's direction, whatever its size.
        close(run(OptimizerConfig::adam(0.1), &[2.0]), 1.0 - 0.1);
        close(run(OptimizerConfig::adam(0.1), &[-0.003]), 1.0 + 0.1);
        // Before it, AdamW takes away η·λ of the value: 0.1 · 0.5 of 1.
        close(run(OptimizerConfig::adamw(0.1, 0.5), &[2.0]), 1.0 - 0.05 - 0.1);
    }

    #[test]
    fn every_rule_finds_the_minimum_of_a_bowl() {
        for config in [
            OptimizerConfig::Sgd { learning_rate: 0.1 },
            OptimizerConfig::Momentum { learning_rate: 0.02, momentum: 0.9 },
            OptimizerConfig::RmsProp { learning_rate: 0.01, decay: 0.9, epsilon: 1e-8 },
            OptimizerConfig::adam(0.05),
            OptimizerConfig::adamw(0.05, 0.0),
        ] {
            let mut params = [(Param::zeros(&[2]), vec![0.0; 2]), (Param::zeros(&[1]), vec![0.0])];
            let mut optimizer = Optimizer::new(config);
            for _ in 0..1000 {
                for (param, grad) in &mut params {
                    // f = Σ (x − 3)² / 2
                    grad.iter_mut().zip(&param.value).for_each(|(g, x)| *g = x - 3.0);
                }
                optimizer.step(&mut params);
            }
            for x in params.iter().flat_map(|(param, _)| &param.value) {
                assert!((x - 3.0).abs() < 0.02, "{config:?} stopped at {x}");
            }
            assert_eq!(optimizer.t(), 1000);
            assert_eq!(optimizer.memory(1).len(), config.slots().len());
        }
    }

    #[test]
    fn json_has_the_paper_s_defaults_and_no_unknown_fields() {
        let adam: OptimizerConfig = serde_json::from_str(r#"{"kind":"adam","learning_rate":0.001}"#).unwrap();
        assert_eq!(adam, OptimizerConfig::default());
        let text = serde_json::to_string(&adam).unwrap();
        assert_eq!(serde_json::from_str::<OptimizerConfig>(&text).unwrap(), adam);
        assert!(serde_json::from_str::<OptimizerConfig>(r#"{"kind":"sgd","rate":1}"#).is_err());
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let what = |config: OptimizerConfig| match config.validate() {
            Err(Error::OutOfRange { what, .. }) => what,
            other => panic!("{other:?}"),
        };
        assert_eq!(what(OptimizerConfig::adam(0.0)), "learning_rate");
        assert_eq!(what(OptimizerConfig::adam(f32::NAN)), "learning_rate");
        assert_eq!(what(OptimizerConfig::Momentum { learning_rate: 0.1, momentum: 1.0 }), "momentum");
        assert_eq!(what(OptimizerConfig::adamw(0.1, -0.1)), "weight_decay");
        assert_eq!(OptimizerConfig::adamw(0.1, 0.0).validate(), Ok(()));
        assert_eq!(OptimizerConfig::default().validate(), Ok(()));
    }
}
