//! Naive loops: what every kernel must compute, kept for ever as the oracle of the fast ones.
//!
//! One letter an axis: `n` batch, `y x` output pixel, `ky kx` window, `c` input channel, `k` output channel.
//! Sums run in `f64`, so that a difference is the fast kernel's rounding and not the oracle's.

use super::{
    AdamStep, ChannelAffine, Conv2dDims, DenseDims, PoolDims, PooledGradient, PooledOutput, split_mix,
};
use crate::geometry::Geometry;

/// Calls `visit(output offset, input offset, window position)` for each output pixel and each real input
/// pixel under its window, offsets in pixels.
fn for_each_tap(g: &Geometry, batch: usize, mut visit: impl FnMut(usize, usize, usize)) {
    for n in 0..batch {
        for y in 0..g.output[0] {
            for x in 0..g.output[1] {
                for ky in 0..g.kernel[0] {
                    for kx in 0..g.kernel[1] {
                        let iy = (y * g.stride[0] + ky).checked_sub(g.pad_before[0]);
                        let ix = (x * g.stride[1] + kx).checked_sub(g.pad_before[1]);
                        if let (Some(iy), Some(ix)) = (iy, ix)
                            && iy < g.input[0]
                            && ix < g.input[1]
                        {
                            let out = (n * g.output[0] + y) * g.output[1] + x;
                            let inp = (n * g.input[0] + iy) * g.input[1] + ix;
                            visit(out, inp, ky * g.kernel[1] + kx);
                        }
                    }
                }
            }
        }
    }
}

fn store(output: &mut [f32], sums: &[f64]) {
    for (out, &sum) in output.iter_mut().zip(sums) {
        *out = sum as f32;
    }
}

/// See [`super::conv2d_forward`].
pub fn conv2d_forward(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
) {
    let (ic, oc) = (d.in_channels, d.out_channels);
    let mut sums = vec![0f64; output.len()];
    if let Some(bias) = bias {
        for pixel in sums.chunks_exact_mut(oc) {
            pixel.iter_mut().zip(bias).for_each(|(sum, &b)| *sum = b.into());
        }
    }
    for_each_tap(&d.geometry, d.batch, |out, inp, tap| {
        for c in 0..ic {
            for k in 0..oc {
                sums[out * oc + k] +=
                    f64::from(input[inp * ic + c]) * f64::from(weight[(tap * ic + c) * oc + k]);
            }
        }
    });
    store(output, &sums);
}

/// See [`super::conv2d_backward_input`].
pub fn conv2d_backward_input(d: &Conv2dDims, weight: &[f32], d_output: &[f32], d_input: &mut [f32]) {
    let (ic, oc) = (d.in_channels, d.out_channels);
    let mut sums = vec![0f64; d_input.len()];
    for_each_tap(&d.geometry, d.batch, |out, inp, tap| {
        for c in 0..ic {
            for k in 0..oc {
                sums[inp * ic + c] +=
                    f64::from(d_output[out * oc + k]) * f64::from(weight[(tap * ic + c) * oc + k]);
            }
        }
    });
    store(d_input, &sums);
}

/// See [`super::conv2d_backward_weight`].
pub fn conv2d_backward_weight(
    d: &Conv2dDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
) {
    let (ic, oc) = (d.in_channels, d.out_channels);
    let mut sums = vec![0f64; d_weight.len()];
    for_each_tap(&d.geometry, d.batch, |out, inp, tap| {
        for c in 0..ic {
            for k in 0..oc {
                sums[(tap * ic + c) * oc + k] +=
                    f64::from(input[inp * ic + c]) * f64::from(d_output[out * oc + k]);
            }
        }
    });
    store(d_weight, &sums);
    if let Some(d_bias) = d_bias {
        sum_rows(d_output, d_bias);
    }
}

/// Sums the rows of a `[rows, row.len()]` matrix into `row`.
fn sum_rows(matrix: &[f32], row: &mut [f32]) {
    let mut sums = vec![0f64; row.len()];
    for values in matrix.chunks_exact(row.len()) {
        sums.iter_mut().zip(values).for_each(|(sum, &v)| *sum += f64::from(v));
    }
    store(row, &sums);
}

/// The fused block's convolution and pooling as dimensions of their own.
fn pool_dims(d: &Conv2dDims, pool: &Geometry) -> PoolDims {
    PoolDims { batch: d.batch, geometry: *pool, channels: d.out_channels }
}

/// See [`super::conv2d_relu_max_pool_forward`].
pub fn conv2d_relu_max_pool_forward(
    d: &Conv2dDims,
    pool: &Geometry,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    pooled: PooledOutput<'_>,
) {
    let PooledOutput { output, argmax } = pooled;
    let mut conv = vec![0.0; d.output_len()];
    conv2d_forward(d, input, weight, bias, &mut conv);
    let mut relu = vec![0.0; conv.len()];
    relu_forward(&conv, &mut relu);
    max_pool2d_forward(&pool_dims(d, pool), &relu, output, argmax);
}

/// The gradient of the fused block at the output of its convolution.
fn d_conv(d: &Conv2dDims, pool: &Geometry, gradient: PooledGradient<'_>) -> Vec<f32> {
    let PooledGradient { output, argmax, d_output } = gradient;
    // A pooled value above 0 is the one ReLU output that it came from, so ReLU's gradient passes or stops
    // here just as it would before the pooling.
    let mut live = vec![0.0; d_output.len()];
    relu_backward(output, d_output, &mut live);
    let mut d_conv = vec![0.0; d.output_len()];
    max_pool2d_backward(&pool_dims(d, pool), argmax, &live, &mut d_conv);
    d_conv
}

/// See [`super::conv2d_relu_max_pool_backward_weight`].
pub fn conv2d_relu_max_pool_backward_weight(
    d: &Conv2dDims,
    pool: &Geometry,
    input: &[f32],
    gradient: PooledGradient<'_>,
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
) {
    let d_conv = d_conv(d, pool, gradient);
    conv2d_backward_weight(d, input, &d_conv, d_weight, d_bias);
}

/// See [`super::conv2d_relu_max_pool_backward_input`].
pub fn conv2d_relu_max_pool_backward_input(
    d: &Conv2dDims,
    pool: &Geometry,
    weight: &[f32],
    gradient: PooledGradient<'_>,
    d_input: &mut [f32],
) {
    let d_conv = d_conv(d, pool, gradient);
    conv2d_backward_input(d, weight, &d_conv, d_input);
}

/// See [`super::max_pool2d_forward`].
pub fn max_pool2d_forward(d: &PoolDims, input: &[f32], output: &mut [f32], argmax: &mut [u8]) {
    output.fill(f32::NEG_INFINITY);
    argmax.fill(u8::MAX);
    for_each_tap(&d.geometry, d.batch, |out, inp, tap| {
        for c in 0..d.channels {
            let (o, value) = (out * d.channels + c, input[inp * d.channels + c]);
            // `>` alone would let a window of NaN or of minus infinity end without a position.
            if value > output[o] || argmax[o] == u8::MAX {
                output[o] = value;
                argmax[o] = tap as u8;
            }
        }
    });
}

/// See [`super::max_pool2d_backward`].
pub fn max_pool2d_backward(d: &PoolDims, argmax: &[u8], d_output: &[f32], d_input: &mut [f32]) {
    d_input.fill(0.0);
    for_each_tap(&d.geometry, d.batch, |out, inp, tap| {
        for c in 0..d.channels {
            let o = out * d.channels + c;
            if usize::from(argmax[o]) == tap {
                d_input[inp * d.channels + c] += d_output[o];
            }
        }
    });
}

/// Number of real pixels under each output position's window.
fn window_sizes(g: &Geometry) -> Vec<f32> {
    let mut sizes = vec![0.0; g.output_pixels()];
    for_each_tap(g, 1, |out, _, _| sizes[out] += 1.0);
    sizes
}

/// See [`super::avg_pool2d_forward`].
pub fn avg_pool2d_forward(d: &PoolDims, input: &[f32], output: &mut [f32]) {
    let sizes = window_sizes(&d.geometry);
    output.fill(0.0);
    for_each_tap(&d.geometry, d.batch, |out, inp, _| {
        for c in 0..d.channels {
            output[out * d.channels + c] += input[inp * d.channels + c] / sizes[out % sizes.len()];
        }
    });
}

/// See [`super::avg_pool2d_backward`].
pub fn avg_pool2d_backward(d: &PoolDims, d_output: &[f32], d_input: &mut [f32]) {
    let sizes = window_sizes(&d.geometry);
    d_input.fill(0.0);
    for_each_tap(&d.geometry, d.batch, |out, inp, _| {
        for c in 0..d.channels {
            d_input[inp * d.channels + c] += d_output[out * d.channels + c] / sizes[out % sizes.len()];
        }
    });
}

/// See [`super::dense_forward`].
pub fn dense_forward(d: &DenseDims, input: &[f32], weight: &[f32], bias: Option<&[f32]>, output: &mut [f32]) {
    for n in 0..d.batch {
        for k in 0..d.out_features {
            let mut sum = bias.map_or(0.0, |b| f64::from(b[k]));
            for c in 0..d.in_features {
                sum += f64::from(input[n * d.in_features + c]) * f64::from(weight[c * d.out_features + k]);
            }
            output[n * d.out_features + k] = sum as f32;
        }
    }
}

/// See [`super::dense_backward_input`].
pub fn dense_backward_input(d: &DenseDims, weight: &[f32], d_output: &[f32], d_input: &mut [f32]) {
    for n in 0..d.batch {
        for c in 0..d.in_features {
            let mut sum = 0f64;
            for k in 0..d.out_features {
                sum +=
                    f64::from(d_output[n * d.out_features + k]) * f64::from(weight[c * d.out_features + k]);
            }
            d_input[n * d.in_features + c] = sum as f32;
        }
    }
}

/// See [`super::dense_backward_weight`].
pub fn dense_backward_weight(
    d: &DenseDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
) {
    for c in 0..d.in_features {
        for k in 0..d.out_features {
            let mut sum = 0f64;
            for n in 0..d.batch {
                sum += f64::from(input[n * d.in_features + c]) * f64::from(d_output[n * d.out_features + k]);
            }
            d_weight[c * d.out_features + k] = sum as f32;
        }
    }
    if let Some(d_bias) = d_bias {
        sum_rows(d_output, d_bias);
    }
}

/// See [`super::unit_from_bytes`].
pub fn unit_from_bytes(bytes: &[u8], values: &mut [f32]) {
    for (value, &byte) in values.iter_mut().zip(bytes) {
        *value = byte as f32 / 255.0;
    }
}

/// See [`super::relu_forward`].
pub fn relu_forward(input: &[f32], output: &mut [f32]) {
    for (out, &x) in output.iter_mut().zip(input) {
        *out = if x > 0.0 || x.is_nan() { x } else { 0.0 };
    }
}

/// See [`super::relu_backward`].
pub fn relu_backward(output: &[f32], d_output: &[f32], d_input: &mut [f32]) {
    for ((d_in, &out), &d_out) in d_input.iter_mut().zip(output).zip(d_output) {
        *d_in = if out > 0.0 { d_out } else { 0.0 };
    }
}

/// See [`super::dropout_forward`].
pub fn dropout_forward(input: &[f32], rate: f32, seed: u64, mask: &mut [u8], output: &mut [f32]) {
    let scale = 1.0 / (1.0 - rate);
    for i in 0..input.len() {
        let bits = (split_mix(seed, i as u64 / 4) >> (16 * (i % 4))) & 0xffff;
        mask[i] = u8::from(bits as f64 >= (f64::from(rate) * 65_536.0).round());
        output[i] = if mask[i] == 1 { input[i] * scale } else { 0.0 };
    }
}

/// See [`super::scale_by_mask`].
pub fn scale_by_mask(input: &[f32], mask: &[u8], scale: f32, output: &mut [f32]) {
    for ((out, &x), &keep) in output.iter_mut().zip(input).zip(mask) {
        *out = if keep != 0 { x * scale } else { 0.0 };
    }
}

/// See [`super::adam_step`].
pub fn adam_step(p: AdamStep, grad: &[f32], m: &mut [f32], v: &mut [f32], param: &mut [f32]) {
    let (b1, b2) = (f64::from(p.beta1), f64::from(p.beta2));
    let t = p.t as f64;
    for i in 0..param.len() {
        let g = f64::from(grad[i]);
        let m1 = b1 * f64::from(m[i]) + (1.0 - b1) * g;
        let v1 = b2 * f64::from(v[i]) + (1.0 - b2) * g * g;
        let m_hat = m1 / (1.0 - b1.powf(t));
        let v_hat = v1 / (1.0 - b2.powf(t));
        let step = f64::from(p.learning_rate) * m_hat / (v_hat.sqrt() + f64::from(p.epsilon));
        (m[i], v[i], param[i]) = (m1 as f32, v1 as f32, (f64::from(param[i]) - step) as f32);
    }
}

/// See [`super::channel_moments`].
pub fn channel_moments(input: &[f32], mean: &mut [f32], variance: &mut [f32]) {
    let channels = mean.len();
    let share = 1.0 / (input.len() / channels).max(1) as f64;
    for k in 0..channels {
        let values = || input.iter().skip(k).step_by(channels).map(|&x| f64::from(x));
        let centre = values().sum::<f64>() * share;
        mean[k] = centre as f32;
        variance[k] = (values().map(|x| (x - centre) * (x - centre)).sum::<f64>() * share) as f32;
    }
}

/// See [`super::channel_gradient_sums`].
pub fn channel_gradient_sums(
    input: &[f32],
    d_output: &[f32],
    mean: &[f32],
    sum: &mut [f32],
    products: &mut [f32],
) {
    let channels = mean.len();
    for k in 0..channels {
        let values = || input.iter().zip(d_output).skip(k).step_by(channels);
        sum[k] = values().map(|(_, &d)| f64::from(d)).sum::<f64>() as f32;
        let product = |(&x, &d): (&f32, &f32)| f64::from(d) * (f64::from(x) - f64::from(mean[k]));
        products[k] = values().map(product).sum::<f64>() as f32;
    }
}

/// See [`super::channel_affine`].
pub fn channel_affine(input: &[f32], affine: ChannelAffine<'_>, output: &mut [f32]) {
    channel_affine_backward(input, input, affine, &vec![0.0; affine.mean.len()], output);
}

/// See [`super::channel_affine_backward`].
pub fn channel_affine_backward(
    input: &[f32],
    d_output: &[f32],
    affine: ChannelAffine<'_>,
    factor: &[f32],
    d_input: &mut [f32],
) {
    let ChannelAffine { mean, scale, shift } = affine;
    for (i, ((d_in, &x), &d)) in d_input.iter_mut().zip(input).zip(d_output).enumerate() {
        let [mean, scale, shift, factor] =
            [mean, scale, shift, factor].map(|values| f64::from(values[i % values.len()]));
        *d_in = (f64::from(d) * factor + (f64::from(x) - mean) * scale + shift) as f32;
    }
}
