//! The settings of optimizers and schedules as flat lists of fields, which is how they are read.
//!
//! What serde derives for enums with a tag is right but large, and a browser would have to download it; see
//! `checkpoint::format` for how much was saved.

use super::{OptimizerConfig, Schedule, point_nine, point_nine_nine_nine, tiny};
use serde::Deserialize;

/// All fields of all optimizers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptimizerFields {
    kind: String,
    learning_rate: f32,
    momentum: Option<f32>,
    decay: Option<f32>,
    beta1: Option<f32>,
    beta2: Option<f32>,
    epsilon: Option<f32>,
}

impl TryFrom<OptimizerFields> for OptimizerConfig {
    type Error = String;

    fn try_from(fields: OptimizerFields) -> Result<Self, String> {
        let OptimizerFields {
            kind,
            learning_rate,
            mut momentum,
            mut decay,
            mut beta1,
            mut beta2,
            mut epsilon,
        } = fields;
        let config = match kind.as_str() {
            "sgd" => Self::Sgd { learning_rate },
            "momentum" => {
                Self::Momentum { learning_rate, momentum: momentum.take().unwrap_or_else(point_nine) }
            }
            "rmsprop" => Self::RmsProp {
                learning_rate,
                decay: decay.take().unwrap_or_else(point_nine),
                epsilon: epsilon.take().unwrap_or_else(tiny),
            },
            "adam" => Self::Adam {
                learning_rate,
                beta1: beta1.take().unwrap_or_else(point_nine),
                beta2: beta2.take().unwrap_or_else(point_nine_nine_nine),
                epsilon: epsilon.take().unwrap_or_else(tiny),
            },
            _ => return Err(format!("got the optimizer `{kind}`, expected sgd, momentum, rmsprop or adam")),
        };
        let left = [
            ("momentum", momentum),
            ("decay", decay),
            ("beta1", beta1),
            ("beta2", beta2),
            ("epsilon", epsilon),
        ];
        none_left(&kind, &left)?;
        Ok(config)
    }
}

/// All fields of all schedules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleFields {
    kind: String,
    every_epochs: Option<u32>,
    factor: Option<f32>,
    epochs: Option<u32>,
}

impl TryFrom<ScheduleFields> for Schedule {
    type Error = String;

    fn try_from(fields: ScheduleFields) -> Result<Self, String> {
        let ScheduleFields { kind, mut every_epochs, mut factor, mut epochs } = fields;
        let missing = |what: &str| format!("the schedule `{kind}` needs `{what}`");
        let schedule = match kind.as_str() {
            "constant" => Self::Constant,
            "step" => Self::Step {
                every_epochs: every_epochs.take().ok_or_else(|| missing("every_epochs"))?,
                factor: factor.take().ok_or_else(|| missing("factor"))?,
            },
            "cosine" => Self::Cosine { epochs: epochs.take().ok_or_else(|| missing("epochs"))? },
            "one_cycle" => Self::OneCycle { epochs: epochs.take().ok_or_else(|| missing("epochs"))? },
            _ => {
                return Err(format!(
                    "got the schedule `{kind}`, expected constant, step, cosine or one_cycle"
                ));
            }
        };
        let left = [
            ("every_epochs", every_epochs.map(|n| n as f32)),
            ("factor", factor),
            ("epochs", epochs.map(|n| n as f32)),
        ];
        none_left(&kind, &left)?;
        Ok(schedule)
    }
}

/// Fields that no one has taken belong to another kind.
fn none_left(kind: &str, left: &[(&str, Option<f32>)]) -> Result<(), String> {
    match left.iter().find(|(_, value)| value.is_some()) {
        Some((field, _)) => Err(format!("`{field}` is no setting of `{kind}`")),
        None => Ok(()),
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
        ];
        for optimizer in optimizers {
            let text = serde_json::to_string(&optimizer).unwrap();
            assert_eq!(serde_json::from_str::<OptimizerConfig>(&text).unwrap(), optimizer, "{text}");
        }
        let schedules = [
            Schedule::Constant,
            Schedule::Step { every_epochs: 2, factor: 0.5 },
            Schedule::Cosine { epochs: 3 },
            Schedule::OneCycle { epochs: 4 },
        ];
        for schedule in schedules {
            let text = serde_json::to_string(&schedule).unwrap();
            assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule, "{text}");
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
    }
}
