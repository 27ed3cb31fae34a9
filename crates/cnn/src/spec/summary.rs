//! Shapes, costs and warnings of a spec, and the checks that make it valid.

use super::parse::Read;
use super::{LayerSpec, Limits, ModelSpec};
use crate::geometry::{Geometry, Padding, Window};
use crate::init::Init;
use crate::kernels::LANES_BYTES;
use crate::layers::{Shape, check_batch_norm, pool_geometry};
use crate::{Error, Result};

/// Bytes of an `f32`.
const F32: f64 = 4.0;
const F32_BYTES: u64 = 4;
/// Values kept for each parameter while it is trained with Adam: itself, its gradient, m and v.
const VALUES_PER_PARAMETER: u64 = 4;
/// Values kept for each activation while training: itself and its gradient.
const VALUES_PER_ACTIVATION: u64 = 2;
/// Values kept for each class score beside its activation: the loss's gradient, its probabilities, and those of the report.
const VALUES_PER_SCORE: u64 = 3;
/// Bytes kept for each image of a batch beside all values: its place in the order, its label, and what the report says of it.
const BYTES_PER_IMAGE: u64 = 28;
/// Bytes of an entry in a list: a value, and where it belongs.
const ENTRY: f64 = 8.0;
/// Threads for which working memory is counted: as many as a page uses.
const THREADS: f64 = 8.0;
/// Groups of images, at most, for each of which a convolution's gradient is summed on its own.
const GRADIENT_GROUPS: f64 = 8.0;

/// What a network is made of and what it costs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Summary {
    /// `[height, width, channels]` of the input.
    pub input: Shape,
    /// Each layer in order.
    pub layers: Vec<LayerSummary>,
    /// Number of weights and biases.
    pub parameters: u64,
    /// Multiply-adds of one image on its way forward.
    pub multiply_adds: u64,
    /// Bytes of one image and all of its activations, as `f32`.
    pub activation_bytes: u64,
    /// What is allowed and yet may not be meant.
    pub warnings: Vec<Warning>,
}

/// One layer: shapes for one image, counts for one pass forward.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LayerSummary {
    /// Its number, counted from 0 without the input: the I of its parameters' names `layerI.weight`.
    pub index: usize,
    /// Its line in the text, counted from 1.
    pub line: usize,
    /// Its name in the text: `conv`, `maxpool`, …
    pub kind: &'static str,
    /// Its line with every option spelled out.
    pub text: String,
    /// What goes in.
    pub input: Shape,
    /// What comes out.
    pub output: Shape,
    /// `[kernel_h, kernel_w, in_channels, out_channels]`, `[in_features, out_features]` or, of a batch normalization,
    /// `[channels]`, if it has weights.
    pub weight_shape: Option<Vec<usize>>,
    /// `[out_channels]` or `[out_features]`, if it has a bias.
    pub bias_shape: Option<Vec<usize>>,
    /// `[channels]`, if it keeps a running mean and a running variance, which are no parameters.
    pub running_shape: Option<Vec<usize>>,
    /// Number of weights and biases.
    pub parameters: u64,
    /// Multiply-adds, those with padding counted too; 0 where nothing is multiplied.
    pub multiply_adds: u64,
    /// Height and width of the part of the image that one output value depends on, where the image is large
    /// enough; from a dense layer on the whole image.
    pub receptive_field: [usize; 2],
    /// Where its window lands, if it has one.
    pub geometry: Option<Geometry>,
    /// Bytes of its output as `f32`.
    pub activation_bytes: u64,
}

/// Something in a spec that is allowed and yet may not be meant; `line` counts from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "code", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Warning {
    /// The stride does not divide what is left, so that no window covers the last rows or columns.
    LeftOver {
        /// The layer's line.
        line: usize,
        /// Rows that are lost.
        rows: usize,
        /// Columns that are lost.
        columns: usize,
    },
    /// The stride is larger than the window, so that rows or columns between windows are never seen.
    StrideSkips {
        /// The layer's line.
        line: usize,
    },
    /// Two layers with weights follow each other without an activation: together they are one linear map.
    NoActivation {
        /// The second one's line.
        line: usize,
    },
    /// All weights are equal at first, so that all filters or units stay equal.
    EqualWeights {
        /// The layer's line.
        line: usize,
    },
    /// Class scores pass through ReLU or dropout.
    ScoresCut {
        /// The last layer's line.
        line: usize,
    },
}

impl Summary {
    /// Bytes that training with a batch of this size takes, about: parameters with their gradients and Adam's
    /// two moments, activations with their gradients, the step's report, and what the kernels work in with 8 threads. More
    /// threads may take up to [`LANES_BYTES`] more.
    pub fn memory_bytes(&self, batch: usize) -> u64 {
        let parameters = self.parameters.saturating_mul(VALUES_PER_PARAMETER * F32_BYTES);
        let activations = self.activation_bytes.saturating_mul(VALUES_PER_ACTIVATION);
        let scores = self.layers.last().map_or(0, |layer| layer.output.len() as u64);
        let scores = scores.saturating_mul(VALUES_PER_SCORE * F32_BYTES);
        let image = activations.saturating_add(scores).saturating_add(BYTES_PER_IMAGE);
        // One layer after the other works in the same memory.
        let work = (0..self.layers.len()).map(|index| self.working_memory(index, batch as f64));
        let work = work.fold(WorkingMemory::default(), WorkingMemory::max);
        parameters.saturating_add(image.saturating_mul(batch as u64)).saturating_add(work.bytes())
    }
}

/// What kernels work in, in bytes: whole numbers, exact up to 2⁵³, which no product makes wrap around and seem small.
#[derive(Clone, Copy, Default)]
struct WorkingMemory {
    /// All threads together.
    shared: f64,
    /// Each thread: copies.
    copies: f64,
    /// Each thread: lists.
    lists: f64,
}

impl WorkingMemory {
    fn max(self, other: Self) -> Self {
        Self {
            shared: self.shared.max(other.shared),
            copies: self.copies.max(other.copies),
            lists: self.lists.max(other.lists),
        }
    }

    fn bytes(self) -> u64 {
        let lane = self.copies + self.lists;
        let others = (lane * (THREADS - 1.0)).min(LANES_BYTES as f64);
        (self.shared + lane + others) as u64
    }
}

impl Summary {
    /// The larger of what a layer's ways may take.
    fn working_memory(&self, index: usize, batch: f64) -> WorkingMemory {
        let layer = &self.layers[index];
        match (&layer.geometry, layer.weight_shape.as_deref()) {
            (Some(geometry), Some(&[_, _, inputs, filters])) => {
                let pool = match &self.layers[index + 1..] {
                    [relu, pool, ..] if (relu.kind, pool.kind) == ("relu", "maxpool") => {
                        pool.geometry.as_ref()
                    }
                    _ => None,
                };
                let first = self.layers[..index].iter().all(|before| before.parameters == 0);
                convolution(geometry, pool, first, inputs as f64, filters as f64, batch)
            }
            (None, Some(&[inputs, outputs])) => dense(inputs as f64, outputs as f64, batch),
            (None, Some(&[channels])) => batch_norm(channels as f64, batch * layer.input.len() as f64),
            _ => WorkingMemory::default(),
        }
    }
}

/// Shared: the weights in another order, sums of their gradient in groups, and where the windows begin. For each
/// thread: an image with its padding as far as windows cover it, or the gradient as another convolution reads it, and
/// lists of what is not zero in it. `pool` is the pooling that it is done together with.
fn convolution(
    g: &Geometry,
    pool: Option<&Geometry>,
    first: bool,
    inputs: f64,
    filters: f64,
    batch: f64,
) -> WorkingMemory {
    let [kernel, stride, input, output, covered] =
        [g.kernel, g.stride, g.input, g.output, g.covered_input()].map(|size| size.map(|n| n as f64));
    let window = kernel[0] * kernel[1] * inputs;
    let few = window <= 60.0;
    // Each row of a window in whole vectors, or few values in whole tiles of 12 rows.
    let weights = (kernel[0] * whole(kernel[1] * inputs) + 11.0) * whole(filters);
    let winograd = g.kernel == [3, 3] && g.stride == [1, 1] && inputs >= 16.0 && filters >= 8.0;
    let packed = if winograd { 16.0 * whole(inputs) * whole(filters) } else { weights };
    let [pixels, outputs] = [input[0] * input[1], output[0] * output[1]];
    let shared = F32 * (packed + weights * batch.min(GRADIENT_GROUPS)) + ENTRY * (pixels.max(outputs) + 12.0);

    let image = covered[0] * covered[1] * whole(inputs);
    let map = outputs * filters;
    let half = (outputs / 2.0).floor();
    let (copied, listed, transposed) = match pool {
        Some(pool) => {
            let tiles = pool.kernel == [2, 2] && pool.stride == [2, 2] && pool.pad_before == [0, 0];
            let pooled = pool.output_pixels() as f64 * filters;
            (if tiles { 0.0 } else { map }, pooled + half, 0.0)
        }
        None => {
            // The gradient with a border, where it is a convolution's input.
            let [height, width] =
                [0, 1].map(|axis| output[axis].max(((input[axis] + kernel[axis]) / stride[axis]).ceil()));
            let work = (pixels / (stride[0] * stride[1])).floor();
            let transposed = if first || work > 5.0 * outputs { 0.0 } else { height * width * filters };
            (if few { map } else { 0.0 }, if first && few { 0.0 } else { map + half }, transposed)
        }
    };
    let tiles = if winograd { 400.0 * whole(inputs) + 9472.0 } else { 0.0 };
    let floats = (image + copied).max(transposed).max(tiles);
    WorkingMemory { shared, copies: F32 * floats, lists: ENTRY * (listed + 4.0 * filters) }
}

/// A dense layer's weights in another order, or for each thread a part of them, and lists of what is not zero.
fn dense(inputs: f64, outputs: f64, batch: f64) -> WorkingMemory {
    /// Columns at a time, and up to how many all are put into another order at once.
    const COLUMNS: f64 = 48.0;
    const ALL: f64 = 7.0 * COLUMNS;
    let lists = (inputs * (batch + 1.0)).max(batch * (inputs.max(outputs) + 1.0)) * ENTRY;
    let weights = if outputs <= ALL { inputs * whole(outputs) } else { 0.0 };
    let part = if outputs <= ALL { outputs } else { inputs.max(outputs) } * COLUMNS;
    let shared = weights.max(batch * outputs) * F32 + lists;
    WorkingMemory { shared, copies: F32 * part, lists: 0.0 }
}

/// Sums of pieces that have 16 rows of channels or more, what is kept of each channel, and each of these repeated until it
/// fills whole vectors.
fn batch_norm(channels: f64, values: f64) -> WorkingMemory {
    /// The longest that a few channels are repeated to.
    const REPEATED: f64 = 63.0 * 16.0;
    let repeated = channels.max(REPEATED);
    let shared = ((values / 8.0).floor() + 10.0 * channels + 4.0 * repeated) * F32;
    WorkingMemory { shared, copies: F32 * 2.0 * repeated, lists: 0.0 }
}

/// Rounded up to whole vectors of four.
fn whole(n: f64) -> f64 {
    (n / 4.0).ceil() * 4.0
}

/// Everything that makes a spec valid.
pub(super) fn check(spec: &ModelSpec) -> Result<()> {
    spec.limits.check_layers(&spec.lines)?;
    let summary = summarize(spec)?;
    let dense = |layer: &LayerSummary| layer.kind == "dense";
    let scores = summary.layers.iter().rposition(dense).map_or(&[][..], |last| &summary.layers[last + 1..]);
    if let Some(norm) = scores.iter().find(|layer| layer.running_shape.is_some()) {
        return Err(Error::ScoresNormalized.at_line(norm.line));
    }
    let (line, last) = match summary.layers.last() {
        Some(last) => (last.line, last.output),
        None => (spec.lines[0], summary.input),
    };
    match last {
        Shape::Map(got) => Err(Error::NoScores { got }.at_line(line)),
        Shape::Vector(got) if !(2..=256).contains(&got) => Err(Error::ClassCount { got }.at_line(line)),
        Shape::Vector(_) => {
            spec.limits.check_memory(summary.memory_bytes(1)).map_err(|error| error.at_line(line))
        }
    }
}

/// Walks the layers; the first that can't be is the error.
pub(super) fn summarize(spec: &ModelSpec) -> Result<Summary> {
    match walk(spec) {
        (summary, None) => Ok(summary),
        (_, Some(error)) => Err(error),
    }
}

/// Walks the layers up to the first that can't be: what stands before it, and what is wrong with it.
pub(super) fn walk(spec: &ModelSpec) -> (Summary, Option<Error>) {
    let input = Shape::Map(spec.input);
    let mut summary = Summary {
        input,
        layers: Vec::with_capacity(spec.layers.len()),
        parameters: 0,
        multiply_adds: 0,
        activation_bytes: product(&spec.input).saturating_mul(F32_BYTES),
        warnings: Vec::new(),
    };
    let limits = spec.limits;
    if let Err(error) = limits.check_sizes(&spec.input, "the input").and_then(|()| bytes(input, &limits)) {
        return (summary, Some(error.at_line(spec.lines[0])));
    }
    let [height, width, _] = spec.input;
    let mut walk = Walk { limits, image: [height, width], shape: input, field: [1, 1], jump: [1, 1] };
    for (index, layer) in spec.layers.iter().enumerate() {
        let line = spec.line(index);
        let error = match walk.layer(index, line, layer) {
            Ok(layer) => {
                summary.parameters = summary.parameters.saturating_add(layer.parameters);
                summary.multiply_adds = summary.multiply_adds.saturating_add(layer.multiply_adds);
                summary.activation_bytes = summary.activation_bytes.saturating_add(layer.activation_bytes);
                summary.layers.push(layer);
                // Checked layer by layer, so that the error names the line that goes over the limit.
                limits.check_memory(summary.memory_bytes(1)).err()
            }
            Err(wrong) => Some(wrong),
        };
        if let Some(wrong) = error {
            return (summary, Some(wrong.at_line(line)));
        }
    }
    summary.warnings = warnings(spec, &summary.layers);
    (summary, None)
}

/// A text as far as it goes: the layers up to the first that can't be, and what is wrong with that one.
///
/// What [`ModelSpec`] refuses whole, this shows in part: for an editor, and for a stack of layers that is no
/// classifier (yet).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Outline {
    /// The layers before the error; all of them if there is none.
    pub summary: Summary,
    /// What [`str::parse`] says of this text, if it refuses it: an [`Error::Spec`]. With
    /// [`Error::NoScores`] or [`Error::ClassCount`] inside, every layer fits and only the end is no classifier's.
    pub error: Option<Error>,
}

/// Reads a text as far as it goes.
///
/// ```
/// let outline = cnn::spec::outline("input 32x32x3\nconv 5x5 6\nrelu\nconv 5x5 10");
/// assert_eq!(outline.summary.layers[2].output.to_vec(), [24, 24, 10]);
/// assert!(outline.error.is_some()); // no class scores at the end
/// ```
pub fn outline(text: &str) -> Outline {
    outline_within(text, Limits::NONE)
}

/// [`outline`] with an error for what exceeds these limits.
pub fn outline_within(text: &str, limits: Limits) -> Outline {
    read(text, limits).1
}

/// What a text says, checked or not, and its outline.
pub(super) fn read(text: &str, limits: Limits) -> (ModelSpec, Outline) {
    let Read { input, mut layers, mut lines, error } = Read::text(text, &limits);
    let too_many = limits.check_layers(&lines).err();
    layers.truncate(limits.layers);
    if lines.is_empty() {
        lines.push(1);
    }
    let spec = ModelSpec { input, layers, lines, limits };
    let (summary, shapes) = walk(&spec);
    let error = match shapes {
        // There is no input whose shape could be wrong.
        Some(_) if input == [0; 3] && error.is_some() => error,
        // The layers that were read come before the line that could not be.
        shapes => shapes.or(too_many).or(error).or_else(|| check(&spec).err()),
    };
    (spec, Outline { summary, error })
}

/// What is known after the layers so far.
struct Walk {
    limits: Limits,
    image: [usize; 2],
    shape: Shape,
    /// Receptive field of one value, in pixels of the image.
    field: [usize; 2],
    /// Distance of two neighbouring values, in pixels of the image.
    jump: [usize; 2],
}

impl Walk {
    fn layer(&mut self, index: usize, line: usize, layer: &LayerSpec) -> Result<LayerSummary> {
        let input = self.shape;
        let mut geometry = None;
        let mut weight_shape = None;
        let mut has_bias = false;
        let mut positions = 0;
        let output = match *layer {
            LayerSpec::Conv2d { kernel, out_channels, stride, padding, bias, init } => {
                let [h, w, c] = self.map(layer)?;
                self.limits.check_sizes(&[out_channels], "the number of filters")?;
                check_starts(init, bias)?;
                let window = Window { kernel, stride, padding };
                check_window(&window, &self.limits)?;
                let g = window.resolve([h, w])?;
                self.widen(&window);
                weight_shape = Some(vec![kernel[0], kernel[1], c, out_channels]);
                has_bias = bias.is_some();
                positions = (g.output[0] * g.output[1]) as u64;
                geometry = Some(g);
                Shape::Map([g.output[0], g.output[1], out_channels])
            }
            LayerSpec::MaxPool2d { window } | LayerSpec::AvgPool2d { window } => {
                let [_, _, c] = self.map(layer)?;
                check_window(&window, &self.limits)?;
                let g = pool_geometry(&window, input, layer.keyword())?;
                self.widen(&window);
                geometry = Some(g);
                Shape::Map([g.output[0], g.output[1], c])
            }
            LayerSpec::Relu => input,
            LayerSpec::Dropout { rate } => {
                if !(0.0..1.0).contains(&rate) {
                    return Err(Error::OutOfRange {
                        what: "the dropout rate",
                        got: rate.into(),
                        expected: "at least 0 and below 1: it is the part that is zeroed",
                    });
                }
                input
            }
            LayerSpec::BatchNorm { momentum, eps } => {
                check_batch_norm(momentum, eps)?;
                weight_shape = Some(vec![input.channels()]);
                has_bias = true;
                positions = (input.len() / input.channels()) as u64;
                input
            }
            LayerSpec::Flatten => {
                self.map(layer)?;
                Shape::Vector(input.len())
            }
            LayerSpec::Dense { units, bias, init } => {
                let features = match input {
                    Shape::Vector(features) => features,
                    Shape::Map(got) => return Err(Error::NeedsVector { layer: layer.keyword(), got }),
                };
                self.limits.check_sizes(&[units], "the number of units")?;
                check_starts(init, bias)?;
                weight_shape = Some(vec![features, units]);
                has_bias = bias.is_some();
                positions = 1;
                Shape::Vector(units)
            }
        };
        let activation_bytes = bytes(output, &self.limits)?;
        let weights = weight_shape.as_deref().map_or(0, product);
        let bias_shape =
            weight_shape.as_ref().filter(|_| has_bias).and_then(|shape| shape.last().map(|&n| vec![n]));
        if matches!(layer, LayerSpec::Dense { .. }) {
            // From here on every value depends on the whole image.
            self.field = self.image;
        }
        self.shape = output;
        Ok(LayerSummary {
            index,
            line,
            kind: layer.keyword(),
            text: layer.to_string(),
            input,
            output,
            parameters: weights.saturating_add(bias_shape.as_deref().map_or(0, product)),
            running_shape: weight_shape.clone().filter(|_| matches!(layer, LayerSpec::BatchNorm { .. })),
            weight_shape,
            bias_shape,
            multiply_adds: weights.saturating_mul(positions),
            receptive_field: self.field,
            geometry,
            activation_bytes,
        })
    }

    /// The maps that a layer gets.
    fn map(&self, layer: &LayerSpec) -> Result<[usize; 3]> {
        match self.shape {
            Shape::Map(map) => Ok(map),
            Shape::Vector(got) => Err(Error::NeedsMap { layer: layer.keyword(), got }),
        }
    }

    /// Widens the receptive field by a window.
    fn widen(&mut self, window: &Window) {
        for axis in 0..2 {
            let reach = (window.kernel[axis] - 1).saturating_mul(self.jump[axis]);
            self.field[axis] = self.field[axis].saturating_add(reach);
            self.jump[axis] = self.jump[axis].saturating_mul(window.stride[axis]);
        }
    }
}

fn check_window(window: &Window, limits: &Limits) -> Result<()> {
    limits.check_sizes(&window.kernel, "the window")?;
    limits.check_sizes(&window.stride, "the stride")?;
    match window.padding {
        Padding::Explicit { top, bottom, left, right } => {
            limits.check_most(&[top, bottom, left, right], "the padding")
        }
        Padding::Valid | Padding::Same => Ok(()),
    }
}

/// Checks the numbers that weights and biases start from; those that a text can't hold are among the wrong ones.
fn check_starts(init: Init, bias: Option<Init>) -> Result<()> {
    [Some(init), bias].into_iter().flatten().try_for_each(|init| match init {
        Init::Normal(std) if !(std >= 0.0 && std.is_finite()) => {
            let got = std.into();
            Err(Error::OutOfRange { what: "the standard deviation", got, expected: "0 or more" })
        }
        Init::Constant(value) if !value.is_finite() => {
            Err(Error::OutOfRange { what: "the constant", got: value.into(), expected: "finite" })
        }
        _ => Ok(()),
    })
}

/// Bytes of one activation. Checked before anything multiplies its sizes as `usize`, which has 32 bits in
/// WebAssembly.
fn bytes(shape: Shape, limits: &Limits) -> Result<u64> {
    let bytes = product(&shape.to_vec()).saturating_mul(F32_BYTES);
    limits.check_memory(bytes)?;
    Ok(bytes)
}

fn product(shape: &[usize]) -> u64 {
    shape.iter().fold(1, |n, &d| n.saturating_mul(d as u64))
}

fn warnings(spec: &ModelSpec, layers: &[LayerSummary]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut linear_so_far = false;
    for (layer, &LayerSummary { line, geometry, .. }) in spec.layers.iter().zip(layers) {
        if let Some(g) = geometry {
            if g.lost != [0, 0] {
                warnings.push(Warning::LeftOver { line, rows: g.lost[0], columns: g.lost[1] });
            }
            if (0..2).any(|axis| g.stride[axis] > g.kernel[axis] && g.output[axis] > 1) {
                warnings.push(Warning::StrideSkips { line });
            }
        }
        match *layer {
            LayerSpec::Conv2d { init, .. } | LayerSpec::Dense { init, .. } => {
                if linear_so_far {
                    warnings.push(Warning::NoActivation { line });
                }
                if matches!(init, Init::Zeros | Init::Constant(_)) {
                    warnings.push(Warning::EqualWeights { line });
                }
                linear_so_far = true;
            }
            LayerSpec::Relu | LayerSpec::MaxPool2d { .. } => linear_so_far = false,
            // A linear map too, in use.
            LayerSpec::BatchNorm { .. }
            | LayerSpec::AvgPool2d { .. }
            | LayerSpec::Dropout { .. }
            | LayerSpec::Flatten => {}
        }
    }
    if let (Some(LayerSpec::Relu | LayerSpec::Dropout { .. }), Some(last)) =
        (spec.layers.last(), layers.last())
    {
        warnings.push(Warning::ScoresCut { line: last.line });
    }
    warnings
}
