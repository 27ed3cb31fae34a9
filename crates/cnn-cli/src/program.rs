//! `cnn export`: a Python program for saved weights, from the same templates that the page fills in.

use crate::args::{ExportArgs, Framework};
use crate::mustache::{self, Value, View};
use crate::output::say;
use crate::{Outcome, weights};
use anyhow::{Context, Result};
use cnn::layers::Shape;
use cnn::spec::{LayerSummary, Summary};
use std::ffi::OsStr;
use std::fmt::Display;

/// Writes the program to a file or to standard output.
pub(crate) fn run(args: ExportArgs) -> Result<Outcome> {
    let session = weights::open(&args.weights)?;
    let spec = &session.config().spec;
    let path = &args.weights.file;
    let text = |part: Option<&OsStr>| part.unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let (name, file) = (text(path.file_stem()), text(path.file_name()));
    let program = fill(args.framework, &spec.summary(), spec.classes(), &name, &file)?;
    match &args.out {
        Some(out) => weights::write(out, program.as_bytes())?,
        None => say(program.trim_end())?,
    }
    Ok(Outcome::Done)
}

/// The whole program that loads the weights in `file` of the network `name`.
fn fill(framework: Framework, summary: &Summary, classes: usize, name: &str, file: &str) -> Result<String> {
    let (template, part, network) = match framework {
        Framework::Torch => (
            include_str!("../programs/torch.py"),
            "{{> torch-network}}\n",
            include_str!("../programs/torch-network.py"),
        ),
        Framework::Keras => (
            include_str!("../programs/keras.py"),
            "{{> keras-network}}\n",
            include_str!("../programs/keras-network.py"),
        ),
        Framework::Numpy => (
            include_str!("../programs/numpy.py"),
            "{{> numpy-network}}\n",
            include_str!("../programs/numpy-network.py"),
        ),
    };
    mustache::render(&template.replace(part, network), &words(summary, classes, name, file))
        .context("the program")
}

/// What the words of a template stand for; `www/src/cells/take/snippets.js` says the same.
fn words(summary: &Summary, classes: usize, name: &str, file: &str) -> View {
    let input = summary.input.to_vec();
    let uses = |kinds: &[&str]| Value::Flag(summary.layers.iter().any(|layer| kinds.contains(&layer.kind)));
    View::from([
        ("name", name.to_owned().into()),
        ("file", file.to_owned().into()),
        ("classes", classes.to_string().into()),
        ("input", joined(&input, ", ").into()),
        ("channels", size_of(&input).into()),
        ("size", joined(&input[..2], ", ").into()),
        ("layers", Value::List(summary.layers.iter().map(layer_words).collect())),
        ("uses_conv", uses(&["conv"])),
        ("uses_maxpool", uses(&["maxpool"])),
        ("uses_avgpool", uses(&["avgpool"])),
        ("uses_windows", uses(&["conv", "maxpool", "avgpool"])),
        ("uses_dense", uses(&["dense"])),
        ("uses_batchnorm", uses(&["batchnorm"])),
    ])
}

/// What a line of any framework needs to know of a layer.
fn layer_words(layer: &LayerSummary) -> View {
    let [input, output] = [&layer.input, &layer.output].map(Shape::to_vec);
    let geometry = layer.geometry.as_ref();
    let [kernel, stride, before, after] = geometry
        .map_or([[0; 2]; 4], |window| [window.kernel, window.stride, window.pad_before, window.pad_after]);
    let padded = before != [0; 2] || after != [0; 2];
    let same = layer.text.contains("padding same");
    View::from([
        (layer.kind, true.into()),
        ("layer", format!("layer{}", layer.index).into()),
        ("rate", layer.text.split(' ').nth(1).unwrap_or_default().to_owned().into()),
        ("momentum", word_after(&layer.text, "momentum").into()),
        ("eps", word_after(&layer.text, "eps").into()),
        ("maps", (input.len() == 3).into()),
        ("features", (input.len() == 1).into()),
        ("from", size_of(&input).into()),
        ("to", size_of(&output).into()),
        ("biasless", layer.bias_shape.is_none().into()),
        ("changes", (input != output).into()),
        ("shape", joined(&output, "×").into()),
        ("size", tuple(&kernel).into()),
        ("stride", tuple(&stride).into()),
        ("rows", tuple(&[before[0], after[0]]).into()),
        ("columns", tuple(&[before[1], after[1]]).into()),
        ("corner", tuple(&before).into()),
        ("sides", tuple(&[before[1], after[1], before[0], after[0]]).into()),
        ("padded", padded.into()),
        ("evenly_padded", (padded && before == after).into()),
        ("unevenly_padded", (before != after).into()),
        ("same", same.into()),
        // Keras knows no other padding than `same`, which is the notebook's.
        ("padded_by_hand", (padded && !same).into()),
        ("padded_by_keras", (!padded || same).into()),
    ])
}

/// What stands behind an option in a layer's text.
fn word_after(text: &str, option: &str) -> String {
    text.split(' ').skip_while(|word| *word != option).nth(1).unwrap_or_default().to_owned()
}

/// Channels of a map, features of a vector.
fn size_of(shape: &[usize]) -> String {
    shape.last().copied().unwrap_or_default().to_string()
}

fn joined(items: &[impl Display], between: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}

fn tuple(items: &[impl Display]) -> String {
    format!("({})", joined(items, ", "))
}
