//! The settings of optimizers and schedules as a name and its numbers, which is how they are read and written.
//!
//! One way for all that come and go: what serde derives for enums with a tag is right but large, and a browser would
//! have to download it.

use super::{DECAY, EPSILON, OptimizerConfig, SLOW_DECAY, Schedule};
#[cfg(feature = "serde")]
use std::collections::BTreeMap;

/// The numbers of one kind, each taken once.
struct Numbers<'a> {
    kind: &'a str,
    left: Vec<(&'a str, f64)>,
}

impl Numbers<'_> {
    fn take(&mut self, name: &str) -> Option<f64> {
        let at = self.left.iter().position(|(other, _)| *other == name)?;
        Some(self.left.swap_remove(at).1)
    }

    fn or(&mut self, name: &str, default: f32) -> f32 {
        self.take(name).map_or(default, |value| value as f32)
    }

    fn need(&mut self, name: &str) -> Result<f64, String> {
        self.take(name).ok_or_else(|| format!("`{}` needs `{name}`", self.kind))
    }

    fn need_integer(&mut self, name: &str) -> Result<u32, String> {
        let value = self.need(name)?;
        let whole = value as u32;
        if f64::from(whole) == value { Ok(whole) } else { Err(format!("`{name}` must be a whole number")) }
    }

    /// Numbers that no one has taken belong to another kind.
    fn none_left(&self) -> Result<(), String> {
        match self.left.first() {
            Some((name, _)) => Err(format!("`{name}` is no setting of `{}`", self.kind)),
            None => Ok(()),
        }
    }
}

impl OptimizerConfig {
    /// The rule's name and its numbers: `("sgd", [("learning_rate", 0.1)])`.
    pub fn settings(&self) -> (&'static str, Vec<(&'static str, f64)>) {
        let rate = ("learning_rate", f64::from(self.learning_rate()));
        let number = |name, value: f32| (name, f64::from(value));
        match *self {
            Self::Sgd { .. } => ("sgd", vec![rate]),
            Self::Momentum { momentum, .. } => ("momentum", vec![rate, number("momentum", momentum)]),
            Self::RmsProp { decay, epsilon, .. } => {
                ("rmsprop", vec![rate, number("decay", decay), number("epsilon", epsilon)])
            }
            Self::Adam { beta1, beta2, epsilon, .. } => (
                "adam",
                vec![rate, number("beta1", beta1), number("beta2", beta2), number("epsilon", epsilon)],
            ),
            Self::AdamW { beta1, beta2, epsilon, weight_decay, .. } => (
                "adamw",
                vec![
                    rate,
                    number("beta1", beta1),
                    number("beta2", beta2),
                    number("epsilon", epsilon),
                    number("weight_decay", weight_decay),
                ],
            ),
        }
    }

    /// The rule of [`settings`](Self::settings); where one but the learning rate is missing, the usual one.
    ///
    /// # Errors
    /// A sentence that names a kind that there is not, or a number that is missing or does not belong.
    pub fn from_settings(kind: &str, numbers: &[(&str, f64)]) -> Result<Self, String> {
        let mut numbers = Numbers { kind, left: numbers.to_vec() };
        let learning_rate = numbers.need("learning_rate")? as f32;
        let config = match kind {
            "sgd" => Self::Sgd { learning_rate },
            "momentum" => Self::Momentum { learning_rate, momentum: numbers.or("momentum", DECAY) },
            "rmsprop" => Self::RmsProp {
                learning_rate,
                decay: numbers.or("decay", DECAY),
                epsilon: numbers.or("epsilon", EPSILON),
            },
            "adam" => Self::Adam {
                learning_rate,
                beta1: numbers.or("beta1", DECAY),
                beta2: numbers.or("beta2", SLOW_DECAY),
                epsilon: numbers.or("epsilon", EPSILON),
            },
            "adamw" => Self::AdamW {
                learning_rate,
                beta1: numbers.or("beta1", DECAY),
                beta2: numbers.or("beta2", SLOW_DECAY),
                epsilon: numbers.or("epsilon", EPSILON),
                weight_decay: numbers.need("weight_decay")? as f32,
            },
            _ => {
                return Err(format!(
                    "got the optimizer `{kind}`, expected sgd, momentum, rmsprop, adam or adamw"
                ));
            }
        };
        numbers.none_left()?;
        Ok(config)
    }
}

impl Schedule {
    /// The schedule's name and its numbers: `("cosine", [("epochs", 5.0)])`.
    pub fn settings(&self) -> (&'static str, Vec<(&'static str, f64)>) {
        match *self {
            Self::Constant => ("constant", vec![]),
            Self::Step { every_epochs, factor } => {
                ("step", vec![("every_epochs", every_epochs.into()), ("factor", factor.into())])
            }
            Self::Cosine { epochs } => ("cosine", vec![("epochs", epochs.into())]),
            Self::OneCycle { epochs } => ("one_cycle", vec![("epochs", epochs.into())]),
            Self::Warmup { warmup_epochs } => ("warmup", vec![("warmup_epochs", warmup_epochs.into())]),
            Self::WarmupCosine { warmup_epochs, epochs } => {
                ("warmup_cosine", vec![("warmup_epochs", warmup_epochs.into()), ("epochs", epochs.into())])
            }
        }
    }

    /// The schedule of [`settings`](Self::settings).
    ///
    /// # Errors
    /// A sentence that names a kind that there is not, or a number that is missing or does not belong.
    pub fn from_settings(kind: &str, numbers: &[(&str, f64)]) -> Result<Self, String> {
        let mut numbers = Numbers { kind, left: numbers.to_vec() };
        let schedule = match kind {
            "constant" => Self::Constant,
            "step" => Self::Step {
                every_epochs: numbers.need_integer("every_epochs")?,
                factor: numbers.need("factor")? as f32,
            },
            "cosine" => Self::Cosine { epochs: numbers.need_integer("epochs")? },
            "one_cycle" => Self::OneCycle { epochs: numbers.need_integer("epochs")? },
            "warmup" => Self::Warmup { warmup_epochs: numbers.need_integer("warmup_epochs")? },
            "warmup_cosine" => Self::WarmupCosine {
                warmup_epochs: numbers.need_integer("warmup_epochs")?,
                epochs: numbers.need_integer("epochs")?,
            },
            _ => {
                return Err(format!(
                    "got the schedule `{kind}`, expected constant, step, cosine, one_cycle, warmup or warmup_cosine"
                ));
            }
        };
        numbers.none_left()?;
        Ok(schedule)
    }
}

/// The settings of either, as serde reads them.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
pub(super) struct Settings {
    kind: String,
    #[serde(flatten)]
    numbers: BTreeMap<String, f64>,
}

#[cfg(feature = "serde")]
impl Settings {
    fn numbers(&self) -> Vec<(&str, f64)> {
        self.numbers.iter().map(|(name, &value)| (&name[..], value)).collect()
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Settings> for OptimizerConfig {
    type Error = String;

    fn try_from(settings: Settings) -> Result<Self, String> {
        Self::from_settings(&settings.kind, &settings.numbers())
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Settings> for Schedule {
    type Error = String;

    fn try_from(settings: Settings) -> Result<Self, String> {
        Self::from_settings(&settings.kind, &settings.numbers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        let optimizers = [
            OptimizerConfig::Sgd { learning_rate: 0.5 },
            OptimizerConfig::Momentum { learning_rate: 0.1, momentum: 0.8 },
            OptimizerConfig::RmsProp { learning_rate: 0.1, decay: 0.7, epsilon: 1e-6 },
            OptimizerConfig::Adam { learning_rate: 0.1, beta1: 0.6, beta2: 0.5, epsilon: 1e-4 },
            OptimizerConfig::AdamW {
                learning_rate: 0.1,
                beta1: 0.6,
                beta2: 0.5,
                epsilon: 1e-4,
                weight_decay: 0.02,
            },
        ];
        for optimizer in optimizers {
            let text = serde_json::to_string(&optimizer).unwrap();
            assert_eq!(serde_json::from_str::<OptimizerConfig>(&text).unwrap(), optimizer, "{text}");
            let (kind, numbers) = optimizer.settings();
            assert_eq!(OptimizerConfig::from_settings(kind, &numbers), Ok(optimizer));
            let theirs: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (&theirs["kind"], theirs.as_object().unwrap().len()),
                (&kind.into(), numbers.len() + 1)
            );
        }
        let schedules = [
            Schedule::Constant,
            Schedule::Step { every_epochs: 2, factor: 0.5 },
            Schedule::Cosine { epochs: 3 },
            Schedule::OneCycle { epochs: 4 },
            Schedule::Warmup { warmup_epochs: 2 },
            Schedule::WarmupCosine { warmup_epochs: 1, epochs: 5 },
        ];
        for schedule in schedules {
            let text = serde_json::to_string(&schedule).unwrap();
            assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule, "{text}");
            let (kind, numbers) = schedule.settings();
            assert_eq!(Schedule::from_settings(kind, &numbers), Ok(schedule));
        }
    }

    #[test]
    fn fields_that_do_not_belong_are_refused() {
        let refused = [
            r#"{"kind":"sgd","learning_rate":1,"momentum":0.9}"#,
            r#"{"kind":"adam","learning_rate":1,"decay":0.9}"#,
            r#"{"kind":"adam"}"#,
            r#"{"kind":"adagrad","learning_rate":1}"#,
        ];
        for text in refused {
            assert!(serde_json::from_str::<OptimizerConfig>(text).is_err(), "{text}");
        }
        for text in
            [r#"{"kind":"cosine"}"#, r#"{"kind":"constant","epochs":1}"#, r#"{"kind":"linear"}"#, "{}"]
        {
            assert!(serde_json::from_str::<Schedule>(text).is_err(), "{text}");
        }
        for epochs in [-1.0, 1.5, f64::NAN, 5e9] {
            assert!(Schedule::from_settings("cosine", &[("epochs", epochs)]).is_err(), "{epochs}");
        }
    }
}
