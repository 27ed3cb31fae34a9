//! What a layer is: the one trait of the built-in layers and of those that a program adds.

use super::{Param, Shape};
use crate::Result;
use crate::kernels::Scratch;
use std::any::Any;
use std::fmt;

/// A layer of a network.
///
/// A layer computes over slices that belong to whoever runs it, most often a [`Model`](crate::model::Model): inputs and
/// outputs are `[batch, …]`, row-major, and of the lengths that the shapes in the [`Context`] call for. Everything that
/// is written is **overwritten**: a buffer's old content is unspecified. A layer owns its parameters and nothing else; what
/// it remembers from a forward pass for the backward pass goes into [`Context::kept`].
///
/// | method | what it does | must be written |
/// |---|---|---|
/// | [`name`](Self::name), [`output_shape`](Self::output_shape) | which shapes it takes and gives | yes |
/// | [`infer`](Self::infer) | output from input, in use | yes |
/// | [`forward`](Self::forward) | the same in training, where that differs | no |
/// | [`backward`](Self::backward) | gradients at the input and of the parameters | yes |
/// | [`params`](Self::params), [`params_mut`](Self::params_mut) | shows its parameters | where it has some |
/// | [`state`](Self::state), [`state_mut`](Self::state_mut), [`update_state`](Self::update_state) | what it gathers in training, such as running means | where it has some |
///
/// A model checks a layer when it takes it in (see [`ModelBuilder::layer`](crate::model::ModelBuilder::layer)), and keeps the
/// shapes that it gave: they can't change afterwards. Layers are `Clone`, as models are.
///
/// ```
/// use cnn::Result;
/// use cnn::layers::{Backward, Context, Layer, Param, Shape};
///
/// /// Multiplies each channel with a factor that is learned.
/// #[derive(Clone, Debug)]
/// struct Scale {
///     factor: Param,
/// }
///
/// impl Layer for Scale {
///     fn name(&self) -> &'static str {
///         "scale"
///     }
///
///     fn output_shape(&self, input: Shape) -> Result<Shape> {
///         Ok(input)
///     }
///
///     fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
///         let factors = self.factor.value.iter().cycle();
///         output.iter_mut().zip(input).zip(factors).for_each(|((y, x), f)| *y = x * f);
///     }
///
///     fn backward(&self, _: &mut Context<'_>, pass: Backward<'_>) {
///         if let Some([d_factor]) = pass.d_params {
///             d_factor.fill(0.0);
///             let channels = d_factor.len();
///             for (i, (x, d)) in pass.input.iter().zip(pass.d_output).enumerate() {
///                 d_factor[i % channels] += x * d;
///             }
///         }
///         if let Some(d_input) = pass.d_input {
///             let factors = self.factor.value.iter().cycle();
///             d_input.iter_mut().zip(pass.d_output).zip(factors).for_each(|((d_in, d), f)| *d_in = d * f);
///         }
///     }
///
///     fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
///         visit("factor", &self.factor);
///     }
///
///     fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
///         visit("factor", &mut self.factor);
///     }
/// }
///
/// let scale = Scale { factor: Param::from_values(&[3], vec![1.0, -2.0, 0.5]) };
/// let check = cnn::layers::gradient_check(&scale, Shape::Map([4, 5, 3]), 2, 7)?;
/// assert!(check.worst < 1e-2, "{check:?}");
/// # Ok::<(), cnn::Error>(())
/// ```
pub trait Layer: CloneLayer + fmt::Debug + Send + Sync + Any {
    /// The layer's name in errors and reports: of the built-in layers that in the spec text.
    fn name(&self) -> &'static str;

    /// Shape of one output for one input. The same input must always give the same answer.
    ///
    /// # Errors
    /// What keeps the layer from taking such an input.
    fn output_shape(&self, input: Shape) -> Result<Shape>;

    /// Whether the output is the input as it is, so that the layer may be skipped in both directions. A layer for which
    /// this is so gives as many values as it takes, and its parameters get no gradient.
    fn is_identity(&self, _training: bool) -> bool {
        false
    }

    /// Computes the output, in use. Changes nothing of the layer, and what it leaves in [`Context::kept`] is enough for
    /// a [`backward`](Self::backward) in which [`Context::training`] is false.
    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]);

    /// Computes the output, in training, and keeps what [`backward`](Self::backward) needs besides input and output.
    /// [`Context::seed`] is new for each pass and each layer.
    fn forward(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        self.infer(at, input, output);
    }

    /// From the gradient at the output to those that [`Backward`] asks for. The context is the same as in the forward
    /// pass.
    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>);

    /// Shows the parameters with their names, always in the same order, which is that of their gradients in
    /// [`Backward::d_params`]. Names are unique in the layer.
    fn params<'a>(&'a self, _visit: &mut dyn FnMut(&'a str, &'a Param)) {}

    /// [`params`](Self::params), to be changed: the same ones in the same order.
    fn params_mut<'a>(&'a mut self, _visit: &mut dyn FnMut(&'a str, &'a mut Param)) {}

    /// Shows what the layer gathers in training without being moved by gradients. It is saved and loaded with the
    /// parameters, under names of its own.
    fn state<'a>(&'a self, _visit: &mut dyn FnMut(&'a str, &'a Param)) {}

    /// [`state`](Self::state), to be changed: the same in the same order.
    fn state_mut<'a>(&'a mut self, _visit: &mut dyn FnMut(&'a str, &'a mut Param)) {}

    /// Takes what the last forward pass in training kept into the [`state`](Self::state). Called once a step, after the
    /// parameters were moved; not for a pass whose step was not taken, which therefore leaves no trace.
    fn update_state(&mut self, _kept: &Kept) {}
}

/// That a boxed layer can be cloned: every layer that is `Clone` has it.
pub trait CloneLayer {
    /// The layer in a box of its own.
    fn clone_layer(&self) -> Box<dyn Layer>;
}

impl<L: Layer + Clone> CloneLayer for L {
    fn clone_layer(&self) -> Box<dyn Layer> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Layer> {
    fn clone(&self) -> Self {
        (**self).clone_layer()
    }
}

/// Where and how a layer runs, and the memory that it may use.
#[derive(Debug)]
pub struct Context<'a> {
    /// Number of examples.
    pub batch: usize,
    /// Shape of one input.
    pub input: Shape,
    /// Shape of one output.
    pub output: Shape,
    /// Whether the pass is one of training: [`Layer::forward`] rather than [`Layer::infer`].
    pub training: bool,
    /// A random number for this layer and this pass; 0 in inference.
    pub seed: u64,
    /// What the layer remembers from a forward pass for the backward pass that belongs to it. Each layer of a model has
    /// its own.
    pub kept: &'a mut Kept,
    /// Working space for the [`kernels`](crate::kernels), shared by all layers.
    pub scratch: &'a mut Scratch,
}

/// Memory of one layer between a forward and its backward pass; it only grows, so that a step allocates nothing once it is
/// as large as is needed.
#[derive(Debug, Default)]
pub struct Kept {
    /// Bytes: where a maximum was, which values passed.
    pub bytes: Vec<u8>,
    /// Floats: means, variances, what is costly to compute again.
    pub floats: Vec<f32>,
    /// The passes of layers inside of a layer.
    pub(crate) inner: Vec<super::Workspace>,
}

/// What a backward pass is given, and what it is asked for.
pub struct Backward<'a> {
    /// The input of the forward pass.
    pub input: &'a [f32],
    /// Its output.
    pub output: &'a [f32],
    /// The gradient of the loss at the output.
    pub d_output: &'a [f32],
    /// Where the gradients of the parameters go, as many and as long as [`Layer::params`] shows; `None` if they are not
    /// wanted.
    pub d_params: Option<&'a mut [Vec<f32>]>,
    /// Where the gradient at the input goes; `None` if it is not wanted, as before a network's first parameters.
    pub d_input: Option<&'a mut [f32]>,
    /// See [`params_done`](Self::params_done).
    pub(crate) on_params: &'a mut dyn FnMut(),
}

impl Backward<'_> {
    /// Says that the gradients of the parameters are computed and that of the input comes next, for those who time a
    /// step's parts. Need not be called.
    pub fn params_done(&mut self) {
        (self.on_params)();
    }
}

impl fmt::Debug for Backward<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backward").finish_non_exhaustive()
    }
}
