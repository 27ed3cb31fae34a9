//! `cnn export`: a Python program for saved weights, or a notebook, from the same templates that the page fills in.

use crate::args::{ExportArgs, Framework};
use crate::mustache::{self, Value, View};
use crate::output::say;
use crate::{Outcome, notebook, template, weights};
use anyhow::{Context, Result};
use cnn::layers::Shape;
use cnn::spec::{LayerSummary, Summary};
use std::ffi::OsStr;
use std::fmt::Display;

/// Writes the program, or the notebook, to a file or to standard output.
pub(crate) fn run(args: ExportArgs) -> Result<Outcome> {
    let session = weights::open(&args.weights)?;
    let spec = &session.config().spec;
    let path = &args.weights.file;
    let text = |part: Option<&OsStr>| part.unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let names = Names { network: text(path.file_stem()), file: text(path.file_name()) };
    let content = if args.notebook {
        notebook::of(&args, spec, &names)?
    } else {
        let template = template::assemble(args.framework.name())?;
        mustache::render(&template, &words(&spec.summary(), spec.classes(), &names)).context("the program")?
    };
    match &args.out {
        Some(out) => weights::write(out, content.as_bytes())?,
        None => say(content.trim_end())?,
    }
    Ok(Outcome::Done)
}

impl Framework {
    /// As the templates' files are named.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Torch => "torch",
            Self::Keras => "keras",
            Self::Numpy => "numpy",
        }
    }
}

/// What the program calls what it is of.
pub(crate) struct Names {
    pub(crate) network: String,
    /// Of the weights.
    pub(crate) file: String,
}

/// What the words of a template stand for; `www/src/cells/take/snippets.js` says the same.
pub(crate) fn words(summary: &Summary, classes: usize, names: &Names) -> View {
    let input = summary.input.to_vec();
    let uses = |kinds: &[&str]| Value::Flag(summary.layers.iter().any(|layer| kinds.contains(&layer.kind)));
    View::from([
        ("name", names.network.clone().into()),
        ("file", names.file.clone().into()),
        ("classes", classes.to_string().into()),
        ("input", joined(&input, ", ").into()),
        ("height", input[0].to_string().into()),
        ("width", input[1].to_string().into()),
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
    let mut view = start_words(&layer.text, output.last().copied().unwrap_or_default());
    view.extend([
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
    ]);
    view
}

/// How a layer's parameters start, from its text, which always says it; `outputs` is the length of its bias.
fn start_words(text: &str, outputs: usize) -> View {
    let [weight, bias] = ["init", "bias"].map(|option| word_after(text, option));
    let number = |option: &str, kind: &str| {
        let from = text.find(&format!(" {option} ")).unwrap_or(text.len());
        word_after(&text[from..], kind)
    };
    // Frameworks scale by fans only what has two; of a bias both are its length.
    let scaled = match &*bias {
        "xavier" => Some(3.0),
        "xavier_normal" => Some(1.0),
        "he" => Some(6.0),
        "he_normal" => Some(2.0),
        _ => None,
    };
    let bias_number = match scaled {
        Some(gain) => f64::sqrt(gain / outputs as f64).to_string(),
        None if bias == "zeros" => "0".into(),
        None => number("bias", &bias),
    };
    let weight_number = if weight == "zeros" { "0".into() } else { number("init", &weight) };
    View::from([
        ("learns", (!weight.is_empty()).into()),
        ("weight_xavier", (weight == "xavier").into()),
        ("weight_xavier_normal", (weight == "xavier_normal").into()),
        ("weight_he", (weight == "he").into()),
        ("weight_he_normal", (weight == "he_normal").into()),
        ("weight_normal", (weight == "normal").into()),
        ("weight_constant", matches!(&*weight, "zeros" | "constant").into()),
        ("weight_number", weight_number.into()),
        ("bias_constant", matches!(&*bias, "zeros" | "constant").into()),
        ("bias_normal", (bias == "normal" || bias.ends_with("_normal")).into()),
        ("bias_uniform", matches!(&*bias, "xavier" | "he").into()),
        ("bias_number", bias_number.into()),
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
