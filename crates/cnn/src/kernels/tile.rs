//! The kernel behind everything dense: a tile of 6 rows by 8 columns of a matrix product, in registers.
//!
//! A step of the inner loop costs 2 loads of the right side, 6 broadcast loads of the left side and 12
//! multiply-adds: with two loads and two multiply-adds a cycle the latter are the bound. 12 sums, 2 operands
//! and 1 broadcast are just the 15 vector registers that V8 hands out on x86.

use super::simd::F32x4;

/// Rows of a tile.
pub(super) const ROWS: usize = 6;
/// Columns of a tile: the width of a packed panel.
pub(super) const COLUMNS: usize = 8;

/// A tile of sums.
pub(super) type Tile = [[F32x4; 2]; ROWS];

/// `sums[i] += Σ from[rows[i] + run·run_step + j] · panel[run·run_len + j]` over `runs` runs of `run_len`
/// values each, with `panel` of shape `[runs · run_len, 8]`.
///
/// # Safety
/// `from` is readable for `run_len` values from each `rows[i] + run·run_step` on, and `panel` for all of its
/// values.
#[inline(always)]
pub(super) unsafe fn multiply(
    from: *const f32,
    rows: [usize; ROWS],
    runs: usize,
    run_len: usize,
    run_step: usize,
    mut panel: *const f32,
    sums: &mut Tile,
) {
    let mut acc = *sums;
    for run in 0..runs {
        // SAFETY: the caller's promise, for this and every pointer below.
        let mut rows = rows.map(|row| unsafe { from.add(row + run * run_step) });
        for _ in 0..run_len / 4 {
            for j in 0..4 {
                // SAFETY: as above.
                unsafe { step(rows, j, panel.add(COLUMNS * j), &mut acc) };
            }
            // SAFETY: as above; at most one past the run's end.
            unsafe {
                rows = rows.map(|row| row.add(4));
                panel = panel.add(4 * COLUMNS);
            }
        }
        for j in 0..run_len % 4 {
            // SAFETY: as above.
            unsafe {
                step(rows, j, panel, &mut acc);
                panel = panel.add(COLUMNS);
            }
        }
    }
    *sums = acc;
}

/// # Safety
/// Each row is readable at `j`, and `panel` for 8 values.
#[inline(always)]
unsafe fn step(rows: [*const f32; ROWS], j: usize, panel: *const f32, acc: &mut Tile) {
    // SAFETY: the caller's promise.
    unsafe {
        let (left, right) = (F32x4::load(panel), F32x4::load(panel.add(4)));
        for i in 0..ROWS {
            let x = F32x4::load_splat(rows[i].add(j));
            acc[i][0] = x.mul_add(left, acc[i][0]);
            acc[i][1] = x.mul_add(right, acc[i][1]);
        }
    }
}

/// Packs `[rows, columns]`, given by its elements, into panels of 8 columns `[panels, rows, 8]`, with zeros
/// past the last column.
pub(super) fn pack(rows: usize, columns: usize, packed: &mut [f32], at: impl Fn(usize, usize) -> f32) {
    for (p, panel) in packed.chunks_exact_mut(rows * COLUMNS).enumerate() {
        for (row, values) in panel.chunks_exact_mut(COLUMNS).enumerate() {
            for (lane, value) in values.iter_mut().enumerate() {
                let column = p * COLUMNS + lane;
                *value = if column < columns { at(row, column) } else { 0.0 };
            }
        }
    }
}

/// Two vectors of `bias` from `first` on, zeros past its end or where there is none.
pub(super) fn bias_at(bias: Option<&[f32]>, first: usize) -> [F32x4; 2] {
    let mut lanes = [0.0; COLUMNS];
    if let Some(bias) = bias {
        let here = (bias.len() - first).min(COLUMNS);
        lanes[..here].copy_from_slice(&bias[first..first + here]);
    }
    // SAFETY: `lanes` holds eight values.
    unsafe { [F32x4::load(lanes.as_ptr()), F32x4::load(lanes.as_ptr().add(4))] }
}

/// Stores as many of the eight lanes as `to` has room for.
#[inline(always)]
pub(super) fn store(values: [F32x4; 2], to: &mut [f32]) {
    if to.len() >= COLUMNS {
        // SAFETY: `to` has room for eight values.
        unsafe {
            values[0].store(to.as_mut_ptr());
            values[1].store(to.as_mut_ptr().add(4));
        }
    } else {
        let lanes = [values[0].to_array(), values[1].to_array()];
        to.copy_from_slice(&lanes.as_flattened()[..to.len()]);
    }
}
