//! Copies of an image with its padding around it, as far as windows cover it.

use crate::kernels::Conv2dDims;
use crate::kernels::memory::copy::copy;

/// Copies the [covered part](crate::geometry::Geometry::covered_input) of image `n` with its border of zeros into blocks
/// of channels: `[blocks, covered_h, covered_w, block]`. Channels past the last are zeros.
pub(crate) fn into_blocks(
    d: &Conv2dDims,
    input: &[f32],
    n: usize,
    block: usize,
    blocks: usize,
    to: &mut [f32],
) {
    let g = &d.geometry;
    let covered = g.covered_input();
    let [_, width] = g.input;
    let channels = d.in_channels;
    // Windows that are apart may cover as many pixels as the image has, some of them outside of it.
    let border =
        [0, 1].iter().any(|&axis| g.covered_runs(axis).map(|run| run.len).sum::<usize>() < covered[axis]);
    let image = &input[n * g.input_pixels() * channels..][..g.input_pixels() * channels];
    for (b, to) in to.chunks_exact_mut(covered[0] * covered[1] * block).take(blocks).enumerate() {
        let first = b * block;
        let here = block.min(channels - first);
        if here < block || border {
            to.fill(0.0);
        }
        for rows in g.covered_runs(0) {
            for (y, to_y) in (rows.input..rows.input + rows.len).zip(rows.covered..) {
                for columns in g.covered_runs(1) {
                    let row = &image[(y * width + columns.input) * channels..][..columns.len * channels];
                    let to = &mut to[(to_y * covered[1] + columns.covered) * block..][..columns.len * block];
                    if here == channels && block == channels {
                        to.copy_from_slice(row);
                    } else {
                        for (to, pixel) in to.chunks_exact_mut(block).zip(row.chunks_exact(channels)) {
                            copy(&mut to[..here], &pixel[first..first + here]);
                        }
                    }
                }
            }
        }
    }
}
