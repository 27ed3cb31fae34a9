//! Gradient of a convolution at its input: for each input pixel, the filters' rows of channels summed with
//! the gradients that the pixel's windows got as weights, zeros left out.
//!
//! The live gradients of an image stand in one list in the order of the output pixels. The output pixels whose
//! windows cover an input pixel are neighbours in each row, so their entries are one run of that list; and
//! with the filters laid out `[kernel_h, kernel_w, out, in]` an entry's place in them is linear in its
//! column, so that the same entry serves every input pixel: any stride, and nothing computed twice.

use super::Conv2dDims;
use super::gather::{self, Entry, MAX_VECTORS};
use super::gradient::Gradient;
use super::scratch::{Scratch, grown};
use crate::par;

pub(super) fn conv2d(
    d: &Conv2dDims,
    weight: &[f32],
    gradient: Gradient<'_>,
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let g = &d.geometry;
    // Blocks of input channels, evened out: [blocks, kernel_h, kernel_w, out, block].
    let blocks = d.in_channels.div_ceil(4 * MAX_VECTORS);
    let block = d.in_channels.div_ceil(blocks).next_multiple_of(4);
    let block_len = g.kernel_area() * d.out_channels * block;
    let packed = grown(&mut s.packed, blocks * block_len);
    pack(d, weight, block, packed);
    let packed = &*packed;

    let entries = gradient.values_per_map(d) * d.out_channels;
    let pixels = g.output_pixels();
    s.lanes.reserve(0, entries + 1, pixels + 2);
    let lanes = &s.lanes;
    let image_len = g.input_pixels() * d.in_channels;
    let kernel = gather::one_row(block / 4);
    // An entry's offset is that of its filter's row when the window's first column is the output's last.
    let step = g.stride[1] * d.out_channels * block;
    let shift = (g.output[1] - 1) * step;

    par::chunks_mut(d_input, image_len, |n, d_image| {
        let lane = &mut *lanes.current();
        let starts = &mut lane.counts[..pixels + 2];
        let entries = &mut lane.entries[..entries + 1];
        fill_list(d, &gradient, n, block, starts, entries);
        for (i, d_pixel) in d_image.chunks_exact_mut(d.in_channels).enumerate() {
            // In padded coordinates.
            let (y, x) = (i / g.input[1] + g.pad_before[0], i % g.input[1] + g.pad_before[1]);
            let (rows, cols) = (covering(y, g, 0), covering(x, g, 1));
            for (b, d_pixel) in d_pixel.chunks_mut(block).enumerate() {
                let mut sums = [0.0; 4 * MAX_VECTORS];
                for oy in rows.clone() {
                    let ky = y - oy * g.stride[0];
                    let run = starts[oy * g.output[1] + cols.start] as usize
                        ..starts[oy * g.output[1] + cols.end] as usize;
                    let row = b * block_len + (ky * g.kernel[1] + x) * d.out_channels * block;
                    // SAFETY: an entry of column `ox`, row `k` has the offset `k·block + shift − ox·step`, and
                    // with `base = row − shift` that is row `k` of the tap `(ky, x − ox·stride)`, which lies
                    // inside the window because `covering` gave only such `oy` and `ox`.
                    unsafe {
                        gather::run(
                            kernel,
                            &entries[run],
                            packed.as_ptr(),
                            row.wrapping_sub(shift),
                            0,
                            sums.as_mut_ptr(),
                        )
                    };
                }
                d_pixel.copy_from_slice(&sums[..d_pixel.len()]);
            }
        }
    });
}

/// The output positions whose windows cover padded input position `at` along an axis.
fn covering(at: usize, g: &crate::geometry::Geometry, axis: usize) -> std::ops::Range<usize> {
    let first = (at + 1).saturating_sub(g.kernel[axis]).div_ceil(g.stride[axis]);
    let end = (at / g.stride[axis] + 1).min(g.output[axis]);
    first.min(end)..end
}

/// From HWIO to `[blocks, kernel_h, kernel_w, out, block]`, zeros past the last input channel.
fn pack(d: &Conv2dDims, weight: &[f32], block: usize, packed: &mut [f32]) {
    let (taps, channels) = (d.geometry.kernel_area(), d.out_channels);
    for (b, packed) in packed.chunks_exact_mut(taps * channels * block).enumerate() {
        for (tap, packed) in packed.chunks_exact_mut(channels * block).enumerate() {
            for c in 0..block {
                let channel = b * block + c;
                let to = packed[c..].iter_mut().step_by(block);
                if channel < d.in_channels {
                    let from = &weight[(tap * d.in_channels + channel) * channels..][..channels];
                    to.zip(from).for_each(|(to, &w)| *to = w);
                } else {
                    to.for_each(|to| *to = 0.0);
                }
            }
        }
    }
}

/// One image's live gradients in the order of the output pixels; those of pixel `p` are
/// `entries[starts[p]..starts[p + 1]]`.
fn fill_list(
    d: &Conv2dDims,
    gradient: &Gradient<'_>,
    n: usize,
    block: usize,
    starts: &mut [u32],
    entries: &mut [Entry],
) {
    let width = d.geometry.output[1];
    let step = d.geometry.stride[1] * d.out_channels * block;
    let offset = |place: usize, k: usize| ((width - 1 - place % width) * step + k * block) as u32;
    // A counting sort: how many each pixel has, where each pixel's begin, then each to its place. Counts are
    // kept two further on, so that what is counted up while placing ends as the start of the next pixel.
    starts.fill(0);
    gradient.visit(d, n, [width, 1], |place, _, _, live| {
        if live {
            starts[place + 2] += 1;
        }
    });
    for p in 2..starts.len() {
        starts[p] += starts[p - 1];
    }
    gradient.visit(d, n, [width, 1], |place, k, g, live| {
        if live {
            let at = &mut starts[place + 1];
            entries[*at as usize] = Entry { offset: offset(place, k), value: g };
            *at += 1;
        }
    });
}
