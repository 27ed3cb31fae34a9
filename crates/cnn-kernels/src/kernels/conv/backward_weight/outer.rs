//! Gradient of a convolution at its weight where a window holds few values: for each of them, the values it had
//! at all output pixels times all gradients there, in [`tile`]s.
//!
//! [`backward_weight`](crate::kernels::conv::backward_weight) lists the gradients that are not zero, which takes as long for each as
//! some dozens of multiply-adds: too long where a gradient has no more to do than that.

use crate::kernels::Conv2dDims;
use crate::kernels::conv::pad;
use crate::kernels::groups::{GROUPS, add_groups};
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::micro::tile::{self, ALL_ROWS, MAX_LANES, MAX_WIDTH_ANY, Row, Sides, Sums};
use crate::kernels::simd::{F32x4, Vector};
use crate::par;

/// Values under a window up to which this way was the faster one, half of the gradients being zero.
const MAX_WINDOW: usize = 60;

/// Values that are read past a map's last pixel: products take whole vectors.
const PAST: usize = MAX_LANES - 1;

/// Terms that are summed in one go, about: the rounding error of a sum grows with its length.
const PART: usize = 64;

pub(crate) fn applies(d: &Conv2dDims) -> bool {
    d.window_len() <= MAX_WINDOW
}

pub(crate) fn conv2d(
    d: &Conv2dDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
    s: &mut Scratch,
) {
    let channels = d.out_channels;
    let [covered_h, covered_w] = d.geometry.covered_input();
    let image_len = covered_h * covered_w * d.in_channels;
    let map_len = d.geometry.output_pixels() * channels + PAST;
    let rows = d.window_len().next_multiple_of(ALL_ROWS);
    let columns = tile::whole_vectors(channels);
    // One group: for each panel [rows, width], then the bias.
    let weights_len = rows * columns;
    let group_len = weights_len + columns;
    let groups = d.batch.clamp(1, GROUPS);
    let (covered_row, row_len) = (covered_w * d.in_channels, d.geometry.kernel[1] * d.in_channels);
    let panels = || tile::panels_any(channels);
    let places = resize_at_least(&mut s.rows, panels().len() * rows);
    for (panel, places) in panels().zip(places.chunks_exact_mut(rows)) {
        let width = panel.width();
        tile::fill_rows(places, d.window_len(), |i| {
            Row::new(i / row_len * covered_row + i % row_len, i * width)
        });
    }
    let places = &*places;
    s.lanes.reserve_floats(image_len + map_len);
    let lanes = &s.lanes;
    let partials = resize_at_least(&mut s.partials, groups * group_len);
    par::chunks_mut(partials, group_len, |group, sums| {
        sums.fill(0.0);
        let lane = &mut *lanes.current();
        let (image, map) = lane.floats[..image_len + map_len].split_at_mut(image_len);
        let (weights, bias) = sums.split_at_mut(weights_len);
        for n in group * d.batch / groups..(group + 1) * d.batch / groups {
            pad::into_blocks(d, input, n, d.in_channels, 1, image);
            let at = n * (map_len - PAST);
            // Only behind the last maps is there nothing to be read.
            let map = if at + map_len <= d_output.len() {
                &d_output[at..at + map_len]
            } else {
                map[..map_len - PAST].copy_from_slice(&d_output[at..at + map_len - PAST]);
                &*map
            };
            accumulate(d, image, map, places, weights);
            add_pixels(map, bias, channels);
        }
    });
    let total = add_groups(partials, group_len);
    for panel in panels() {
        let here = (channels - panel.first).min(panel.width());
        let from = total[panel.first * rows..].chunks_exact(panel.width());
        for (to, from) in d_weight.chunks_exact_mut(channels).zip(from) {
            to[panel.first..panel.first + here].copy_from_slice(&from[..here]);
        }
    }
    if let Some(d_bias) = d_bias {
        d_bias.copy_from_slice(&total[weights_len..][..channels]);
    }
}

/// Adds one image's products to the sums, for each panel `[rows, width]`; `places` are its values in a window, for
/// each panel too.
fn accumulate(d: &Conv2dDims, image: &[f32], map: &[f32], places: &[Row], sums: &mut [f32]) {
    let g = &d.geometry;
    let [down, right] = g.covered_stride();
    let run_step = down * g.covered_input()[1] * d.in_channels;
    let values = d.window_len();
    let rows = values.next_multiple_of(ALL_ROWS);
    let lines = (PART / g.output[1]).max(1);
    let zeros = [0.0; MAX_WIDTH_ANY];
    let mut part = [0.0; MAX_WINDOW.next_multiple_of(ALL_ROWS) * MAX_WIDTH_ANY];
    let panels = tile::panels_any(d.out_channels);
    for (panel, places) in panels.zip(places.chunks_exact(rows)) {
        let width = panel.width();
        let sums = &mut sums[panel.first * rows..][..rows * width];
        for line in (0..g.output[0]).step_by(lines) {
            let sides = Sides {
                left: image[line * run_step..].as_ptr(),
                runs: lines.min(g.output[0] - line),
                run_len: g.output[1],
                run_step,
                step: right * d.in_channels,
                panel: map[line * g.output[1] * d.out_channels + panel.first..].as_ptr(),
                panel_step: d.out_channels,
            };
            let tiles = values.div_ceil(panel.rows);
            // SAFETY: the places are those of a window, and each window lies in the padded image; `map` has
            // `PAST` values more than the output's pixels. `rows` are whole tiles, and `part` has room for them.
            unsafe {
                let sums = Sums { to: part.as_mut_ptr(), last: panel.lanes() };
                panel.multiply_any()(&sides, tiles, places.as_ptr(), zeros.as_ptr(), sums);
            }
            sums.iter_mut().zip(&part).for_each(|(sum, x)| *sum += x);
        }
    }
}

/// Adds all pixels of a map to `sums`, which has whole vectors. The map has [`PAST`] values past its last pixel.
fn add_pixels(map: &[f32], sums: &mut [f32], channels: usize) {
    /// Sums at a time: an addition takes some cycles until it can be added to again.
    const AT_ONCE: usize = 4;
    let pixels = (map.len() - PAST) / channels;
    for (v, sum) in sums.chunks_exact_mut(4).enumerate() {
        for first in (0..pixels).step_by(PART) {
            let mut acc = [F32x4::splat(0.0); AT_ONCE];
            for p in first..pixels.min(first + PART) {
                // SAFETY: a vector that begins with one of the pixel's channels ends at most 3 values past it.
                acc[p % AT_ONCE] =
                    acc[p % AT_ONCE] + unsafe { F32x4::load(map.as_ptr().add(p * channels + 4 * v)) };
            }
            let total = (acc[0] + acc[1]) + (acc[2] + acc[3]);
            sum.iter_mut().zip(total.to_array()).for_each(|(sum, x)| *sum += x);
        }
    }
}
