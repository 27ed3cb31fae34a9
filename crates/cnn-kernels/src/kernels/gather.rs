//! The kernel behind everything sparse: a weighted sum of rows, with the sums kept in registers over the
//! whole list of weights.
//!
//! `sum[j] += Σ entry.value · from[entry.offset + j]`. With 12 vectors of sums an entry costs 12 loads and
//! 12 multiply-adds beside its own two loads; at two of each a cycle that is close to a dense tile's speed,
//! and every value that is zero costs nothing at all. Who calls it puts in the list only what is not zero:
//! gradients behind ReLU and max-pooling, activations behind ReLU and dropout.

use super::offset::Offset;
use super::simd::F32x4;

/// One term of a sum: which row (by the offset of its first value) and how much of it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(super) struct Entry {
    pub(super) offset: Offset,
    pub(super) value: f32,
}

/// Most vectors of sums that fit into registers beside an operand and a weight: 16 registers on x86, one of
/// which V8 keeps for itself.
pub(super) const MAX_VECTORS: usize = 12;

/// Entries that are summed in one go. Longer lists are cut, and the parts' sums added up: the rounding error of
/// a sum grows with its length.
pub(super) const PART: usize = 64;

/// Runs a kernel over a list of any length; `sums` are added to.
///
/// # Safety
/// As [`Gather`] says.
#[inline(always)]
pub(super) unsafe fn run(
    kernel: Gather,
    list: &[Entry],
    from: *const f32,
    base: usize,
    row_step: usize,
    sums: *mut f32,
) {
    for part in list.chunks(PART) {
        // SAFETY: the caller's promise.
        unsafe { kernel(part, from, base, row_step, sums) };
    }
}

/// `sums[r, ..4 V] += Σ value · from[base + offset + r·row_step ..][..4 V]` over the list, for `r < R`, with
/// `sums` of shape `[R, 4 V]`.
///
/// # Safety
/// For every entry and row, `from` is readable for `4 V` values from `base + offset + r·row_step` on (the
/// sum may wrap around), and `sums` is readable and writable for `4 R V` values.
pub(super) type Gather =
    unsafe fn(list: &[Entry], from: *const f32, base: usize, row_step: usize, sums: *mut f32);

#[inline(always)]
unsafe fn gather<const R: usize, const V: usize, const E: usize>(
    list: &[Entry],
    from: *const f32,
    base: usize,
    row_step: usize,
    sums: *mut f32,
) {
    // With few vectors, E entries at a time into sums of their own: a multiply-add takes 4 cycles until its
    // sum can be added to again.
    let mut acc = [[[F32x4::splat(0.0); V]; R]; E];
    let chunks = list.chunks_exact(E);
    let rest = chunks.remainder();
    for chunk in chunks {
        for e in 0..E {
            let value = F32x4::splat(chunk[e].value);
            let at = base.wrapping_add(chunk[e].offset.get());
            for r in 0..R {
                // SAFETY: the caller's promise. One pointer for each row, from which wasm's loads count constant
                // offsets: an addition for each load would be a fourth of the instructions.
                let row = unsafe { from.add(at + r * row_step) };
                for v in 0..V {
                    // SAFETY: the caller's promise.
                    let x = unsafe { F32x4::load(row.add(4 * v)) };
                    acc[e][r][v] = x.mul_add(value, acc[e][r][v]);
                }
            }
        }
    }
    for entry in rest {
        let value = F32x4::splat(entry.value);
        let at = base.wrapping_add(entry.offset.get());
        for r in 0..R {
            // SAFETY: the caller's promise.
            let row = unsafe { from.add(at + r * row_step) };
            for v in 0..V {
                // SAFETY: the caller's promise.
                let x = unsafe { F32x4::load(row.add(4 * v)) };
                acc[0][r][v] = x.mul_add(value, acc[0][r][v]);
            }
        }
    }
    for r in 0..R {
        for v in 0..V {
            let mut sum = acc[0][r][v];
            for e in 1..E {
                sum = sum + acc[e][r][v];
            }
            // SAFETY: the caller's promise.
            unsafe {
                let to = sums.add(4 * (r * V + v));
                (F32x4::load(to) + sum).store(to);
            }
        }
    }
}

macro_rules! kernel {
    ($name:ident, $rows:literal, $vectors:literal, $entries:literal) => {
        unsafe fn $name(list: &[Entry], from: *const f32, base: usize, row_step: usize, sums: *mut f32) {
            // SAFETY: the caller's promise is the same.
            unsafe { gather::<$rows, $vectors, $entries>(list, from, base, row_step, sums) }
        }
    };
}

kernel!(gather_1x1, 1, 1, 4);
kernel!(gather_1x2, 1, 2, 4);
kernel!(gather_1x3, 1, 3, 4);
kernel!(gather_1x4, 1, 4, 2);
kernel!(gather_1x5, 1, 5, 2);
kernel!(gather_1x6, 1, 6, 2);
kernel!(gather_1x7, 1, 7, 1);
kernel!(gather_1x8, 1, 8, 1);
kernel!(gather_1x9, 1, 9, 1);
kernel!(gather_1x10, 1, 10, 1);
kernel!(gather_1x11, 1, 11, 1);
kernel!(gather_1x12, 1, 12, 1);
kernel!(gather_3x1, 3, 1, 4);
kernel!(gather_3x2, 3, 2, 2);
kernel!(gather_3x3, 3, 3, 1);
kernel!(gather_3x4, 3, 4, 1);
kernel!(gather_5x1, 5, 1, 2);
kernel!(gather_5x2, 5, 2, 1);

/// The kernel for one row of `vectors` vectors, `1..=MAX_VECTORS`.
pub(super) fn one_row(vectors: usize) -> Gather {
    [
        gather_1x1 as Gather,
        gather_1x2,
        gather_1x3,
        gather_1x4,
        gather_1x5,
        gather_1x6,
        gather_1x7,
        gather_1x8,
        gather_1x9,
        gather_1x10,
        gather_1x11,
        gather_1x12,
    ][vectors - 1]
}

/// The kernel for `rows` rows of `vectors` vectors at once, where there is one.
pub(super) fn rows(rows: usize, vectors: usize) -> Option<Gather> {
    Some(match (rows, vectors) {
        (1, 1..=MAX_VECTORS) => one_row(vectors),
        (3, 1) => gather_3x1,
        (3, 2) => gather_3x2,
        (3, 3) => gather_3x3,
        (3, 4) => gather_3x4,
        (5, 1) => gather_5x1,
        (5, 2) => gather_5x2,
        _ => return None,
    })
}
