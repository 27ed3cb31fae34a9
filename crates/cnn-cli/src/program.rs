//! `cnn export`: a Python program for saved weights, from the same templates that the page fills in.

use crate::args::{ExportArgs, Framework};
use crate::network::Network;
use crate::output::say;
use crate::{Outcome, weights};
use anyhow::{Context, Result};
use cnn::layers::Shape;
use cnn::spec::{LayerSummary, Summary};
use handlebars::{Handlebars, no_escape};
use serde::Serialize;
use std::fmt::Display;

/// What stands for the places of a template's words; `www/src/cells/take/snippets.js` says the same.
#[derive(Debug, Serialize)]
struct View {
    name: String,
    file: String,
    classes: usize,
    input: String,
    channels: usize,
    size: String,
    layers: Vec<Layer>,
    uses_conv: bool,
    uses_maxpool: bool,
    uses_avgpool: bool,
    uses_windows: bool,
    uses_dense: bool,
}

/// What a line of any framework needs to know of a layer.
#[derive(Debug, Serialize)]
struct Layer {
    conv: bool,
    maxpool: bool,
    avgpool: bool,
    relu: bool,
    dropout: bool,
    flatten: bool,
    dense: bool,
    layer: String,
    rate: String,
    from: usize,
    to: usize,
    biasless: bool,
    changes: bool,
    shape: String,
    size: String,
    stride: String,
    rows: String,
    columns: String,
    corner: String,
    sides: String,
    padded: bool,
    evenly_padded: bool,
    unevenly_padded: bool,
    same: bool,
    /// Keras knows no other padding than `same`, which is the notebook's.
    padded_by_hand: bool,
    padded_by_keras: bool,
}

/// Writes the program to a file or to standard output.
pub(crate) fn run(args: ExportArgs) -> Result<Outcome> {
    let session = weights::open(&args.weights)?;
    let spec = session.model().spec();
    let path = &args.weights.file;
    let file =
        path.file_name().map_or(path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let program =
        fill(args.framework, &spec.summary(), spec.classes(), &Network::unnamed(spec.clone()).name, &file)?;
    match &args.out {
        Some(out) => weights::write(out, program.as_bytes())?,
        None => say(program.trim_end())?,
    }
    Ok(Outcome::Done)
}

/// The whole program that loads the weights in `file` of the network `name`.
fn fill(framework: Framework, summary: &Summary, classes: usize, name: &str, file: &str) -> Result<String> {
    let template = match framework {
        Framework::Torch => include_str!("../programs/torch.py"),
        Framework::Keras => include_str!("../programs/keras.py"),
        Framework::Numpy => include_str!("../programs/numpy.py"),
    };
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(no_escape);
    handlebars.render_template(template, &View::of(summary, classes, name, file)).context("the program")
}

impl View {
    fn of(summary: &Summary, classes: usize, name: &str, file: &str) -> Self {
        let input = sizes(&summary.input);
        let uses = |kinds: &[&str]| summary.layers.iter().any(|layer| kinds.contains(&layer.kind));
        Self {
            name: name.into(),
            file: file.into(),
            classes,
            input: joined(&input, ", "),
            channels: input[2],
            size: joined(&input[..2], ", "),
            layers: summary.layers.iter().map(Layer::of).collect(),
            uses_conv: uses(&["conv"]),
            uses_maxpool: uses(&["maxpool"]),
            uses_avgpool: uses(&["avgpool"]),
            uses_windows: uses(&["conv", "maxpool", "avgpool"]),
            uses_dense: uses(&["dense"]),
        }
    }
}

impl Layer {
    fn of(layer: &LayerSummary) -> Self {
        let is = |kind: &str| layer.kind == kind;
        let [input, output] = [&layer.input, &layer.output].map(sizes);
        let geometry = layer.geometry.as_ref();
        let [kernel, stride, before, after] = geometry.map_or([[0; 2]; 4], |window| {
            [window.kernel, window.stride, window.pad_before, window.pad_after]
        });
        let padded = before != [0; 2] || after != [0; 2];
        let same = layer.text.contains("padding same");
        Self {
            conv: is("conv"),
            maxpool: is("maxpool"),
            avgpool: is("avgpool"),
            relu: is("relu"),
            dropout: is("dropout"),
            flatten: is("flatten"),
            dense: is("dense"),
            layer: format!("layer{}", layer.index),
            rate: layer.text.split(' ').nth(1).unwrap_or_default().into(),
            from: input.last().copied().unwrap_or_default(),
            to: output.last().copied().unwrap_or_default(),
            biasless: layer.bias_shape.is_none(),
            changes: input != output,
            shape: joined(&output, "×"),
            size: tuple(&kernel),
            stride: tuple(&stride),
            rows: tuple(&[before[0], after[0]]),
            columns: tuple(&[before[1], after[1]]),
            corner: tuple(&before),
            sides: tuple(&[before[1], after[1], before[0], after[0]]),
            padded,
            evenly_padded: padded && before == after,
            unevenly_padded: before != after,
            same,
            padded_by_hand: padded && !same,
            padded_by_keras: !padded || same,
        }
    }
}

fn sizes(shape: &Shape) -> Vec<usize> {
    shape.to_vec()
}

fn joined(items: &[impl Display], between: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

fn tuple(items: &[impl Display]) -> String {
    format!("({})", joined(items, ", "))
}
