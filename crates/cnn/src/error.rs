//! One error type for the whole crate: a sentence for people, fields for programs.
//!
//! [`Display`](std::fmt::Display) says what is wrong and what would be right, in English. Serialized (feature `serde`), an error is
//! an object with its [`code`](Error::code) and its fields, from which a page makes the same sentence in the reader's language.
//!
//! One long file on purpose: it is a list, and whoever words these errors in another language reads it top to bottom. One
//! macro makes of it the enum, the codes and what shows the fields.

mod fields;
mod macros;

pub use fields::Field;

use crate::decimal::Decimal;
use crate::geometry::WindowError;
use crate::par::ThreadCountError;

/// [`std::result::Result`] with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

macros::errors! {
/// Everything that can be wrong with what the crate is given.
///
/// Shapes are `[height, width]`, `[height, width, channels]` or `[features]`; lines count from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Error {
    // ── Windows and shapes ────────────────────────────────────────────────────────────────────────────────
    /// A size that must be at least 1 is 0.
    #[error("{what} is 0, but must be at least 1")]
    ZeroSize {
        /// Which size: `"kernel"`, `"stride"`, `"units"`, …
        what: &'static str,
    },
    /// A window has no place at all in its (padded) input.
    #[error(
        "the {} window is larger than its {} input (padding included): use a smaller window, padding, or a larger input",
        dims(kernel),
        dims(padded_input)
    )]
    KernelTooLarge {
        /// Height and width of the window.
        kernel: [usize; 2],
        /// Height and width of the input with its padding.
        padded_input: [usize; 2],
    },
    /// A shape other than what was called for.
    #[error("{what} has shape {}, but must have {}", dims(got), dims(expected))]
    ShapeMismatch {
        /// What has the shape: `"input"`, `"weight"`, …
        what: &'static str,
        /// The shape it has.
        got: Vec<usize>,
        /// The shape it must have.
        expected: Vec<usize>,
    },
    /// A number outside of its range.
    #[error("{what} is {}, but must be {expected}", plain(*got))]
    OutOfRange {
        /// Which number: `"learning_rate"`, `"batch_size"`, …
        what: &'static str,
        /// The number given.
        got: f64,
        /// The range in words, such as `"above 0"`.
        expected: &'static str,
    },
    /// A size or a count above the limit that the caller has set.
    #[error("{what} is {}, and the limit is {limit}", plain(*got))]
    AboveLimit {
        /// Which: `"the number of filters"`, `"the number of layers"`, …
        what: &'static str,
        /// The number given.
        got: f64,
        /// The largest that is allowed.
        limit: usize,
    },
    /// More memory would be needed than the caller allows, or than can be addressed.
    #[error(
        "{what} would need {} MB, and the limit is {} MB: use fewer channels or units, a smaller input, a larger stride or a smaller batch",
        bytes.div_ceil(1_000_000),
        limit / 1_000_000
    )]
    TooLarge {
        /// What would need it: `"parameters"`, `"training"`, …
        what: &'static str,
        /// Bytes needed.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },

    // ── The spec text ─────────────────────────────────────────────────────────────────────────────────────
    /// What is wrong with one line of a spec.
    #[error("line {line}: {error}")]
    Spec {
        /// The line, counted from 1; the last one where something is missing at the end.
        line: usize,
        /// What is wrong with it. Not the error's [`source`](std::error::Error::source): it is in its message already.
        error: Box<Error>,
    },
    /// A line that does not begin with a layer's name.
    #[error("got `{got}`, expected a layer: input, conv, maxpool, avgpool, relu, dropout, flatten, dense or batchnorm{}", did_you_mean(*nearest))]
    UnknownLayer {
        /// The word found.
        got: String,
        /// The layer whose name is nearest, if one is near.
        nearest: Option<&'static str>,
    },
    /// A word that is no option of this layer.
    #[error("got `{got}`, expected {expected}{}", did_you_mean(*nearest))]
    UnknownOption {
        /// The word found.
        got: String,
        /// The options there are, in words.
        expected: &'static str,
        /// The option whose name is nearest, if one is near.
        nearest: Option<&'static str>,
    },
    /// A word of the wrong kind, or none where one must follow.
    #[error("got {}, expected {expected}", got.as_deref().map_or("the end of the line".into(), |got| format!("`{got}`")))]
    Expected {
        /// The word found; nothing at the end of the line.
        got: Option<String>,
        /// What must stand there.
        expected: &'static str,
    },
    /// An option given twice in one line.
    #[error("`{option}` is given twice")]
    OptionTwice {
        /// The option's name.
        option: &'static str,
    },
    /// The first line that says something is not `input`, or there is none.
    #[error("the first layer must be the input, such as `input 28x28x1`")]
    MissingInput,
    /// A second `input`.
    #[error("there is an input already: only the first layer can be `input`")]
    InputTwice,
    /// A layer that works on maps after they were flattened.
    #[error("`{layer}` works on maps, but gets a vector of {got} values: put it before `flatten`")]
    NeedsMap {
        /// The layer's name.
        layer: &'static str,
        /// The length of the vector it would get.
        got: usize,
    },
    /// A dense layer on maps that were not flattened.
    #[error("`{layer}` works on a vector, but gets maps of {}: put `flatten` before it", dims(got))]
    NeedsVector {
        /// The layer's name.
        layer: &'static str,
        /// The shape that it would get.
        got: [usize; 3],
    },
    /// A network that does not end in a vector of class scores.
    #[error(
        "the network ends with maps of {}, but must end with one score for each class: add `flatten` and `dense 10`",
        dims(got)
    )]
    NoScores {
        /// The shape at the end.
        got: [usize; 3],
    },
    /// A network with fewer than two or more than 256 class scores.
    #[error("the network ends with {got} scores, but must end with 2 to 256, one for each class")]
    ClassCount {
        /// The number of scores.
        got: usize,
    },
    /// A batch normalization behind the last dense layer.
    #[error(
        "`batchnorm` after the last `dense` would normalize the scores: over a batch every class would get the same mean, and an image's scores would depend on the other images. Put it before that `dense`"
    )]
    ScoresNormalized,
    /// A batch of one image where a normalization over the batch gets one value a channel.
    #[error(
        "with a batch size of 1, `{layer}` gets one value for each channel, which has no variance to normalize by: use a batch size of 2 or more"
    )]
    BatchOfOne {
        /// The layer's name.
        layer: &'static str,
    },
    /// A pooling window with more positions than an argmax byte can tell apart.
    #[error("the pooling window {} has {} positions, but can have at most {limit}", dims(size), size[0] * size[1])]
    PoolTooLarge {
        /// Height and width of the window.
        size: [usize; 2],
        /// The largest area.
        limit: usize,
    },
    /// Pooling padding so wide that a window could lie in padding alone.
    #[error(
        "padding of {padding} is too wide for a pooling window of {}: each side must be less than the window",
        dims(size)
    )]
    PoolPaddingTooWide {
        /// The widest side of the padding.
        padding: usize,
        /// Height and width of the window.
        size: [usize; 2],
    },

    // ── Data ──────────────────────────────────────────────────────────────────────────────────────────────
    /// An IDX file that does not begin as one.
    #[error("these are no IDX {what}: the file begins with {got:#010x}, expected {expected:#010x}")]
    IdxMagic {
        /// `"images"` or `"labels"`.
        what: &'static str,
        /// The first four bytes, big-endian.
        got: u32,
        /// What they must be.
        expected: u32,
    },
    /// An IDX file of another length than its header says.
    #[error("the IDX {what} are damaged: {got} bytes, but the header calls for {expected}")]
    IdxLength {
        /// `"images"` or `"labels"`.
        what: &'static str,
        /// Bytes there.
        got: u64,
        /// Bytes that the header calls for.
        expected: u64,
    },
    /// Images and labels that do not belong together.
    #[error("{images} images, but {labels} labels: the counts must match")]
    CountMismatch {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
    /// A label that is none of the classes.
    #[error("the label of image {index} is {label}, but there are {classes} classes, counted from 0")]
    LabelOutOfRange {
        /// The image, counted from 0 in what was given.
        index: usize,
        /// Its label.
        label: u8,
        /// The number of classes.
        classes: usize,
    },
    /// More images than a split was declared to have.
    #[error("the {split} split has room for {declared} images, but would have {got}")]
    SplitFull {
        /// The split.
        split: &'static str,
        /// The number declared.
        declared: usize,
        /// The number it would have.
        got: usize,
    },
    /// An image that is not in the split.
    #[error("the {split} split has {available} images so far: there is no image {index}, counted from 0")]
    NoSuchImage {
        /// The split.
        split: &'static str,
        /// The image asked for.
        index: usize,
        /// How many have arrived.
        available: usize,
    },
    /// A name that is no split.
    #[error("got the split `{got}`, expected train, validation or test")]
    UnknownSplit {
        /// The name given.
        got: String,
    },
    /// Data whose images or classes are not what the network takes.
    #[error(
        "the network takes images of {} in {classes} classes, but the data has {} in {data_classes}",
        dims(input),
        dims(data_input)
    )]
    DataMismatch {
        /// The network's input `[height, width, channels]`.
        input: [usize; 3],
        /// The network's classes.
        classes: usize,
        /// The data's images `[height, width, channels]`.
        data_input: [usize; 3],
        /// The data's classes.
        data_classes: usize,
    },

    // ── A person's own digit ──────────────────────────────────────────────────────────────────────────────
    /// An image on which nothing is drawn.
    #[error("there is nothing on the image: it has one shade all over")]
    DigitEmpty,
    /// A drawing too small to be anything.
    #[error("the drawing is only {} pixels large: draw it larger", dims(size))]
    DigitTooSmall {
        /// Height and width of what is drawn.
        size: [usize; 2],
    },
    /// An image with no pixels, or more than the crate takes.
    #[error("the image is {width}×{height}, but must be 1 to {limit} pixels wide and high: scale it down")]
    ImageSize {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// The largest side.
        limit: usize,
    },
    /// Pixel bytes that are not as many as the size calls for.
    #[error("{got} bytes of pixels, but the image's size calls for {expected}")]
    PixelCount {
        /// Bytes there.
        got: usize,
        /// Bytes called for.
        expected: usize,
    },

    // ── Training ──────────────────────────────────────────────────────────────────────────────────────────
    /// A backward pass through a layer that has seen no forward pass.
    #[error("`{layer}` can go backward only after it went forward")]
    NoForward {
        /// The layer's name.
        layer: &'static str,
    },
    /// Targets of another kind than the loss is for.
    #[error("got {got} as targets, but the loss needs {expected}")]
    TargetsMismatch {
        /// `"labels"` or `"values"`.
        got: &'static str,
        /// `"labels"` or `"values"`.
        expected: &'static str,
    },
    /// A file or a stream that can't be read or written.
    #[error("{what} could not be read or written: {reason}")]
    Io {
        /// The file's path, or `the stream`.
        what: String,
        /// What the system says.
        reason: String,
    },
    /// A layer that shows two parameters under one name.
    #[error("the layer `{layer}` has two parameters named `{name}`")]
    NameTwice {
        /// The layer's name.
        layer: &'static str,
        /// The name.
        name: String,
    },
    /// Augmentation of images that have one pixel.
    #[error(
        "augmentation is on for images of {}, but must be off for those: one pixel looks the same however it is shifted, turned, scaled or bent",
        dims(input)
    )]
    NothingToDistort {
        /// Height, width and channels of the images.
        input: [usize; 3],
    },
    /// NaN or infinity in the middle of training; the step that met it was not taken.
    #[error(
        "training diverged: the {what} of layer {layer} (`{kind}`) is no longer finite: go back to an earlier state and lower the learning rate"
    )]
    NotFinite {
        /// The first layer where it appeared, counted from 0 after the input.
        layer: usize,
        /// That layer's name.
        kind: &'static str,
        /// `"weight"`, `"bias"`, `"state"` (what it gathers, such as running means), `"output"`, `"gradient"` or `"loss"`.
        what: &'static str,
    },

    // ── Checkpoints ───────────────────────────────────────────────────────────────────────────────────────
    /// Bytes that are no whole safetensors file.
    #[error("this is no safetensors file, or a part of it is missing or damaged ({reason})")]
    CheckpointCorrupt {
        /// What the reader found.
        reason: String,
    },
    /// A file written by another version of this format, or something else altogether.
    #[error("the file's format is `{got}`, but only `{expected}` can be read")]
    CheckpointFormat {
        /// The format that the file names.
        got: String,
        /// The format that this version reads.
        expected: &'static str,
    },
    /// A file of ours whose content is not what its checksum was taken of.
    #[error(
        "the file's content has the checksum {got}, but its metadata says {expected}: it was damaged, or changed by a program that left the old checksum in it"
    )]
    CheckpointAltered {
        /// Checksum of what is in the file.
        got: String,
        /// The checksum that the file names.
        expected: String,
    },
    /// Weights alone where a whole snapshot is needed.
    #[error("the file holds weights but no state of training: load it as weights")]
    CheckpointNoState,
    /// Weights that do not say which network they are of, where the file must.
    #[error("the file does not say which network its weights are of")]
    CheckpointNoSpec,
    /// A tensor that the network needs and the file lacks.
    #[error("the file has no tensor `{tensor}`: it is from another network")]
    TensorMissing {
        /// The tensor's name.
        tensor: String,
    },
    /// A tensor that the network has no place for.
    #[error("the network has no tensor `{tensor}`, but the file has: it is from another network")]
    TensorUnknown {
        /// The tensor's name.
        tensor: String,
    },
    /// A tensor of another shape than the network's.
    #[error(
        "the tensor `{tensor}` is {} in the file, but {} in the network: the file is from another network",
        dims(got),
        dims(expected)
    )]
    TensorShape {
        /// The tensor's name.
        tensor: String,
        /// Its shape in the file.
        got: Vec<usize>,
        /// Its shape in the network.
        expected: Vec<usize>,
    },
    /// A tensor whose numbers are not 32-bit floats.
    #[error("the tensor `{tensor}` holds {got}, but must hold F32")]
    TensorType {
        /// The tensor's name.
        tensor: String,
        /// Its type in the file.
        got: String,
    },
    /// A tensor that holds NaN or infinity.
    #[error("the tensor `{tensor}` holds a value that is not finite, at position {index}")]
    TensorNotFinite {
        /// The tensor's name.
        tensor: String,
        /// The first such position, in row-major order.
        index: usize,
    },
}
}

impl Error {
    /// This error with the line of the spec it belongs to.
    pub(crate) fn at_line(self, line: usize) -> Self {
        match self {
            Self::Spec { .. } => self,
            error => Self::Spec { line, error: Box::new(error) },
        }
    }
}

impl From<WindowError> for Error {
    fn from(error: WindowError) -> Self {
        match error {
            WindowError::ZeroSize { what } => Self::ZeroSize { what },
            WindowError::OutOfRange { what, got, expected } => {
                Self::OutOfRange { what, got: got as f64, expected }
            }
            WindowError::TooLarge { kernel, padded_input } => Self::KernelTooLarge { kernel, padded_input },
        }
    }
}

impl From<ThreadCountError> for Error {
    fn from(error: ThreadCountError) -> Self {
        Self::OutOfRange { what: "threads", got: error.got as f64, expected: "1 to 512" }
    }
}

/// `[28, 28, 1]` as people write it: `28×28×1`.
fn dims(shape: &[usize]) -> String {
    let mut text = String::new();
    for (i, size) in shape.iter().enumerate() {
        text.push_str(if i == 0 { "" } else { "×" });
        text.push_str(&size.to_string());
    }
    text
}

/// What an error quotes of a text that was given: so much as a sentence can bear.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// Longest quotation, in characters.
const EXCERPT: usize = 40;

/// A number that was given: a count or an `f32`, as people write it.
fn plain(number: f64) -> String {
    let whole = number as i64;
    if whole as f64 == number { whole.to_string() } else { Decimal(number as f32).to_string() }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |word| format!("; did you mean `{word}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_serialized_tag() {
        let errors = [
            Error::ZeroSize { what: "stride" },
            Error::KernelTooLarge { kernel: [5, 5], padded_input: [3, 4] },
            Error::MissingInput,
            Error::DigitEmpty,
            Error::ClassCount { got: 1 },
            Error::TensorNotFinite { tensor: "layer0.weight".into(), index: 3 },
        ];
        for error in errors {
            assert_eq!(serde_json::to_value(&error).unwrap()["code"], error.code());
        }
    }

    #[test]
    fn numbers_are_written_as_they_were_given() {
        let message = |got| Error::OutOfRange { what: "it", got, expected: "less" }.to_string();
        assert_eq!(message(f64::from(0.1f32)), "it is 0.1, but must be less");
        assert_eq!(message(-3.0), "it is -3, but must be less");
        assert_eq!(message(4_294_967_295.0), "it is 4294967295, but must be less");
        assert_eq!(message(f64::NAN), "it is NaN, but must be less");
    }

    #[test]
    fn long_texts_are_quoted_in_part() {
        let whole = "가".repeat(EXCERPT);
        assert_eq!(excerpt(&whole), whole);
        assert_eq!(excerpt(&format!("{whole}나다")), format!("{whole}…"));
        assert_eq!(excerpt(""), "");
    }

    #[test]
    fn a_line_is_named_once() {
        let error = Error::NeedsVector { layer: "dense", got: [7, 7, 64] }.at_line(4).at_line(9);
        assert_eq!(error.code(), "needs_vector");
        assert_eq!(
            error.to_string(),
            "line 4: `dense` works on a vector, but gets maps of 7×7×64: put `flatten` before it"
        );
        // Whoever prints an error with its sources does not say it twice.
        assert!(std::error::Error::source(&error).is_none());
    }
}
