//! What kernels are told: the sizes of an operation, and arguments that belong together.

use crate::geometry::Geometry;

/// A convolution over a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dDims {
    /// Number of images.
    pub batch: usize,
    /// The window over one image.
    pub geometry: Geometry,
    /// Channels of the input, at least 1.
    pub in_channels: usize,
    /// Channels of the output: the number of filters, at least 1.
    pub out_channels: usize,
}

impl Conv2dDims {
    /// Length of `input`: `[batch, input_h, input_w, in_channels]`.
    pub fn input_len(&self) -> usize {
        product([self.batch, self.geometry.input_pixels(), self.in_channels])
    }

    /// Length of `output`: `[batch, output_h, output_w, out_channels]`.
    pub fn output_len(&self) -> usize {
        product([self.batch, self.geometry.output_pixels(), self.out_channels])
    }

    /// Length of `weight`: `[kernel_h, kernel_w, in_channels, out_channels]`.
    pub fn weight_len(&self) -> usize {
        product([self.window_len(), self.out_channels])
    }

    /// Number of values under one window: `kernel_h * kernel_w * in_channels`.
    pub fn window_len(&self) -> usize {
        product([self.geometry.kernel_area(), self.in_channels])
    }
}

/// A pooling over a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolDims {
    /// Number of images.
    pub batch: usize,
    /// The window over one image; at most 255 positions, and each window covers a real pixel.
    pub geometry: Geometry,
    /// Channels, at least 1, each pooled on its own.
    pub channels: usize,
}

impl PoolDims {
    /// Length of `input`: `[batch, input_h, input_w, channels]`.
    pub fn input_len(&self) -> usize {
        product([self.batch, self.geometry.input_pixels(), self.channels])
    }

    /// Length of `output`: `[batch, output_h, output_w, channels]`.
    pub fn output_len(&self) -> usize {
        product([self.batch, self.geometry.output_pixels(), self.channels])
    }
}

/// A dense layer over a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DenseDims {
    /// Number of examples.
    pub batch: usize,
    /// Inputs of each example, at least 1.
    pub in_features: usize,
    /// Outputs of each example, at least 1.
    pub out_features: usize,
}

impl DenseDims {
    /// Length of `input`: `[batch, in_features]`.
    pub fn input_len(&self) -> usize {
        product([self.batch, self.in_features])
    }

    /// Length of `output`: `[batch, out_features]`.
    pub fn output_len(&self) -> usize {
        product([self.batch, self.out_features])
    }

    /// Length of `weight`: `[in_features, out_features]`.
    pub fn weight_len(&self) -> usize {
        product([self.in_features, self.out_features])
    }
}

/// Checked product: a length that overflowed must not pass the checks.
#[track_caller]
pub(super) fn product<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.iter().try_fold(1, |product: usize, &size| product.checked_mul(size)).expect("a length is a usize")
}

/// The numbers of one step of Adam (Kingma & Ba, 2015, algorithm 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// Step size α.
    pub learning_rate: f32,
    /// Decay of the first moment, in `0..1`.
    pub beta1: f32,
    /// Decay of the second moment, in `0..1`.
    pub beta2: f32,
    /// Added to the root of the second moment, outside the root.
    pub epsilon: f32,
    /// Number of this step, counted from 1.
    pub t: u64,
}

/// What convolution, ReLU and max-pooling in one write.
#[derive(Debug)]
pub struct PooledOutput<'a> {
    /// The pooled map `[batch, pool.output_h, pool.output_w, out_channels]`.
    pub output: &'a mut [f32],
    /// For each of its values the position `ky * pool.kernel_w + kx` inside the pooling window that it came from. Padding
    /// never wins, and the first position wins a tie. Where `output` is 0 no gradient passes, and the position is unspecified.
    pub argmax: &'a mut [u8],
}

/// The gradient at a [`PooledOutput`], beside what was written there.
#[derive(Clone, Copy, Debug)]
pub struct PooledGradient<'a> {
    /// As the forward pass gave it.
    pub output: &'a [f32],
    /// As the forward pass gave it.
    pub argmax: &'a [u8],
    /// The gradient at each value of `output`.
    pub d_output: &'a [f32],
}

/// `(x − mean) · scale + shift`, each of the three one value a channel.
#[derive(Clone, Copy, Debug)]
pub struct ChannelAffine<'a> {
    /// What is subtracted first.
    pub mean: &'a [f32],
    /// What the difference is multiplied with.
    pub scale: &'a [f32],
    /// What is added then.
    pub shift: &'a [f32],
}
