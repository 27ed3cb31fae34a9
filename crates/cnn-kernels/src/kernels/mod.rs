//! The arithmetic of a network: slices in, slices out.
//!
//! This file is the safe façade. Each function checks the lengths of its slices against its dimensions once,
//! then hands over to one fast kernel; [`mod@reference`] holds the same functions as naive loops. The caller
//! owns all memory: outputs are **overwritten** unless a name says `accumulate`, and what a kernel needs to
//! remember between two calls is nothing. [`Scratch`] is working space that only grows.
//!
//! Layouts: activations NHWC, convolution weights HWIO `[kernel_h, kernel_w, in_channels, out_channels]`,
//! dense weights `[in_features, out_features]`, all row-major and dense.
//!
//! # Panics
//! Every function here panics when a slice's length is not what its dimensions say, when that length overflows, when
//! there are no channels or features, and when a [`Geometry`] is not one that a window gives; the pooling functions when
//! a window lies wholly in the padding or has more than 255 positions. A batch of 0 is allowed: outputs are empty, and
//! gradients that are summed over the batch are 0.

mod adam;
mod arguments;
mod batch_norm;
mod check;
mod conv;
mod dense;
mod dropout;
mod elementwise;
mod groups;
mod memory;
mod micro;
mod pool;
pub mod reference;
mod simd;

pub use arguments::{AdamStep, ChannelAffine, Conv2dDims, DenseDims, PoolDims, PooledGradient, PooledOutput};
pub use dropout::split_mix;
pub use memory::LineAligned;
pub use memory::scratch::{LANES_BYTES, Scratch, resize_at_least};
pub use simd::InstructionSet;

use crate::geometry::Geometry;
use check::{check, check_channels, check_conv, check_dense, check_fused, check_optional, check_pool};
use conv::gradient::Gradient;
use conv::{backward_input, backward_weight, forward};

/// Convolution (cross-correlation, as everywhere in this field): `output = input ⋆ weight + bias`.
///
/// An output whose window holds a value that is not finite is not finite. With 3×3 windows at stride 1, outputs come in
/// tiles of 2×2, and the others of such an output's tile may then not be finite either; nor may those of a filter with
/// such a weight, even where it meets nothing but padding.
pub fn conv2d_forward(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    check_conv(d);
    check("input", input.len(), d.input_len());
    check("weight", weight.len(), d.weight_len());
    check_optional("bias", bias.map(<[f32]>::len), d.out_channels);
    check("output", output.len(), d.output_len());
    forward::conv2d(d, input, weight, bias, output, s);
}

/// Gradient of a convolution at its input.
pub fn conv2d_backward_input(
    d: &Conv2dDims,
    weight: &[f32],
    d_output: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    check_conv(d);
    check("weight", weight.len(), d.weight_len());
    check("d_output", d_output.len(), d.output_len());
    check("d_input", d_input.len(), d.input_len());
    backward_input::conv2d(d, weight, Gradient::Dense(d_output), d_input, s);
}

/// Gradient of a convolution at its weight and its bias, summed over the batch.
pub fn conv2d_backward_weight(
    d: &Conv2dDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
    s: &mut Scratch,
) {
    check_conv(d);
    check("input", input.len(), d.input_len());
    check("d_output", d_output.len(), d.output_len());
    check("d_weight", d_weight.len(), d.weight_len());
    check_optional("d_bias", d_bias.as_deref().map(<[f32]>::len), d.out_channels);
    backward_weight::conv2d(d, input, Gradient::Dense(d_output), d_weight, d_bias, s);
}

/// Convolution, ReLU and max-pooling in one: the same values as the three one after the other. `pool` is the window over the
/// convolution's output.
pub fn conv2d_relu_max_pool_forward(
    d: &Conv2dDims,
    pool: &Geometry,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    pooled: PooledOutput<'_>,
    s: &mut Scratch,
) {
    let PooledOutput { output, argmax } = pooled;
    check("input", input.len(), d.input_len());
    check("weight", weight.len(), d.weight_len());
    check_optional("bias", bias.map(<[f32]>::len), d.out_channels);
    check_fused(d, pool, output.len(), argmax.len());
    forward::conv2d_relu_max_pool(d, pool, input, weight, bias, output, argmax, s);
}

/// Gradient of [`conv2d_relu_max_pool_forward`] at its weight and its bias, summed over the batch.
pub fn conv2d_relu_max_pool_backward_weight(
    d: &Conv2dDims,
    pool: &Geometry,
    input: &[f32],
    gradient: PooledGradient<'_>,
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
    s: &mut Scratch,
) {
    let PooledGradient { output, argmax, d_output } = gradient;
    check("input", input.len(), d.input_len());
    check_fused(d, pool, output.len(), argmax.len());
    check("d_output", d_output.len(), output.len());
    check("d_weight", d_weight.len(), d.weight_len());
    check_optional("d_bias", d_bias.as_deref().map(<[f32]>::len), d.out_channels);
    let gradient = Gradient::Pooled { pool, output, argmax, d_output };
    backward_weight::conv2d(d, input, gradient, d_weight, d_bias, s);
}

/// Gradient of [`conv2d_relu_max_pool_forward`] at its input.
pub fn conv2d_relu_max_pool_backward_input(
    d: &Conv2dDims,
    pool: &Geometry,
    weight: &[f32],
    gradient: PooledGradient<'_>,
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let PooledGradient { output, argmax, d_output } = gradient;
    check("weight", weight.len(), d.weight_len());
    check_fused(d, pool, output.len(), argmax.len());
    check("d_output", d_output.len(), output.len());
    check("d_input", d_input.len(), d.input_len());
    let gradient = Gradient::Pooled { pool, output, argmax, d_output };
    backward_input::conv2d(d, weight, gradient, d_input, s);
}

/// Largest value under each window. `argmax` holds the position `ky * kernel_w + kx` inside the window that
/// it came from; padding never wins, and the first position wins a tie.
pub fn max_pool2d_forward(d: &PoolDims, input: &[f32], output: &mut [f32], argmax: &mut [u8]) {
    check_pool(&d.geometry, d.channels);
    check("input", input.len(), d.input_len());
    check("output", output.len(), d.output_len());
    check("argmax", argmax.len(), d.output_len());
    pool::max_forward(d, input, output, argmax);
}

/// Gradient of [`max_pool2d_forward`]: each window's goes to where its maximum came from, and windows that
/// overlap add up.
pub fn max_pool2d_backward(d: &PoolDims, argmax: &[u8], d_output: &[f32], d_input: &mut [f32]) {
    check_pool(&d.geometry, d.channels);
    check("argmax", argmax.len(), d.output_len());
    check("d_output", d_output.len(), d.output_len());
    check("d_input", d_input.len(), d.input_len());
    pool::max_backward(d, argmax, d_output, d_input);
}

/// Mean of the real pixels under each window: padding does not count.
pub fn avg_pool2d_forward(d: &PoolDims, input: &[f32], output: &mut [f32]) {
    check_pool(&d.geometry, d.channels);
    check("input", input.len(), d.input_len());
    check("output", output.len(), d.output_len());
    pool::avg_forward(d, input, output);
}

/// Gradient of [`avg_pool2d_forward`].
pub fn avg_pool2d_backward(d: &PoolDims, d_output: &[f32], d_input: &mut [f32]) {
    check_pool(&d.geometry, d.channels);
    check("d_output", d_output.len(), d.output_len());
    check("d_input", d_input.len(), d.input_len());
    pool::avg_backward(d, d_output, d_input);
}

/// `output = input · weight + bias`: `[batch, out] = [batch, in] · [in, out]`.
pub fn dense_forward(
    d: &DenseDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    check_dense(d);
    check("input", input.len(), d.input_len());
    check("weight", weight.len(), d.weight_len());
    check_optional("bias", bias.map(<[f32]>::len), d.out_features);
    check("output", output.len(), d.output_len());
    dense::forward(d, input, weight, bias, output, s);
}

/// `d_input = d_output · weightᵀ`: `[batch, in] = [batch, out] · [out, in]`.
pub fn dense_backward_input(
    d: &DenseDims,
    weight: &[f32],
    d_output: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    check_dense(d);
    check("weight", weight.len(), d.weight_len());
    check("d_output", d_output.len(), d.output_len());
    check("d_input", d_input.len(), d.input_len());
    dense::backward_input(d, weight, d_output, d_input, s);
}

/// `d_weight = inputᵀ · d_output`: `[in, out] = [in, batch] · [batch, out]`; `d_bias` sums `d_output` over
/// the batch.
pub fn dense_backward_weight(
    d: &DenseDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
    s: &mut Scratch,
) {
    check_dense(d);
    check("input", input.len(), d.input_len());
    check("d_output", d_output.len(), d.output_len());
    check("d_weight", d_weight.len(), d.weight_len());
    check_optional("d_bias", d_bias.as_deref().map(<[f32]>::len), d.out_features);
    dense::backward_weight(d, input, d_output, d_weight, d_bias, s);
}

/// Bytes as shares of 255: pixels as numbers in 0..=1.
pub fn unit_from_bytes(bytes: &[u8], values: &mut [f32]) {
    check("values", values.len(), bytes.len());
    elementwise::unit_from_bytes(bytes, values);
}

/// `max(input, 0)`; NaN stays NaN.
pub fn relu_forward(input: &[f32], output: &mut [f32]) {
    check("output", output.len(), input.len());
    elementwise::relu_forward(input, output);
}

/// Gradient of [`relu_forward`] from its output: passes where `output > 0`.
pub fn relu_backward(output: &[f32], d_output: &[f32], d_input: &mut [f32]) {
    check("d_output", d_output.len(), output.len());
    check("d_input", d_input.len(), output.len());
    elementwise::relu_backward(output, d_output, d_input);
}

/// Whether no value is NaN or infinite.
pub fn all_finite(values: &[f32]) -> bool {
    elementwise::all_finite(values)
}

/// Inverted dropout: `output = input / (1 − rate)` where the value survives, else 0; `mask` is 1 or 0 accordingly.
/// `rate`, in `0..1`, is the probability of 0, to within 2⁻¹⁶.
///
/// Value `i` survives by bits `16 (i mod 4)` and up of output `i / 4` of [`split_mix`] from the seed: the mask
/// depends on nothing else, threads least of all.
///
/// # Panics
/// Also if `rate` is not in `0..1`.
pub fn dropout_forward(input: &[f32], rate: f32, seed: u64, mask: &mut [u8], output: &mut [f32]) {
    assert!((0.0..1.0).contains(&rate), "a dropout rate of {rate}");
    check("mask", mask.len(), input.len());
    check("output", output.len(), input.len());
    dropout::forward(input, rate, seed, mask, output);
}

/// Inverted dropout with a given mask, forward and backward alike: `output = input * scale` where `mask` is not 0, else 0.
pub fn scale_by_mask(input: &[f32], mask: &[u8], scale: f32, output: &mut [f32]) {
    check("mask", mask.len(), input.len());
    check("output", output.len(), input.len());
    elementwise::scale_by_mask(input, mask, scale, output);
}

/// The mean and the variance (of all values, not an estimate from a sample) of each channel of `input`, which is
/// `[…, channels]`: as many channels as `mean` and `variance` have. Of no values both are 0.
pub fn channel_moments(input: &[f32], mean: &mut [f32], variance: &mut [f32], s: &mut Scratch) {
    check_channels(input.len(), mean.len());
    check("variance", variance.len(), mean.len());
    batch_norm::moments(input, mean, variance, s);
}

/// What batch normalization's backward pass sums up for each channel: `sum` is that of `d_output`, `products` that of
/// `d_output · (input − mean)`.
pub fn channel_gradient_sums(
    input: &[f32],
    d_output: &[f32],
    mean: &[f32],
    sum: &mut [f32],
    products: &mut [f32],
    s: &mut Scratch,
) {
    check_channels(input.len(), mean.len());
    check("d_output", d_output.len(), input.len());
    check("sum", sum.len(), mean.len());
    check("products", products.len(), mean.len());
    batch_norm::gradient_sums(input, d_output, mean, sum, products, s);
}

/// `output = (input − mean) · scale + shift`. An input that is not finite gives an output that is not.
pub fn channel_affine(input: &[f32], affine: ChannelAffine<'_>, output: &mut [f32], s: &mut Scratch) {
    let ChannelAffine { mean, scale, shift } = affine;
    check_channels(input.len(), mean.len());
    check("scale", scale.len(), mean.len());
    check("shift", shift.len(), mean.len());
    check("output", output.len(), input.len());
    batch_norm::apply(input, [mean, scale, shift], None, output, s);
}

/// `d_input = d_output · factor + (input − mean) · scale + shift`, the factor one value a channel too: the gradient at the
/// input of a batch normalization by the batch's own mean and variance.
pub fn channel_affine_backward(
    input: &[f32],
    d_output: &[f32],
    affine: ChannelAffine<'_>,
    factor: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let ChannelAffine { mean, scale, shift } = affine;
    check_channels(input.len(), mean.len());
    check("d_output", d_output.len(), input.len());
    check("scale", scale.len(), mean.len());
    check("shift", shift.len(), mean.len());
    check("factor", factor.len(), mean.len());
    check("d_input", d_input.len(), input.len());
    batch_norm::apply(input, [mean, scale, shift], Some((d_output, factor)), d_input, s);
}

/// One step of Adam over one parameter tensor: moves the moments `m` and `v` and `param` in place.
///
/// # Panics
/// Also if a decay is not in `0..1` or `t` is 0.
pub fn adam_step(p: AdamStep, grad: &[f32], m: &mut [f32], v: &mut [f32], param: &mut [f32]) {
    let decays = [p.beta1, p.beta2].iter().all(|beta| (0.0..1.0).contains(beta));
    assert!(decays && p.t > 0, "no step of Adam: {p:?}");
    check("grad", grad.len(), param.len());
    check("m", m.len(), param.len());
    check("v", v.len(), param.len());
    adam::step(p, grad, m, v, param);
}
