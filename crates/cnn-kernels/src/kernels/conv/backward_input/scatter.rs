//! Gradient of a convolution at its input where that has few channels: every live gradient sends its filter, times
//! itself, to the pixels under its window.
//!
//! [`backward_input`](crate::kernels::conv::backward_input) holds one input pixel's channels in registers; where they fill but one
//! or two, an entry's own loads weigh more than its multiply-adds. Here it is a row of a window that is held, the
//! `kernel_w · in_channels` neighbours, while all live gradients of an output pixel pass: a broadcast and as many
//! loads as multiply-adds for each. What was held is then added to a padded image, in whole vectors: up to three
//! values behind a window's row get 0 times the gradient, which is NaN only where the gradient is not finite.

use crate::kernels::Conv2dDims;
use crate::kernels::conv::gradient::Gradient;
use crate::kernels::conv::pixel_list::PixelLists;
use crate::kernels::memory::offset::share;
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::micro::gather::{self, MAX_VECTORS};
use crate::par;

/// Most input channels with which this way was the faster one.
const MAX_CHANNELS: usize = 11;

pub(crate) fn applies(d: &Conv2dDims) -> bool {
    d.in_channels <= MAX_CHANNELS && d.geometry.kernel[1] > 1
}

pub(crate) fn conv2d(
    d: &Conv2dDims,
    weight: &[f32],
    gradient: Gradient<'_>,
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let g = &d.geometry;
    let [covered_h, covered_w] = g.covered_input();
    let [down, right] = g.covered_stride();
    let row_len = g.kernel[1] * d.in_channels;
    let vectors = row_len.div_ceil(4);
    // Filters one by one, [out, kernel_h, 4 vectors].
    let filter_len = g.kernel[0] * 4 * vectors;
    let packed = resize_at_least(&mut s.packed, d.out_channels * filter_len);
    for (k, filter) in packed.chunks_exact_mut(filter_len).enumerate() {
        for (ky, row) in filter.chunks_exact_mut(4 * vectors).enumerate() {
            let from = weight[ky * row_len * d.out_channels + k..].iter().step_by(d.out_channels);
            row[..row_len].iter_mut().zip(from).for_each(|(to, &w)| *to = w);
            row[row_len..].fill(0.0);
        }
    }
    let packed = &*packed;

    let lists = PixelLists { d, gradient: &gradient, column_step: 0, channel_step: filter_len };
    // Rows are added in whole vectors, up to 3 values past the last window.
    let padded_len = covered_h * covered_w * d.in_channels + 3;
    lists.reserve(&mut s.lanes, padded_len);
    let lanes = &s.lanes;
    let parts = vectors.div_ceil(MAX_VECTORS);
    let row_step = covered_w * d.in_channels;
    par::chunks_mut(d_input, g.input_pixels() * d.in_channels, |n, d_image| {
        let lane = &mut *lanes.current();
        let (list, floats) = lists.fill(n, lane);
        let padded = &mut floats[..padded_len];
        padded.fill(0.0);
        for p in 0..g.output_pixels() {
            let entries = list.between(p, p + 1);
            if entries.is_empty() {
                continue;
            }
            let (y, x) = (p / g.output[1] * down, p % g.output[1] * right);
            let to = &mut padded[y * row_step + x * d.in_channels..];
            assert!(to.len() >= (g.kernel[0] - 1) * row_step + 4 * vectors);
            for ky in 0..g.kernel[0] {
                for part in 0..parts {
                    let [first, end] = [part, part + 1].map(|i| 4 * share(i, vectors, parts));
                    let kernel = gather::one_row((end - first) / 4);
                    // SAFETY: an entry's offset is that of a filter, which has `kernel_h` rows of `4 vectors`; `to` is
                    // long enough for the last of them.
                    unsafe {
                        let to = to.as_mut_ptr().add(ky * row_step + first);
                        gather::run(kernel, entries, packed.as_ptr(), ky * 4 * vectors + first, 0, to);
                    }
                }
            }
        }
        let real = |axis| g.covered_runs(axis).map(|run| run.len).sum::<usize>();
        if [real(0), real(1)] != g.input {
            d_image.fill(0.0);
        }
        let c = d.in_channels;
        for rows in g.covered_runs(0) {
            for (y, from_y) in (rows.input..rows.input + rows.len).zip(rows.covered..) {
                for columns in g.covered_runs(1) {
                    let to = &mut d_image[(y * g.input[1] + columns.input) * c..][..columns.len * c];
                    to.copy_from_slice(&padded[from_y * row_step + columns.covered * c..][..columns.len * c]);
                }
            }
        }
    });
}
