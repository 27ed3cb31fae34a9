//! Copies of an image with its padding around it.

use super::Conv2dDims;
use super::copy::copy;

/// Copies image `n` with a border of zeros into blocks of channels: `[blocks, padded_h, padded_w, block]`.
/// Channels past the last are zeros.
pub(super) fn into_blocks(
    d: &Conv2dDims,
    input: &[f32],
    n: usize,
    block: usize,
    blocks: usize,
    to: &mut [f32],
) {
    let [height, width] = d.geometry.input;
    let [padded_h, padded_w] = d.geometry.padded_input();
    let [top, left] = d.geometry.pad_before;
    let channels = d.in_channels;
    let image = &input[n * height * width * channels..][..height * width * channels];
    for (b, to) in to.chunks_exact_mut(padded_h * padded_w * block).take(blocks).enumerate() {
        let first = b * block;
        let here = block.min(channels - first);
        if here < block || padded_h > height || padded_w > width {
            to.fill(0.0);
        }
        for (y, row) in image.chunks_exact(width * channels).enumerate() {
            let to = &mut to[((y + top) * padded_w + left) * block..][..width * block];
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
