//! A network written in code.

use super::{Model, Workspace, build};
use crate::Result;
use crate::geometry::{Padding, Window};
use crate::init::Init;
use crate::layers::{BatchNorm, GlobalAvgPool, Layer, Residual, Sequence, Shape};
use crate::rng::Rng;
use crate::spec::{LayerSpec, ModelSpec};
use std::fmt;

/// Makes a layer on the shape that it is given.
type Make = Box<dyn FnOnce(Shape, &mut Rng) -> Result<Box<dyn Layer>>>;

/// A network in the making: layers one after the other, which [`build`](Self::build) makes and checks.
///
/// ```
/// use cnn::geometry::Padding;
/// use cnn::model::Model;
///
/// let model = Model::builder([28, 28, 1])
///     .conv2d([3, 3], 16, Padding::Same)
///     .relu()
///     .max_pool2d([2, 2])
///     .flatten()
///     .dense(10)
///     .seed(777)
///     .build()?;
/// assert_eq!(model.classes(), 10);
/// // What a text can say too has that text.
/// assert!(model.spec().is_some_and(|spec| spec.to_string().contains("conv 3x3 16")));
/// # Ok::<(), cnn::Error>(())
/// ```
pub struct ModelBuilder {
    /// Boxed because rustc miscompiles closures that are given two equal new values of a type that is passed in memory: the
    /// second is the first, which was moved and freed (<https://github.com/rust-lang/rust/issues/155241>, seen with 1.95).
    /// A pointer is passed in a register, and two allocations are never equal.
    parts: Box<Parts>,
}

struct Parts {
    input: Shape,
    seed: u64,
    layers: Vec<(Option<LayerSpec>, Make)>,
}

impl fmt::Debug for ModelBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { input, seed, layers } = &*self.parts;
        let layers: Vec<_> = layers.iter().map(|(spec, _)| spec).collect();
        f.debug_struct("ModelBuilder")
            .field("input", input)
            .field("seed", seed)
            .field("layers", &layers)
            .finish()
    }
}

impl ModelBuilder {
    pub(super) fn new(input: Shape) -> Self {
        Self { parts: Box::new(Parts { input, seed: 0, layers: Vec::new() }) }
    }

    /// What the initial parameters are drawn from; 0 where it is not called.
    pub fn seed(mut self, seed: u64) -> Self {
        self.parts.seed = seed;
        self
    }

    /// A layer with all of its options, as a text has it.
    pub fn spec(mut self, spec: LayerSpec) -> Self {
        let make = spec.clone();
        self.parts.layers.push((Some(spec), Box::new(move |input, rng| build::layer(&make, input, rng))));
        self
    }

    /// A convolution of so many filters in steps of 1, its weights drawn for a ReLU behind it ([`Init::HeUniform`]), its
    /// biases 0.
    pub fn conv2d(self, kernel: [usize; 2], filters: usize, padding: Padding) -> Self {
        let (stride, bias, init) = ([1, 1], Some(Init::Zeros), Init::HeUniform);
        self.spec(LayerSpec::Conv2d { kernel, out_channels: filters, stride, padding, bias, init })
    }

    /// A max-pooling in steps of its size; rows and columns that are left over are padded.
    pub fn max_pool2d(self, size: [usize; 2]) -> Self {
        self.spec(LayerSpec::MaxPool2d {
            window: Window { kernel: size, stride: size, padding: Padding::Same },
        })
    }

    /// An average pooling in steps of its size; rows and columns that are left over are padded, and padding does not count.
    pub fn avg_pool2d(self, size: [usize; 2]) -> Self {
        self.spec(LayerSpec::AvgPool2d {
            window: Window { kernel: size, stride: size, padding: Padding::Same },
        })
    }

    /// A rectifier.
    pub fn relu(self) -> Self {
        self.spec(LayerSpec::Relu)
    }

    /// A batch normalization with [`BatchNorm::MOMENTUM`] and [`BatchNorm::EPS`].
    pub fn batch_norm(self) -> Self {
        self.spec(LayerSpec::BatchNorm { momentum: BatchNorm::MOMENTUM, eps: BatchNorm::EPS })
    }

    /// A dropout that zeroes each value with probability `rate`.
    pub fn dropout(self, rate: f32) -> Self {
        self.spec(LayerSpec::Dropout { rate })
    }

    /// Maps to a vector.
    pub fn flatten(self) -> Self {
        self.spec(LayerSpec::Flatten)
    }

    /// A fully connected layer of so many units, its weights drawn from [`Init::XavierUniform`], its biases 0.
    pub fn dense(self, units: usize) -> Self {
        self.spec(LayerSpec::Dense { units, bias: Some(Init::Zeros), init: Init::XavierUniform })
    }

    /// The mean of each map.
    pub fn global_avg_pool(self) -> Self {
        self.layer(GlobalAvgPool::new())
    }

    /// A residual block: what `body` makes of the input, added to the input.
    ///
    /// ```
    /// use cnn::geometry::Padding;
    /// use cnn::model::Model;
    ///
    /// let model = Model::builder([8, 8, 3])
    ///     .conv2d([3, 3], 16, Padding::Same)
    ///     .residual(|body| body.relu().conv2d([3, 3], 16, Padding::Same))
    ///     .relu()
    ///     .global_avg_pool()
    ///     .dense(10)
    ///     .build()?;
    /// assert_eq!(model.output_shape().len(), 10);
    /// # Ok::<(), cnn::Error>(())
    /// ```
    pub fn residual(self, body: impl FnOnce(Self) -> Self + 'static) -> Self {
        self.layer_with(move |input, rng| Residual::new(body(Self::new(input)).make(rng)?))
    }

    /// [`residual`](Self::residual) with layers on the way past the body, such as a 1×1 convolution where the number of
    /// channels changes.
    pub fn residual_with(
        self,
        body: impl FnOnce(Self) -> Self + 'static,
        shortcut: impl FnOnce(Self) -> Self + 'static,
    ) -> Self {
        self.layer_with(move |input, rng| {
            let body = body(Self::new(input)).make(rng)?;
            Residual::with_shortcut(body, shortcut(Self::new(input)).make(rng)?)
        })
    }

    /// A layer of your own, or one of [`layers`](crate::layers) that has its parameters already.
    pub fn layer(self, layer: impl Layer) -> Self {
        self.layer_with(move |_, _| Ok(layer))
    }

    /// A layer that depends on the shape that it gets, or draws its parameters.
    pub fn layer_with<L: Layer>(mut self, make: impl FnOnce(Shape, &mut Rng) -> Result<L> + 'static) -> Self {
        let make: Make = Box::new(move |input, rng| Ok(Box::new(make(input, rng)?)));
        self.parts.layers.push((None, make));
        self
    }

    /// Makes the layers in their order, each on the output of the one before.
    ///
    /// # Errors
    /// What the first layer that can't be made, or can't take what it gets, says; and those of
    /// [`Sequence::push`].
    pub fn build(self) -> Result<Model> {
        let Parts { input, seed, layers } = &*self.parts;
        input.check()?;
        let specs: Option<Vec<LayerSpec>> = layers.iter().map(|(spec, _)| spec.clone()).collect();
        let spec = match *input {
            Shape::Map(input) => specs.and_then(|layers| ModelSpec::new(input, layers).ok()),
            Shape::Vector(_) => None,
        };
        let mut rng = Rng::seed_from_u64(*seed);
        Ok(Model { spec, layers: self.make(&mut rng)?, training: Workspace::default() })
    }

    /// The layers alone.
    fn make(self, rng: &mut Rng) -> Result<Sequence> {
        let mut made = Sequence::new(self.parts.input);
        for (_, make) in self.parts.layers {
            made.push(make(made.output(), rng)?)?;
        }
        Ok(made)
    }
}
