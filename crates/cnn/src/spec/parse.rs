//! The text of a spec, word by word.

use super::{LayerSpec, Limits, ModelSpec};
use crate::decimal;
use crate::error::excerpt;
use crate::geometry::{Padding, Window};
use crate::init::Init;
use crate::layers::BatchNorm;
use crate::{Error, Result};
use std::str::{FromStr, SplitWhitespace};

const LAYERS: [&str; 9] =
    ["input", "conv", "maxpool", "avgpool", "relu", "dropout", "flatten", "dense", "batchnorm"];

/// What people coming from elsewhere call the layers and initializers.
const SYNONYMS: [(&str, &str); 15] = [
    ("convolution", "conv"),
    ("pool", "maxpool"),
    ("pooling", "maxpool"),
    ("max", "maxpool"),
    ("max_pool2d", "maxpool"),
    ("average", "avgpool"),
    ("mean", "avgpool"),
    ("avg_pool2d", "avgpool"),
    ("linear", "dense"),
    ("fc", "dense"),
    ("reshape", "flatten"),
    ("glorot", "xavier"),
    ("kaiming", "he"),
    ("pad", "padding"),
    ("bn", "batchnorm"),
];

/// Longest word that is compared with the known ones.
const LONGEST_NEAR: usize = 40;

impl FromStr for ModelSpec {
    type Err = Error;

    /// Reads the text of a spec, without limits: see [`ModelSpec::parse_within`].
    ///
    /// # Errors
    /// Always [`Error::Spec`], with the first line that can't be.
    fn from_str(text: &str) -> Result<Self> {
        Self::parse_within(text, Limits::NONE)
    }
}

/// What a text says, up to the first line that can't be read.
pub(super) struct Read {
    /// `[height, width, channels]`; zeros if there is no input.
    pub(super) input: [usize; 3],
    pub(super) layers: Vec<LayerSpec>,
    /// The line of the input, then of each layer.
    pub(super) lines: Vec<usize>,
    /// Why the reading ended early.
    pub(super) error: Option<Error>,
}

impl Read {
    pub(super) fn text(text: &str, limits: &Limits) -> Self {
        let mut input = None;
        let (mut layers, mut lines) = (Vec::new(), Vec::new());
        let mut error = None;
        for (number, line) in (1..).zip(text.lines()) {
            let mut words = Words::new(line);
            let Some(keyword) = words.next() else { continue };
            let parsed = match (keyword.as_str(), input) {
                ("input", None) => words.sizes::<3>(INPUT_SIZE).map(|size| input = Some(size)),
                ("input", Some(_)) => Err(Error::InputTwice),
                (word, Some(_)) => layer(word, &mut words).map(|layer| layers.push(layer)),
                (word, None) if LAYERS.contains(&word) => Err(Error::MissingInput),
                (word, None) => Err(unknown_layer(word)),
            };
            if let Err(mut wrong) = parsed.and_then(|()| words.end()) {
                // What no size in memory can be is above the caller's limit too.
                if let Error::AboveLimit { limit, .. } = &mut wrong {
                    *limit = limits.size;
                }
                // A layer with words too many was taken in already.
                layers.truncate(lines.len().saturating_sub(1));
                error = Some(wrong.at_line(number));
                break;
            }
            lines.push(number);
        }
        if error.is_none() && input.is_none() {
            error = Some(Error::MissingInput.at_line(1));
        }
        Self { input: input.unwrap_or_default(), layers, lines, error }
    }
}

const INPUT_SIZE: &str = "a size such as 28x28x1 (height x width x channels)";
const WINDOW_SIZE: &str = "a size such as 3x3 (height x width)";
const STRIDE: &str = "a stride such as 2, or 1x2 (down x across)";
const PADDING: &str = "same, valid, a number of pixels, or four of them: top,bottom,left,right";
const INIT: &str = "zeros, constant C, normal STD, xavier, xavier_normal, he or he_normal";
const BIAS: &str = "none, zeros, constant C, normal STD, xavier, xavier_normal, he or he_normal";

fn layer(keyword: &str, words: &mut Words<'_>) -> Result<LayerSpec> {
    match keyword {
        "conv" => {
            let kernel = words.sizes(WINDOW_SIZE)?;
            let out_channels = words.count("the number of filters, such as 32")?;
            let options = Options::read(words, &["stride", "padding", "bias", "init"])?;
            Ok(LayerSpec::Conv2d {
                kernel,
                out_channels,
                stride: options.stride.unwrap_or([1, 1]),
                padding: options.padding.unwrap_or(Padding::Valid),
                bias: options.bias.unwrap_or(Some(Init::Zeros)),
                init: options.init.unwrap_or(Init::XavierUniform),
            })
        }
        "maxpool" | "avgpool" => {
            let kernel = words.sizes(WINDOW_SIZE)?;
            let options = Options::read(words, &["stride", "padding"])?;
            let stride = options.stride.unwrap_or(kernel);
            let window = Window { kernel, stride, padding: options.padding.unwrap_or(Padding::Valid) };
            Ok(match keyword {
                "maxpool" => LayerSpec::MaxPool2d { window },
                _ => LayerSpec::AvgPool2d { window },
            })
        }
        "relu" => Ok(LayerSpec::Relu),
        "dropout" => Ok(LayerSpec::Dropout { rate: words.float("a rate such as 0.3")? }),
        "batchnorm" => {
            let options = Options::read(words, &["momentum", "eps"])?;
            Ok(LayerSpec::BatchNorm {
                momentum: options.momentum.unwrap_or(BatchNorm::MOMENTUM),
                eps: options.eps.unwrap_or(BatchNorm::EPS),
            })
        }
        "flatten" => Ok(LayerSpec::Flatten),
        "dense" => {
            let units = words.count("the number of units, such as 10")?;
            let options = Options::read(words, &["bias", "init"])?;
            Ok(LayerSpec::Dense {
                units,
                bias: options.bias.unwrap_or(Some(Init::Zeros)),
                init: options.init.unwrap_or(Init::XavierUniform),
            })
        }
        _ => Err(unknown_layer(keyword)),
    }
}

fn unknown_layer(got: &str) -> Error {
    Error::UnknownLayer { got: excerpt(got), nearest: nearest(got, &LAYERS) }
}

fn unexpected(got: Option<String>, expected: &'static str) -> Error {
    Error::Expected { got: got.as_deref().map(excerpt), expected }
}

/// The options that may follow a layer's sizes, in any order.
#[derive(Default)]
struct Options {
    stride: Option<[usize; 2]>,
    padding: Option<Padding>,
    bias: Option<Option<Init>>,
    init: Option<Init>,
    momentum: Option<f32>,
    eps: Option<f32>,
}

impl Options {
    fn read(words: &mut Words<'_>, allowed: &[&'static str]) -> Result<Self> {
        let mut options = Self::default();
        while let Some(word) = words.next() {
            let Some(&option) = allowed.iter().find(|&&option| option == word) else {
                let expected = match allowed.len() {
                    4 => "stride, padding, bias, init or the end of the line",
                    _ if allowed[0] == "stride" => "stride, padding or the end of the line",
                    _ if allowed[0] == "momentum" => "momentum, eps or the end of the line",
                    _ => "bias, init or the end of the line",
                };
                let got = excerpt(&word);
                return Err(Error::UnknownOption { nearest: nearest(&word, allowed), got, expected });
            };
            let twice = match option {
                "stride" => options.stride.replace(words.sizes(STRIDE)?).is_some(),
                "padding" => options.padding.replace(words.padding()?).is_some(),
                "momentum" => options.momentum.replace(words.float("a momentum such as 0.1")?).is_some(),
                "eps" => options.eps.replace(words.float("a small number such as 0.00001")?).is_some(),
                "bias" => options.bias.replace(words.init(BIAS, true)?).is_some(),
                _ => match words.init(INIT, false)? {
                    Some(init) => options.init.replace(init).is_some(),
                    None => false,
                },
            };
            if twice {
                return Err(Error::OptionTwice { option });
            }
        }
        Ok(options)
    }
}

/// The words of one line, in lower case, without its comment.
struct Words<'a>(SplitWhitespace<'a>);

impl<'a> Words<'a> {
    fn new(line: &'a str) -> Self {
        Self(line.split('#').next().unwrap_or("").split_whitespace())
    }

    fn next(&mut self) -> Option<String> {
        self.0.next().map(str::to_ascii_lowercase)
    }

    fn end(&mut self) -> Result<()> {
        match self.next() {
            None => Ok(()),
            got => Err(unexpected(got, "the end of the line")),
        }
    }

    /// `3x4x5`; one number stands for all of them where two are wanted.
    fn sizes<const N: usize>(&mut self, expected: &'static str) -> Result<[usize; N]> {
        let got = self.next();
        let word = got.as_deref().unwrap_or("");
        let parts: Vec<_> = word.split(['x', '×']).collect();
        let wrong = || unexpected(got.clone(), expected);
        let numbers = parts
            .iter()
            .map(|part| number(part).unwrap_or_else(|| Err(wrong())))
            .collect::<Result<Vec<_>>>()?;
        let sizes = match numbers[..] {
            [size] if N == 2 => [size; N],
            _ => numbers.try_into().map_err(|_| wrong())?,
        };
        if sizes.contains(&0) {
            return Err(Error::ZeroSize { what: if N == 3 { "a side of the input" } else { "a size" } });
        }
        Ok(sizes)
    }

    fn count(&mut self, expected: &'static str) -> Result<usize> {
        let got = self.next();
        match got.as_deref().and_then(number) {
            Some(Ok(0)) => Err(Error::ZeroSize { what: "the number of filters or units" }),
            Some(result) => result,
            None => Err(unexpected(got, expected)),
        }
    }

    fn float(&mut self, expected: &'static str) -> Result<f32> {
        let got = self.next();
        match got.as_deref().and_then(decimal::parse) {
            Some(value) => Ok(value),
            None => Err(unexpected(got, expected)),
        }
    }

    fn padding(&mut self) -> Result<Padding> {
        let got = self.next();
        let word = got.as_deref().unwrap_or("");
        match word {
            "same" => return Ok(Padding::Same),
            "valid" => return Ok(Padding::Valid),
            _ => {}
        }
        let wrong = || unexpected(got.clone(), PADDING);
        let sides = word
            .split(',')
            .map(|part| number(part).unwrap_or_else(|| Err(wrong())))
            .collect::<Result<Vec<_>>>()?;
        match sides[..] {
            [all] => Ok(Padding::all(all)),
            [top, bottom, left, right] => Ok(Padding::Explicit { top, bottom, left, right }),
            _ => Err(wrong()),
        }
    }

    /// An initializer; `None` for the word `none`, where that may stand.
    fn init(&mut self, expected: &'static str, may_be_none: bool) -> Result<Option<Init>> {
        const WORDS: [&str; 7] =
            ["zeros", "constant", "normal", "xavier", "xavier_normal", "he", "he_normal"];
        let got = self.next();
        Ok(Some(match got.as_deref() {
            Some("none") if may_be_none => return Ok(None),
            Some("zeros") => Init::Zeros,
            Some("constant") => Init::Constant(self.float("a value such as 0.1")?),
            Some("normal") => Init::Normal(self.float("a standard deviation such as 0.01")?),
            Some("xavier") => Init::XavierUniform,
            Some("xavier_normal") => Init::XavierNormal,
            Some("he") => Init::HeUniform,
            Some("he_normal") => Init::HeNormal,
            Some(word) => {
                return Err(Error::UnknownOption {
                    nearest: nearest(word, &WORDS),
                    got: excerpt(word),
                    expected,
                });
            }
            None => return Err(unexpected(got, expected)),
        }))
    }
}

/// A whole number that can be a size in memory; nothing where the word is no number.
fn number(word: &str) -> Option<Result<usize>> {
    if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(word.parse().map_err(|_| Error::AboveLimit {
        what: "a number",
        got: decimal::parse(word).map_or(f64::MAX, f64::from),
        limit: usize::MAX,
    }))
}

/// The candidate that `word` most likely meant, if any is near: a synonym, a beginning of it, or at most two
/// letters inserted, left out or changed.
fn nearest(word: &str, candidates: &[&'static str]) -> Option<&'static str> {
    if let Some((_, meant)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == word) {
        return candidates.contains(meant).then_some(*meant);
    }
    let distance = |candidate: &str| match candidate {
        _ if word.len() >= 3 && (candidate.starts_with(word) || word.starts_with(candidate)) => 0,
        _ => edit_distance(word.as_bytes(), candidate.as_bytes()),
    };
    // A long word is far from all, and the distance takes its length times theirs.
    if word.len() > LONGEST_NEAR {
        return None;
    }
    let best = candidates.iter().copied().min_by_key(|candidate| distance(candidate))?;
    (distance(best) <= 2 && distance(best) < best.len().max(2) - 1).then_some(best)
}

/// Levenshtein's distance, by rows.
fn edit_distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
