//! Which way a forward convolution goes, and what becomes of its outputs.

use super::pool::{max_of_tile, pools_tiles};
use super::scratch::Scratch;
use super::winograd::{self, BLOCK, Winograd};
use super::{Conv2dDims, direct, first};
use crate::geometry::Geometry;
use crate::par;

pub(super) fn conv2d(
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
            let place = |tile| {
                let (n, tile) = ((tile - first) / per_image, tile % per_image);
                [n * height, tile / tiles[1] * 2, tile % tiles[1] * 2]
            };
            winograd.block(
                input,
                bias,
                block,
                &mut lanes.current(),
                place,
                |[above, row, col], k, y, bias| {
                    let here = (channels - k).min(4);
                    for (i, y) in y.into_iter().enumerate() {
                        let (row, col) = (row + i / 2, col + i % 2);
                        if row < height && col < width {
                            let at = ((above + row) * width + col) * channels + k;
                            (y + bias).put(&mut output[at..at + here]);
                        }
                    }
                },
            );
        }
    });
}

pub(super) fn conv2d_relu_max_pool(
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
        let place = |tile| {
            let (row, col) = (tile % per_image / pool.output[1] * 2, tile % per_image % pool.output[1] * 2);
            ((tile - first) * channels, [row + 1 < pool.input[0], col + 1 < pool.input[1]])
        };
        winograd.block(input, bias, tiles, &mut lanes.current(), place, |(at, second), k, y, bias| {
            let (at, here) = (at + k, (channels - k).min(4));
            let (best, position) = max_of_tile(y, second[0], second[1]);
            (best + bias).relu().put(&mut output[at..at + here]);
            position.put_low_bytes(&mut argmax[at..at + here]);
        });
    });
}
