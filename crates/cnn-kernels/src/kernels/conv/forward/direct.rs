//! Convolution by its definition, for any window: no matrix of columns is ever built.
//!
//! In a copy of the image with its padding, as far as windows cover it, the values under a window are `kernel_h` runs of
//! `kernel_w · in_channels` neighbours, and a [`tile`] of a few pixels by up to 24 output channels
//! walks over them, and writes its sums to where they belong.

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;
use crate::kernels::conv::pad;
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::micro::tile::{self, ALL_ROWS, MAX_WIDTH, Panel, Row, Sides, Sums};
use crate::kernels::pool::{self, max_of_tile, pools_tiles};
use crate::kernels::simd::{self, Job, Vector};
use crate::par;
use std::ops::Range;

/// Output pixels that are pooled at once: their sums stay in L1.
const PIXELS: usize = 48;
const _: () = assert!(PIXELS.is_multiple_of(ALL_ROWS) && PIXELS.is_multiple_of(4));
/// Room for their sums.
const SUMS: usize = PIXELS * MAX_WIDTH;

/// A convolution over one padded image at a time.
pub(crate) struct Direct<'a> {
    d: &'a Conv2dDims,
    /// `[window_len, out_channels]`, packed.
    packed: &'a [f32],
    bias: Option<&'a [f32]>,
    /// From a row of the padded image to the next.
    row_step: usize,
}

impl<'a> Direct<'a> {
    /// With the weights packed as `[window_len, out_channels]`, over copies of images with so many columns.
    pub(crate) fn new(d: &'a Conv2dDims, columns: usize, packed: &'a [f32], bias: Option<&'a [f32]>) -> Self {
        assert!(packed.len() >= tile::packed_len(d.window_len(), d.out_channels));
        Self { d, packed, bias, row_step: columns * d.in_channels }
    }

    /// Packs the weights.
    fn pack(d: &'a Conv2dDims, weight: &[f32], bias: Option<&'a [f32]>, packed: &'a mut Vec<f32>) -> Self {
        let packed = resize_at_least(packed, tile::packed_len(d.window_len(), d.out_channels));
        tile::pack(weight, d.out_channels, packed);
        Self::new(d, d.geometry.covered_input()[1], packed, bias)
    }

    /// Where in the padded image the window of an output pixel begins.
    pub(crate) fn window(&self, [y, x]: [usize; 2]) -> usize {
        let [down, right] = self.d.geometry.covered_stride();
        y * down * self.row_step + x * right * self.d.in_channels
    }

    /// The output pixels row by row, the sums of each going where `place` says: to be given to [`Direct::image`]. The
    /// last is repeated up to whole tiles. The first window begins at `shift` in the padded image.
    pub(crate) fn rows(&self, to: &mut [Row], shift: usize, place: impl Fn([usize; 2]) -> usize) {
        let width = self.d.geometry.output[1];
        tile::fill_rows(to, self.d.geometry.output_pixels(), |i| {
            let pixel = [i / width, i % width];
            Row::new(shift + self.window(pixel), place(pixel))
        });
    }

    /// Number of [`Direct::rows`].
    pub(crate) fn rows_len(d: &Conv2dDims) -> usize {
        d.geometry.output_pixels().next_multiple_of(ALL_ROWS)
    }

    /// Each panel, what its tiles multiply, and the channels that it has.
    fn panels(&self, padded: &[f32]) -> impl Iterator<Item = (Panel, Sides, usize)> {
        let (kernel, len) = (self.d.geometry.kernel, self.d.window_len());
        let (row_step, packed, left) = (self.row_step, self.packed, padded.as_ptr());
        let (channels, run_len) = (self.d.out_channels, kernel[1] * self.d.in_channels);
        tile::panels(channels).map(move |panel| {
            let sides = Sides {
                left,
                runs: kernel[0],
                run_len,
                run_step: row_step,
                step: 1,
                panel: packed[panel.first * len..].as_ptr(),
                panel_step: panel.width(),
            };
            (panel, sides, (channels - panel.first).min(panel.width()))
        })
    }

    /// Convolves a padded image.
    ///
    /// # Safety
    /// The windows of `rows` lie in the padded image; `output` has room for `out_channels` values from each place on,
    /// which no two pixels share.
    #[inline(never)]
    pub(crate) unsafe fn image(&self, padded: &[f32], rows: &[Row], output: &mut [f32]) {
        let pixels = self.d.geometry.output_pixels();
        for (panel, sides, channels) in self.panels(padded) {
            let init = tile::init(self.bias, panel);
            let sums = Sums { to: output[panel.first..].as_mut_ptr(), last: panel.last(channels) };
            // SAFETY: the caller's promise; the panel has `kernel_h · run_len` rows.
            unsafe { panel.product(&sides, pixels, rows, init.as_ptr(), sums) };
        }
    }

    /// The pixels of the pooling's 2×2 windows, one window after the other: to be given to [`Direct::image_pooled`].
    /// Those that are not real stand in the place of none.
    fn rows_pooled(&self, pool: &Geometry, to: &mut [Row]) {
        let [height, width] = self.d.geometry.output;
        tile::fill_rows(to, 4 * pool.output_pixels(), |i| {
            let (window, place) = (i / 4, i % 4);
            let y = window / pool.output[1] * 2 + place / 2;
            let x = window % pool.output[1] * 2 + place % 2;
            let from = self.window([y.min(height - 1), x.min(width - 1)]);
            Row::new(from, i % PIXELS * MAX_WIDTH)
        });
    }

    /// Convolves a padded image, and gives of each 2×2 pooling window the largest value, after ReLU, and its position.
    ///
    /// # Safety
    /// The windows of `rows` lie in the padded image.
    #[inline(never)]
    unsafe fn image_pooled(
        &self,
        pool: &Geometry,
        padded: &[f32],
        rows: &[Row],
        values: &mut [f32; SUMS],
        output: &mut [f32],
        argmax: &mut [u8],
    ) {
        let all = self.d.out_channels;
        for (panel, sides, channels) in self.panels(padded) {
            let init = tile::init(self.bias, panel);
            let parts = output.chunks_mut(PIXELS / 4 * all).zip(argmax.chunks_mut(PIXELS / 4 * all));
            for (part, ((output, argmax), rows)) in parts.zip(rows.chunks(PIXELS)).enumerate() {
                let windows = output.len() / all;
                // SAFETY: the caller's promise; the panel has `kernel_h · run_len` rows, and `values` has room for
                // `PIXELS` rows of the widest.
                unsafe {
                    let sums = Sums { to: values.as_mut_ptr(), last: panel.lanes() };
                    panel.product(&sides, 4 * windows, rows, init.as_ptr(), sums);
                }
                simd::dispatch(PoolWindows {
                    values: &values.as_chunks().0[..windows],
                    first: part * (PIXELS / 4),
                    pool,
                    channels: panel.first..panel.first + channels,
                    all,
                    output,
                    argmax,
                });
            }
        }
    }
}

/// Pools the sums of 2×2 windows, after ReLU, to some of their channels.
struct PoolWindows<'a> {
    /// The four pixels of each window.
    values: &'a [[f32; 4 * MAX_WIDTH]],
    /// The first window.
    first: usize,
    pool: &'a Geometry,
    channels: Range<usize>,
    /// Channels of an output pixel.
    all: usize,
    output: &'a mut [f32],
    argmax: &'a mut [u8],
}

impl Job for PoolWindows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { values, first, pool, channels, all, output, argmax } = self;
        let [height, width] = pool.input;
        let windows = output.chunks_exact_mut(all).zip(argmax.chunks_exact_mut(all));
        for ((window, values), (output, argmax)) in (first..).zip(values).zip(windows) {
            let [y, x] = [window / pool.output[1], window % pool.output[1]];
            let real = [2 * y + 1 < height, 2 * x + 1 < width];
            let (output, argmax) = (&mut output[channels.clone()], &mut argmax[channels.clone()]);
            let parts = output.chunks_mut(V::LANES).zip(argmax.chunks_mut(V::LANES));
            for (v, (output, argmax)) in parts.enumerate() {
                let mut y = [V::splat(0.0); 4];
                for (pixel, y) in y.iter_mut().enumerate() {
                    *y = V::take(&values[pixel * MAX_WIDTH + v * V::LANES..]);
                }
                let (best, position) = max_of_tile(y, real[0], real[1]);
                best.relu().put(output);
                position.put_low_bytes(argmax);
            }
        }
    }
}

/// Length of a padded image.
fn padded_len(d: &Conv2dDims) -> usize {
    let [height, width] = d.geometry.covered_input();
    height * width * d.in_channels
}

pub(crate) fn forward(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let direct = Direct::pack(d, weight, bias, &mut s.packed);
    let rows = resize_at_least(&mut s.rows, Direct::rows_len(d));
    direct.rows(rows, 0, |[y, x]| (y * d.geometry.output[1] + x) * d.out_channels);
    let (rows, padded_len) = (&*rows, padded_len(d));
    s.lanes.reserve_floats(padded_len);
    let lanes = &s.lanes;
    par::chunks_mut(output, d.geometry.output_pixels() * d.out_channels, |n, output| {
        let lane = &mut *lanes.current();
        let padded = &mut lane.floats[..padded_len];
        pad::into_blocks(d, input, n, d.in_channels, 1, padded);
        // SAFETY: every window lies in the padded image; `output` has room for all pixels' channels.
        unsafe { direct.image(padded, rows, output) };
    });
}

/// Convolution, ReLU and max-pooling.
pub(crate) fn forward_pooled(
    d: &Conv2dDims,
    pool: &Geometry,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    argmax: &mut [u8],
    s: &mut Scratch,
) {
    let direct = Direct::pack(d, weight, bias, &mut s.packed);
    let tiles = pools_tiles(pool);
    let rows =
        if tiles { (4 * pool.output_pixels()).next_multiple_of(ALL_ROWS) } else { Direct::rows_len(d) };
    let rows = resize_at_least(&mut s.rows, rows);
    if tiles {
        direct.rows_pooled(pool, rows);
    } else {
        direct.rows(rows, 0, |[y, x]| (y * d.geometry.output[1] + x) * d.out_channels);
    }
    let (rows, padded_len) = (&*rows, padded_len(d));
    let map_len = if tiles { SUMS } else { d.geometry.output_pixels() * d.out_channels };
    s.lanes.reserve_floats(padded_len + map_len);
    let lanes = &s.lanes;
    let len = pool.output_pixels() * d.out_channels;
    par::chunks_mut2((output, len), (argmax, len), |n, output, argmax| {
        let lane = &mut *lanes.current();
        let (padded, map) = lane.floats[..padded_len + map_len].split_at_mut(padded_len);
        pad::into_blocks(d, input, n, d.in_channels, 1, padded);
        // SAFETY: every window lies in the padded image; `map` has room for all pixels' channels.
        unsafe {
            if tiles {
                let sums = map.first_chunk_mut().expect("room for the sums");
                direct.image_pooled(pool, padded, rows, sums, output, argmax);
            } else {
                direct.image(padded, rows, map);
                pool::max_image(pool, d.out_channels, true, map, output, argmax);
            }
        }
    });
}
