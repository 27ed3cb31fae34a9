//! The three matrix products of a dense layer, each as sums of rows weighted by what is not zero on the left:
//! inputs behind ReLU and dropout, gradients behind dropout.
//!
//! ```text
//! output   [batch, out] = input    [batch, in]  · weight   [in, out]
//! d_input  [batch, in]  = d_output [batch, out] · weightᵀ  [out, in]
//! d_weight [in, out]    = inputᵀ   [in, batch]  · d_output [batch, out]
//! ```
//!
//! The right side is taken 48 columns (the registers of one [`gather`]) by 128 rows at a time, 24 KiB that stay
//! in L1 while all rows of the left side pass over them. With nothing to leave out this is still nearly as fast
//! as a dense tile, and needs no packed copy of the weights.

use super::DenseDims;
use super::gather::{self, Entry, MAX_VECTORS};
use super::scratch::{Scratch, Shared, grown};
use crate::par;

/// Columns that are summed in registers at once.
const COLUMNS: usize = 4 * MAX_VECTORS;

/// Rows of the right side that are gone through at once.
const PART: usize = 128;

/// What is not zero on the left side: for each of its rows a list, cut where the right side is cut.
struct Lists<'a> {
    entries: &'a [Entry],
    /// Where each part begins in its row's list: `[rows, parts + 1]`.
    starts: &'a [u32],
    /// Room for each row's list.
    capacity: usize,
    parts: usize,
}

impl<'a> Lists<'a> {
    /// Lists the left side `[rows, inner]`, whose element `(row, j)` is `at(row, j)`; an entry's offset is `j`
    /// rows of `stride` values.
    fn new(
        rows: usize,
        inner: usize,
        stride: usize,
        at: impl Fn(usize, usize) -> f32 + Sync,
        entries: &'a mut Vec<Entry>,
        starts: &'a mut Vec<u32>,
    ) -> Self {
        let (capacity, parts) = (inner + 1, inner.div_ceil(PART));
        let entries = grown(entries, rows * capacity);
        let starts = grown(starts, rows * (parts + 1));
        // As many rows at a time as share cache lines where the left side is read by columns.
        const TOGETHER: usize = 16;
        par::chunks_mut2(
            (entries, TOGETHER * capacity),
            (starts, TOGETHER * (parts + 1)),
            |i, entries, starts| {
                let mut counts = [0; TOGETHER];
                for part in 0..parts {
                    for (r, starts) in starts.chunks_exact_mut(parts + 1).enumerate() {
                        starts[part] = counts[r];
                    }
                    for j in part * PART..inner.min((part + 1) * PART) {
                        for (r, (entries, count)) in
                            entries.chunks_exact_mut(capacity).zip(&mut counts).enumerate()
                        {
                            let value = at(i * TOGETHER + r, j);
                            // Written in any case, kept if it counts: a branch would often be mispredicted.
                            entries[*count as usize] = Entry { offset: (j * stride) as u32, value };
                            *count += u32::from(value != 0.0);
                        }
                    }
                }
                for (starts, count) in starts.chunks_exact_mut(parts + 1).zip(counts) {
                    starts[parts] = count;
                }
            },
        );
        Self { entries, starts, capacity, parts }
    }

    fn list(&self, row: usize, part: usize) -> &[Entry] {
        let [from, to] = [0, 1].map(|i| self.starts[row * (self.parts + 1) + part + i] as usize);
        &self.entries[row * self.capacity..][from..to]
    }

    /// Adds the product of some rows with the columns `first..first + width` (at most [`COLUMNS`]) of the
    /// right side to those columns of `to`, whose rows are `to_stride` long.
    ///
    /// # Safety
    /// Entry offsets are multiples of the right side's row length `stride` below its number of rows; `from` is
    /// readable in every row from column `first` on for `width` rounded up to whole vectors, or, where
    /// `first + width` is the row's end, from up to 3 columns earlier on. Nobody else accesses these columns of
    /// these rows of `to`.
    unsafe fn multiply(
        &self,
        rows: std::ops::Range<usize>,
        from: &[f32],
        (first, width): (usize, usize),
        shift_left: bool,
        to: Shared<f32>,
        to_stride: usize,
    ) {
        let vectors = width.div_ceil(4);
        let kernel = gather::one_row(vectors);
        if width == 4 * vectors {
            for part in 0..self.parts {
                for row in rows.clone() {
                    // SAFETY: the caller's promise.
                    unsafe {
                        let sums = to.at(row * to_stride + first).get();
                        gather::run(kernel, self.list(row, part), from.as_ptr(), first, 0, sums);
                    }
                }
            }
        } else {
            // Whole vectors that end with the last column, or, if the rows are padded, begin with the first.
            let extra = if shift_left { 4 * vectors - width } else { 0 };
            for row in rows {
                let mut sums = [0.0; COLUMNS];
                for part in 0..self.parts {
                    // SAFETY: the caller's promise.
                    unsafe {
                        gather::run(
                            kernel,
                            self.list(row, part),
                            from.as_ptr(),
                            first - extra,
                            0,
                            sums.as_mut_ptr(),
                        );
                    }
                }
                for (i, sum) in sums[extra..extra + width].iter().enumerate() {
                    // SAFETY: the caller's promise.
                    unsafe { *to.at(row * to_stride + first + i).get() += sum };
                }
            }
        }
    }
}

/// The right side `[rows, columns]` such that whole vectors can be read in each of its rows: itself, or a copy
/// with longer rows where it is narrow. With the length of a row.
fn readable<'a>(matrix: &'a [f32], columns: usize, packed: &'a mut Vec<f32>) -> (&'a [f32], usize) {
    if columns.is_multiple_of(4) || columns > COLUMNS {
        return (matrix, columns);
    }
    let stride = columns.next_multiple_of(4);
    let packed = grown(packed, matrix.len() / columns * stride);
    for (to, from) in packed.chunks_exact_mut(stride).zip(matrix.chunks_exact(columns)) {
        to[..columns].copy_from_slice(from);
        to[columns..].fill(0.0);
    }
    (packed, stride)
}

pub(super) fn forward(
    d: &DenseDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let (i, o) = (d.in_features, d.out_features);
    match bias {
        Some(bias) => output.chunks_exact_mut(o).for_each(|row| row.copy_from_slice(bias)),
        None => output.fill(0.0),
    }
    let (weight, stride) = readable(weight, o, &mut s.packed);
    let lists = Lists::new(d.batch, i, stride, |n, j| input[n * i + j], &mut s.entries, &mut s.starts);
    let output = Shared::new(output);
    par::pieces(o.div_ceil(COLUMNS), |block| {
        let first = block * COLUMNS;
        let columns = (first, COLUMNS.min(o - first));
        // SAFETY: offsets are rows of `weight`, in which whole vectors can be read, from 3 columns earlier on
        // where the rows are not padded; each piece has columns of its own.
        unsafe { lists.multiply(0..d.batch, weight, columns, stride == o, output, o) };
    });
}

pub(super) fn backward_input(
    d: &DenseDims,
    weight: &[f32],
    d_output: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let (i, o) = (d.in_features, d.out_features);
    d_input.fill(0.0);
    s.lanes.reserve(o * COLUMNS, 0, 0);
    let lanes = &s.lanes;
    let lists = Lists::new(d.batch, o, COLUMNS, |n, j| d_output[n * o + j], &mut s.entries, &mut s.starts);
    let d_input = Shared::new(d_input);
    par::pieces(i.div_ceil(COLUMNS), |block| {
        let first = block * COLUMNS;
        let width = COLUMNS.min(i - first);
        let lane = &mut *lanes.current();
        // [out, 48] of the transposed weights.
        let panel = &mut lane.floats[..o * COLUMNS];
        for (k, row) in panel.chunks_exact_mut(COLUMNS).enumerate() {
            for (c, value) in row[..width].iter_mut().enumerate() {
                *value = weight[(first + c) * o + k];
            }
        }
        // SAFETY: offsets are rows of the panel, 48 long, in which whole vectors can be read; each piece has
        // columns of its own, which `d_input` holds from `first` on.
        unsafe { lists.multiply(0..d.batch, panel, (0, width), false, d_input.at(first), i) };
    });
}

pub(super) fn backward_weight(
    d: &DenseDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
    s: &mut Scratch,
) {
    let (i, o) = (d.in_features, d.out_features);
    if let Some(d_bias) = d_bias {
        d_bias.fill(0.0);
        for row in d_output.chunks_exact(o) {
            d_bias.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
    }
    let (d_output, stride) = readable(d_output, o, &mut s.packed);
    let lists = Lists::new(i, d.batch, stride, |c, n| input[n * i + c], &mut s.entries, &mut s.starts);
    /// Rows of `d_weight` in a piece.
    const ROWS: usize = 64;
    par::chunks_mut(d_weight, ROWS * o, |piece, d_weight| {
        let rows = piece * ROWS..piece * ROWS + d_weight.len() / o;
        d_weight.fill(0.0);
        // `multiply` counts rows from the first of all.
        let to = Shared::new(d_weight).before(rows.start * o);
        for first in (0..o).step_by(COLUMNS) {
            let columns = (first, COLUMNS.min(o - first));
            // SAFETY: offsets are rows of `d_output`, in which whole vectors can be read, from 3 columns earlier
            // on where the rows are not padded; the rows are this piece's own.
            unsafe { lists.multiply(rows.clone(), d_output, columns, stride == o, to, o) };
        }
    });
}
