//! Gradient of a convolution at its input as forward convolutions over the gradient at its output, for gradients of
//! which few values are known to be zero.
//!
//! At stride 1 it is one, with the filters turned by 180° and input and output channels changing places (Dumoulin &
//! Visin, 2016). At stride `s` the input pixels fall into `s · s` phases, each of which sees every `s`-th row and
//! column of the filters: as many convolutions at stride 1, which together multiply nothing by an inserted zero.

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;
use crate::kernels::conv::forward::direct::Direct;
use crate::kernels::conv::pad;
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::micro::tile;
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
    #[inline(never)]
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

    /// Length of its filters, packed.
    fn packed_len(&self) -> usize {
        tile::packed_len(self.d.window_len(), self.d.out_channels)
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

/// The phases that windows cover: as many as a window has rows and columns, or as a stride that is smaller.
fn phases(d: &Conv2dDims) -> impl ExactSizeIterator<Item = Option<Phase>> {
    let [rows, cols] = d.geometry.covered_stride();
    (0..rows * cols).map(move |i| Phase::new(d, [i / cols, i % cols]))
}

/// Input channels that leave most lanes of a tile empty are better served by [`scatter`](crate::kernels::conv::backward_input::scatter).
const MIN_CHANNELS: usize = 5;

/// Most multiply-adds, as a multiple of those of the forward pass. Beyond that, most would meet the padding of a copy
/// that is much larger than the gradient itself; other ways have no such padding.
const MOST_WORK: usize = 4;

fn is_worth_it(g: &Geometry) -> bool {
    let phase = |axis: usize| g.input[axis].div_ceil(g.stride[axis]);
    phase(0) * phase(1) / MOST_WORK <= g.output_pixels()
}

/// Whether all input pixels can be had this way, and faster than another.
pub(crate) fn applies(d: &Conv2dDims) -> bool {
    is_worth_it(&d.geometry)
        && (d.in_channels >= MIN_CHANNELS || d.geometry.kernel[1] == 1)
        && phases(d).all(|phase| phase.is_some())
}

pub(crate) fn conv2d(d: &Conv2dDims, weight: &[f32], d_output: &[f32], d_input: &mut [f32], s: &mut Scratch) {
    let phases = || phases(d).flatten().filter(|phase| !phase.is_empty());
    // One padded copy for all of them, as wide as any needs.
    let mut padded = Conv2dDims { in_channels: d.out_channels, ..*d };
    padded.geometry.input = d.geometry.output;
    (padded.geometry.pad_before, padded.geometry.pad_after) = ([0; 2], [0; 2]);
    (padded.geometry.kernel, padded.geometry.stride) = ([1; 2], [1; 2]);
    let (mut packed_len, mut rows_len) = (0, 0);
    for phase in phases() {
        let (g, to) = (&phase.d.geometry, &mut padded.geometry);
        for axis in 0..2 {
            to.pad_before[axis] = to.pad_before[axis].max(g.pad_before[axis]);
            to.pad_after[axis] = to.pad_after[axis].max(g.pad_after[axis]);
        }
        packed_len += phase.packed_len();
        rows_len += Direct::rows_len(&phase.d);
    }
    let [padded_h, padded_w] = padded.geometry.padded_input();
    padded.geometry.output = [padded_h, padded_w];
    // The turned filters stand where no convolution works.
    let filters = resize_at_least(&mut s.partials, weight.len());
    let packed = resize_at_least(&mut s.packed, packed_len);
    let rows = resize_at_least(&mut s.rows, rows_len);
    let (mut packed_rest, mut rows_rest) = (&mut *packed, &mut *rows);
    for phase in phases() {
        let filters = &mut filters[..phase.d.weight_len()];
        phase.weight(d, weight, filters);
        let (packed, rest) = packed_rest.split_at_mut(phase.packed_len());
        tile::pack(filters, phase.d.out_channels, packed);
        packed_rest = rest;
        let (rows, rest) = rows_rest.split_at_mut(Direct::rows_len(&phase.d));
        let direct = Direct::new(&phase.d, padded_w, packed, None);
        let shift = direct
            .window([0, 1].map(|axis| padded.geometry.pad_before[axis] - phase.d.geometry.pad_before[axis]));
        direct.rows(rows, shift, |pixel| {
            let [y, x] = [0, 1].map(|axis| phase.first[axis] + pixel[axis] * d.geometry.stride[axis]);
            (y * d.geometry.input[1] + x) * d.in_channels
        });
        rows_rest = rest;
    }
    let (packed, rows) = (&*packed, &*rows);
    let padded_len = padded_h * padded_w * d.out_channels;
    s.lanes.reserve_floats(padded_len);
    let lanes = &s.lanes;
    par::chunks_mut(d_input, d.geometry.input_pixels() * d.in_channels, |n, d_image| {
        let copy = &mut lanes.current().floats[..padded_len];
        pad::into_blocks(&padded, d_output, n, d.out_channels, 1, copy);
        // Between windows that are smaller than their stride lie pixels that none covers.
        if d.geometry.kernel.iter().zip(d.geometry.stride).any(|(&kernel, stride)| kernel < stride) {
            d_image.fill(0.0);
        }
        let (mut packed, mut rows) = (packed, rows);
        for phase in phases() {
            // SAFETY: the copy is padded for the windows of every phase, and `d_image` has room for all its pixels.
            unsafe { Direct::new(&phase.d, padded_w, packed, None).image(copy, rows, d_image) };
            packed = &packed[phase.packed_len()..];
            rows = &rows[Direct::rows_len(&phase.d)..];
        }
    });
}
