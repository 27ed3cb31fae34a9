//! Which network is meant by a word of the command line.

use anyhow::{Context, Result};
use cnn::spec::{Limits, ModelSpec};
use cnn_notebook::presets::{PRESETS, Preset, preset};
use std::path::Path;

/// What every network's text begins with.
const FIRST_WORD: &str = "input";

/// Memory that training may need where the system does not say how much there is.
const MEMORY: u64 = 64_000_000_000;

/// What a network may need: the memory that the machine has. Better an error than a program that the system ends.
pub(crate) fn limits() -> Limits {
    Limits::NONE.with_memory(machine_memory().unwrap_or(MEMORY))
}

/// Bytes of memory, as Linux tells.
fn machine_memory() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = told.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    total.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// A network by its text, and what it is called.
pub(crate) struct Network {
    pub(crate) name: String,
    pub(crate) spec: ModelSpec,
    /// If it is one: it comes with settings.
    pub(crate) preset: Option<&'static Preset>,
}

impl Network {
    /// The network that a preset's name, a file with a text, or a text stands for.
    pub(crate) fn find(word: &str) -> Result<Self> {
        if preset(word).is_some() || word.split_whitespace().next() == Some(FIRST_WORD) {
            return Self::named_or_text(word);
        }
        let path = Path::new(word);
        let text = std::fs::read(path).with_context(|| {
            let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
            format!(
                "got the network `{word}`, expected {}, a text that begins with `{FIRST_WORD}`, or a file",
                names.join(", ")
            )
        })?;
        let text = String::from_utf8(text)
            .ok()
            .with_context(|| format!("{word}: got bytes that are no text, expected a network's"))?;
        let spec = ModelSpec::parse_within(&text, limits()).with_context(|| word.to_owned())?;
        let name = path.file_stem().map_or("network".into(), |stem| stem.to_string_lossy().into_owned());
        Ok(Self { name, ..Self::unnamed(spec) })
    }

    /// The network that a preset's name or a text stands for, as in the page's links.
    pub(crate) fn named_or_text(word: &str) -> Result<Self> {
        match preset(word.trim()) {
            Some(preset) => {
                let spec = ModelSpec::parse_within(preset.spec, limits())?;
                Ok(Self { name: preset.name.into(), spec, preset: Some(preset) })
            }
            None => {
                let spec = ModelSpec::parse_within(word, limits());
                Ok(Self::unnamed(spec.with_context(|| format!("the network `{}`", excerpt(word)))?))
            }
        }
    }

    /// A network of which only the text is known.
    pub(crate) fn unnamed(spec: ModelSpec) -> Self {
        let text = spec.to_string();
        let preset = PRESETS.iter().find(|preset| preset.spec == text);
        Self { name: preset.map_or("network", |preset| preset.name).into(), spec, preset }
    }
}

/// So much of a text as an error names it by.
fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() { line.into() } else { format!("{line} …") }
}
