//! The kernel behind everything dense: a tile of 2 rows by up to 24 columns of a matrix product, in registers.
//!
//! A step of the inner loop costs 2 broadcast loads of the left side, 6 loads of the right side and 12
//! multiply-adds: with two loads and two multiply-adds a cycle the latter are the bound. 12 sums, 2 broadcasts
//! and 1 operand are just the 15 vector registers that V8 hands out on x86.
//!
//! A tile of 6 by 8 would load as little, but LLVM orders a step's multiply-adds by their right side, so that
//! all 6 broadcasts are alive at once, and V8 spills; in this shape that order is the one wanted.

use super::simd::F32x4;

/// Rows of a tile.
pub(super) const ROWS: usize = 2;
/// Most vectors in a row of a tile.
pub(super) const MAX_VECTORS: usize = 6;

/// `to_i[..] = init[..] + Σ row_i[run·run_step + j] · panel[run·run_len + j][..]` for the two rows, over `runs`
/// runs of `run_len` values each, with `panel` of shape `[runs · run_len, 4 V]`.
///
/// # Safety
/// Each row is readable for `run_len` values from each `run·run_step` on, `panel` for all of its values, `init`
/// for `4 V`, and each of `to` is writable for `4 V`.
pub(super) type Multiply = unsafe fn(
    upper: *const f32,
    lower: *const f32,
    runs: usize,
    run_len: usize,
    run_step: usize,
    panel: *const f32,
    init: *const f32,
    to_upper: *mut f32,
    to_lower: *mut f32,
);

/// See [`Multiply`]. Every pointer is a parameter and a variable of its own: LLVM makes one 64-bit integer of an
/// array of two 32-bit pointers, and passes it in memory.
unsafe fn multiply<const V: usize>(
    upper: *const f32,
    lower: *const f32,
    runs: usize,
    run_len: usize,
    run_step: usize,
    mut panel: *const f32,
    init: *const f32,
    to_upper: *mut f32,
    to_lower: *mut f32,
) {
    let mut acc = [[F32x4::splat(0.0); V]; ROWS];
    for v in 0..V {
        // SAFETY: the caller's promise, for this and all that follows.
        let x = unsafe { F32x4::load(init.add(4 * v)) };
        acc[0][v] = x;
        acc[1][v] = x;
    }
    for run in 0..runs {
        // SAFETY: as above.
        let (mut upper, mut lower) = unsafe { (upper.add(run * run_step), lower.add(run * run_step)) };
        for _ in 0..run_len {
            // SAFETY: as above; pointers end at most one past the run's end.
            unsafe {
                let left = [F32x4::load_splat(upper), F32x4::load_splat(lower)];
                for v in 0..V {
                    let right = F32x4::load(panel.add(4 * v));
                    for i in 0..ROWS {
                        acc[i][v] = left[i].mul_add(right, acc[i][v]);
                    }
                }
                upper = upper.add(1);
                lower = lower.add(1);
                panel = panel.add(4 * V);
            }
        }
    }
    for v in 0..V {
        // SAFETY: as above.
        unsafe {
            acc[0][v].store(to_upper.add(4 * v));
            acc[1][v].store(to_lower.add(4 * v));
        }
    }
}

/// A panel of the right side: some of its columns, packed together.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    /// Its first column.
    pub(super) first: usize,
    /// How many vectors its rows have; past the last column are zeros.
    pub(super) vectors: usize,
    pub(super) multiply: Multiply,
}

/// Splits so many columns evenly into panels.
pub(super) fn panels(columns: usize) -> impl Iterator<Item = Panel> {
    let vectors = columns.div_ceil(4);
    let count = vectors.div_ceil(MAX_VECTORS);
    (0..count).map(move |i| {
        let (from, to) = (i * vectors / count, (i + 1) * vectors / count);
        let multiply =
            [multiply::<1>, multiply::<2>, multiply::<3>, multiply::<4>, multiply::<5>, multiply::<6>]
                [to - from - 1];
        Panel { first: 4 * from, vectors: to - from, multiply }
    })
}

/// Length of a packed right side `[rows, columns]`; the panel that begins with column `first` begins at
/// `first · rows`.
pub(super) fn packed_len(rows: usize, columns: usize) -> usize {
    rows * columns.next_multiple_of(4)
}

/// Packs the right side `[rows, columns]`, row-major.
pub(super) fn pack(matrix: &[f32], columns: usize, packed: &mut [f32]) {
    let rows = matrix.len() / columns;
    for panel in panels(columns) {
        let width = 4 * panel.vectors;
        let here = width.min(columns - panel.first);
        let to = packed[panel.first * rows..].chunks_exact_mut(width);
        for (to, from) in to.zip(matrix.chunks_exact(columns)) {
            to[..here].copy_from_slice(&from[panel.first..panel.first + here]);
            to[here..].fill(0.0);
        }
    }
}

/// A panel's part of `bias`, zeros past its end or where there is none.
pub(super) fn init(bias: Option<&[f32]>, panel: Panel) -> [f32; 4 * MAX_VECTORS] {
    let mut init = [0.0; 4 * MAX_VECTORS];
    if let Some(bias) = bias {
        let here = (4 * panel.vectors).min(bias.len() - panel.first);
        init[..here].copy_from_slice(&bias[panel.first..panel.first + here]);
    }
    init
}
