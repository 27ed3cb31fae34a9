//! The kernel behind everything dense: a tile of some rows by some vectors of columns of a matrix product, in registers.
//!
//! In WebAssembly a tile has 2 rows by up to 24 columns. A step of the inner loop costs 2 broadcast loads of the left side,
//! 6 loads of the right side and 12 multiply-adds: with two loads and two multiply-adds a cycle the latter are the bound.
//! 12 sums, 2 broadcasts and 1 operand are just the 15 vector registers that V8 hands out on x86.
//!
//! A tile of 6 by 8 would load as little, but LLVM orders a step's multiply-adds by their right side, so that
//! all 6 broadcasts are alive at once, and V8 spills; in this shape that order is the one wanted. Where there are fewer
//! columns, a tile has as many rows as do not spill: 2 would have too few sums to hide how long one takes.
//!
//! Natively the vectors are as wide as the processor's ([`Cut`]); a sum's terms are added in the same order at any width.

use crate::kernels::memory::offset::{Offset, share};
#[cfg(target_arch = "x86_64")]
use crate::kernels::simd::x86;
use crate::kernels::simd::{F32x4, InstructionSet, Vector};

/// What the rows of every tile divide: as many rows are whole tiles of any panel.
pub(crate) const ALL_ROWS: usize = if cfg!(target_arch = "x86_64") { 24 } else { 12 };
/// Most columns of a panel.
pub(crate) const MAX_WIDTH: usize = if cfg!(target_arch = "x86_64") { 48 } else { 24 };
/// Most columns of a panel where sides may be walked over in any steps: fewer kernels to download.
pub(crate) const MAX_WIDTH_ANY: usize = if cfg!(target_arch = "x86_64") { 16 } else { 12 };
/// Most lanes of a vector.
pub(crate) const MAX_LANES: usize = if cfg!(target_arch = "x86_64") { 16 } else { 4 };

/// The two sides of a product, and how their values are walked over: `runs` runs of `run_len` steps each.
#[derive(Clone, Copy)]
pub(crate) struct Sides {
    pub(crate) left: *const f32,
    pub(crate) runs: usize,
    pub(crate) run_len: usize,
    /// From a run's first value on the left to the next run's.
    pub(crate) run_step: usize,
    /// From one value on the left to the next.
    pub(crate) step: usize,
    /// The right side, of which each step takes a row.
    pub(crate) panel: *const f32,
    pub(crate) panel_step: usize,
}

impl Sides {
    /// The part of the same product of packed sides that begins with value `start` of run `run`: about [`PART`] terms,
    /// some runs or a part of one. `width` is the length of the right side's rows.
    fn part(&self, run: usize, start: usize, width: usize) -> Self {
        Self {
            left: self.left.wrapping_add(run * self.run_step + start),
            runs: (PART / self.run_len).max(1).min(self.runs - run),
            run_len: PART.min(self.run_len - start),
            panel: self.panel.wrapping_add((run * self.run_len + start) * width),
            ..*self
        }
    }
}

/// Where a row of the product begins: its first value on the left, and its first sum.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Row {
    from: Offset,
    to: Offset,
}

/// Terms that [`Panel::product`] sums in one go: the rounding error of a sum grows with its length. More than the usual
/// networks' windows have, as adding up parts takes time.
const PART: usize = 1024;

/// Rows whose parts of long sums are added up at once.
const ROWS_AT_ONCE: usize = 4 * ALL_ROWS;

impl Row {
    pub(crate) fn new(from: usize, to: usize) -> Self {
        Self { from: Offset::new(from), to: Offset::new(to) }
    }
}

/// Where the sums go.
#[derive(Clone, Copy)]
pub(crate) struct Sums {
    pub(crate) to: *mut f32,
    /// How many of the last vector's sums are written: at least 1, at most all.
    pub(crate) last: usize,
}

/// `to[row.to..] = init[..] + Σ left[row.from + run·run_step + j·step] · panel[(run·run_len + j)·panel_step ..][..]`
/// for each row of so many tiles of `R` rows, with `N` vectors in each row of `init` and `panel`, of which all but the last
/// are written, and of this `last` values.
///
/// # Safety
/// The processor has the panel's vectors. There are `R · tiles` rows; `left` and `panel` are readable where the sums read
/// them, `init` for `N` vectors, `to` is writable for what is written, and `last` is 1 to a vector's lanes.
pub(crate) type Multiply =
    unsafe fn(sides: &Sides, tiles: usize, rows: *const Row, init: *const f32, sums: Sums);

/// See [`Multiply`]. `PACKED` tells that `step` is 1 and `panel_step` is `N` vectors: known to the compiler, that saves an
/// addition for each load.
#[inline(always)]
unsafe fn multiply<V: Vector, const R: usize, const N: usize, const PACKED: bool>(
    sides: &Sides,
    tiles: usize,
    mut rows: *const Row,
    init: *const f32,
    sums: Sums,
) {
    let Sides { left, runs, run_len, run_step, step, panel, panel_step } = *sides;
    let (step, panel_step) = if PACKED { (1, V::LANES * N) } else { (step, panel_step) };
    for _ in 0..tiles {
        let mut panel = panel;
        let mut acc = [[V::splat(0.0); N]; R];
        for v in 0..N {
            // SAFETY: the caller's promise, for this and all that follows.
            let x = unsafe { V::load(init.add(V::LANES * v)) };
            for row in &mut acc {
                row[v] = x;
            }
        }
        for run in 0..runs {
            // SAFETY: as above.
            let mut at: [*const f32; R] =
                std::array::from_fn(|i| unsafe { left.add((*rows.add(i)).from.get() + run * run_step) });
            for _ in 0..run_len {
                // SAFETY: as above.
                unsafe {
                    // Not of zeros first: WebAssembly's kernels then took 15 % longer.
                    let mut values = [V::load_splat(at[0]); R];
                    for i in 1..R {
                        values[i] = V::load_splat(at[i]);
                    }
                    for v in 0..N {
                        let right = V::load(panel.add(V::LANES * v));
                        for i in 0..R {
                            acc[i][v] = values[i].mul_add(right, acc[i][v]);
                        }
                    }
                }
                // What follows a run's last value may lie outside.
                at = at.map(|at| at.wrapping_add(step));
                panel = panel.wrapping_add(panel_step);
            }
        }
        for i in 0..R {
            // SAFETY: as above.
            unsafe {
                let to = sums.to.add((*rows.add(i)).to.get());
                for v in 0..N - 1 {
                    acc[i][v].store(to.add(V::LANES * v));
                }
                acc[i][N - 1].store_first(sums.last, to.add(V::LANES * (N - 1)));
            }
        }
        // SAFETY: as above; at most one past the last row.
        rows = unsafe { rows.add(R) };
    }
}

/// [`multiply`] compiled for an instruction set, and its kernels by a row's vectors: a tile has as many rows as its sums
/// leave registers for.
macro_rules! kernels {
    ($set:ident, $vector:ty, $(#[$feature:meta])*, [$(($rows:literal, $vectors:literal)),*], [$(($rows_any:literal, $vectors_any:literal)),*]) => {
        mod $set {
            use super::*;

            $(#[$feature])*
            unsafe fn tile<const R: usize, const N: usize, const PACKED: bool>(
                sides: &Sides,
                tiles: usize,
                rows: *const Row,
                init: *const f32,
                sums: Sums,
            ) {
                // SAFETY: the caller's promise is the same.
                unsafe { multiply::<$vector, R, N, PACKED>(sides, tiles, rows, init, sums) }
            }

            pub(crate) const PACKED: &[Multiply] = &[$(tile::<$rows, $vectors, true>),*];
            pub(crate) const ANY: &[Multiply] = &[$(tile::<$rows_any, $vectors_any, false>),*];
            pub(crate) const CUT: Cut = Cut { lanes: <$vector as Vector>::LANES, rows: &[$($rows),*], most_any: ANY.len() };
        }
    };
}

kernels!(baseline, F32x4, , [(6, 1), (4, 2), (3, 3), (2, 4), (2, 5), (2, 6)], [(6, 1), (4, 2), (3, 3)]);
#[cfg(target_arch = "x86_64")]
kernels!(avx2, x86::F32x8, #[target_feature(enable = "avx2,fma")],
    [(12, 1), (6, 2), (4, 3)], [(12, 1), (6, 2)]);
// Thirty-two registers.
#[cfg(target_arch = "x86_64")]
kernels!(avx512, x86::F32x16, #[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")],
    [(12, 1), (12, 2), (8, 3)], [(12, 1)]);

/// How columns are cut into panels for an instruction set.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    /// Lanes of a vector: a panel's columns are a multiple of them.
    pub(crate) lanes: usize,
    /// Rows of a tile, by the vectors of its panel, from 1 on.
    rows: &'static [usize],
    /// Most vectors where sides may be walked over in any steps.
    most_any: usize,
}

impl Cut {
    /// The one for this processor.
    #[inline(always)]
    pub(crate) fn current() -> Self {
        match InstructionSet::current() {
            InstructionSet::Baseline => baseline::CUT,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => avx2::CUT,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => avx512::CUT,
        }
    }
}

/// A panel of the right side: some of its columns, packed together.
#[derive(Clone, Copy)]
pub(crate) struct Panel {
    /// Its first column.
    pub(crate) first: usize,
    /// How many vectors its rows have; past the last column are zeros.
    vectors: usize,
    /// Lanes of each.
    lanes: usize,
    /// Rows of its tiles.
    pub(crate) rows: usize,
}

impl Panel {
    /// Values in each of its rows.
    #[inline(always)]
    pub(crate) fn width(self) -> usize {
        self.lanes * self.vectors
    }

    /// How many of the last vector's columns there are, if there are so many in all.
    #[inline(always)]
    pub(crate) fn last(self, columns: usize) -> usize {
        columns - self.lanes * (self.vectors - 1)
    }

    /// All of the last vector's columns.
    #[inline(always)]
    pub(crate) fn lanes(self) -> usize {
        self.lanes
    }

    /// The first `count` rows of a product of packed sides, each sum of many terms cut into parts that are summed on
    /// their own.
    ///
    /// # Safety
    /// As [`Multiply`] says, with whole tiles of this panel's rows in `rows`; no two of the first `count` have the same
    /// sums.
    #[inline(never)]
    pub(crate) unsafe fn product(
        self,
        sides: &Sides,
        count: usize,
        rows: &[Row],
        init: *const f32,
        sums: Sums,
    ) {
        let tiles = count.div_ceil(self.rows);
        assert!(rows.len() >= tiles * self.rows);
        if sides.runs * sides.run_len <= PART {
            // SAFETY: the caller's promise.
            unsafe { self.multiply()(sides, tiles, rows.as_ptr(), init, sums) };
        } else {
            // SAFETY: the caller's promise.
            unsafe { self.product_in_parts(sides, count, rows, init, sums) };
        }
    }

    /// # Safety
    /// As [`Panel::product`] says.
    #[inline(never)]
    unsafe fn product_in_parts(
        self,
        sides: &Sides,
        count: usize,
        rows: &[Row],
        init: *const f32,
        sums: Sums,
    ) {
        let width = self.width();
        let written = width - self.lanes + sums.last;
        // Where the parts after the first go.
        let mut part_sums = [0.0; ROWS_AT_ONCE * MAX_WIDTH];
        let part_to = Sums { to: part_sums.as_mut_ptr(), last: self.lanes };
        let zeros = [0.0; MAX_WIDTH];
        for first in (0..count).step_by(ROWS_AT_ONCE) {
            let here = ROWS_AT_ONCE.min(count - first);
            let tiles = here.div_ceil(self.rows);
            let rows = &rows[first..first + tiles * self.rows];
            let mut part_rows = [Row::default(); ROWS_AT_ONCE];
            for (i, (to, row)) in part_rows.iter_mut().zip(rows).enumerate() {
                *to = Row { from: row.from, to: Offset::new(i * width) };
            }
            let (mut run, mut start) = (0, 0);
            while run < sides.runs {
                let part = sides.part(run, start, width);
                // SAFETY: the caller's promise, for a part of the sides as for the whole; `part_sums` has room for
                // `ROWS_AT_ONCE` rows, which are whole tiles, and rows before `count` have sums of their own.
                unsafe {
                    if run + start == 0 {
                        self.multiply()(&part, tiles, rows.as_ptr(), init, sums);
                    } else {
                        self.multiply()(&part, tiles, part_rows.as_ptr(), zeros.as_ptr(), part_to);
                        for i in 0..here {
                            let to = sums.to.add(rows[i].to.get());
                            for j in 0..written {
                                *to.add(j) += *part_sums.as_ptr().add(i * width + j);
                            }
                        }
                    }
                }
                start += part.run_len;
                if start == sides.run_len {
                    (run, start) = (run + part.runs, 0);
                }
            }
        }
    }

    /// The kernel for packed sides: [`Sides::step`] is 1 and [`Sides::panel_step`] is the panel's width.
    pub(crate) fn multiply(self) -> Multiply {
        let kernels = match InstructionSet::current() {
            InstructionSet::Baseline => baseline::PACKED,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => avx2::PACKED,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => avx512::PACKED,
        };
        kernels[self.vectors - 1]
    }

    /// The kernel for any sides, and panels of at most [`MAX_WIDTH_ANY`] columns.
    pub(crate) fn multiply_any(self) -> Multiply {
        let kernels = match InstructionSet::current() {
            InstructionSet::Baseline => baseline::ANY,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => avx2::ANY,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => avx512::ANY,
        };
        kernels[self.vectors - 1]
    }
}

/// Fills `rows` with `count` of them, and the last again up to the end: products are computed in whole tiles.
pub(crate) fn fill_rows(rows: &mut [Row], count: usize, row: impl Fn(usize) -> Row) {
    for (i, to) in rows.iter_mut().enumerate() {
        *to = row(i.min(count - 1));
    }
}

/// Columns split evenly into panels.
#[derive(Clone, Copy)]
pub(crate) struct Panels {
    cut: Cut,
    /// Vectors that cover the columns.
    vectors: usize,
    count: usize,
}

impl Panels {
    /// As wide as tiles can be.
    pub(crate) fn new(columns: usize) -> Self {
        let cut = Cut::current();
        Self::up_to(columns, cut, cut.rows.len())
    }

    /// As wide as tiles can be where sides may be walked over in any steps.
    pub(crate) fn any(columns: usize) -> Self {
        let cut = Cut::current();
        Self::up_to(columns, cut, cut.most_any)
    }

    /// Panels of at most `most` vectors.
    fn up_to(columns: usize, cut: Cut, most: usize) -> Self {
        let vectors = columns.div_ceil(cut.lanes);
        Self { cut, vectors, count: vectors.div_ceil(most) }
    }

    pub(crate) fn count(self) -> usize {
        self.count
    }

    pub(crate) fn panel(self, i: usize) -> Panel {
        let (from, to) = (share(i, self.vectors, self.count), share(i + 1, self.vectors, self.count));
        let (vectors, lanes) = (to - from, self.cut.lanes);
        // With these, the sums fill registers without spilling, and there are enough of them to hide their latency.
        Panel { first: lanes * from, vectors, lanes, rows: self.cut.rows[vectors - 1] }
    }

    fn iter(self) -> impl ExactSizeIterator<Item = Panel> {
        (0..self.count).map(move |i| self.panel(i))
    }
}

/// Splits so many columns evenly into panels.
pub(crate) fn panels(columns: usize) -> impl ExactSizeIterator<Item = Panel> {
    Panels::new(columns).iter()
}

/// The same into panels for sides that may be walked over in any steps.
pub(crate) fn panels_any(columns: usize) -> impl ExactSizeIterator<Item = Panel> {
    Panels::any(columns).iter()
}

/// So many columns in whole vectors.
pub(crate) fn whole_vectors(columns: usize) -> usize {
    columns.next_multiple_of(Cut::current().lanes)
}

/// Length of a packed right side `[rows, columns]`; the panel that begins with column `first` begins at
/// `first · rows`.
pub(crate) fn packed_len(rows: usize, columns: usize) -> usize {
    rows * whole_vectors(columns)
}

/// Packs the right side `[rows, columns]`, row-major.
pub(crate) fn pack(matrix: &[f32], columns: usize, packed: &mut [f32]) {
    let rows = matrix.len() / columns;
    for panel in panels(columns) {
        let width = panel.width();
        let here = width.min(columns - panel.first);
        let to = packed[panel.first * rows..].chunks_exact_mut(width);
        for (to, from) in to.zip(matrix.chunks_exact(columns)) {
            to[..here].copy_from_slice(&from[panel.first..panel.first + here]);
            to[here..].fill(0.0);
        }
    }
}

/// A panel's part of `bias`, zeros past its end or where there is none.
pub(crate) fn init(bias: Option<&[f32]>, panel: Panel) -> [f32; MAX_WIDTH] {
    let mut init = [0.0; MAX_WIDTH];
    if let Some(bias) = bias {
        let here = panel.width().min(bias.len() - panel.first);
        init[..here].copy_from_slice(&bias[panel.first..panel.first + here]);
    }
    init
}
