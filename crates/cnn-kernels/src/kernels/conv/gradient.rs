//! The gradient at a convolution's output, as the two backward convolutions read it: only what is not zero.

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;

/// The gradient at a convolution's output.
#[derive(Clone, Copy)]
pub(crate) enum Gradient<'a> {
    /// As it is: `[batch, output_h, output_w, out_channels]`.
    Dense(&'a [f32]),
    /// Behind ReLU and max-pooling, where each pooled value sends its gradient to one position.
    Pooled { pool: &'a Geometry, output: &'a [f32], argmax: &'a [u8], d_output: &'a [f32] },
}

impl Gradient<'_> {
    /// How many values [`Gradient::visit`] visits for each image and channel.
    pub(crate) fn values_per_map(&self, d: &Conv2dDims) -> usize {
        match self {
            Self::Dense(_) => d.geometry.output_pixels(),
            Self::Pooled { pool, .. } => pool.output_pixels(),
        }
    }

    /// Width of the pooled map, 0 without pooling.
    pub(crate) fn pooled_width(&self) -> usize {
        match self {
            Self::Dense(_) => 0,
            Self::Pooled { pool, .. } => pool.output[1],
        }
    }

    /// Calls `visit(place, channel, gradient, live)` for every value of one image, in a fixed order, channel
    /// innermost. `live` tells whether the gradient counts. `place` is linear in the output pixel:
    /// `y * step_y + x * step_x`, and at most the last pixel's where `live`.
    #[inline(always)]
    pub(crate) fn visit(
        &self,
        d: &Conv2dDims,
        image: usize,
        [step_y, step_x]: [usize; 2],
        mut visit: impl FnMut(usize, usize, f32, bool),
    ) {
        let channels = d.out_channels;
        match self {
            Self::Dense(d_output) => {
                let len = d.geometry.output_pixels() * channels;
                let mut pixels = d_output[image * len..][..len].chunks_exact(channels);
                for y in 0..d.geometry.output[0] {
                    for (x, pixel) in pixels.by_ref().take(d.geometry.output[1]).enumerate() {
                        let place = y * step_y + x * step_x;
                        for (k, &g) in pixel.iter().enumerate() {
                            visit(place, k, g, g != 0.0);
                        }
                    }
                }
            }
            Self::Pooled { pool, output, argmax, d_output } => {
                let len = pool.output_pixels() * channels;
                let part = image * len..(image + 1) * len;
                let values = output[part.clone()].chunks_exact(channels);
                let positions = argmax[part.clone()].chunks_exact(channels);
                let gradients = d_output[part].chunks_exact(channels);
                let mut place_of = [0; 256];
                for (position, place) in place_of.iter_mut().enumerate().take(pool.kernel_area()) {
                    *place = position / pool.kernel[1] * step_y + position % pool.kernel[1] * step_x;
                }
                // A window may begin in the padding; its maximum is never there, so the sums end up right.
                let before = pool.pad_before[0] * step_y + pool.pad_before[1] * step_x;
                // A position that no forward pass gives must not lead out of the map.
                let last = (d.geometry.output[0] - 1) * step_y + (d.geometry.output[1] - 1) * step_x;
                for (p, ((values, positions), gradients)) in values.zip(positions).zip(gradients).enumerate()
                {
                    let (y, x) = (p / pool.output[1], p % pool.output[1]);
                    let corner =
                        (y * pool.stride[0] * step_y + x * pool.stride[1] * step_x).wrapping_sub(before);
                    for (k, ((&value, &position), &g)) in
                        values.iter().zip(positions).zip(gradients).enumerate()
                    {
                        let place = corner.wrapping_add(place_of[usize::from(position)]);
                        visit(place, k, g, value > 0.0 && place <= last);
                    }
                }
            }
        }
    }
}
