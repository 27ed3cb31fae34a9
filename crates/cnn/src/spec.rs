//! A network as text: one layer a line, checked before anything is built.
//!
//! ```text
//! input 28x28x1
//! conv 3x3 32 padding same bias none init normal 0.01   # 32 filters of 3×3, stride 1
//! relu
//! maxpool 2x2 padding same                              # stride = its size
//! flatten
//! dense 10 init xavier bias normal 1
//! ```
//!
//! | layer | then, in any order | defaults |
//! |---|---|---|
//! | `input HxWxC` | | |
//! | `conv HxW FILTERS` | `stride`, `padding`, `bias`, `init` | stride 1, valid, zeros, xavier |
//! | `maxpool HxW`, `avgpool HxW` | `stride`, `padding` | stride as large as the window, valid |
//! | `relu`, `flatten` | | |
//! | `batchnorm` | `momentum`, `eps` | 0.1, 0.00001 |
//! | `dropout RATE` | | |
//! | `dense UNITS` | `bias`, `init` | zeros, xavier |
//!
//! A size `HxW` may be one number where both are equal. `padding` is `same`, `valid`, one number for all sides
//! or `TOP,BOTTOM,LEFT,RIGHT`. `init` is `zeros`, `constant C`, `normal STD`, `xavier`, `xavier_normal`, `he` or
//! `he_normal`; `bias` is one of these or `none`. `momentum` is the part
//! of each new batch in the running mean and variance, as in PyTorch. Case does not matter, and `#` begins a comment.
//!
//! A [`ModelSpec`] is always valid: every way to make one checks that each layer fits what comes before it, that
//! the network ends in 2 to 256 class scores, and that it stays within the caller's [`Limits`]: text that comes from
//! elsewhere is read by [`ModelSpec::parse_within`].

mod limits;
mod parse;
mod summary;

use crate::decimal::Decimal;
use crate::geometry::{Padding, Window};
use crate::init::Init;
use crate::{Error, Result};
use std::fmt;

pub use limits::Limits;
pub use summary::{LayerSummary, Outline, Summary, Warning, outline, outline_within};

/// One layer of a network, with its hyperparameters.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LayerSpec {
    /// Convolution: maps to maps, weights `[kernel_h, kernel_w, in_channels, out_channels]`.
    Conv2d {
        /// Height and width of the filters.
        kernel: [usize; 2],
        /// Number of filters.
        out_channels: usize,
        /// Vertical and horizontal step.
        stride: [usize; 2],
        /// Border around the input.
        padding: Padding,
        /// Initial bias, or no bias at all.
        bias: Option<Init>,
        /// Initial weights.
        init: Init,
    },
    /// The largest value under the window, for each map on its own.
    MaxPool2d {
        /// Size, step and border; the border never wins.
        window: Window,
    },
    /// The mean of the values under the window, for each map on its own.
    AvgPool2d {
        /// Size, step and border; the border is not counted.
        window: Window,
    },
    /// max(0, x).
    Relu,
    /// Zeroes values at random while training and scales up the others (inverted dropout).
    Dropout {
        /// The probability of zeroing, in [0, 1).
        rate: f32,
    },
    /// Brings each channel of maps, or each feature of a vector, to mean 0 and variance 1 over the batch, in use by running
    /// means; then scales and shifts it by a weight and a bias that are learned.
    BatchNorm {
        /// The part of each new batch in the running mean and variance, in 0..=1.
        momentum: f32,
        /// What is added to the variance, above 0.
        eps: f32,
    },
    /// Maps to a vector, row by row, channels innermost.
    Flatten,
    /// Every output is a weighted sum of every input: weights `[in_features, out_features]`.
    Dense {
        /// Number of outputs.
        units: usize,
        /// Initial bias, or no bias at all.
        bias: Option<Init>,
        /// Initial weights.
        init: Init,
    },
}

impl LayerSpec {
    /// The layer's name in a spec.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::Conv2d { .. } => "conv",
            Self::MaxPool2d { .. } => "maxpool",
            Self::AvgPool2d { .. } => "avgpool",
            Self::Relu => "relu",
            Self::Dropout { .. } => "dropout",
            Self::BatchNorm { .. } => "batchnorm",
            Self::Flatten => "flatten",
            Self::Dense { .. } => "dense",
        }
    }
}

/// A valid network: the shape of its input and its layers in order.
///
/// Made from text by [`str::parse`] or from layers by [`ModelSpec::new`]; [`Display`](fmt::Display) writes the
/// text with every option spelled out, and parsing that gives an equal spec.
#[derive(Clone, Debug)]
pub struct ModelSpec {
    pub(crate) input: [usize; 3],
    pub(crate) layers: Vec<LayerSpec>,
    /// The line of the input, then of each layer.
    lines: Vec<usize>,
    limits: Limits,
}

impl PartialEq for ModelSpec {
    /// Whether the networks are the same; on which lines they were written, and within which limits, does not matter.
    fn eq(&self, other: &Self) -> bool {
        self.input == other.input && self.layers == other.layers
    }
}

impl ModelSpec {
    /// A network from its input `[height, width, channels]` and its layers, without limits.
    ///
    /// # Errors
    /// An [`Error::Spec`] with the line that the layer has in the network's text.
    pub fn new(input: [usize; 3], layers: Vec<LayerSpec>) -> Result<Self> {
        let lines = (1..=layers.len() + 1).collect();
        let spec = Self { input, layers, lines, limits: Limits::NONE };
        summary::check(&spec)?;
        Ok(spec)
    }

    /// A network from its text, if it stays within these limits; [`str::parse`] sets none.
    ///
    /// # Errors
    /// Always [`Error::Spec`], with the first line that can't be.
    pub fn parse_within(text: &str, limits: Limits) -> Result<Self> {
        match summary::read(text, limits) {
            (spec, Outline { error: None, .. }) => Ok(spec),
            (_, Outline { error: Some(error), .. }) => Err(error),
        }
    }

    /// What the network was made within, and [`check_batch`](Self::check_batch) keeps to.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// `[height, width, channels]` of an image.
    pub fn input(&self) -> [usize; 3] {
        self.input
    }

    /// The layers, first to last.
    pub fn layers(&self) -> &[LayerSpec] {
        &self.layers
    }

    /// The line of the text on which a layer stands, counted from 1.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn line(&self, layer: usize) -> usize {
        self.lines[layer + 1]
    }

    /// The number of classes: the length of the last layer's output.
    pub fn classes(&self) -> usize {
        let units = self.layers.iter().rev().find_map(|layer| match layer {
            LayerSpec::Dense { units, .. } => Some(*units),
            _ => None,
        });
        // Without a dense layer the scores are the flattened maps.
        units.unwrap_or_else(|| self.summary().layers.last().map_or(0, |last| last.output.len()))
    }

    /// Shapes, sizes and costs of every layer.
    pub fn summary(&self) -> Summary {
        summary::summarize(self).expect("a spec is checked when it is made")
    }

    /// Checks that training with this batch size stays within the [limits](Self::limits).
    ///
    /// # Errors
    /// [`Error::TooLarge`] if it does not, [`Error::OutOfRange`] if the batch is empty, and [`Error::BatchOfOne`] with its line
    /// for a batch normalization that gets one value a channel.
    pub fn check_batch(&self, batch: usize) -> Result<()> {
        if batch == 0 {
            return Err(Error::OutOfRange { what: "batch_size", got: 0.0, expected: "at least 1" });
        }
        let summary = self.summary();
        let lone = |layer: &&LayerSummary| {
            layer.running_shape.is_some() && layer.input.len() == layer.input.channels()
        };
        if let (1, Some(layer)) = (batch, summary.layers.iter().find(lone)) {
            return Err(Error::BatchOfOne { layer: layer.kind }.at_line(layer.line));
        }
        self.limits.check_memory(summary.memory_bytes(batch))
    }
}

impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [h, w, c] = self.input;
        writeln!(f, "input {h}x{w}x{c}")?;
        self.layers.iter().try_for_each(|layer| writeln!(f, "{layer}"))
    }
}

impl fmt::Display for LayerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        match self {
            Self::Conv2d { kernel: [h, w], out_channels, stride, padding, bias, init } => {
                write!(f, " {h}x{w} {out_channels}")?;
                write_window(f, *stride, *padding)?;
                write_parameters(f, *bias, *init)
            }
            Self::MaxPool2d { window } | Self::AvgPool2d { window } => {
                let [h, w] = window.kernel;
                write!(f, " {h}x{w}")?;
                write_window(f, window.stride, window.padding)
            }
            Self::Relu | Self::Flatten => Ok(()),
            Self::Dropout { rate } => write!(f, " {}", Decimal(*rate)),
            Self::BatchNorm { momentum, eps } => {
                write!(f, " momentum {} eps {}", Decimal(*momentum), Decimal(*eps))
            }
            Self::Dense { units, bias, init } => {
                write!(f, " {units}")?;
                write_parameters(f, *bias, *init)
            }
        }
    }
}

fn write_window(f: &mut fmt::Formatter<'_>, [sy, sx]: [usize; 2], padding: Padding) -> fmt::Result {
    if sy == sx {
        write!(f, " stride {sy}")?;
    } else {
        write!(f, " stride {sy}x{sx}")?;
    }
    match padding {
        Padding::Valid => f.write_str(" padding valid"),
        Padding::Same => f.write_str(" padding same"),
        Padding::Explicit { top, bottom, left, right } => write!(f, " padding {top},{bottom},{left},{right}"),
    }
}

fn write_parameters(f: &mut fmt::Formatter<'_>, bias: Option<Init>, init: Init) -> fmt::Result {
    match bias {
        None => f.write_str(" bias none")?,
        Some(bias) => write_init(f, "bias", bias)?,
    }
    write_init(f, "init", init)
}

fn write_init(f: &mut fmt::Formatter<'_>, option: &str, init: Init) -> fmt::Result {
    let word = match init {
        Init::Zeros => "zeros",
        Init::Constant(value) => return write!(f, " {option} constant {}", Decimal(value)),
        Init::Normal(std) => return write!(f, " {option} normal {}", Decimal(std)),
        Init::XavierUniform => "xavier",
        Init::XavierNormal => "xavier_normal",
        Init::HeUniform => "he",
        Init::HeNormal => "he_normal",
    };
    write!(f, " {option} {word}")
}

#[cfg(test)]
mod tests;
