//! Which way a forward convolution goes, and what becomes of its outputs.

pub(crate) mod direct;
mod first;
mod winograd;

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;
use crate::kernels::memory::scratch::Scratch;
use crate::kernels::pool::{max_of_tile, pools_tiles};
use crate::kernels::simd::Vector;
use crate::par;
use winograd::{BLOCK, Sink, Winograd};

pub(crate) fn conv2d(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    if winograd::applies(d) {
        winograd_plain(d, input, weight, bias, output, s);
    } else {
        direct::forward(d, input, weight, bias, output, s);
    }
}

/// A 3×3 convolution at stride 1.
fn winograd_plain(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let [height, width] = d.geometry.output;
    let tiles = [height.div_ceil(2), width.div_ceil(2)];
    let winograd = Winograd::new(d, tiles, weight, &mut s.packed);
    winograd.reserve(&mut s.lanes);
    let (per_image, channels) = (winograd.tiles_per_image(), d.out_channels);
    // Whole images at a time, so that each piece writes memory of its own, and enough of them to fill blocks.
    let images = (2 * BLOCK).div_ceil(per_image);
    let lanes = &s.lanes;
    par::chunks_mut(output, images * height * width * channels, |piece, output| {
        let first = piece * images * per_image;
        let count = output.len() / (height * width * channels) * per_image;
        for start in (0..count).step_by(BLOCK) {
            let block = first + start..first + count.min(start + BLOCK);
            let sink = Plain { first, tiles, height, width, channels, output };
            winograd.block(input, bias, block, &mut lanes.current(), sink);
        }
    });
}

/// Writes tiles to the outputs of whole images.
struct Plain<'a> {
    /// The first tile of the first image.
    first: usize,
    /// Rows and columns of tiles in an image.
    tiles: [usize; 2],
    height: usize,
    width: usize,
    channels: usize,
    output: &'a mut [f32],
}

impl Sink for Plain<'_> {
    /// Rows of outputs in the images before, and the tile's first row and column.
    type Place = [usize; 3];

    fn place(&self, tile: usize) -> [usize; 3] {
        let [rows, columns] = self.tiles;
        let (n, tile) = ((tile - self.first) / (rows * columns), tile % (rows * columns));
        [n * self.height, tile / columns * 2, tile % columns * 2]
    }

    #[inline(always)]
    fn put<V: Vector>(&mut self, [above, row, col]: [usize; 3], channel: usize, y: [V; 4], bias: V) {
        let here = (self.channels - channel).min(V::LANES);
        for (i, y) in y.into_iter().enumerate() {
            let (row, col) = (row + i / 2, col + i % 2);
            if row < self.height && col < self.width {
                let at = ((above + row) * self.width + col) * self.channels + channel;
                (y + bias).put(&mut self.output[at..at + here]);
            }
        }
    }
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
    if first::applies(d) && pools_tiles(pool) {
        first::conv2d_relu_max_pool(d, pool, input, weight, bias, output, argmax, s);
        return;
    }
    if winograd::applies(d) && pools_tiles(pool) {
        winograd_pooled(d, pool, input, weight, bias, output, argmax, s);
        return;
    }
    direct::forward_pooled(d, pool, input, weight, bias, output, argmax, s);
}

fn winograd_pooled(
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
    let winograd = Winograd::new(d, pool.output, weight, &mut s.packed);
    winograd.reserve(&mut s.lanes);
    let (per_image, lanes) = (winograd.tiles_per_image(), &s.lanes);
    let len = BLOCK * channels;
    par::chunks_mut2((output, len), (argmax, len), |piece, output, argmax| {
        let first = piece * BLOCK;
        let tiles = first..first + output.len() / channels;
        let sink = Pooled { first, per_image, pool, channels, output, argmax };
        winograd.block(input, bias, tiles, &mut lanes.current(), sink);
    });
}

/// Pools tiles, after ReLU.
struct Pooled<'a> {
    /// The first tile.
    first: usize,
    /// Tiles in an image.
    per_image: usize,
    pool: &'a Geometry,
    channels: usize,
    output: &'a mut [f32],
    argmax: &'a mut [u8],
}

impl Sink for Pooled<'_> {
    /// Where the tile's channels begin, and whether its second row and column are real.
    type Place = (usize, [bool; 2]);

    fn place(&self, tile: usize) -> Self::Place {
        let (at, width) = (tile % self.per_image, self.pool.output[1]);
        let (row, col) = (at / width * 2, at % width * 2);
        let real = [row + 1 < self.pool.input[0], col + 1 < self.pool.input[1]];
        ((tile - self.first) * self.channels, real)
    }

    #[inline(always)]
    fn put<V: Vector>(&mut self, (at, second): Self::Place, channel: usize, y: [V; 4], bias: V) {
        let (at, here) = (at + channel, (self.channels - channel).min(V::LANES));
        let (best, position) = max_of_tile(y, second[0], second[1]);
        (best + bias).relu().put(&mut self.output[at..at + here]);
        position.put_low_bytes(&mut self.argmax[at..at + here]);
    }
}
