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
use super::simd::equal_bits;
use crate::geometry::Geometry;
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
    let codes = gradient.pooled_width() * d.out_channels.div_ceil(16);
    s.lanes.reserve(0, entries + 1, pixels + 2);
    s.lanes.reserve_codes(codes);
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
        fill_list(d, &gradient, n, block, starts, entries, &mut lane.codes[..codes]);
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
fn covering(at: usize, g: &Geometry, axis: usize) -> std::ops::Range<usize> {
    let first = (at + 1).saturating_sub(g.kernel[axis]).div_ceil(g.stride[axis]);
    let end = (at / g.stride[axis] + 1).min(g.output[axis]);
    first.min(end)..end
}

/// From HWIO to `[blocks, kernel_h, kernel_w, out, block]`, zeros past the last input channel.
fn pack(d: &Conv2dDims, weight: &[f32], block: usize, packed: &mut [f32]) {
    let (taps, channels) = (d.geometry.kernel_area(), d.out_channels);
    par::chunks_mut(packed, channels * block, |piece, packed| {
        let (b, tap) = (piece / taps, piece % taps);
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
    });
}

/// Lists one image's live gradients in the order of the output pixels; those of pixel `p` are
/// `entries[starts[p]..starts[p + 1]]`.
fn fill_list(
    d: &Conv2dDims,
    gradient: &Gradient<'_>,
    n: usize,
    block: usize,
    starts: &mut [u32],
    entries: &mut [Entry],
    codes: &mut [[u8; 16]],
) {
    let width = d.geometry.output[1];
    let step = d.geometry.stride[1] * d.out_channels * block;
    let offset = |x: usize, k: usize| ((width - 1 - x) * step + k * block) as u32;
    match *gradient {
        Gradient::Pooled { pool, output, argmax, d_output }
            if pool.stride[0] >= pool.kernel[0] && pool.stride[1] >= pool.kernel[1] =>
        {
            let len = pool.output_pixels() * d.out_channels;
            let part = n * len..(n + 1) * len;
            let maps = (&output[part.clone()], &argmax[part.clone()], &d_output[part]);
            list_tiles(d, pool, maps, starts, entries, codes, offset);
        }
        Gradient::Pooled { .. } => {
            // A counting sort: how many each pixel has, where each pixel's begin, then each to its place. Counts
            // are kept two further on, so that what is counted up while placing ends as the next one's start.
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
                    entries[*at as usize] = Entry { offset: offset(place % width, k), value: g };
                    *at += 1;
                }
            });
        }
        Gradient::Dense(d_output) => {
            let pixels = d.geometry.output_pixels();
            let mut count = 0;
            let image = d_output[n * pixels * d.out_channels..].chunks_exact(d.out_channels);
            for ((p, pixel), start) in image.take(pixels).enumerate().zip(&mut *starts) {
                *start = count as u32;
                for (k, &g) in pixel.iter().enumerate() {
                    entries[count] = Entry { offset: offset(p % width, k), value: g };
                    count += usize::from(g != 0.0);
                }
            }
            starts[pixels] = count as u32;
        }
    }
}

/// [`fill_list`] where pooling windows do not overlap: each row of them holds all gradients of its rows of
/// pixels, so that the pixels can be gone through in order, and a pixel's channels found 16 at a time by
/// comparing positions.
fn list_tiles(
    d: &Conv2dDims,
    pool: &Geometry,
    (output, argmax, d_output): (&[f32], &[u8], &[f32]),
    starts: &mut [u32],
    entries: &mut [Entry],
    codes: &mut [[u8; 16]],
    offset: impl Fn(usize, usize) -> u32,
) {
    /// No position: a window has at most 255.
    const DEAD: u8 = u8::MAX;
    let [height, width] = d.geometry.output;
    let channels = d.out_channels;
    let groups = channels.div_ceil(16);
    // Pixels before `next` have their start.
    let (mut count, mut next) = (0, 0);
    codes.as_flattened_mut().fill(DEAD);
    for py in 0..pool.output[0] {
        let row = py * pool.output[1] * channels..(py + 1) * pool.output[1] * channels;
        let maps = output[row.clone()].chunks_exact(channels).zip(argmax[row.clone()].chunks_exact(channels));
        for (codes, (values, positions)) in codes.chunks_exact_mut(groups).zip(maps) {
            let codes = codes.as_flattened_mut().iter_mut();
            for (code, (&value, &position)) in codes.zip(values.iter().zip(positions)) {
                *code = if value > 0.0 { position } else { DEAD };
            }
        }
        for ky in 0..pool.kernel[0] {
            let y = (py * pool.stride[0] + ky).wrapping_sub(pool.pad_before[0]);
            if y >= height {
                continue;
            }
            let d_row = d_output[row.clone()].chunks_exact(channels);
            for ((px, codes), d_pixel) in codes.chunks_exact(groups).enumerate().zip(d_row) {
                for kx in 0..pool.kernel[1] {
                    let x = (px * pool.stride[1] + kx).wrapping_sub(pool.pad_before[1]);
                    if x >= width {
                        continue;
                    }
                    starts[next..=y * width + x].fill(count as u32);
                    next = y * width + x + 1;
                    for (group, codes) in codes.iter().enumerate() {
                        let mut bits = equal_bits(codes, (ky * pool.kernel[1] + kx) as u8);
                        while bits != 0 {
                            let k = group * 16 + bits.trailing_zeros() as usize;
                            entries[count] = Entry { offset: offset(x, k), value: d_pixel[k] };
                            count += 1;
                            bits &= bits - 1;
                        }
                    }
                }
            }
        }
    }
    starts[next..=height * width].fill(count as u32);
}
