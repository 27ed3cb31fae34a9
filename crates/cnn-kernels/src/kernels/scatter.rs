//! Gradient of a convolution at its input where that has few channels: every live gradient sends its filter, times
//! itself, to the pixels under its window.
//!
//! [`backward_input`](super::backward_input) holds one input pixel's channels in registers; where they fill but one
//! or two, an entry's own loads weigh more than its multiply-adds. Here it is a row of a window that is held, the
//! `kernel_w · in_channels` neighbours, while all live gradients of an output pixel pass: a broadcast and as many
//! loads as multiply-adds for each. What was held is then added to a padded image.

use super::Conv2dDims;
use super::gather::{Entry, MAX_VECTORS, PART};
use super::gradient::Gradient;
use super::pixel_list::PixelLists;
use super::scratch::{Scratch, grown};
use super::simd::F32x4;
use crate::par;

/// Most input channels with which this way was the faster one.
const MAX_CHANNELS: usize = 11;

pub(super) fn applies(d: &Conv2dDims) -> bool {
    d.in_channels <= MAX_CHANNELS && d.geometry.kernel[1] > 1
}

pub(super) fn conv2d(
    d: &Conv2dDims,
    weight: &[f32],
    gradient: Gradient<'_>,
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let g = &d.geometry;
    let [padded_h, padded_w] = g.padded_input();
    let row_len = g.kernel[1] * d.in_channels;
    let vectors = row_len.div_ceil(4);
    // Filters one by one, [out, kernel_h, 4 vectors].
    let filter_len = g.kernel[0] * 4 * vectors;
    let packed = grown(&mut s.packed, d.out_channels * filter_len);
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
    let padded_len = padded_h * padded_w * d.in_channels + 3;
    lists.reserve(&mut s.lanes, padded_len);
    let lanes = &s.lanes;
    let parts = vectors.div_ceil(MAX_VECTORS);
    let row_step = padded_w * d.in_channels;
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
            let (y, x) = (p / g.output[1] * g.stride[0], p % g.output[1] * g.stride[1]);
            let to = &mut padded[y * row_step + x * d.in_channels..];
            assert!(to.len() >= (g.kernel[0] - 1) * row_step + 4 * vectors);
            for part in 0..parts {
                let [first, end] = [part, part + 1].map(|i| 4 * (i * vectors / parts));
                // SAFETY: an entry's offset is that of a filter, which has `kernel_h` rows of `4 vectors`; `to`
                // is long enough for the last of them.
                unsafe {
                    let (from, to) = (packed.as_ptr().add(first), to.as_mut_ptr().add(first));
                    row_kernel((end - first) / 4)(entries, g.kernel[0], from, 4 * vectors, to, row_step);
                }
            }
        }
        let width = g.input[1] * d.in_channels;
        let first = g.pad_before[0] * row_step + g.pad_before[1] * d.in_channels;
        for (to, from) in d_image.chunks_exact_mut(width).zip(padded[first..].chunks(row_step)) {
            to.copy_from_slice(&from[..width]);
        }
    });
}

/// `to[r·to_step ..][..4 V] += Σ value · from[offset + r·from_step ..][..4 V]` over the list, for `r < rows`.
///
/// # Safety
/// For every row, `from` is readable for `4 V` values from each entry's offset on, and `to` readable and writable.
type AddRows =
    unsafe fn(list: &[Entry], rows: usize, from: *const f32, from_step: usize, to: *mut f32, to_step: usize);

/// See [`AddRows`].
unsafe fn add_rows<const V: usize>(
    list: &[Entry],
    rows: usize,
    from: *const f32,
    from_step: usize,
    to: *mut f32,
    to_step: usize,
) {
    // In parts, as in a gather: the rounding error of a sum grows with its length.
    for list in list.chunks(PART) {
        for r in 0..rows {
            let mut acc = [F32x4::splat(0.0); V];
            for entry in list {
                let value = F32x4::splat(entry.value);
                // SAFETY: the caller's promise, for this and all that follows.
                let row = unsafe { from.add(entry.offset as usize + r * from_step) };
                for v in 0..V {
                    // SAFETY: as above.
                    let x = unsafe { F32x4::load(row.add(4 * v)) };
                    acc[v] = x.mul_add(value, acc[v]);
                }
            }
            for v in 0..V {
                // SAFETY: as above.
                unsafe {
                    let to = to.add(r * to_step + 4 * v);
                    (F32x4::load(to) + acc[v]).store(to);
                }
            }
        }
    }
}

/// For rows of so many vectors, `1..=MAX_VECTORS`.
fn row_kernel(vectors: usize) -> AddRows {
    [
        add_rows::<1>,
        add_rows::<2>,
        add_rows::<3>,
        add_rows::<4>,
        add_rows::<5>,
        add_rows::<6>,
        add_rows::<7>,
        add_rows::<8>,
        add_rows::<9>,
        add_rows::<10>,
        add_rows::<11>,
        add_rows::<12>,
    ][vectors - 1]
}
