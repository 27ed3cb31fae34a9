//! The three matrix products of a dense layer, each as sums of rows weighted by what is not zero on the left:
//! inputs behind ReLU and dropout, gradients behind dropout.
//!
//! ```text
//! output   [batch, out] = input    [batch, in]  · weight   [in, out]
//! d_input  [batch, in]  = d_output [batch, out] · weightᵀ  [out, in]
//! d_weight [in, out]    = inputᵀ   [in, batch]  · d_output [batch, out]
//! ```
//!
//! The right side is copied into panels of 48 columns (the registers of one [`gather`]) and gone through 128 rows
//! at a time, 24 KiB that stay in L1 while all rows of the left side pass over them.

use super::DenseDims;
use super::gather::{self, Entry, MAX_VECTORS};
use super::scratch::{Scratch, Shared, grown};
use crate::par;
use std::ops::Range;

/// Columns that are summed in registers at once, the widest panel.
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

/// How many lists are made at once: as many as share cache lines where the left side is read by columns.
const TOGETHER: usize = 16;

impl<'a> Lists<'a> {
    /// Lists the rows of a left side `[rows, inner]`; an entry's offset is its column times `stride`.
    fn of_rows(
        matrix: &[f32],
        inner: usize,
        stride: usize,
        s: (&'a mut Vec<Entry>, &'a mut Vec<u32>),
    ) -> Self {
        Self::new(matrix.len() / inner, inner, s, |first, entries, starts, parts| {
            let rows = matrix[first * inner..].chunks_exact(inner);
            let lists = entries.chunks_exact_mut(inner + 1).zip(starts.chunks_exact_mut(parts + 1));
            for (row, (entries, starts)) in rows.zip(lists) {
                let mut count = 0;
                for (part, values) in row.chunks(PART).enumerate() {
                    starts[part] = count as u32;
                    for (j, &value) in values.iter().enumerate() {
                        // Written in any case, kept if it counts: a branch would often be mispredicted.
                        entries[count] = Entry { offset: ((part * PART + j) * stride) as u32, value };
                        count += usize::from(value != 0.0);
                    }
                }
                starts[parts] = count as u32;
            }
        })
    }

    /// Lists the columns of a matrix `[inner, rows]`: the rows of its transpose.
    fn of_columns(
        matrix: &[f32],
        rows: usize,
        stride: usize,
        s: (&'a mut Vec<Entry>, &'a mut Vec<u32>),
    ) -> Self {
        let inner = matrix.len() / rows;
        Self::new(rows, inner, s, |first, entries, starts, parts| {
            let mut counts = [0; TOGETHER];
            for (j, row) in matrix.chunks_exact(rows).enumerate() {
                if j % PART == 0 {
                    let starts = starts.chunks_exact_mut(parts + 1);
                    starts.zip(counts).for_each(|(starts, count)| starts[j / PART] = count as u32);
                }
                let lists = entries.chunks_exact_mut(inner + 1).zip(&mut counts);
                for (&value, (entries, count)) in row[first..].iter().zip(lists) {
                    entries[*count] = Entry { offset: (j * stride) as u32, value };
                    *count += usize::from(value != 0.0);
                }
            }
            starts.chunks_exact_mut(parts + 1).zip(counts).for_each(|(starts, n)| starts[parts] = n as u32);
        })
    }

    /// Makes room and calls `fill(first row, entries, starts, parts)` for some rows at a time.
    fn new(
        rows: usize,
        inner: usize,
        (entries, starts): (&'a mut Vec<Entry>, &'a mut Vec<u32>),
        fill: impl Fn(usize, &mut [Entry], &mut [u32], usize) + Sync,
    ) -> Self {
        let (capacity, parts) = (inner + 1, inner.div_ceil(PART));
        let entries = grown(entries, rows * capacity);
        let starts = grown(starts, rows * (parts + 1));
        let together = ((&mut *entries, TOGETHER * capacity), (&mut *starts, TOGETHER * (parts + 1)));
        par::chunks_mut2(together.0, together.1, |i, entries, starts| {
            fill(i * TOGETHER, entries, starts, parts)
        });
        Self { entries, starts, capacity, parts }
    }

    fn list(&self, row: usize, part: usize) -> &[Entry] {
        let [from, to] = [0, 1].map(|i| self.starts[row * (self.parts + 1) + part + i] as usize);
        &self.entries[row * self.capacity..][from..to]
    }

    /// Adds the product of some rows with the columns of `panel` to `width` columns of `to`, whose rows,
    /// counted from the first of all, are `stride` apart.
    ///
    /// # Safety
    /// Entry offsets are those of rows of the panel, which are `width` long or longer, rounded up to whole
    /// vectors. Nobody else accesses these columns of these rows of `to`.
    unsafe fn multiply(
        &self,
        rows: Range<usize>,
        panel: &[f32],
        width: usize,
        to: Shared<f32>,
        stride: usize,
    ) {
        let vectors = width.div_ceil(4);
        let kernel = gather::one_row(vectors);
        for part in 0..self.parts {
            for row in rows.clone() {
                let (list, to) = (self.list(row, part), to.at(row * stride).get());
                // SAFETY: the caller's promise.
                unsafe {
                    if width == 4 * vectors {
                        gather::run(kernel, list, panel.as_ptr(), 0, 0, to);
                    } else {
                        let mut sums = [0.0; COLUMNS];
                        gather::run(kernel, list, panel.as_ptr(), 0, 0, sums.as_mut_ptr());
                        for (i, sum) in sums[..width].iter().enumerate() {
                            *to.add(i) += sum;
                        }
                    }
                }
            }
        }
    }
}

/// Length of a panel's rows for a right side of so many columns.
fn panel_stride(columns: usize) -> usize {
    columns.next_multiple_of(4).min(COLUMNS)
}

/// Copies the columns from `first` on of the rows of `matrix` into a panel, zeros past the last column.
fn fill_panel(matrix: &[f32], columns: usize, first: usize, panel: &mut [f32], stride: usize) {
    let width = stride.min(columns - first);
    for (to, from) in panel.chunks_exact_mut(stride).zip(matrix.chunks_exact(columns)) {
        to[..width].copy_from_slice(&from[first..first + width]);
        to[width..].fill(0.0);
    }
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
    let stride = panel_stride(o);
    s.lanes.reserve(i * stride, 0, 0);
    let lanes = &s.lanes;
    let lists = Lists::of_rows(input, i, stride, (&mut s.entries, &mut s.starts));
    let output = Shared::new(output);
    par::pieces(o.div_ceil(stride), |block| {
        let first = block * stride;
        let lane = &mut *lanes.current();
        let panel = &mut lane.floats[..i * stride];
        fill_panel(weight, o, first, panel, stride);
        // SAFETY: offsets are rows of the panel; each piece has columns of its own, from `first` on.
        unsafe { lists.multiply(0..d.batch, panel, stride.min(o - first), output.at(first), o) };
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
    let stride = panel_stride(i);
    s.lanes.reserve(o * stride, 0, 0);
    let lanes = &s.lanes;
    let lists = Lists::of_rows(d_output, o, stride, (&mut s.entries, &mut s.starts));
    let d_input = Shared::new(d_input);
    par::pieces(i.div_ceil(stride), |block| {
        let first = block * stride;
        let width = stride.min(i - first);
        let lane = &mut *lanes.current();
        let panel = &mut lane.floats[..o * stride];
        for (k, row) in panel.chunks_exact_mut(stride).enumerate() {
            for (c, value) in row.iter_mut().enumerate() {
                *value = if c < width { weight[(first + c) * o + k] } else { 0.0 };
            }
        }
        // SAFETY: offsets are rows of the panel; each piece has columns of its own, from `first` on.
        unsafe { lists.multiply(0..d.batch, panel, width, d_input.at(first), i) };
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
    let stride = panel_stride(o);
    let panels = grown(&mut s.packed, o.div_ceil(stride) * d.batch * stride);
    for (block, panel) in panels.chunks_exact_mut(d.batch * stride).enumerate() {
        fill_panel(d_output, o, block * stride, panel, stride);
    }
    let panels = &*panels;
    let lists = Lists::of_columns(input, i, stride, (&mut s.entries, &mut s.starts));
    /// Rows of `d_weight` in a piece.
    const ROWS: usize = 64;
    par::chunks_mut(d_weight, ROWS * o, |piece, d_weight| {
        let rows = piece * ROWS..piece * ROWS + d_weight.len() / o;
        d_weight.fill(0.0);
        // `multiply` counts rows from the first of all.
        let to = Shared::new(d_weight).before(rows.start * o);
        for (block, panel) in panels.chunks_exact(d.batch * stride).enumerate() {
            let first = block * stride;
            // SAFETY: offsets are rows of the panel; the rows of `d_weight` are this piece's own.
            unsafe { lists.multiply(rows.clone(), panel, stride.min(o - first), to.at(first), o) };
        }
    });
}
