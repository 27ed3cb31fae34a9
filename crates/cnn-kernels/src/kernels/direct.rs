//! Convolution by its definition, for any window: no matrix of columns is ever built.
//!
//! In a copy of the image with its padding the values under a window are `kernel_h` runs of
//! `kernel_w · in_channels` neighbours, and a [`tile`] of a few pixels by up to 24 output channels
//! walks over them.

use super::copy::copy;
use super::scratch::{Scratch, grown};
use super::tile::{self, ALL_ROWS, MAX_VECTORS, Sides};
use super::{Conv2dDims, pad};
use crate::par;

/// Output pixels that are computed at once: their sums stay in L1 until they are copied.
const PIXELS: usize = 4 * ALL_ROWS;

/// One convolution over one image at a time, its weights packed.
pub(super) struct Direct<'a> {
    d: &'a Conv2dDims,
    packed: &'a [f32],
    bias: Option<&'a [f32]>,
}

impl<'a> Direct<'a> {
    /// With the weights packed as `[window_len, out_channels]`.
    pub(super) fn new(d: &'a Conv2dDims, packed: &'a [f32], bias: Option<&'a [f32]>) -> Self {
        assert!(packed.len() >= tile::packed_len(d.window_len(), d.out_channels));
        Self { d, packed, bias }
    }

    /// Packs the weights.
    pub(super) fn pack(
        d: &'a Conv2dDims,
        weight: &[f32],
        bias: Option<&'a [f32]>,
        packed: &'a mut Vec<f32>,
    ) -> Self {
        let packed = grown(packed, tile::packed_len(d.window_len(), d.out_channels));
        tile::pack(weight, d.out_channels, packed);
        Self::new(d, packed, bias)
    }

    /// Working space for one image: floats (the padded image) and counts.
    pub(super) fn scratch_len(d: &Conv2dDims) -> (usize, usize) {
        let [height, width] = d.geometry.padded_input();
        (height * width * d.in_channels, d.geometry.output_pixels().next_multiple_of(ALL_ROWS))
    }

    /// Convolves image `n` into `output`, `[output_h, output_w, out_channels]`.
    pub(super) fn image(
        &self,
        input: &[f32],
        n: usize,
        output: &mut [f32],
        padded: &mut [f32],
        offsets: &mut [u32],
    ) {
        let (d, g) = (self.d, &self.d.geometry);
        let padded_w = g.padded_input()[1];
        pad::into_blocks(d, input, n, d.in_channels, 1, padded);
        let mut rest = &mut *offsets;
        for y in 0..g.output[0] {
            let (row, below) = rest.split_at_mut(g.output[1]);
            for (x, offset) in row.iter_mut().enumerate() {
                *offset = ((y * g.stride[0] * padded_w + x * g.stride[1]) * d.in_channels) as u32;
            }
            rest = below;
        }
        // The last tile may go on past the last pixel.
        rest.fill(0);
        let (run_len, run_step) = (g.kernel[1] * d.in_channels, padded_w * d.in_channels);
        for panel in tile::panels(d.out_channels) {
            let here = (d.out_channels - panel.first).min(4 * panel.vectors);
            let init = tile::init(self.bias, panel);
            let packed = &self.packed[panel.first * d.window_len()..];
            let sides = Sides {
                left: padded.as_ptr(),
                runs: g.kernel[0],
                run_len,
                run_step,
                step: 1,
                panel: packed.as_ptr(),
                panel_step: 4 * panel.vectors,
            };
            let pixels = output.chunks_mut(PIXELS * d.out_channels);
            for (pixels, rows) in pixels.zip(offsets.chunks(PIXELS)) {
                let mut sums = [0.0; PIXELS * 4 * MAX_VECTORS];
                let tiles = (pixels.len() / d.out_channels).div_ceil(panel.rows);
                // SAFETY: the offsets are those of the windows of output pixels, which lie in the padded image with
                // all their `kernel_h` rows; the panel has `kernel_h · run_len` rows. `PIXELS` is whole tiles, as is
                // the number of offsets.
                unsafe {
                    panel.multiply()(&sides, tiles, rows.as_ptr(), init.as_ptr(), sums.as_mut_ptr());
                }
                for (pixel, sums) in
                    pixels.chunks_exact_mut(d.out_channels).zip(sums.chunks_exact(4 * panel.vectors))
                {
                    copy(&mut pixel[panel.first..panel.first + here], &sums[..here]);
                }
            }
        }
    }
}

pub(super) fn forward(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let direct = Direct::pack(d, weight, bias, &mut s.packed);
    let (floats, counts) = Direct::scratch_len(d);
    s.lanes.reserve(floats, 0, counts);
    let lanes = &s.lanes;
    par::chunks_mut(output, d.geometry.output_pixels() * d.out_channels, |n, output| {
        let lane = &mut *lanes.current();
        direct.image(input, n, output, &mut lane.floats[..floats], &mut lane.counts[..counts]);
    });
}
