//! The layers of a network, one file each: forward and backward over batches.
//!
//! Every layer works in two forms on the same arithmetic ([`kernels`](crate::kernels)):
//! * on its own, over `ndarray` arrays: `infer(&self, …)` changes nothing; `forward(&mut self, …)` keeps what
//!   `backward(&mut self, …)` needs, which returns the gradient at the input and leaves those of the parameters
//!   in [`Param::grad`];
//! * inside a [`Model`](crate::model::Model), over slices that the model owns, so that a training step allocates
//!   nothing.
//!
//! Activations are `[batch, height, width, channels]` or `[batch, features]`; parameters' gradients are
//! overwritten, not added to; `d_x` is the gradient of the loss with respect to `x`. On its own, a layer that
//! computes refuses a batch without images, and images or outputs without values: [`Error::ZeroSize`].

mod avg_pool2d;
mod conv2d;
mod conv_relu_pool;
mod dense;
mod dropout;
mod flatten;
mod max_pool2d;
mod relu;
mod standalone;

pub use avg_pool2d::AvgPool2d;
pub use conv_relu_pool::ConvReluPool;
pub use conv2d::Conv2d;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use max_pool2d::{MAX_POOL_AREA, MaxPool2d, pool_geometry};
pub use relu::Relu;

use crate::kernels::Scratch;
use crate::{Error, Result};

/// A parameter and its gradient, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The values.
    pub value: Vec<f32>,
    /// The gradient of the loss with respect to each value, of the last backward pass: 0 before the first. Empty in
    /// the members of an [`Ensemble`](crate::ensemble::Ensemble) and in their clones until a backward pass.
    pub grad: Vec<f32>,
    /// Sizes of the axes: `[kernel_h, kernel_w, in, out]`, `[in, out]` or `[out]`.
    pub shape: Vec<usize>,
}

impl Param {
    /// A parameter of this shape, all 0.
    pub fn zeros(shape: &[usize]) -> Self {
        let len = shape.iter().product();
        Self { value: vec![0.0; len], grad: vec![0.0; len], shape: shape.to_vec() }
    }

    /// A parameter with these values and gradient 0.
    ///
    /// # Panics
    /// If the values are not as many as the shape says.
    pub fn from_values(shape: &[usize], value: Vec<f32>) -> Self {
        assert_eq!(value.len(), shape.iter().product::<usize>(), "values for the shape {shape:?}");
        Self { grad: vec![0.0; value.len()], value, shape: shape.to_vec() }
    }

    /// Where a backward pass writes the gradient: as long as the values, also where its memory was given up.
    pub(crate) fn grad_mut(&mut self) -> &mut [f32] {
        self.grad.resize(self.value.len(), 0.0);
        &mut self.grad
    }

    /// Gives up the memory of the gradient, until the next backward pass.
    pub(crate) fn free_grad(&mut self) {
        self.grad = Vec::new();
    }
}

/// The shape of one example between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[height, width, channels]`.
    Map([usize; 3]),
    /// Number of features.
    Vector(usize),
}

impl Shape {
    /// Number of values of one example.
    pub fn len(&self) -> usize {
        match *self {
            Self::Map([h, w, c]) => h * w * c,
            Self::Vector(n) => n,
        }
    }

    /// Whether an example has no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sizes of the axes.
    pub fn to_vec(&self) -> Vec<usize> {
        match *self {
            Self::Map(shape) => shape.to_vec(),
            Self::Vector(n) => vec![n],
        }
    }

    /// The sizes of a map.
    ///
    /// # Errors
    /// [`Error::NeedsMap`] for a vector, in the name of `layer`.
    pub(crate) fn map(&self, layer: &'static str) -> Result<[usize; 3]> {
        match *self {
            Self::Map(shape) => Ok(shape),
            Self::Vector(got) => Err(Error::NeedsMap { layer, got }),
        }
    }
}

impl serde::Serialize for Shape {
    /// As the list of its sizes.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_vec().serialize(serializer)
    }
}

/// Where and how a stage runs: the batch, the shape of one input and whether to train.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// Number of examples.
    pub(crate) batch: usize,
    /// Shape of one input.
    pub(crate) input: Shape,
    /// Seed of this pass's dropout masks; `None` for inference, where nothing is dropped.
    pub(crate) dropout: Option<u64>,
}

/// What a stage remembers from its forward for its backward pass, besides its input and output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Max-pooling: for each output the position inside its window that won.
    pub(crate) argmax: Vec<u8>,
    /// Dropout: for each value 1 if it passed and 0 if it was zeroed.
    pub(crate) mask: Vec<u8>,
}

/// The slice form of a layer: the caller owns all memory and passes the same [`Site`] to the forward pass and to
/// the backward passes that belong to it.
///
/// `input` is `[batch, …input]`, `output` is `[batch, …output]`; outputs are overwritten. Lengths are checked by
/// the kernels, which panic on a mistake.
pub(crate) trait Stage {
    /// Name of the layer as the spec text has it.
    fn name(&self) -> &'static str;

    /// Shape of one output.
    ///
    /// # Errors
    /// What keeps the layer from taking such an input.
    fn output_shape(&self, input: Shape) -> Result<Shape>;

    /// Whether the output is the input as it is, so that a caller may skip the stage in both directions.
    fn is_identity(&self, _at: &Site) -> bool {
        false
    }

    /// Computes the output. `kept` is filled when the stage keeps something, also in inference (where a fused
    /// pooling needs the memory all the same).
    fn forward_into(
        &self,
        at: &Site,
        input: &[f32],
        output: &mut [f32],
        kept: &mut Kept,
        scratch: &mut Scratch,
    );

    /// Computes the gradients of the parameters from that of the output.
    fn backward_params(
        &mut self,
        _at: &Site,
        _input: &[f32],
        _output: &[f32],
        _d_output: &[f32],
        _kept: &Kept,
        _scratch: &mut Scratch,
    ) {
    }

    /// Computes the gradient of the input from that of the output.
    fn backward_input(
        &self,
        at: &Site,
        output: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        kept: &Kept,
        scratch: &mut Scratch,
    );
}

/// Any of the layers.
#[derive(Clone, Debug)]
pub(crate) enum Layer {
    /// A convolution.
    Conv2d(Conv2d),
    /// A convolution, a ReLU and a max-pooling in one.
    ConvReluPool(ConvReluPool),
    /// A max-pooling.
    MaxPool2d(MaxPool2d),
    /// An average pooling.
    AvgPool2d(AvgPool2d),
    /// A rectifier.
    Relu(Relu),
    /// A dropout.
    Dropout(Dropout),
    /// Maps to vectors.
    Flatten(Flatten),
    /// A fully connected layer.
    Dense(Dense),
}

impl Layer {
    /// The layer's slice form.
    pub(crate) fn stage(&self) -> &dyn Stage {
        match self {
            Self::Conv2d(layer) => layer,
            Self::ConvReluPool(layer) => layer,
            Self::MaxPool2d(layer) => layer,
            Self::AvgPool2d(layer) => layer,
            Self::Relu(layer) => layer,
            Self::Dropout(layer) => layer,
            Self::Flatten(layer) => layer,
            Self::Dense(layer) => layer,
        }
    }

    /// The layer's slice form, to be changed.
    pub(crate) fn stage_mut(&mut self) -> &mut dyn Stage {
        match self {
            Self::Conv2d(layer) => layer,
            Self::ConvReluPool(layer) => layer,
            Self::MaxPool2d(layer) => layer,
            Self::AvgPool2d(layer) => layer,
            Self::Relu(layer) => layer,
            Self::Dropout(layer) => layer,
            Self::Flatten(layer) => layer,
            Self::Dense(layer) => layer,
        }
    }

    /// Weight and bias, where the layer has them.
    pub(crate) fn params(&self) -> (Option<&Param>, Option<&Param>) {
        match self {
            Self::Conv2d(conv) | Self::ConvReluPool(ConvReluPool { conv, .. }) => {
                (Some(&conv.weight), conv.bias.as_ref())
            }
            Self::Dense(dense) => (Some(&dense.weight), dense.bias.as_ref()),
            _ => (None, None),
        }
    }

    /// Weight and bias, where the layer has them, to be changed.
    pub(crate) fn params_mut(&mut self) -> (Option<&mut Param>, Option<&mut Param>) {
        match self {
            Self::Conv2d(conv) | Self::ConvReluPool(ConvReluPool { conv, .. }) => {
                (Some(&mut conv.weight), conv.bias.as_mut())
            }
            Self::Dense(dense) => (Some(&mut dense.weight), dense.bias.as_mut()),
            _ => (None, None),
        }
    }
}
