//! A run that a link of the page tells: how the page encodes it stands in `www/src/training/page/replay.js`.
//!
//! ```
//! use cnn_cli::link::{Arithmetic, Link};
//!
//! let link: Link = "https://host/page/#take&spec=lab11-2&train.seed=777&replay=20-af358cc9ea04ef9b-fused".parse()?;
//! assert_eq!((link.steps, link.config.seed, link.arithmetic), (20, 777, Arithmetic::Fused));
//! # Ok::<(), anyhow::Error>(())
//! ```

use crate::network::Network;
use anyhow::{Context, Error, Result, bail, ensure};
use cnn::dataset::Augment;
use cnn::kernels::InstructionSet;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::SessionConfig;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A run, and what its weights came out as in the browser that made the link.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// `mnist` or `fashion-mnist`.
    pub data: String,
    /// The settings of the run.
    pub config: SessionConfig,
    /// Steps taken.
    pub steps: u64,
    /// Of the weights after them, as [`Session::fingerprint`](cnn::session::Session::fingerprint) gives it.
    pub fingerprint: String,
    /// How the browser rounded.
    pub arithmetic: Arithmetic,
}

/// How sums of products were rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// WebAssembly's SIMD: product and sum are rounded each.
    Simd,
    /// Relaxed SIMD on a processor that rounds product and sum each: the same bits.
    Relaxed,
    /// Relaxed SIMD on a processor that rounds them once.
    Fused,
}

impl Arithmetic {
    const ALL: [(&'static str, Self); 3] =
        [("simd", Self::Simd), ("relaxed", Self::Relaxed), ("fused", Self::Fused)];

    /// Whether a product added to a sum is rounded once.
    pub fn fuses(self) -> bool {
        self == Self::Fused
    }

    /// Makes the kernels of this process round like this, with the widest instructions that do; call it before anything
    /// is computed. Returns what they use: the processor may have none that fit, or the environment variable
    /// `CNN_INSTRUCTION_SET` may have chosen.
    pub fn choose(self) -> InstructionSet {
        if std::env::var_os("CNN_INSTRUCTION_SET").is_none() {
            let fitting = InstructionSet::ALL.iter().rev().filter(|set| set.fuses() == self.fuses());
            let _ = fitting.copied().find(|set| set.choose());
        }
        InstructionSet::current()
    }
}

impl fmt::Display for Arithmetic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.fuses() { "fused multiply-adds" } else { "products and sums rounded each" })
    }
}

impl FromStr for Link {
    type Err = Error;

    /// Reads a whole address, or what stands behind its `#`.
    fn from_str(link: &str) -> Result<Self> {
        let keys = Keys::of(link);
        let replay =
            keys.get("replay").context("got a link without `replay`, expected one that repeats a run")?;
        let (steps, fingerprint, arithmetic) = read_replay(&replay)?;
        let Settings { data, config } = Settings::of(&keys)?;
        ensure!(data != OWN, "got `data={OWN}`, expected {}", DATA[..2].join(" or "));
        Ok(Self { data, config, steps, fingerprint, arithmetic })
    }
}

/// A person's own images, as a link names them: it does not hold them.
pub(crate) const OWN: &str = "own";

/// The data sets that a link can name.
pub(crate) const DATA: [&str; 3] = ["mnist", "fashion-mnist", OWN];

/// What any link of the page says of a run: on which data, with which settings.
pub(crate) struct Settings {
    /// One of [`DATA`].
    pub(crate) data: String,
    pub(crate) config: SessionConfig,
}

impl Settings {
    fn of(keys: &Keys<'_>) -> Result<Self> {
        let number = |key, default, range: std::ops::RangeInclusive<u64>| -> Result<u64> {
            let Some(text) = keys.get(key) else { return Ok(default) };
            let number = text.parse().ok().filter(|number| range.contains(number));
            number
                .with_context(|| format!("got `{key}={text}`, expected {} to {}", range.start(), range.end()))
        };
        let data = keys.get("data").unwrap_or("mnist".into()).into_owned();
        ensure!(DATA.contains(&&*data), "got `data={data}`, expected {}", DATA.join(", "));
        let decimal = |key, default, range: std::ops::RangeInclusive<f64>| -> Result<f64> {
            let Some(text) = keys.get(key) else { return Ok(default) };
            let number = text.parse().ok().filter(|number| range.contains(number));
            number.with_context(|| {
                format!("got `{key}={text}`, expected {:?} to {:?}", range.start(), range.end())
            })
        };
        let rate = decimal("train.rate", 0.001, 1e-7..=10.0)?;
        let optimizer = keys.get("train.optimizer").unwrap_or("adam".into());
        let mut numbers = vec![("learning_rate", rate)];
        if optimizer.starts_with("adam") {
            numbers.push(("beta1", decimal("train.beta1", 0.9, 0.0..=0.999)?));
            numbers.push(("beta2", decimal("train.beta2", 0.999, 0.0..=0.9999)?));
        }
        if optimizer == "adamw" {
            numbers.push(("weight_decay", decimal("train.decay", 0.01, 0.0..=1.0)?));
        }
        let optimizer = OptimizerConfig::from_settings(&optimizer, &numbers).map_err(Error::msg)?;
        let schedule = keys.get("train.schedule").unwrap_or("constant".into());
        let epochs = number("train.epochs", 10, 1..=100)? as u32;
        let epochs = f64::from(epochs);
        let settings = match &*schedule {
            "constant" => vec![],
            "step" => vec![("every_epochs", epochs), ("factor", 0.5)],
            "warmup" => vec![("warmup_epochs", epochs)],
            "warmup_cosine" => vec![("warmup_epochs", 1.0), ("epochs", epochs.max(2.0))],
            _ => vec![("epochs", epochs)],
        };
        let schedule = Schedule::from_settings(&schedule, &settings).map_err(Error::msg)?;
        let spec = keys.get("spec").unwrap_or("lab11-2".into());
        let seed = number("train.seed", 777, 0..=u32::MAX.into())?;
        let config = SessionConfig {
            batch_size: number("train.batch", 100, 1..=1000)? as usize,
            optimizer,
            schedule,
            label_smoothing: decimal("train.smoothing", 0.0, 0.0..=0.9)? as f32,
            augment: Augment {
                shift: decimal("train.shift", 0.0, 0.0..=10.0)? as f32,
                rotation: decimal("train.rotation", 0.0, 0.0..=90.0)? as f32,
                scaling: decimal("train.scaling", 0.0, 0.0..=0.5)? as f32,
                thickness: decimal("train.thickness", 0.0, 0.0..=1.0)? as f32,
                elastic: decimal("train.elastic", 0.0, 0.0..=5.0)? as f32,
            },
            ..SessionConfig::new(Network::named_or_text(&spec)?.spec, seed)
        };
        Ok(Self { data, config })
    }
}

impl FromStr for Settings {
    type Err = Error;

    /// Reads a whole address, or what stands behind its `#`. What it leaves out has the page's default.
    fn from_str(link: &str) -> Result<Self> {
        Self::of(&Keys::of(link))
    }
}

/// The keys of a link.
struct Keys<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Keys<'a> {
    /// Those behind the `#`, or in older links the `?`; the first part may be a place of the page.
    fn of(link: &'a str) -> Self {
        let keys = match (link.split_once('#'), link.split_once('?')) {
            (Some((_, keys)), _) | (None, Some((_, keys))) => keys,
            (None, None) => link,
        };
        Self(form_urlencoded::parse(keys.as_bytes()).collect())
    }

    /// The first value of a key.
    fn get(&self, key: &str) -> Option<Cow<'a, str>> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
    }
}

/// `STEPS-FINGERPRINT-ARITHMETIC`.
fn read_replay(text: &str) -> Result<(u64, String, Arithmetic)> {
    let expected = || {
        format!(
            "got `replay={text}`, expected STEPS-FINGERPRINT-ARITHMETIC, such as 20-0123456789abcdef-fused"
        )
    };
    let [steps, fingerprint, arithmetic] = text.split('-').collect::<Vec<_>>()[..] else { bail!(expected()) };
    let steps = steps.parse().ok().filter(|steps| (1..100_000_000).contains(steps)).with_context(expected)?;
    let hexadecimal = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    ensure!(fingerprint.len() == 16 && fingerprint.bytes().all(hexadecimal), expected());
    let arithmetic =
        Arithmetic::ALL.into_iter().find(|(name, _)| *name == arithmetic).with_context(expected)?.1;
    Ok((steps, fingerprint.into(), arithmetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_s_settings_are_read_or_the_page_s_defaults() {
        let link = "http://127.0.0.1:8080/#take&lang=ko&data=fashion-mnist&spec=input+4x4x1%0Aflatten%0Adense+2%0A&train.seed=9\
                    &train.batch=20&train.optimizer=sgd&train.rate=0.05&train.schedule=step&train.epochs=3\
                    &replay=7-00000000deadbeef-relaxed";
        let link: Link = link.parse().unwrap();
        let config = SessionConfig {
            batch_size: 20,
            optimizer: OptimizerConfig::sgd(0.05),
            schedule: Schedule::Step { every_epochs: 3, factor: 0.5 },
            ..SessionConfig::new("input 4x4x1\nflatten\ndense 2".parse().unwrap(), 9)
        };
        let (fingerprint, arithmetic) = ("00000000deadbeef".into(), Arithmetic::Relaxed);
        assert_eq!(link, Link { data: "fashion-mnist".into(), config, steps: 7, fingerprint, arithmetic });

        let short: Link = "replay=20-c38d0750b8e6ae98-simd".parse().unwrap();
        let preset = cnn_notebook::presets::preset("lab11-2").unwrap();
        assert_eq!(short.config, preset.session_config(777));
        assert_eq!(short.data, "mnist");
        let distorted: Link =
            "#train.shift=1.5&train.elastic=1&replay=20-c38d0750b8e6ae98-simd".parse().unwrap();
        let augment = Augment { shift: 1.5, elastic: 1.0, ..Augment::OFF };
        assert_eq!(distorted.config, SessionConfig { augment, ..preset.session_config(777) });
        // As links were before they stood behind the `#`.
        assert_eq!("https://host/?replay=20-c38d0750b8e6ae98-simd".parse::<Link>().unwrap(), short);
    }

    #[test]
    fn what_a_link_can_t_say_is_named() {
        for (link, part) in [
            ("https://host/#take", "without `replay`"),
            ("#replay=0-0123456789abcdef-simd", "replay=0-"),
            ("#replay=3-0123456789abcde-simd", "expected STEPS-FINGERPRINT"),
            ("#replay=3-0123456789abcdef-neon", "expected STEPS-FINGERPRINT"),
            ("#data=own&replay=3-0123456789abcdef-simd", "expected mnist or fashion-mnist"),
            ("#train.batch=1001&replay=3-0123456789abcdef-simd", "expected 1 to 1000"),
            ("#train.rate=NaN&replay=3-0123456789abcdef-simd", "expected 1e-7 to 10.0"),
            ("#train.rotation=91&replay=3-0123456789abcdef-simd", "expected 0.0 to 90.0"),
            ("#train.optimizer=lion&replay=3-0123456789abcdef-simd", "lion"),
            ("#spec=nothing&replay=3-0123456789abcdef-simd", "nothing"),
        ] {
            let error = format!("{:#}", link.parse::<Link>().unwrap_err());
            assert!(error.contains(part), "{link}: {error}");
        }
    }
}
