//! Gradient of a convolution at its input as forward convolutions over the gradient at its output, for gradients of
//! which few values are known to be zero.
//!
//! At stride 1 it is one, with the filters turned by 180° and input and output channels changing places (Dumoulin &
//! Visin, 2016). At stride `s` the input pixels fall into `s · s` phases, each of which sees every `s`-th row and
//! column of the filters: as many convolutions at stride 1, which together multiply nothing by an inserted zero.

use super::copy::copy;
use super::direct::{self, Direct};
use super::scratch::{Lane, Scratch, grown};
use super::{Conv2dDims, tile};
use crate::geometry::Geometry;
use crate::par;

/// The input pixels whose windows begin at the same place modulo the stride, and what convolution gives them.
struct Phase {
    /// The first row and column of the filters that it sees.
    tap: [usize; 2],
    /// Its first input pixel.
    first: [usize; 2],
    d: Conv2dDims,
}

impl Phase {
    /// `None` where the padding is wider than the window, so that some windows see none of the input.
    fn new(d: &Conv2dDims, tap: [usize; 2]) -> Option<Self> {
        let mut g = Geometry {
            input: d.geometry.output,
            kernel: [0; 2],
            stride: [1; 2],
            pad_before: [0; 2],
            pad_after: [0; 2],
            output: [0; 2],
            lost: [0; 2],
        };
        let mut first = [0; 2];
        for axis in 0..2 {
            let [size, kernel, stride, pad] = [
                d.geometry.input[axis],
                d.geometry.kernel[axis],
                d.geometry.stride[axis],
                d.geometry.pad_before[axis],
            ];
            let taps = kernel.saturating_sub(tap[axis]).div_ceil(stride);
            first[axis] = (tap[axis] + stride - pad % stride) % stride;
            let count = size.saturating_sub(first[axis]).div_ceil(stride);
            // The last output position that a window of its first pixel can have.
            let position = (first[axis] + pad - tap[axis]) / stride;
            g.kernel[axis] = taps;
            g.output[axis] = count;
            if taps > 0 {
                g.pad_before[axis] = (taps - 1).checked_sub(position)?;
                g.pad_after[axis] = (count + taps - 1).checked_sub(g.input[axis] + g.pad_before[axis])?;
            }
        }
        let d = Conv2dDims {
            batch: d.batch,
            geometry: g,
            in_channels: d.out_channels,
            out_channels: d.in_channels,
        };
        Some(Self { tap, first, d })
    }

    /// Whether it has pixels, and these have windows.
    fn is_empty(&self) -> bool {
        self.d.weight_len() == 0 || self.d.geometry.output_pixels() == 0
    }

    /// Its filters, HWIO, from all of them.
    fn weight(&self, d: &Conv2dDims, weight: &[f32], to: &mut [f32]) {
        let [rows, cols] = self.d.geometry.kernel;
        let (filter, channels) = (d.in_channels * d.out_channels, d.in_channels);
        for (i, to) in to.chunks_exact_mut(filter).enumerate() {
            let (y, x) = (rows - 1 - i / cols, cols - 1 - i % cols);
            let [y, x] = [self.tap[0] + y * d.geometry.stride[0], self.tap[1] + x * d.geometry.stride[1]];
            let from = &weight[(y * d.geometry.kernel[1] + x) * filter..][..filter];
            for (k, to) in to.chunks_exact_mut(channels).enumerate() {
                let from = from[k..].iter().step_by(d.out_channels);
                to.iter_mut().zip(from).for_each(|(to, &w)| *to = w);
            }
        }
    }
}

fn phases(d: &Conv2dDims) -> impl Iterator<Item = Option<Phase>> {
    let [rows, cols] = d.geometry.stride;
    (0..rows * cols).map(move |i| Phase::new(d, [i / cols, i % cols]))
}

/// Input channels that leave most lanes of a tile empty are better served by [`scatter`](super::scatter).
const MIN_CHANNELS: usize = 5;

/// Whether all input pixels can be had this way, and faster than another.
pub(super) fn applies(d: &Conv2dDims) -> bool {
    (d.in_channels >= MIN_CHANNELS || d.geometry.kernel[1] == 1) && phases(d).all(|phase| phase.is_some())
}

pub(super) fn conv2d(d: &Conv2dDims, weight: &[f32], d_output: &[f32], d_input: &mut [f32], s: &mut Scratch) {
    // The turned filters stand where the forward convolution does not work.
    let mut turned = std::mem::take(&mut s.partials);
    let filters = grown(&mut turned, weight.len());
    if d.geometry.stride == [1, 1] {
        for phase in phases(d).flatten() {
            phase.weight(d, weight, filters);
            // Not by Winograd: gradients are small, and its rounding errors would show.
            direct::forward(&phase.d, d_output, filters, None, d_input, s);
        }
    } else {
        by_phases(d, weight, filters, d_output, d_input, s);
    }
    s.partials = turned;
}

fn by_phases(
    d: &Conv2dDims,
    weight: &[f32],
    filters: &mut [f32],
    d_output: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let phases = || phases(d).flatten().filter(|phase| !phase.is_empty());
    let packed_len = |phase: &Phase| tile::packed_len(phase.d.window_len(), phase.d.out_channels);
    let packed = grown(&mut s.packed, phases().map(|phase| packed_len(&phase)).sum());
    let mut at = 0;
    for phase in phases() {
        let filters = &mut filters[..phase.d.weight_len()];
        phase.weight(d, weight, filters);
        tile::pack(filters, phase.d.out_channels, &mut packed[at..at + packed_len(&phase)]);
        at += packed_len(&phase);
    }
    let packed = &*packed;
    let map_len = |phase: &Phase| phase.d.geometry.output_pixels() * d.in_channels;
    let (mut floats, mut counts) = (0, 0);
    for phase in phases() {
        let (padded, offsets) = Direct::scratch_len(&phase.d);
        (floats, counts) = (floats.max(padded + map_len(&phase)), counts.max(offsets));
    }
    s.lanes.reserve(floats, 0, counts);
    let lanes = &s.lanes;
    let width = d.geometry.input[1];
    par::chunks_mut(d_input, d.geometry.input_pixels() * d.in_channels, |n, d_image| {
        let Lane { floats, counts, .. } = &mut *lanes.current();
        // Between windows that are smaller than their stride lie pixels that none covers.
        if d.geometry.kernel.iter().zip(d.geometry.stride).any(|(&kernel, stride)| kernel < stride) {
            d_image.fill(0.0);
        }
        let mut at = 0;
        for phase in phases() {
            let (padded, offsets) = Direct::scratch_len(&phase.d);
            let (map, rest) = floats.split_at_mut(map_len(&phase));
            let direct = Direct::new(&phase.d, &packed[at..], None);
            direct.image(d_output, n, map, &mut rest[..padded], &mut counts[..offsets]);
            at += packed_len(&phase);
            let [rows, cols] = d.geometry.stride;
            for (y, map) in map.chunks_exact(phase.d.geometry.output[1] * d.in_channels).enumerate() {
                let row = (phase.first[0] + y * rows) * width;
                for (x, pixel) in map.chunks_exact(d.in_channels).enumerate() {
                    let at = (row + phase.first[1] + x * cols) * d.in_channels;
                    copy(&mut d_image[at..at + d.in_channels], pixel);
                }
            }
        }
    });
}
