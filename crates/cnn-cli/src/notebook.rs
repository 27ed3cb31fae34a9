//! `cnn export --notebook`: the Jupyter notebook that the page saves, from the same templates and texts
//! (`www/src/cells/take/notebook.js`), to the byte.
//!
//! A template is a script with cells: `# %% id` begins code, `# %% [markdown] id` stands for a text of
//! `programs/notebook-LANGUAGE.json`. [nbformat 4](https://nbformat.readthedocs.io/en/latest/format_description.html) says
//! what a file looks like.

use crate::args::{ExportArgs, Framework, ImagesName, Language};
use crate::link::Settings;
use crate::mustache::{self, View};
use crate::network::limits;
use crate::program::{Names, words};
use crate::{template, weights};
use anyhow::{Context, Error, Result, ensure};
use clap::ValueEnum;
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use cnn_notebook::presets::PRESETS;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Epochs of a run that nothing says the length of.
const EPOCHS: u32 = 10;

/// Seed of a run that nothing says more of, as `cnn train` has it.
const SEED: u64 = 777;

/// Texts by key.
type Texts = BTreeMap<&'static str, String>;

/// The text of the file.
pub(crate) fn of(args: &ExportArgs, spec: &ModelSpec, names: &Names) -> Result<String> {
    let Run { data, config, epochs, link } = run_of(args, spec)?;
    let mut settings = words(&spec.summary(), spec.classes(), names);
    settings.extend(data_words(data));
    settings.extend(rule_words(&config));
    settings.extend(schedule_words(&config));
    settings.extend([
        ("trains", (args.framework != Framework::Numpy).into()),
        ("packages", packages(args.framework).to_owned().into()),
        ("seed", config.seed.to_string().into()),
        ("batch", config.batch_size.to_string().into()),
        ("smoothing", single(config.label_smoothing.into()).into()),
        ("epochs", epochs.to_string().into()),
        ("mode", if spec.summary().input.to_vec()[2] == 1 { "L" } else { "RGB" }.to_owned().into()),
        ("class_names", class_names(args, data, spec.classes())?.into()),
        ("link", link.into()),
    ]);
    let texts = texts(args.of.language)?;
    let said = texts.iter().map(|(key, text)| Ok((*key, mustache::render(text, &settings)?)));
    let said = said.collect::<Result<Texts>>().context("the notebook's texts")?;
    // What the code itself says.
    settings.extend(
        said.iter().filter(|(key, _)| key.starts_with("say_")).map(|(key, text)| (*key, text.clone().into())),
    );
    let script = template::assemble(&format!("notebook-{}", args.framework.name()))?;
    let script = mustache::render(&script, &settings).context("the notebook")?;
    let cells = parts(&script).iter().map(|part| cell(part, &said)).collect::<Result<Vec<_>>>()?;
    let metadata = json!({
        "kernelspec": { "display_name": "Python 3", "language": "python", "name": "python3" },
        "language_info": { "name": "python" },
    });
    write(&json!({ "cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 }))
}

/// What a notebook trains.
struct Run {
    data: ImagesName,
    config: SessionConfig,
    epochs: u32,
    /// Where to find out more.
    link: String,
}

fn run_of(args: &ExportArgs, spec: &ModelSpec) -> Result<Run> {
    let preset =
        PRESETS.iter().find(|preset| preset.spec.parse().is_ok_and(|known: ModelSpec| known == *spec));
    let (mut data, mut link) =
        (args.of.images.unwrap_or(ImagesName::Mnist), env!("CARGO_PKG_REPOSITORY").to_owned());
    let mut trained = preset.map(|preset| preset.epochs);
    let config = if let Some(address) = &args.of.link {
        let settings: Settings = address.parse()?;
        ensure!(
            settings.config.spec == *spec,
            "got a link of another network, expected one of the weights' network"
        );
        data = ImagesName::from_str(&settings.data, false).map_err(Error::msg)?;
        link.clone_from(address);
        settings.config
    } else {
        match Session::from_snapshot_within(&weights::read(&args.weights.file)?, limits()) {
            Ok(session) => {
                trained = Some(u32::try_from(session.epoch()).unwrap_or(u32::MAX).max(1));
                session.config().clone()
            }
            // Weights alone.
            Err(cnn::Error::CheckpointNoState) => {
                let usual = || SessionConfig::new(spec.clone(), SEED);
                preset.map_or_else(usual, |preset| preset.session_config(SEED))
            }
            Err(error) => return Err(error).with_context(|| args.weights.file.display().to_string()),
        }
    };
    let scheduled = number_of(&config.schedule.settings().1, "epochs").map(|n| n as u32);
    let epochs = args.of.epochs.or(scheduled).or(trained).unwrap_or(EPOCHS);
    Ok(Run { data, config, epochs, link })
}

/// A setting of a rule or a schedule.
fn number_of(settings: &[(&str, f64)], wanted: &str) -> Option<f64> {
    settings.iter().find(|(name, _)| *name == wanted).map(|(_, number)| *number)
}

/// What the data set is called elsewhere, and where its four files lie.
fn data_words(data: ImagesName) -> View {
    let (name, torch, keras, source) = match data {
        ImagesName::Mnist => ("mnist", "MNIST", "mnist", "https://ossci-datasets.s3.amazonaws.com/mnist/"),
        ImagesName::FashionMnist => (
            "fashion-mnist",
            "FashionMNIST",
            "fashion_mnist",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        ImagesName::Own => ("own", "", "", ""),
    };
    View::from([
        ("data", name.to_owned().into()),
        ("own", (data == ImagesName::Own).into()),
        ("mnist_like", (data != ImagesName::Own).into()),
        ("torch_data", torch.to_owned().into()),
        ("keras_data", keras.to_owned().into()),
        ("source", source.to_owned().into()),
    ])
}

/// The rule with its numbers.
fn rule_words(config: &SessionConfig) -> View {
    let (kind, numbers) = config.optimizer.settings();
    let number = |wanted, usual| number_of(&numbers, wanted).unwrap_or(usual);
    View::from([
        // A layer has a number of the same name.
        (if kind == "momentum" { "momentum_rule" } else { kind }, true.into()),
        ("rate", single(number("learning_rate", 0.0)).into()),
        ("beta1", single(number("beta1", 0.9)).into()),
        ("beta2", single(number("beta2", 0.999)).into()),
        ("decay", single(number("weight_decay", 0.0)).into()),
    ])
}

fn schedule_words(config: &SessionConfig) -> View {
    let (kind, numbers) = config.schedule.settings();
    let number = |wanted, usual| number_of(&numbers, wanted).unwrap_or(usual);
    let (epochs, warmup) = (number("epochs", 0.0), number("warmup_epochs", 0.0));
    View::from([
        (kind, true.into()),
        ("anneals", matches!(kind, "cosine" | "one_cycle" | "warmup_cosine").into()),
        ("schedule_epochs", number("every_epochs", epochs).to_string().into()),
        ("schedule_factor", single(number("factor", 1.0)).into()),
        ("schedule_warmup", warmup.to_string().into()),
        ("schedule_fall", (epochs - warmup).to_string().into()),
    ])
}

/// What is to be installed for it.
fn packages(framework: Framework) -> &'static str {
    match framework {
        Framework::Torch => "torch torchvision",
        Framework::Keras => "keras tensorflow",
        Framework::Numpy => "numpy",
    }
}

/// A list of Python's: as told, else the page's, else numbers.
fn class_names(args: &ExportArgs, data: ImagesName, classes: usize) -> Result<String> {
    let told = &args.of.class_names;
    ensure!(
        told.is_empty() || told.len() == classes,
        "got {} names, expected {classes}, one for each class",
        told.len()
    );
    ensure!(
        data != ImagesName::Own || !told.is_empty(),
        "got own images without --class-names, expected the names of their folders"
    );
    let page: Value = serde_json::from_str(match args.of.language {
        Language::En => include_str!("../programs/shared-en.json"),
        Language::Ko => include_str!("../programs/shared-ko.json"),
    })?;
    let name = |label: usize| match data {
        _ if !told.is_empty() => told[label].clone(),
        ImagesName::FashionMnist => {
            page["data"][format!("fashion-{label}")].as_str().map_or_else(|| label.to_string(), str::to_owned)
        }
        _ => label.to_string(),
    };
    let names: Vec<_> = (0..classes).map(name).collect();
    Ok(serde_json::to_string(&names)?.replace("\",\"", "\", \""))
}

fn texts(language: Language) -> Result<Texts> {
    serde_json::from_str(match language {
        Language::En => include_str!("../programs/notebook-en.json"),
        Language::Ko => include_str!("../programs/notebook-ko.json"),
    })
    .context("the notebook's texts")
}

/// Six digits of a single-precision number, as JavaScript writes them: 0.0010000000474974513 is 0.001.
fn single(number: f64) -> String {
    let rounded: f64 = format!("{number:.5e}").parse().unwrap_or(number);
    if rounded != 0.0 && rounded.abs() < 1e-6 { format!("{rounded:e}") } else { rounded.to_string() }
}

/// The cells of a script, each with its first line.
fn parts(script: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in script.split_inclusive('\n') {
        match parts.last_mut() {
            Some(part) if !line.starts_with("# %% ") => part.push_str(line),
            _ => parts.push(line.to_owned()),
        }
    }
    parts
}

fn cell(part: &str, texts: &Texts) -> Result<Value> {
    let (head, code) = part.split_once('\n').unwrap_or((part, ""));
    let head = head.strip_prefix("# %% ").with_context(|| format!("not a cell: {head}"))?;
    let Some(id) = head.strip_prefix("[markdown] ") else {
        return Ok(json!({
            "cell_type": "code", "execution_count": null, "id": head, "metadata": {}, "outputs": [],
            "source": lines(code),
        }));
    };
    let text = texts.get(id).with_context(|| format!("no text `{id}`"))?;
    Ok(json!({ "cell_type": "markdown", "id": format!("{id}-text"), "metadata": {}, "source": lines(text) }))
}

/// Lines as a notebook keeps them: each with its end, but the last.
fn lines(text: &str) -> Vec<&str> {
    text.trim().split_inclusive('\n').collect()
}

/// As the page writes JSON: a space for each level.
fn write(value: &Value) -> Result<String> {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter))?;
    bytes.push(b'\n');
    Ok(String::from_utf8(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::single;

    #[test]
    fn numbers_are_written_as_the_page_writes_them() {
        for (number, text) in [
            (0.001_f32, "0.001"),
            (1e-7, "1e-7"),
            (1.5e-7, "1.5e-7"),
            (0.0, "0"),
            (10.0, "10"),
            (1e-6, "0.000001"),
        ] {
            assert_eq!(single(number.into()), text);
        }
    }
}
