//! Gradient of a convolution at its input: for each input pixel, the filters' rows of channels summed with
//! the gradients that the pixel's windows got as weights, zeros left out.
//!
//! The live gradients of an image stand in one list in the order of the output pixels. The output pixels whose
//! windows cover an input pixel are neighbours in each row, so their entries are one run of that list; and
//! with the filters laid out `[kernel_h, kernel_w, out, in]` an entry's place in them is linear in its
//! column, so that the same entry serves every input pixel: any stride, and nothing computed twice.

mod scatter;
mod transposed;

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;
use crate::kernels::conv::gradient::Gradient;
use crate::kernels::conv::pixel_list::PixelLists;
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::micro::gather::{self, Entry, MAX_VECTORS};
use crate::par;

pub(crate) fn conv2d(
    d: &Conv2dDims,
    weight: &[f32],
    gradient: Gradient<'_>,
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    if let Gradient::Dense(d_output) = gradient
        && transposed::applies(d)
    {
        transposed::conv2d(d, weight, d_output, d_input, s);
        return;
    }
    if scatter::applies(d) {
        scatter::conv2d(d, weight, gradient, d_input, s);
        return;
    }
    let g = &d.geometry;
    // Blocks of input channels, evened out: [blocks, kernel_h, kernel_w, out, block].
    let blocks = d.in_channels.div_ceil(4 * MAX_VECTORS);
    let block = d.in_channels.div_ceil(blocks).next_multiple_of(4);
    let block_len = g.kernel_area() * d.out_channels * block;
    let packed = resize_at_least(&mut s.packed, blocks * block_len);
    pack(d, weight, block, packed);
    let packed = &*packed;

    let step = run_step(d, block, packed.len());
    let lists = PixelLists { d, gradient: &gradient, column_step: step.unwrap_or(0), channel_step: block };
    lists.reserve(&mut s.lanes, 0);
    let lanes = &s.lanes;
    let kernel = gather::one_row(block / 4);

    par::chunks_mut(d_input, g.input_pixels() * d.in_channels, |n, d_image| {
        let lane = &mut *lanes.current();
        let (list, _) = lists.fill(n, lane);
        for (i, d_pixel) in d_image.chunks_exact_mut(d.in_channels).enumerate() {
            // In padded coordinates.
            let (y, x) = (i / g.input[1] + g.pad_before[0], i % g.input[1] + g.pad_before[1]);
            let (rows, cols) = (covering(y, g, 0), covering(x, g, 1));
            for (b, d_pixel) in d_pixel.chunks_mut(block).enumerate() {
                let mut sums = [0.0; 4 * MAX_VECTORS];
                let mut add = |run: &[Entry], base: usize| {
                    // SAFETY: by the two calls below, an entry's offset and `base` add up to a row of the filters.
                    unsafe { gather::run(kernel, run, packed.as_ptr(), base, 0, sums.as_mut_ptr()) }
                };
                for oy in rows.clone() {
                    let ky = y - oy * g.stride[0];
                    // Where the filters of this row of the window begin, for this block.
                    let filters = |kx| b * block_len + (ky * g.kernel[1] + kx) * d.out_channels * block;
                    if let Some(step) = step {
                        // An entry of column `ox`, row `k` has the offset `k·block + shift − ox·step`, and with the
                        // filters at `x − shift` that is row `k` of the tap `(ky, x − ox·stride)`, which lies inside
                        // the window because `covering` gave only such `oy` and `ox`.
                        let shift = (g.output[1] - 1) * step;
                        let run = list.between(oy * g.output[1] + cols.start, oy * g.output[1] + cols.end);
                        add(run, filters(x).wrapping_sub(shift));
                    } else {
                        // An entry's offset is that of row `k` in any tap.
                        for ox in cols.clone() {
                            let run = list.between(oy * g.output[1] + ox, oy * g.output[1] + ox + 1);
                            add(run, filters(x - ox * g.stride[1]));
                        }
                    }
                }
                d_pixel.copy_from_slice(&sums[..d_pixel.len()]);
            }
        }
    });
}

/// How much each column of the output takes from an entry's offset, so that the entries of a whole row of output pixels
/// can be one run: `None` where an offset would have more than 32 bits.
fn run_step(d: &Conv2dDims, block: usize, packed_len: usize) -> Option<usize> {
    let step = (d.geometry.stride[1] * d.out_channels).checked_mul(block)?;
    let shift = step.checked_mul(d.geometry.output[1] - 1)?;
    // Where the filters' last row would be looked for, counted from where the first column's is.
    u32::try_from(shift.checked_add(packed_len)?).ok()?;
    Some(step)
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
