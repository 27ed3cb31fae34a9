//! The first block of a network on grey images: a 3×3 convolution of one channel, ReLU and 2×2 max-pooling.
//!
//! With 9 products to a sum, a general convolution spends more time on its surroundings. Here the 9 filters of
//! four output channels stay in registers while a row of pooling windows goes by: each window's 4×4 patch
//! gives four sums, and only their largest is ever stored.

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::micro::tile::Cut;
use crate::kernels::pool::max_of_tile;
use crate::kernels::simd::{self, Job, Vector};
use crate::par;

/// Whether a block whose pooling takes tiles is of this kind.
pub(crate) fn applies(d: &Conv2dDims) -> bool {
    d.in_channels == 1 && d.geometry.kernel == [3, 3] && d.geometry.stride == [1, 1]
}

pub(crate) fn conv2d_relu_max_pool(
    d: &Conv2dDims,
    pool: &Geometry,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    argmax: &mut [u8],
    s: &mut Scratch,
) {
    let channels = d.out_channels;
    // Filters and bias by vectors of channels, [vectors, 10, lanes], zeros past the last.
    let lanes = Cut::current().lanes;
    let filters = resize_at_least(&mut s.packed, channels.div_ceil(lanes) * 10 * lanes);
    filters.fill(0.0);
    for k in 0..channels {
        let to = &mut filters[k / lanes * 10 * lanes + k % lanes..];
        for tap in 0..9 {
            to[lanes * tap] = weight[tap * channels + k];
        }
        to[9 * lanes] = bias.map_or(0.0, |bias| bias[k]);
    }
    let filters = &*filters;
    // All patches, of which those at the border may hold values past the padded image: they never count.
    let size = pool.output.map(|n| 2 * n + 2);
    s.lanes.reserve_floats(size[0] * size[1]);
    let lanes = &s.lanes;
    let len = pool.output_pixels() * channels;
    par::chunks_mut2((output, len), (argmax, len), |n, output, argmax| {
        let lane = &mut *lanes.current();
        let padded = &mut lane.floats[..size[0] * size[1]];
        copy_padded(&d.geometry, &input[n * d.geometry.input_pixels()..], size, padded);
        simd::dispatch(Image { padded, filters, pool, channels, output, argmax });
    });
}

/// One image's pooled map.
struct Image<'a> {
    padded: &'a [f32],
    filters: &'a [f32],
    pool: &'a Geometry,
    channels: usize,
    output: &'a mut [f32],
    argmax: &'a mut [u8],
}

impl Job for Image<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { padded, filters, pool, channels, output, argmax } = self;
        let [rows, columns] = pool.output;
        let width = 2 * columns + 2;
        for (i, filters) in filters.chunks_exact(10 * V::LANES).enumerate() {
            let first = V::LANES * i;
            let here = (channels - first).min(V::LANES);
            for y in 0..rows {
                let second = [2 * y + 1 < pool.input[0], 2 * columns <= pool.input[1]];
                let at = y * columns * channels + first;
                let rest = (columns - 1) * channels + here;
                row::<V>(
                    &padded[2 * y * width..(2 * y + 4) * width],
                    filters,
                    second,
                    [channels, here],
                    &mut output[at..at + rest],
                    &mut argmax[at..at + rest],
                );
            }
        }
    }
}

/// Copies an image into the middle of `to`, zeros around it; what does not fit is left out.
fn copy_padded(g: &Geometry, image: &[f32], [height, width]: [usize; 2], to: &mut [f32]) {
    let [top, left] = g.pad_before;
    to.fill(0.0);
    let columns = g.input[1].min(width.saturating_sub(left));
    for y in 0..g.input[0].min(height.saturating_sub(top)) {
        to[(y + top) * width + left..][..columns].copy_from_slice(&image[y * g.input[1]..][..columns]);
    }
}

/// One row of pooling windows, from its four rows of pixels, for `here` channels of `channels`. `second` tells whether the windows' second row is real, and the second column of
/// the last window.
#[inline(always)]
fn row<V: Vector>(
    pixels: &[f32],
    filters: &[f32],
    second: [bool; 2],
    [channels, here]: [usize; 2],
    output: &mut [f32],
    argmax: &mut [u8],
) {
    let width = pixels.len() / 4;
    let mut taps = [V::splat(0.0); 10];
    for (tap, values) in taps.iter_mut().zip(filters.chunks_exact(V::LANES)) {
        *tap = V::take(values);
    }
    let windows = output.chunks_mut(channels).zip(argmax.chunks_mut(channels));
    let last = width / 2 - 2;
    for (x, (output, argmax)) in windows.enumerate().take(last + 1) {
        let corner = pixels[2 * x..3 * width + 2 * x + 4].as_ptr();
        // SAFETY: all four rows have 4 pixels from `2 x` on.
        let sums = unsafe {
            [
                sum(corner, width, &taps),
                sum(corner.add(1), width, &taps),
                sum(corner.add(width), width, &taps),
                sum(corner.add(width + 1), width, &taps),
            ]
        };
        let (best, position) = max_of_tile(sums, second[0], second[1] || x < last);
        let best = (best + taps[9]).relu();
        best.put(&mut output[..here]);
        position.put_low_bytes(&mut argmax[..here]);
    }
}

/// Nine products of a window, as three sums of their own: one of nine terms would wait for each.
///
/// # Safety
/// `from` is readable for three pixels in each of three rows that begin `width` apart.
#[inline(always)]
unsafe fn sum<V: Vector>(from: *const f32, width: usize, taps: &[V; 10]) -> V {
    // SAFETY: the caller's promise.
    unsafe {
        let row = sum_of_row(from, taps[0], taps[1], taps[2]);
        let next = sum_of_row(from.add(width), taps[3], taps[4], taps[5]);
        row + next + sum_of_row(from.add(2 * width), taps[6], taps[7], taps[8])
    }
}

/// # Safety
/// `from` is readable for three pixels.
#[inline(always)]
unsafe fn sum_of_row<V: Vector>(from: *const f32, a: V, b: V, c: V) -> V {
    // SAFETY: the caller's promise.
    let [x, y, z] = unsafe { [V::load_splat(from), V::load_splat(from.add(1)), V::load_splat(from.add(2))] };
    x.mul_add(a, y.mul_add(b, z * c))
}
