//! `cnn summary`: a network's layers in a table.

use crate::args::SummaryArgs;
use crate::network::Network;
use crate::output::say;
use crate::{Outcome, weights};
use anyhow::{Context, Result};
use cnn::layers::Shape;
use cnn::spec::{ModelSpec, Warning};
use std::path::Path;

/// Prints the table, or the network's text.
pub(crate) fn run(args: SummaryArgs) -> Result<Outcome> {
    let spec = find(&args.network)?;
    spec.check_batch(args.batch as usize)?;
    if args.text {
        say(spec.to_string().trim_end())?;
        return Ok(Outcome::Done);
    }
    let summary = spec.summary();
    let width = summary.layers.iter().map(|layer| layer.text.len()).max().unwrap_or_default();
    let row = |name: &str, shape: &str, parameters: &str, work: &str| {
        say(format!("{name:width$}  {shape:>12}  {parameters:>12}  {work:>14}").trim_end())
    };
    row("layer", "output", "parameters", "multiply-adds")?;
    row("input", &shape(&summary.input), "", "")?;
    for layer in &summary.layers {
        let number = |count: u64| if count == 0 { String::new() } else { count.to_string() };
        row(&layer.text, &shape(&layer.output), &number(layer.parameters), &number(layer.multiply_adds))?;
    }
    row("all", "", &summary.parameters.to_string(), &summary.multiply_adds.to_string())?;
    let megabytes = summary.memory_bytes(args.batch as usize) as f64 / 1e6;
    say(format!("training with batches of {} takes about {megabytes:.0} MB", args.batch))?;
    for warning in &summary.warnings {
        say(format!("note: {}", words(warning)))?;
    }
    Ok(Outcome::Done)
}

/// The network that a word stands for, which may also be a file of weights.
fn find(word: &str) -> Result<ModelSpec> {
    if Path::new(word).extension().is_none_or(|extension| extension != "safetensors") {
        return Ok(Network::find(word)?.spec);
    }
    let bytes = weights::read(Path::new(word))?;
    weights::spec_in(&bytes)
        .and_then(|spec| Ok(spec.ok_or(cnn::Error::CheckpointNoSpec)?))
        .context(word.to_owned())
}

fn shape(shape: &Shape) -> String {
    shape.to_vec().iter().map(ToString::to_string).collect::<Vec<_>>().join("×")
}

fn words(warning: &Warning) -> String {
    match warning {
        Warning::LeftOver { line, rows, columns } => {
            format!("line {line}: no window covers the last {rows} rows and {columns} columns")
        }
        Warning::StrideSkips { line } => {
            format!("line {line}: the stride is larger than the window, so some pixels are never seen")
        }
        Warning::NoActivation { line } => {
            format!("line {line}: no activation since the layer before; together they are one linear map")
        }
        Warning::EqualWeights { line } => format!("line {line}: all weights start equal, and stay so"),
        Warning::ScoresCut { line } => {
            format!("line {line}: the scores of the classes pass through ReLU or dropout")
        }
        other => format!("{other:?}"),
    }
}
