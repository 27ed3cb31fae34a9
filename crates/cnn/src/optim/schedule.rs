//! How the learning rate changes over the epochs.

use crate::{Error, Result};
use std::f64::consts::PI;

/// A factor on the learning rate that depends on how much has been trained.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(tag = "kind", rename_all = "snake_case", try_from = "super::fields::Settings")
)]
#[non_exhaustive]
pub enum Schedule {
    /// Always 1.
    #[default]
    Constant,
    /// Multiplied by `factor` after every so many epochs.
    Step {
        /// Epochs between two changes, at least 1.
        every_epochs: u32,
        /// What each change multiplies with, above 0.
        factor: f32,
    },
    /// Half a cosine from 1 down to 0, which it reaches after `epochs` and keeps: Loshchilov & Hutter, *SGDR*,
    /// 2017, eq. 5 without restarts.
    Cosine {
        /// Epochs until 0, at least 1.
        epochs: u32,
    },
    /// Up in half a cosine from 1/25 to 1 over the first 30 % of `epochs`, then down to 1/10,000: Smith &
    /// Topin, *Super-convergence*, 2018. For a training that is to be short.
    OneCycle {
        /// Epochs of the cycle, at least 1.
        epochs: u32,
    },
    /// Straight up from 1/100 to 1 over `warmup_epochs`, and 1 from there on: the gradual warm-up of Goyal et al.,
    /// *Accurate, large minibatch SGD*, 2017, section 2.2.
    Warmup {
        /// Epochs until 1, at least 1.
        warmup_epochs: u32,
    },
    /// [`Warmup`](Self::Warmup), then half a cosine down to 0, which it reaches after `epochs` in all.
    WarmupCosine {
        /// Epochs until 1, at least 1.
        warmup_epochs: u32,
        /// Epochs in all, more than those.
        epochs: u32,
    },
}

impl Schedule {
    /// The factor after `epochs` epochs, fractions included (0.0 at the first step).
    pub fn factor(&self, epochs: f64) -> f64 {
        match *self {
            Schedule::Constant => 1.0,
            Schedule::Step { every_epochs, factor } => {
                f64::from(factor).powi((epochs / f64::from(every_epochs.max(1))).floor() as i32)
            }
            Schedule::Cosine { epochs: total } => anneal(1.0, 0.0, epochs / f64::from(total.max(1))),
            Schedule::OneCycle { epochs: total } => {
                let (rise, progress) = (0.3, epochs / f64::from(total.max(1)));
                if progress < rise {
                    anneal(1.0 / 25.0, 1.0, progress / rise)
                } else {
                    anneal(1.0, 1e-4, (progress - rise) / (1.0 - rise))
                }
            }
            Schedule::Warmup { warmup_epochs } => warm_up(epochs, warmup_epochs),
            Schedule::WarmupCosine { warmup_epochs, epochs: total } => {
                let fall = f64::from(total.saturating_sub(warmup_epochs).max(1));
                let after = epochs - f64::from(warmup_epochs);
                if after < 0.0 { warm_up(epochs, warmup_epochs) } else { anneal(1.0, 0.0, after / fall) }
            }
        }
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first that is outside its range.
    pub fn validate(&self) -> Result<()> {
        let at_least_1 = |what, got: u32| match got {
            0 => Err(Error::OutOfRange { what, got: 0.0, expected: "at least 1" }),
            _ => Ok(()),
        };
        match *self {
            Schedule::Constant => Ok(()),
            Schedule::Step { every_epochs, factor } => {
                at_least_1("every_epochs", every_epochs)?;
                match factor > 0.0 && factor.is_finite() {
                    true => Ok(()),
                    false => {
                        Err(Error::OutOfRange { what: "factor", got: factor.into(), expected: "above 0" })
                    }
                }
            }
            Schedule::Cosine { epochs } | Schedule::OneCycle { epochs } => at_least_1("epochs", epochs),
            Schedule::Warmup { warmup_epochs } => at_least_1("warmup_epochs", warmup_epochs),
            Schedule::WarmupCosine { warmup_epochs, epochs } => {
                at_least_1("warmup_epochs", warmup_epochs)?;
                match epochs > warmup_epochs {
                    true => Ok(()),
                    false => Err(Error::OutOfRange {
                        what: "epochs",
                        got: epochs.into(),
                        expected: "more than the warm-up epochs",
                    }),
                }
            }
        }
    }
}

/// A straight line from 1/100 to 1 over so many epochs, and 1 from there on.
fn warm_up(epochs: f64, warmup_epochs: u32) -> f64 {
    let progress = epochs.max(0.0) / f64::from(warmup_epochs.max(1));
    if progress >= 1.0 { 1.0 } else { 0.01 + 0.99 * progress }
}

/// Half a cosine from `start` to `end` while `progress` goes from 0 to 1, and `end` from there on.
fn anneal(start: f64, end: f64, progress: f64) -> f64 {
    if progress >= 1.0 {
        return end;
    }
    end + (start - end) * 0.5 * (1.0 + cos_pi(progress.max(0.0)))
}

/// cos(π·x) for x in 0..=1, as sin(π·(½ − x)) by Taylor's series to the last bit or two. The mathematics of platforms
/// differ in those bits, this does not.
fn cos_pi(x: f64) -> f64 {
    let angle = PI * (0.5 - x);
    let (mut term, mut sum) = (angle, angle);
    for n in 1..13 {
        term *= -angle * angle / f64::from(2 * n * (2 * n + 1));
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(schedule: Schedule, epochs: f64, expected: f64) {
        let got = schedule.factor(epochs);
        assert!((got - expected).abs() < 1e-6, "{schedule:?} at {epochs}: {got}, not {expected}");
    }

    #[test]
    fn the_series_is_the_cosine() {
        for i in 0..=1000 {
            let x = f64::from(i) / 1000.0;
            assert!((cos_pi(x) - (PI * x).cos()).abs() < 5e-16, "{x}");
        }
    }

    #[test]
    fn each_goes_through_its_points() {
        close(Schedule::Constant, 12.5, 1.0);
        let step = Schedule::Step { every_epochs: 2, factor: 0.5 };
        for (epochs, factor) in [(0.0, 1.0), (1.99, 1.0), (2.0, 0.5), (5.0, 0.25)] {
            close(step, epochs, factor);
        }
        let cosine = Schedule::Cosine { epochs: 4 };
        for (epochs, factor) in [(0.0, 1.0), (2.0, 0.5), (4.0, 0.0), (9.0, 0.0)] {
            close(cosine, epochs, factor);
        }
        let warmup = Schedule::Warmup { warmup_epochs: 2 };
        for (epochs, factor) in [(0.0, 0.01), (1.0, 0.505), (2.0, 1.0), (9.0, 1.0)] {
            close(warmup, epochs, factor);
        }
        let warmup = Schedule::WarmupCosine { warmup_epochs: 1, epochs: 5 };
        for (epochs, factor) in [(0.0, 0.01), (1.0, 1.0), (3.0, 0.5), (5.0, 0.0), (6.0, 0.0)] {
            close(warmup, epochs, factor);
        }
        let cycle = Schedule::OneCycle { epochs: 10 };
        for (epochs, factor) in [(0.0, 0.04), (3.0, 1.0), (10.0, 1e-4), (11.0, 1e-4)] {
            close(cycle, epochs, factor);
        }
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let wrong = Schedule::Step { every_epochs: 1, factor: -1.0 }.validate();
        assert!(matches!(wrong, Err(Error::OutOfRange { what: "factor", .. })));
        assert!(Schedule::OneCycle { epochs: 0 }.validate().is_err());
        assert!(Schedule::Warmup { warmup_epochs: 0 }.validate().is_err());
        assert!(Schedule::WarmupCosine { warmup_epochs: 3, epochs: 3 }.validate().is_err());
        assert_eq!(Schedule::default().validate(), Ok(()));
    }

    #[test]
    fn reads_the_page_s_json() {
        let json = r#"{"kind":"step","every_epochs":3,"factor":0.1}"#;
        let schedule: Schedule = serde_json::from_str(json).unwrap();
        assert_eq!(schedule, Schedule::Step { every_epochs: 3, factor: 0.1 });
        assert!(serde_json::from_str::<Schedule>(r#"{"kind":"cosine","epoch":3}"#).is_err());
    }
}
