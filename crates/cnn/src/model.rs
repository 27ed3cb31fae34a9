//! A network made live: layers with their parameters, run forward and backward over batches.
//!
//! A convolution, a ReLU and a max-pooling that follow each other run as one fused layer. The single layers stay in reach:
//! [`Model::trace`] computes every activation.

mod build;
mod builder;
mod explain;
#[cfg(feature = "std")]
mod file;
mod gradients;
mod parameters;
mod prediction;
mod save;

pub use crate::layers::{Mark, Phase, Workspace};
pub use builder::ModelBuilder;
pub use explain::{ClassMap, ReluActivity};
pub use gradients::LossGradients;
pub use parameters::NamedParam;
pub use prediction::Prediction;
pub(crate) use save::check_weights;

use crate::kernels::all_finite;
use crate::layers::{Dropout, Param, PlacedLayer, Sequence, Shape, Step, Steps, Wanted, layer_as};
use crate::rng::Rng;
use crate::spec::ModelSpec;
use crate::{Error, Result};
use ndarray::{Array2, ArrayView3, ArrayView4};

/// A network with its parameters.
///
/// ```
/// use cnn::{model::Model, ndarray::Array4, rng::Rng, spec::ModelSpec};
///
/// let spec: ModelSpec = "input 8x8x1
///                        conv 3x3 4 padding same
///                        relu
///                        maxpool 2x2
///                        flatten
///                        dense 3".parse()?;
/// let model = Model::new(&spec, &mut Rng::seed_from_u64(1))?;
/// assert_eq!(model.infer(Array4::zeros((5, 8, 8, 1)).view())?.dim(), (5, 3));
/// assert_eq!(model.predict(&[0.5; 64])?.probabilities.len(), 3);
/// # Ok::<(), cnn::Error>(())
/// ```
///
/// [`Model::builder`] makes one in code, with layers of your own.
#[derive(Debug)]
pub struct Model {
    spec: Option<ModelSpec>,
    layers: Sequence,
    training: Workspace,
}

/// Bytes of the activations of images that go through inference in one pass.
const PASS_BYTES: u64 = 100_000_000;

/// What came out of one layer for one image.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Activation {
    /// Number of the layer, counted from 0 after the input.
    pub layer: usize,
    /// The layer's name in the spec text.
    pub kind: &'static str,
    /// `[height, width, channels]` or `[features]`.
    pub shape: Vec<usize>,
    /// The values, row-major.
    pub data: Vec<f32>,
}

impl Model {
    /// A model of this spec with fresh parameters, drawn in the order of the layers, each weight before its bias.
    ///
    /// # Errors
    /// None for a spec that was parsed or made by [`ModelSpec::new`]; what a layer finds wrong otherwise.
    pub fn new(spec: &ModelSpec, rng: &mut Rng) -> Result<Self> {
        let mut layers = Sequence::new(Shape::Map(spec.input()));
        for layer in spec.layers() {
            layers.push(build::layer(layer, layers.output(), rng)?)?;
        }
        Ok(Self { spec: Some(spec.clone()), layers, training: Workspace::default() })
    }

    /// Begins a network in code, on examples of this shape: `[height, width, channels]`, or a number of features.
    pub fn builder(input: impl Into<Shape>) -> ModelBuilder {
        ModelBuilder::new(input.into())
    }

    /// The network as a text has it; `None` if it has a layer that a text can't name, or is no classifier.
    pub fn spec(&self) -> Option<&ModelSpec> {
        self.spec.as_ref()
    }

    /// Shape of one input.
    pub fn input_shape(&self) -> Shape {
        self.layers.input()
    }

    /// Shape of one output.
    pub fn output_shape(&self) -> Shape {
        self.layers.output()
    }

    /// Number of values of one input: of an image height · width · channels.
    pub fn input_len(&self) -> usize {
        self.input_shape().len()
    }

    /// Number of values of one output: of a classifier one logit for each class.
    pub fn classes(&self) -> usize {
        self.output_shape().len()
    }

    /// Logits `[batch, classes]` of images `[batch, height, width, channels]`, values as trained on (0..=1 for
    /// pixels). Nothing is dropped.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if the images have another shape than the network's input.
    pub fn infer(&self, images: ArrayView4<'_, f32>) -> Result<Array2<f32>> {
        let batch = images.dim().0;
        let expected = [&[batch.max(1)], &self.input_shape().to_vec()[..]].concat();
        if images.shape() != expected {
            return Err(Error::ShapeMismatch { what: "images", got: images.shape().to_vec(), expected });
        }
        let images = images.as_standard_layout();
        let mut work = Workspace::default();
        let logits = self.infer_with(&mut work, images.as_slice().expect("standard layout"));
        Ok(Array2::from_shape_vec((batch, self.classes()), logits.to_vec()).expect("a row an image"))
    }

    /// [`infer`](Self::infer) over slices, in memory of the caller, for whoever calls often: `inputs` is `[batch, …]` and the
    /// outputs `[batch, …]`. Several threads can do this with one model, each in a workspace of its own.
    ///
    /// # Panics
    /// If `inputs` is empty or no whole number of inputs; [`batch_of`](Self::batch_of) tells without a panic.
    pub fn infer_with<'w>(&self, work: &'w mut Workspace, inputs: &[f32]) -> &'w [f32] {
        let batch = self.whole_batch(inputs);
        work.forward(&self.layers, inputs, batch, None, &mut |_| {});
        work.last()
    }

    /// Outputs `[batch, …]` of inputs `[batch, …]`, in training: dropout and all else that is random by this seed; keeps
    /// what [`backward`](Self::backward) needs.
    ///
    /// # Panics
    /// As [`infer_with`](Self::infer_with).
    pub fn forward(&mut self, inputs: &[f32], seed: u64) -> &[f32] {
        self.forward_marked(inputs, seed, &mut |_| {})
    }

    /// [`forward`](Self::forward) that calls `mark` after each layer.
    pub(crate) fn forward_marked(&mut self, inputs: &[f32], seed: u64, mark: &mut dyn FnMut(Mark)) -> &[f32] {
        let batch = self.whole_batch(inputs);
        self.training.forward(&self.layers, inputs, batch, Some(seed), mark);
        self.training.last()
    }

    /// From the gradient at the outputs `[batch, …]` of the last [`forward`](Self::forward) to those of all parameters, which
    /// [`parameters`](Self::parameters) shows and an [`Optimizer`](crate::optim::Optimizer) follows.
    ///
    /// # Panics
    /// If there was no such forward pass or `d_outputs` has another length than its outputs.
    pub fn backward(&mut self, d_outputs: &[f32]) {
        self.backward_marked(d_outputs, &mut |_| {});
    }

    /// [`backward`](Self::backward) that calls `mark` after each part of each layer.
    pub(crate) fn backward_marked(&mut self, d_outputs: &[f32], mark: &mut dyn FnMut(Mark)) {
        assert_eq!(self.training.len(), self.layers.count(), "backward needs a forward pass");
        assert_eq!(d_outputs.len(), self.training.last().len(), "a gradient for each output");
        let wanted = Wanted { first: self.layers.first_with_params(), params: true, input: false };
        self.training.backward(&self.layers, d_outputs, wanted, mark);
    }

    /// How many inputs these values are.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if they are none, or no whole number of inputs.
    pub fn batch_of(&self, inputs: &[f32]) -> Result<usize> {
        let (got, len) = (inputs.len(), self.input_len());
        match got > 0 && got.is_multiple_of(len) {
            true => Ok(got / len),
            false => Err(Error::PixelCount { got, expected: got.div_ceil(len).max(1) * len }),
        }
    }

    fn whole_batch(&self, inputs: &[f32]) -> usize {
        self.batch_of(inputs).unwrap_or_else(|_| panic!("inputs of {} values each", self.input_len()))
    }

    /// Every single activation of one image `[height, width, channels]`, one for each layer, in inference. Equal, up to
    /// rounding, to what the fused layers compute on their way.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if the image has another shape than the network's input.
    pub fn trace(&self, image: ArrayView3<'_, f32>) -> Result<Vec<Activation>> {
        Ok(self.trace_pixels(&self.pixels(image)?))
    }

    /// [`trace`](Self::trace) of an image's values, of which there are as many as the input has.
    pub(crate) fn trace_pixels(&self, pixels: &[f32]) -> Vec<Activation> {
        let steps = self.layers.single();
        let work = self.trace_into(&steps, pixels);
        steps.iter().enumerate().map(|(i, step)| activation(step, work.output(i))).collect()
    }

    /// An image's values in the order in which layers take them, if it has the input's shape.
    fn pixels(&self, image: ArrayView3<'_, f32>) -> Result<Vec<f32>> {
        let expected = self.input_shape().to_vec();
        if image.shape() != expected {
            return Err(Error::ShapeMismatch { what: "image", got: image.shape().to_vec(), expected });
        }
        Ok(image.iter().copied().collect())
    }

    /// Runs the single layers over images.
    fn trace_into(&self, steps: &[Step<'_>], images: &[f32]) -> Workspace {
        let mut work = Workspace::default();
        work.forward(&steps, images, images.len() / self.input_len(), None, &mut |_| {});
        work
    }

    /// The mask of dropout layer `layer` (its number in the spec) in the last [`forward`](Self::forward):
    /// `[batch, …]`, 1 where the value passed and 0 where it was zeroed. `None` for other layers or before.
    pub fn dropout_mask(&self, layer: usize) -> Option<&[u8]> {
        let i = self.layers.entries().iter().position(|entry| entry.number == layer)?;
        layer_as::<Dropout>(&self.layers.entries()[i])?;
        self.training.kept(i).map(|kept| &kept.bytes[..])
    }

    /// Where the first NaN or infinity of the last [`forward`](Self::forward) is, if there is one: in a parameter
    /// or in an output.
    pub(crate) fn first_not_finite(&self) -> Option<Error> {
        self.layers.entries().iter().enumerate().find_map(|(i, entry)| {
            let bad = || i < self.training.len() && !all_finite(self.training.output(i));
            value_not_finite(entry).or_else(|| bad().then(|| not_finite(entry, "output")))
        })
    }

    /// The last layer whose parameters' gradients have a NaN or infinity, if there is one: on its way back that
    /// is where it appeared first.
    pub(crate) fn gradient_not_finite(&self) -> Option<Error> {
        let i = self.training.gradient_not_finite()?;
        Some(not_finite(&self.layers.entries()[i], "gradient"))
    }

    /// The first layer with a parameter that has a NaN or infinity, if there is one.
    pub(crate) fn parameter_not_finite(&self) -> Option<Error> {
        self.layers.entries().iter().find_map(value_not_finite)
    }

    /// The error of an output that is not finite.
    pub(crate) fn loss_not_finite(&self) -> Error {
        match self.layers.single().last() {
            Some(step) => Error::NotFinite { layer: step.number, kind: step.layer.name(), what: "loss" },
            None => Error::NotFinite { layer: 0, kind: "input", what: "loss" },
        }
    }

    /// How many images to take through inference in one pass: enough to work fast, not so many that their activations
    /// take more memory than training does.
    pub(crate) fn images_a_pass(&self) -> usize {
        let outputs = self.layers.single().iter().map(|step| step.output.len()).sum::<usize>();
        let bytes = 4 * (self.input_len() + outputs) as u64;
        (PASS_BYTES / bytes.max(1)).clamp(1, 100) as usize
    }

    /// Gives up the memory of training passes, until the next.
    pub(crate) fn forget_passes(&mut self) {
        self.training = Workspace::default();
    }
}

impl Clone for Model {
    /// The same network with the same parameters; what the last pass kept does not go along.
    fn clone(&self) -> Self {
        let Self { spec, layers, .. } = self;
        Self { spec: spec.clone(), layers: layers.clone(), training: Workspace::default() }
    }
}

/// Values at the output of a single layer, with their place and shape.
fn activation(step: &Step<'_>, data: &[f32]) -> Activation {
    let Step { number: layer, output, .. } = *step;
    Activation { layer, kind: step.layer.name(), shape: output.to_vec(), data: data.to_vec() }
}

/// Which of a layer's parameters, or of what it gathers, has a NaN or infinity, if one has.
fn value_not_finite(entry: &PlacedLayer) -> Option<Error> {
    let mut bad = None;
    let mut i = 0;
    entry.layer.params(&mut |_, Param { value, .. }| {
        if bad.is_none() && !all_finite(value) {
            bad = Some(if i == 0 { "weight" } else { "bias" });
        }
        i += 1;
    });
    entry.layer.state(&mut |_, Param { value, .. }| {
        if bad.is_none() && !all_finite(value) {
            bad = Some("state");
        }
    });
    bad.map(|what| not_finite(entry, what))
}

fn not_finite(entry: &PlacedLayer, what: &'static str) -> Error {
    Error::NotFinite { layer: entry.number, kind: entry.layer.name(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_of_inference_takes_as_many_images_as_fit() {
        let pass = |text: &str| {
            let spec: ModelSpec = text.parse().unwrap();
            Model::new(&spec, &mut Rng::seed_from_u64(1)).unwrap().images_a_pass()
        };
        assert_eq!(pass("input 28x28x1\nconv 3 32 padding same\nrelu\nmaxpool 2\nflatten\ndense 10"), 100);
        // 12 MB of activations an image, then 204.
        assert_eq!(pass("input 100x100x1\nconv 1 100\nrelu\nflatten\ndense 2"), 8);
        assert_eq!(pass("input 1000x1000x1\nconv 1 50\nconv 9 1 stride 100\nflatten\ndense 2"), 1);
    }
}
