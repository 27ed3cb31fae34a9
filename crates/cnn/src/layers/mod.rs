//! The layers of a network: one trait, one file a layer.
//!
//! Every layer is a [`Layer`], those of a program of your own too: it computes over slices, `infer` in use, `forward` in
//! training, `backward` for the gradients. A [`Model`](crate::model::Model) runs layers one after the other in memory of its
//! own, so that a training step allocates nothing; [`Standalone`] runs a single one over [`ndarray`] arrays.
//!
//! Activations are `[batch, height, width, channels]` or `[batch, features]`; gradients are overwritten, not added to; `d_x`
//! is the gradient of the loss with respect to `x`.

mod avg_pool2d;
mod batch_norm;
mod conv2d;
mod conv_relu_pool;
mod dense;
mod dropout;
mod flatten;
mod global_avg_pool;
mod gradient_check;
mod layer;
mod mark;
mod max_pool2d;
mod param;
mod relu;
mod residual;
mod sequence;
mod shape;
mod standalone;
mod workspace;

pub use avg_pool2d::AvgPool2d;
pub use batch_norm::BatchNorm;
pub(crate) use batch_norm::check as check_batch_norm;
pub use conv_relu_pool::ConvReluPool;
pub use conv2d::Conv2d;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use global_avg_pool::GlobalAvgPool;
pub use gradient_check::{GradientCheck, gradient_check};
pub use layer::{Backward, CloneLayer, Context, Kept, Layer};
pub use mark::{Mark, Phase};
pub use max_pool2d::{MAX_POOL_AREA, MaxPool2d, pool_geometry};
pub use param::Param;
pub use relu::Relu;
pub use residual::Residual;
pub use sequence::Sequence;
pub(crate) use sequence::{PlacedLayer, layer_as};
pub use shape::Shape;
pub use standalone::Standalone;
pub use workspace::Workspace;
pub(crate) use workspace::{Step, Steps, Wanted};

/// The gradients of a weight and, if there is one, a bias.
fn weight_and_bias(d_params: &mut [Vec<f32>]) -> (&mut [f32], Option<&mut [f32]>) {
    let (d_weight, d_bias) = d_params.split_first_mut().expect("a layer with a weight has its gradient");
    (d_weight, d_bias.first_mut().map(Vec::as_mut_slice))
}
