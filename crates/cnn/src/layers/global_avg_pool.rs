//! Global average pooling: each map as one number.
//!
//! Lin, Chen & Yan, *Network in network*, 2014, section 3.2.

use super::{Backward, Context, Layer, Shape};
use crate::Result;

/// `[batch, height, width, channels]` to `[batch, channels]`: the mean of each map.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GlobalAvgPool {}

impl GlobalAvgPool {
    /// A global average pooling.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Layer for GlobalAvgPool {
    fn name(&self) -> &'static str {
        "globalavgpool"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(Shape::Vector(input.map("globalavgpool")?[2]))
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let channels = at.output.len();
        let scale = channels as f32 / at.input.len() as f32;
        for (image, means) in input.chunks_exact(at.input.len()).zip(output.chunks_exact_mut(channels)) {
            means.fill(0.0);
            for pixel in image.chunks_exact(channels) {
                means.iter_mut().zip(pixel).for_each(|(mean, x)| *mean += x);
            }
            means.iter_mut().for_each(|mean| *mean *= scale);
        }
    }

    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>) {
        let Some(d_input) = pass.d_input else { return };
        let channels = at.output.len();
        let scale = channels as f32 / at.input.len() as f32;
        let images = d_input.chunks_exact_mut(at.input.len()).zip(pass.d_output.chunks_exact(channels));
        for (d_image, d_means) in images {
            for d_pixel in d_image.chunks_exact_mut(channels) {
                d_pixel.iter_mut().zip(d_means).for_each(|(d, d_mean)| *d = d_mean * scale);
            }
        }
    }
}
