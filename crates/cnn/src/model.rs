//! A spec made live: layers with their parameters, run forward and backward over batches.
//!
//! A model runs its layers in *blocks*: conv → relu → maxpool is one fused block, every other layer its own. The
//! unfused layers stay in reach: [`Model::trace`] computes every single activation.

mod build;
mod explain;
mod mark;
mod workspace;

pub use explain::{ClassMap, ReluActivity};
pub use mark::{Mark, Phase};
pub use workspace::Workspace;

use crate::kernels::all_finite;
use crate::layers::{ConvReluPool, Layer, Param, Relu, Shape, Stage};
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
#[derive(Debug)]
pub struct Model {
    spec: ModelSpec,
    blocks: Vec<Block>,
    /// Index of the first block that has parameters; the number of blocks if none has.
    first_with_params: usize,
    training: Workspace,
}

/// A layer as it runs: of the spec's layers from `first` on it stands for one or, fused, for three.
#[derive(Debug)]
struct Block {
    first: usize,
    layer: Layer,
}

impl Block {
    /// Which of its parameters has a NaN or infinity, if one has.
    fn value_not_finite(&self) -> Option<Error> {
        let (weight, bias) = self.layer.params();
        let mut params = [(weight, "weight"), (bias, "bias")].into_iter();
        let bad = params.find(|(param, _)| param.is_some_and(|param| !all_finite(&param.value)));
        bad.map(|(_, what)| self.not_finite(what))
    }

    fn not_finite(&self, what: &'static str) -> Error {
        Error::NotFinite { layer: self.first, kind: self.layer.stage().name(), what }
    }
}

/// A parameter with its name.
#[derive(Clone, Copy, Debug)]
pub struct NamedParam<'a> {
    /// Number of the layer in the spec, counted from 0 after the input.
    pub layer: usize,
    /// `"weight"` or `"bias"`.
    pub role: &'static str,
    /// Values, gradient and shape.
    pub param: &'a Param,
}

impl NamedParam<'_> {
    /// `layer{I}.weight` or `layer{I}.bias`.
    pub fn name(&self) -> String {
        format!("layer{}.{}", self.layer, self.role)
    }
}

/// What came out of one layer for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// Number of the layer in the spec, counted from 0 after the input.
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
        let blocks = build::fuse(build::blocks(spec, rng)?);
        let has_params = |block: &Block| block.layer.params().0.is_some();
        let first_with_params = blocks.iter().position(has_params).unwrap_or(blocks.len());
        Ok(Self { spec: spec.clone(), blocks, first_with_params, training: Workspace::default() })
    }

    /// The spec.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// Number of values of one image: height · width · channels.
    pub fn input_len(&self) -> usize {
        self.spec.input().iter().product()
    }

    /// Number of logits.
    pub fn classes(&self) -> usize {
        self.spec.classes()
    }

    /// Logits `[batch, classes]` of images `[batch, height, width, channels]`, values as trained on (0..=1 for
    /// pixels). Nothing is dropped.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if the images have another shape than the spec's input.
    pub fn infer(&self, images: ArrayView4<f32>) -> Result<Array2<f32>> {
        let [h, w, c] = self.spec.input();
        let batch = images.dim().0;
        if images.shape() != [batch, h, w, c] || batch == 0 {
            let (got, expected) = (images.shape().to_vec(), vec![batch.max(1), h, w, c]);
            return Err(Error::ShapeMismatch { what: "images", got, expected });
        }
        let images = images.as_standard_layout();
        let mut work = Workspace::default();
        let logits = self.infer_with(&mut work, images.as_slice().expect("standard layout"));
        Ok(Array2::from_shape_vec((batch, self.classes()), logits.to_vec()).expect("a row an image"))
    }

    /// [`infer`](Self::infer) over slices, in memory of the caller, for whoever calls often: `images` is `[batch, h, w, c]` and the
    /// logits `[batch, classes]`.
    ///
    /// # Panics
    /// If `images` is empty or no whole number of images.
    pub fn infer_with<'w>(&self, work: &'w mut Workspace, images: &[f32]) -> &'w [f32] {
        self.check_images(images);
        work.forward(&mut self.stages(), self.spec.input(), images, None, &mut |_| {});
        work.last()
    }

    /// Logits `[batch, classes]` of images `[batch, h, w, c]`, with dropout by this seed; keeps what
    /// [`backward`](Self::backward) needs.
    ///
    /// # Panics
    /// If `images` is empty or no whole number of images.
    pub fn forward(&mut self, images: &[f32], dropout_seed: u64) -> &[f32] {
        self.forward_marked(images, dropout_seed, &mut |_| {})
    }

    /// [`forward`](Self::forward) that calls `mark` after each layer.
    pub(crate) fn forward_marked(
        &mut self,
        images: &[f32],
        dropout_seed: u64,
        mark: &mut dyn FnMut(Mark),
    ) -> &[f32] {
        self.check_images(images);
        let mut stages = self.blocks.iter().map(|block| (block.first, block.layer.stage()));
        self.training.forward(&mut stages, self.spec.input(), images, Some(dropout_seed), mark);
        self.training.last()
    }

    /// From the gradient at the logits `[batch, classes]` of the last [`forward`](Self::forward) to that of every
    /// parameter, which is left in its `grad`.
    ///
    /// # Panics
    /// If there was no such forward pass or `d_logits` has another length than its logits.
    pub fn backward(&mut self, d_logits: &[f32]) {
        self.backward_marked(d_logits, &mut |_| {});
    }

    /// [`backward`](Self::backward) that calls `mark` after each part of each layer.
    pub(crate) fn backward_marked(&mut self, d_logits: &[f32], mark: &mut dyn FnMut(Mark)) {
        assert_eq!(self.training.len(), self.blocks.len(), "backward needs a forward pass");
        assert_eq!(d_logits.len(), self.training.last().len(), "d_logits is [batch, classes]");
        let layers = self.blocks.iter_mut().map(|block| (block.first, &mut block.layer));
        self.training.backward(layers, self.first_with_params, d_logits, mark);
    }

    /// Every single activation of one image `[height, width, channels]`, one for each layer of the spec, in
    /// inference. Equal, up to rounding, to what the fused blocks compute on their way.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if the image has another shape than the spec's input.
    pub fn trace(&self, image: ArrayView3<f32>) -> Result<Vec<Activation>> {
        Ok(self.trace_pixels(&self.pixels(image)?))
    }

    /// [`trace`](Self::trace) of an image's values, of which there are as many as the input has.
    pub(crate) fn trace_pixels(&self, pixels: &[f32]) -> Vec<Activation> {
        let stages = self.single_stages();
        let work = self.trace_into(&stages, pixels);
        (0..stages.len()).map(|i| self.activation(&stages, i, work.output(i))).collect()
    }

    /// An image's values in the order in which layers take them, if it has the input's shape.
    fn pixels(&self, image: ArrayView3<f32>) -> Result<Vec<f32>> {
        let shape = self.spec.input();
        if image.shape() != shape {
            let (got, expected) = (image.shape().to_vec(), shape.to_vec());
            return Err(Error::ShapeMismatch { what: "image", got, expected });
        }
        Ok(image.iter().copied().collect())
    }

    /// Runs the single stages over images.
    fn trace_into(&self, stages: &[(usize, &dyn Stage)], images: &[f32]) -> Workspace {
        let mut work = Workspace::default();
        work.forward(&mut stages.iter().copied(), self.spec.input(), images, None, &mut |_| {});
        work
    }

    /// Values at the output of single stage `i`, with their place and shape.
    fn activation(&self, stages: &[(usize, &dyn Stage)], i: usize, data: &[f32]) -> Activation {
        let shape = stages[..=i]
            .iter()
            .try_fold(Shape::Map(self.spec.input()), |shape, (_, stage)| stage.output_shape(shape));
        let shape = shape.expect("a model's layers fit each other").to_vec();
        Activation { layer: stages[i].0, kind: stages[i].1.name(), shape, data: data.to_vec() }
    }

    /// The parameters in the order of the layers, each weight before its bias.
    pub fn parameters(&self) -> impl Iterator<Item = NamedParam<'_>> {
        self.blocks.iter().flat_map(|block| {
            let (weight, bias) = block.layer.params();
            let named = |role| move |param| NamedParam { layer: block.first, role, param };
            weight.map(named("weight")).into_iter().chain(bias.map(named("bias")))
        })
    }

    /// The parameters to be changed, in the order of [`parameters`](Self::parameters).
    pub fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Param> {
        self.blocks.iter_mut().flat_map(|block| {
            let (weight, bias) = block.layer.params_mut();
            weight.into_iter().chain(bias)
        })
    }

    /// Replaces the values of all parameters, in the order of [`parameters`](Self::parameters).
    ///
    /// # Panics
    /// If there are not as many values, of the same lengths.
    pub fn set_parameters<'a>(&mut self, values: impl IntoIterator<Item = &'a [f32]>) {
        let mut values = values.into_iter();
        for param in self.parameters_mut() {
            param.value.copy_from_slice(values.next().expect("values for each parameter"));
        }
        assert!(values.next().is_none(), "more values than parameters");
    }

    /// The mask of dropout layer `layer` (its number in the spec) in the last [`forward`](Self::forward):
    /// `[batch, …]`, 1 where the value passed and 0 where it was zeroed. `None` for other layers or before.
    pub fn dropout_mask(&self, layer: usize) -> Option<&[u8]> {
        let i = self.blocks.iter().position(|block| block.first == layer)?;
        matches!(self.blocks[i].layer, Layer::Dropout(_)).then_some(())?;
        self.training.kept(i).map(|kept| &kept.mask[..])
    }

    /// Where the first NaN or infinity of the last [`forward`](Self::forward) is, if there is one: in a parameter
    /// or in an output.
    pub(crate) fn first_not_finite(&self) -> Option<Error> {
        self.blocks.iter().enumerate().find_map(|(i, block)| {
            let bad = || i < self.training.len() && !all_finite(self.training.output(i));
            block.value_not_finite().or_else(|| bad().then(|| block.not_finite("output")))
        })
    }

    /// The last layer whose parameters' gradients have a NaN or infinity, if there is one: on its way back that
    /// is where it appeared first.
    pub(crate) fn gradient_not_finite(&self) -> Option<Error> {
        let bad = self.blocks.iter().rev().find(|block| {
            let (weight, bias) = block.layer.params();
            weight.into_iter().chain(bias).any(|param| !all_finite(&param.grad))
        });
        bad.map(|block| block.not_finite("gradient"))
    }

    /// The first layer with a parameter that has a NaN or infinity, if there is one.
    pub(crate) fn parameter_not_finite(&self) -> Option<Error> {
        self.blocks.iter().find_map(Block::value_not_finite)
    }

    /// The blocks as stages, each with the number of its first layer.
    fn stages(&self) -> impl Iterator<Item = (usize, &dyn Stage)> {
        self.blocks.iter().map(|block| (block.first, block.layer.stage()))
    }

    /// Every layer of the spec as a stage of its own.
    fn single_stages(&self) -> Vec<(usize, &dyn Stage)> {
        const RELU: &Relu = &Relu::new();
        let mut stages: Vec<(usize, &dyn Stage)> = Vec::new();
        for Block { first, layer } in &self.blocks {
            match layer {
                Layer::ConvReluPool(ConvReluPool { conv, pool, .. }) => {
                    stages.extend([(*first, conv as &dyn Stage), (first + 1, RELU), (first + 2, pool)]);
                }
                single => stages.push((*first, single.stage())),
            }
        }
        stages
    }

    fn check_images(&self, images: &[f32]) {
        let len = self.input_len();
        assert!(!images.is_empty() && images.len().is_multiple_of(len), "images of {len} values each");
    }
}

impl Clone for Model {
    /// The same network with the same parameters; what the last pass kept does not go along.
    fn clone(&self) -> Self {
        let blocks =
            self.blocks.iter().map(|Block { first, layer }| Block { first: *first, layer: layer.clone() });
        Self {
            spec: self.spec.clone(),
            blocks: blocks.collect(),
            first_with_params: self.first_with_params,
            training: Workspace::default(),
        }
    }
}
