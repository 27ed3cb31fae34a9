//! The kernel behind everything sparse: a weighted sum of rows, with the sums kept in registers over the
//! whole list of weights.
//!
//! `sum[j] += Σ entry.value · from[entry.offset + j]`. With 12 vectors of sums an entry costs 12 loads and
//! 12 multiply-adds beside its own two loads; at two of each a cycle that is close to a dense tile's speed,
//! and every value that is zero costs nothing at all. Who calls it puts in the list only what is not zero:
//! gradients behind ReLU and max-pooling, activations behind ReLU and dropout.

use crate::kernels::memory::offset::Offset;
#[cfg(target_arch = "x86_64")]
use crate::kernels::simd::x86;
use crate::kernels::simd::{F32x4, InstructionSet, Vector};

/// One term of a sum: which row (by the offset of its first value) and how much of it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Entry {
    pub(crate) offset: Offset,
    pub(crate) value: f32,
}

/// Most vectors of four sums that fit into registers beside an operand and a weight: 16 registers on x86, one of
/// which V8 keeps for itself.
pub(crate) const MAX_VECTORS: usize = 12;

/// Entries that are summed in one go. Longer lists are cut, and the parts' sums added up: the rounding error of
/// a sum grows with its length.
pub(crate) const PART: usize = 64;

/// Runs a kernel over a list of any length; `sums` are added to.
///
/// # Safety
/// As [`Gather`] says.
#[inline(always)]
pub(crate) unsafe fn run(
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

/// `sums[r, ..4 N] += Σ value · from[base + offset + r·row_step ..][..4 N]` over the list, for `r < R`, with
/// `sums` of shape `[R, 4 N]`.
///
/// # Safety
/// For every entry and row, `from` is readable for `4 N` values from `base + offset + r·row_step` on (the
/// sum may wrap around), and `sums` is readable and writable for `4 R N` values. The processor has the vectors.
pub(crate) type Gather =
    unsafe fn(list: &[Entry], from: *const f32, base: usize, row_step: usize, sums: *mut f32);

/// Sums of `E` entries each, `R` rows of `N` vectors.
type Sums<V, const N: usize, const R: usize, const E: usize> = [[[V; N]; R]; E];

/// Adds an entry's rows, from their value `first` on, to its sums.
///
/// # Safety
/// Each of the rows is readable for `N` vectors from there on.
#[inline(always)]
unsafe fn add<V: Vector, const N: usize, const R: usize>(
    acc: &mut [[V; N]; R],
    value: f32,
    rows: &[*const f32; R],
    first: usize,
) {
    let value = V::splat(value);
    for r in 0..R {
        for v in 0..N {
            // SAFETY: the caller's promise.
            let x = unsafe { V::load(rows[r].add(first + V::LANES * v)) };
            acc[r][v] = x.mul_add(value, acc[r][v]);
        }
    }
}

/// Adds the sums to rows of `to` that are `row_len` values apart.
///
/// # Safety
/// `to` is readable and writable for `N` vectors in each row.
#[inline(always)]
unsafe fn finish<V: Vector, const N: usize, const R: usize, const E: usize>(
    acc: &Sums<V, N, R, E>,
    to: *mut f32,
    row_len: usize,
) {
    for r in 0..R {
        for v in 0..N {
            let mut sum = acc[0][r][v];
            for e in 1..E {
                sum = sum + acc[e][r][v];
            }
            // SAFETY: the caller's promise.
            unsafe {
                let to = to.add(r * row_len + V::LANES * v);
                (V::load(to) + sum).store(to);
            }
        }
    }
}

/// See [`Gather`]: a row is `A` vectors of sixteen lanes (or whatever `VA` has), then `B` of eight, then `C` of four. How
/// many entries are summed side by side depends on the row's length alone, so that the bits do not depend on the widths.
#[inline(always)]
unsafe fn gather<
    VA: Vector,
    VB: Vector,
    VC: Vector,
    const A: usize,
    const B: usize,
    const C: usize,
    const R: usize,
    const E: usize,
>(
    list: &[Entry],
    from: *const f32,
    base: usize,
    row_step: usize,
    sums: *mut f32,
) {
    // With few vectors, E entries at a time into sums of their own: a multiply-add takes 4 cycles until its
    // sum can be added to again.
    let mut a: Sums<VA, A, R, E> = [[[VA::splat(0.0); A]; R]; E];
    let mut b: Sums<VB, B, R, E> = [[[VB::splat(0.0); B]; R]; E];
    let mut c: Sums<VC, C, R, E> = [[[VC::splat(0.0); C]; R]; E];
    let (at_b, at_c) = (A * VA::LANES, A * VA::LANES + B * VB::LANES);
    // A macro: a closure would not be compiled with the kernel's instructions.
    macro_rules! add_entry {
        ($e:expr, $entry:expr) => {
            let at = base.wrapping_add($entry.offset.get());
            // SAFETY: the caller's promise. One pointer for each row, from which wasm's loads count constant offsets: an
            // addition for each load would be a fourth of the instructions.
            unsafe {
                let rows: [*const f32; R] = std::array::from_fn(|r| from.add(at + r * row_step));
                add(&mut a[$e], $entry.value, &rows, 0);
                add(&mut b[$e], $entry.value, &rows, at_b);
                add(&mut c[$e], $entry.value, &rows, at_c);
            }
        };
    }
    let chunks = list.chunks_exact(E);
    let rest = chunks.remainder();
    for chunk in chunks {
        for e in 0..E {
            add_entry!(e, chunk[e]);
        }
    }
    for entry in rest {
        add_entry!(0, entry);
    }
    let row_len = at_c + C * VC::LANES;
    // SAFETY: the caller's promise.
    unsafe {
        finish(&a, sums, row_len);
        finish(&b, sums.add(at_b), row_len);
        finish(&c, sums.add(at_c), row_len);
    }
}

/// The kernels of an instruction set by rows and vectors: for each `A, B, C` of [`gather`], and the entries side by side.
macro_rules! kernels {
    ($set:ident, $a:ty, $b:ty, $c:ty, $(#[$feature:meta])*, one_row: [$(($a1:literal, $b1:literal, $c1:literal, $e1:literal)),*],
     rows: [$(($rows:literal, $vectors:literal, $an:literal, $bn:literal, $cn:literal, $en:literal)),*]) => {
        mod $set {
            use super::*;

            $(#[$feature])*
            unsafe fn kernel<const A: usize, const B: usize, const C: usize, const R: usize, const E: usize>(
                list: &[Entry],
                from: *const f32,
                base: usize,
                row_step: usize,
                sums: *mut f32,
            ) {
                // SAFETY: the caller's promise is the same.
                unsafe { gather::<$a, $b, $c, A, B, C, R, E>(list, from, base, row_step, sums) }
            }

            pub(crate) const ONE_ROW: [Gather; MAX_VECTORS] = [$(kernel::<$a1, $b1, $c1, 1, $e1>),*];

            pub(crate) fn rows(rows: usize, vectors: usize) -> Option<Gather> {
                match (rows, vectors) {
                    $(($rows, $vectors) => Some(kernel::<$an, $bn, $cn, $rows, $en> as Gather),)*
                    _ => None,
                }
            }
        }
    };
}

// Four lanes: A and B stay empty.
kernels!(baseline, F32x4, F32x4, F32x4, ,
    one_row: [(0, 0, 1, 4), (0, 0, 2, 4), (0, 0, 3, 4), (0, 0, 4, 2), (0, 0, 5, 2), (0, 0, 6, 2),
              (0, 0, 7, 1), (0, 0, 8, 1), (0, 0, 9, 1), (0, 0, 10, 1), (0, 0, 11, 1), (0, 0, 12, 1)],
    rows: [(3, 1, 0, 0, 1, 4), (3, 2, 0, 0, 2, 2), (3, 3, 0, 0, 3, 1), (3, 4, 0, 0, 4, 1),
           (5, 1, 0, 0, 1, 2), (5, 2, 0, 0, 2, 1)]);
#[cfg(target_arch = "x86_64")]
kernels!(avx2, x86::F32x8, x86::F32x8, x86::F32x4Fma, #[target_feature(enable = "avx2,fma")],
    one_row: [(0, 0, 1, 4), (0, 1, 0, 4), (0, 1, 1, 4), (0, 2, 0, 2), (0, 2, 1, 2), (0, 3, 0, 2),
              (0, 3, 1, 1), (0, 4, 0, 1), (0, 4, 1, 1), (0, 5, 0, 1), (0, 5, 1, 1), (0, 6, 0, 1)],
    rows: [(3, 1, 0, 0, 1, 4), (3, 2, 0, 1, 0, 2), (3, 3, 0, 1, 1, 1), (3, 4, 0, 2, 0, 1),
           (5, 1, 0, 0, 1, 2), (5, 2, 0, 1, 0, 1)]);
// Three rows of three vectors, nine sums, hide the latency that one row's three leave.
#[cfg(target_arch = "x86_64")]
kernels!(avx512, x86::F32x16, x86::F32x8, x86::F32x4Fma,
    #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")],
    one_row: [(0, 0, 1, 4), (0, 1, 0, 4), (0, 1, 1, 4), (1, 0, 0, 2), (1, 0, 1, 2), (1, 1, 0, 2),
              (1, 1, 1, 1), (2, 0, 0, 1), (2, 0, 1, 1), (2, 1, 0, 1), (2, 1, 1, 1), (3, 0, 0, 1)],
    rows: [(3, 1, 0, 0, 1, 4), (3, 2, 0, 1, 0, 2), (3, 3, 0, 1, 1, 1), (3, 4, 1, 0, 0, 1),
           (5, 1, 0, 0, 1, 2), (5, 2, 0, 1, 0, 1), (3, 12, 3, 0, 0, 1)]);

/// The kernel for one row of `vectors` vectors of four, `1..=MAX_VECTORS`.
pub(crate) fn one_row(vectors: usize) -> Gather {
    let kernels = match InstructionSet::current() {
        InstructionSet::Baseline => &baseline::ONE_ROW,
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => &avx2::ONE_ROW,
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512 => &avx512::ONE_ROW,
    };
    kernels[vectors - 1]
}

/// The kernel for `rows` rows of `vectors` vectors of four at once, where there is one.
pub(crate) fn rows(rows: usize, vectors: usize) -> Option<Gather> {
    if rows == 1 && vectors <= MAX_VECTORS {
        return Some(one_row(vectors));
    }
    match InstructionSet::current() {
        InstructionSet::Baseline => baseline::rows(rows, vectors),
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => avx2::rows(rows, vectors),
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512 => avx512::rows(rows, vectors),
    }
}
