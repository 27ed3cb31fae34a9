//! Winograd's minimal filtering F(2×2, 3×3) for 3×3 windows at stride 1 (Lavin & Gray, 2016): a 2×2 tile of
//! outputs from a 4×4 patch with 16 products for each pair of channels in place of 36.
//!
//! With `d` a patch, `g` a filter: `Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A`. The elementwise products, summed over
//! the input channels, are 16 matrix products `[tiles, in] · [in, out]`, one for each place `i` of the 4×4.
//! A tile of outputs is also just what a 2×2 max-pooling by 2 looks at, so it can be pooled in registers.
//!
//! The transforms add and subtract neighbours before anything is multiplied. So a value that is not finite reaches all
//! four outputs of each tile whose patch it lies in, also those whose window it is not in, and sums near the largest
//! `f32` overflow a little earlier.

use crate::kernels::Conv2dDims;
use crate::kernels::memory::scratch::{Lane, Lanes, Shared, resize_at_least};
use crate::kernels::micro::tile::{self, ALL_ROWS, MAX_LANES, MAX_WIDTH, Row, Sides, Sums};
use crate::kernels::simd::{self, F32x4, Job, Vector};
use crate::par;
use std::ops::Range;

/// Tiles that are transformed and multiplied at once: whole [`tile`]s, and their patches fit into L2.
pub(crate) const BLOCK: usize = 24;
const _: () = assert!(BLOCK.is_multiple_of(ALL_ROWS));

/// Floats between two places' matrices beyond their size, so that the 16 do not fall onto the same cache set.
const SKEW: usize = 16;

/// A convolution with its filters transformed.
pub(crate) struct Winograd<'a> {
    d: &'a Conv2dDims,
    /// Rows and columns of 2×2 tiles in an image.
    tiles: [usize; 2],
    /// Input channels, rounded up to a multiple of 4.
    depth: usize,
    /// For each place `[depth, out]`, packed for [`tile`].
    filters: &'a [f32],
}

/// Whether a convolution is of the kind, and has enough channels to pay for the transforms.
pub(crate) fn applies(d: &Conv2dDims) -> bool {
    d.geometry.kernel == [3, 3]
        && d.geometry.stride == [1, 1]
        && d.in_channels >= MAX_LANES.max(16)
        && d.out_channels >= 8
}

impl<'a> Winograd<'a> {
    /// Transforms the filters. The outputs come in `tiles` rows and columns of 2×2.
    pub(crate) fn new(
        d: &'a Conv2dDims,
        tiles: [usize; 2],
        weight: &[f32],
        packed: &'a mut Vec<f32>,
    ) -> Self {
        let depth = d.in_channels.next_multiple_of(4);
        let place_len = tile::packed_len(depth, d.out_channels);
        let filters = resize_at_least(packed, 16 * place_len);
        let to = Shared::new(filters);
        par::pieces(depth / 4, |four| {
            for c in 4 * four..4 * four + 4 {
                for panel in tile::panels(d.out_channels) {
                    for k in (0..panel.width()).step_by(4) {
                        let at = panel.first * depth + c * panel.width() + k;
                        let places = transform_filters(&filters_at(d, weight, c, panel.first + k));
                        for (place, values) in places.as_flattened().iter().enumerate() {
                            // SAFETY: inside the place's matrix, whose row `c` is this piece's alone.
                            unsafe { values.store(to.at(place * place_len + at).get()) };
                        }
                    }
                }
            }
        });
        Self { d, tiles, depth, filters }
    }

    fn place_len(&self) -> usize {
        BLOCK * self.depth + SKEW
    }

    /// Makes room for each thread.
    pub(crate) fn reserve(&self, lanes: &mut Lanes) {
        lanes.reserve_floats(16 * (self.place_len() + BLOCK * MAX_WIDTH + self.depth));
    }

    /// Number of tiles in an image.
    pub(crate) fn tiles_per_image(&self) -> usize {
        self.tiles[0] * self.tiles[1]
    }

    /// Computes a range of at most [`BLOCK`] tiles, counted over the whole batch, and gives the outputs to `sink`.
    pub(crate) fn block<S: Sink>(
        &self,
        input: &[f32],
        bias: Option<&[f32]>,
        tiles: Range<usize>,
        lane: &mut Lane,
        sink: S,
    ) {
        simd::dispatch(Block { winograd: self, input, bias, tiles, lane, sink });
    }

    /// `Bᵀ d B` of a tile's patch, each of the 16 places to its own matrix.
    #[inline(always)]
    fn transform_patch<V: Vector>(&self, input: &[f32], tile: usize, to: &mut [f32], patch: &mut [f32]) {
        let (g, channels) = (&self.d.geometry, self.d.in_channels);
        let (n, tile) = (tile / self.tiles_per_image(), tile % self.tiles_per_image());
        let y = (2 * (tile / self.tiles[1])).wrapping_sub(g.pad_before[0]);
        let x = (2 * (tile % self.tiles[1])).wrapping_sub(g.pad_before[1]);
        let image = &input[n * g.input_pixels() * channels..][..g.input_pixels() * channels];
        let inside = y < g.input[0] && y + 4 <= g.input[0] && x < g.input[1] && x + 4 <= g.input[1];
        let (from, row_step, step) = if inside && channels == self.depth {
            (&image[(y * g.input[1] + x) * channels..], g.input[1] * channels, channels)
        } else {
            patch.fill(0.0);
            for (i, pixel) in patch.chunks_exact_mut(self.depth).enumerate() {
                let (y, x) = (y.wrapping_add(i / 4), x.wrapping_add(i % 4));
                if y < g.input[0] && x < g.input[1] {
                    pixel[..channels].copy_from_slice(&image[(y * g.input[1] + x) * channels..][..channels]);
                }
            }
            (&*patch, 4 * self.depth, self.depth)
        };
        let place_len = self.place_len();
        assert!(from.len() >= 3 * row_step + 4 * step && to.len() >= 15 * place_len + self.depth);
        for c in (0..self.depth).step_by(V::LANES) {
            // The last channels once more, where their number is no whole one of vectors: there are enough for one.
            let c = c.min(self.depth - V::LANES);
            // SAFETY: by the assertion, four rows and columns of `depth` values can be read and sixteen places
            // written; `c + LANES <= depth`.
            unsafe {
                let from = from.as_ptr().add(c);
                let mut columns = [[V::splat(0.0); 4]; 4];
                for x in 0..4 {
                    columns[x] = patch_axis(load_four(from.add(x * step), row_step));
                }
                for y in 0..4 {
                    let row = patch_axis([columns[0][y], columns[1][y], columns[2][y], columns[3][y]]);
                    for x in 0..4 {
                        row[x].store(to.as_mut_ptr().add((4 * y + x) * place_len + c));
                    }
                }
            }
        }
    }
}

/// Four vectors that begin `step` values apart.
///
/// # Safety
/// `from` is readable for each.
#[inline(always)]
unsafe fn load_four<V: Vector>(from: *const f32, step: usize) -> [V; 4] {
    // SAFETY: the caller's promise.
    unsafe {
        [V::load(from), V::load(from.add(step)), V::load(from.add(2 * step)), V::load(from.add(3 * step))]
    }
}

/// Where the outputs of tiles go.
pub(crate) trait Sink {
    /// What is known of a tile before its channels are gone through: do divisions there.
    type Place: Copy;

    /// The place of a tile, counted over the whole batch.
    fn place(&self, tile: usize) -> Self::Place;

    /// Takes the 2×2 outputs of a tile, row by row, without the bias, for a vector of channels from `channel` on. Must be
    /// `#[inline(always)]`.
    fn put<V: Vector>(&mut self, place: Self::Place, channel: usize, y: [V; 4], bias: V);
}

/// See [`Winograd::block`].
struct Block<'a, S> {
    winograd: &'a Winograd<'a>,
    input: &'a [f32],
    bias: Option<&'a [f32]>,
    tiles: Range<usize>,
    lane: &'a mut Lane,
    sink: S,
}

impl<S: Sink> Job for Block<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { winograd, input, bias, tiles, lane, mut sink } = self;
        let (depth, place_len) = (winograd.depth, winograd.place_len());
        let (patches, rest) = lane.floats.split_at_mut(16 * place_len);
        let (products, patch) = rest.split_at_mut(16 * BLOCK * MAX_WIDTH);
        for (row, tile) in tiles.clone().enumerate() {
            winograd.transform_patch::<V>(input, tile, &mut patches[row * depth..], &mut patch[..16 * depth]);
        }
        let channels = winograd.d.out_channels;
        let filters_len = tile::packed_len(depth, channels);
        let zeros = [0.0f32; MAX_WIDTH];
        for panel in tile::panels(channels) {
            let width = panel.width();
            let mut rows = [Row::default(); BLOCK];
            tile::fill_rows(&mut rows, BLOCK, |i| Row::new(i * depth, i * width));
            for i in 0..16 {
                let from = &patches[i * place_len..][..BLOCK * depth];
                let filters = &winograd.filters[i * filters_len + panel.first * depth..][..depth * width];
                let products = &mut products[i * BLOCK * width..][..BLOCK * width];
                let sides = Sides {
                    left: from.as_ptr(),
                    runs: 1,
                    run_len: depth,
                    run_step: 0,
                    step: 1,
                    panel: filters.as_ptr(),
                    panel_step: width,
                };
                let sums = Sums { to: products.as_mut_ptr(), last: panel.lanes() };
                // SAFETY: both `from` and `products` have `BLOCK` rows, which are whole tiles; the panel has `depth`
                // rows of `width`, and there are as many zeros.
                unsafe { panel.product(&sides, tiles.len(), &rows, zeros.as_ptr(), sums) };
            }
            let init = tile::init(bias, panel);
            let here = width.min(channels - panel.first);
            for (row, tile) in tiles.clone().enumerate() {
                let to = sink.place(tile);
                for channel in (0..here).step_by(V::LANES) {
                    let step = BLOCK * width;
                    let from = &products[row * width + channel..15 * step + row * width + channel + V::LANES];
                    // SAFETY: `from` ends with the last of the 16 places' vectors.
                    let y = unsafe { transform_products::<V>(from.as_ptr(), step) };
                    sink.put(to, panel.first + channel, y, V::take(&init[channel..]));
                }
            }
        }
    }
}

/// The 3×3 filters of four output channels from `k` on for input channel `c`, zeros past the last of either.
fn filters_at(d: &Conv2dDims, weight: &[f32], c: usize, k: usize) -> [[F32x4; 3]; 3] {
    let here = if c < d.in_channels { d.out_channels.saturating_sub(k).min(4) } else { 0 };
    [0, 1, 2].map(|y| {
        [0, 1, 2].map(|x| {
            let mut four = [0.0; 4];
            if here > 0 {
                let at = ((3 * y + x) * d.in_channels + c) * d.out_channels + k;
                four[..here].copy_from_slice(&weight[at..at + here]);
            }
            // SAFETY: `four` holds four values.
            unsafe { F32x4::load(four.as_ptr()) }
        })
    })
}

/// `G g Gᵀ`.
fn transform_filters(g: &[[F32x4; 3]; 3]) -> [[F32x4; 4]; 4] {
    let columns = [0, 1, 2].map(|x| filter_axis([g[0][x], g[1][x], g[2][x]]));
    [0, 1, 2, 3].map(|y| filter_axis([columns[0][y], columns[1][y], columns[2][y]]))
}

/// `G g` along one axis: from 3 to 4.
#[inline(always)]
fn filter_axis(g: [F32x4; 3]) -> [F32x4; 4] {
    let half = F32x4::splat(0.5);
    let (outer, middle) = (half * (g[0] + g[2]), half * g[1]);
    [g[0], outer + middle, outer - middle, g[2]]
}

/// `Bᵀ d` along one axis.
#[inline(always)]
fn patch_axis<V: Vector>(d: [V; 4]) -> [V; 4] {
    [d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]]
}

/// `Aᵀ m A` of the 16 products at `from`, a place every `place` values.
///
/// # Safety
/// `from` is readable for a vector at each place.
#[inline(always)]
unsafe fn transform_products<V: Vector>(from: *const f32, place: usize) -> [V; 4] {
    let mut columns = [[V::splat(0.0); 2]; 4];
    for x in 0..4 {
        // SAFETY: the caller's promise.
        columns[x] = products_axis(unsafe { load_four(from.add(x * place), 4 * place) });
    }
    let [y00, y01] = products_axis([columns[0][0], columns[1][0], columns[2][0], columns[3][0]]);
    let [y10, y11] = products_axis([columns[0][1], columns[1][1], columns[2][1], columns[3][1]]);
    [y00, y01, y10, y11]
}

/// `Aᵀ m` along one axis: from 4 to 2.
#[inline(always)]
fn products_axis<V: Vector>(m: [V; 4]) -> [V; 2] {
    [m[0] + m[1] + m[2], m[1] - m[2] - m[3]]
}
