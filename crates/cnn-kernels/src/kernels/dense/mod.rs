//! The three matrix products of a dense layer, each as sums of rows weighted by what is not zero on the left:
//! inputs behind ReLU and dropout, gradients behind dropout.
//!
//! ```text
//! output   [batch, out] = input    [batch, in]  · weight   [in, out]
//! d_input  [batch, in]  = d_output [batch, out] · weightᵀ  [out, in]
//! d_weight [in, out]    = inputᵀ   [in, batch]  · d_output [batch, out]
//! ```
//!
//! The right side is copied into panels of up to 48 columns (the registers of one [`gather`]) and gone through 128
//! rows at a time, 24 KiB that stay in L1 while all rows of the left side pass over them.

mod narrow;

use crate::kernels::DenseDims;
use crate::kernels::memory::offset::{Offset, share};
use crate::kernels::memory::scratch::{Scratch, Shared, resize_at_least};
use crate::kernels::micro::gather::{self, Entry, MAX_VECTORS};
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

/// How many lists are made at once where the left side is read by columns: as many as share cache lines.
const TOGETHER: usize = 16;

/// How many lists are made at once where the left side is read by rows.
const ROWS_TOGETHER: usize = 4;

impl<'a> Lists<'a> {
    /// Lists the rows of a left side `[rows, inner]`; an entry's offset is its column times `stride`.
    fn of_rows(
        matrix: &[f32],
        inner: usize,
        stride: usize,
        s: (&'a mut Vec<Entry>, &'a mut Vec<u32>),
    ) -> Self {
        Self::new(matrix.len() / inner, inner, ROWS_TOGETHER, s, |first, entries, starts, parts| {
            let rows = matrix[first * inner..].chunks_exact(inner);
            let lists = entries.chunks_exact_mut(inner + 1).zip(starts.chunks_exact_mut(parts + 1));
            for (row, (entries, starts)) in rows.zip(lists) {
                let mut count = 0;
                for (part, values) in row.chunks(PART).enumerate() {
                    starts[part] = count as u32;
                    for (j, &value) in values.iter().enumerate() {
                        // Written in any case, kept if it counts: a branch would often be mispredicted.
                        entries[count] = Entry { offset: Offset::new((part * PART + j) * stride), value };
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
        Self::new(rows, inner, TOGETHER, s, |first, entries, starts, parts| {
            let mut counts = [0; TOGETHER];
            for (j, row) in matrix.chunks_exact(rows).enumerate() {
                if j % PART == 0 {
                    let starts = starts.chunks_exact_mut(parts + 1);
                    starts.zip(counts).for_each(|(starts, count)| starts[j / PART] = count as u32);
                }
                let lists = entries.chunks_exact_mut(inner + 1).zip(&mut counts);
                for (&value, (entries, count)) in row[first..].iter().zip(lists) {
                    entries[*count] = Entry { offset: Offset::new(j * stride), value };
                    *count += usize::from(value != 0.0);
                }
            }
            starts.chunks_exact_mut(parts + 1).zip(counts).for_each(|(starts, n)| starts[parts] = n as u32);
        })
    }

    /// Makes room and calls `fill(first row, entries, starts, parts)` for `together` rows at a time.
    fn new(
        rows: usize,
        inner: usize,
        together: usize,
        (entries, starts): (&'a mut Vec<Entry>, &'a mut Vec<u32>),
        fill: impl Fn(usize, &mut [Entry], &mut [u32], usize) + Sync,
    ) -> Self {
        let (capacity, parts) = (inner + 1, inner.div_ceil(PART));
        let entries = resize_at_least(entries, rows * capacity);
        let starts = resize_at_least(starts, rows * (parts + 1));
        let room = ((&mut *entries, together * capacity), (&mut *starts, together * (parts + 1)));
        par::chunks_mut2(room.0, room.1, |i, entries, starts| fill(i * together, entries, starts, parts));
        Self { entries, starts, capacity, parts }
    }

    fn list(&self, row: usize, part: usize) -> &[Entry] {
        let [from, to] = [0, 1].map(|i| self.starts[row * (self.parts + 1) + part + i] as usize);
        &self.entries[row * self.capacity..][from..to]
    }

    /// The product of some rows with the columns of `panel`, plus `init`, to the `init.len()` columns of `to`, whose
    /// rows, counted from the first of all, are `stride` apart.
    ///
    /// # Safety
    /// Entry offsets are those of rows of the panel, which are as long as `init` or longer, rounded up to whole
    /// vectors. Nobody else accesses these columns of these rows of `to`.
    unsafe fn multiply(
        &self,
        rows: Range<usize>,
        panel: &[f32],
        init: &[f32],
        to: Shared<f32>,
        stride: usize,
    ) {
        let width = init.len();
        let vectors = width.div_ceil(4);
        let kernel = gather::one_row(vectors);
        for part in 0..self.parts {
            for row in rows.clone() {
                let (list, to) = (self.list(row, part), to.at(row * stride).get());
                // SAFETY: the caller's promise.
                unsafe {
                    if part == 0 {
                        std::ptr::copy_nonoverlapping(init.as_ptr(), to, width);
                    }
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

/// The right side's columns, split evenly into panels of whole vectors.
#[derive(Clone, Copy)]
struct Panels {
    columns: usize,
    count: usize,
}

impl Panels {
    fn new(columns: usize) -> Self {
        Self { columns, count: columns.div_ceil(COLUMNS) }
    }

    /// Length of a panel's rows.
    fn stride(self) -> usize {
        self.columns.div_ceil(4).div_ceil(self.count) * 4
    }

    /// The columns of a panel.
    fn columns(self, panel: usize) -> Range<usize> {
        let vectors = self.columns.div_ceil(4);
        let [from, to] = [panel, panel + 1].map(|i| 4 * share(i, vectors, self.count));
        from..to.min(self.columns)
    }

    /// Copies a panel's columns of some rows of `matrix`, with zeros up to a whole vector.
    fn fill(self, matrix: &[f32], panel: usize, to: &mut [f32]) {
        let columns = self.columns(panel);
        for (to, from) in to.chunks_exact_mut(self.stride()).zip(matrix.chunks_exact(self.columns)) {
            to[..columns.len()].copy_from_slice(&from[columns.clone()]);
            to[columns.len()..].fill(0.0);
        }
    }

    /// Copies all panels of `matrix`, each `[rows, stride]`.
    fn fill_all(self, matrix: &[f32], to: &mut [f32]) {
        /// Rows in a piece, which all panels are cut by from their first row on.
        const ROWS: usize = 128;
        let rows = matrix.len() / self.columns;
        let parts = rows.div_ceil(ROWS);
        let to = Shared::new(to);
        par::pieces(self.count * parts, |piece| {
            let (panel, first) = (piece / parts, piece % parts * ROWS);
            let here = ROWS.min(rows - first);
            let to = to.at((panel * rows + first) * self.stride()).get();
            // SAFETY: `to` has room for all panels, and these rows of this one are the piece's own.
            let to = unsafe { std::slice::from_raw_parts_mut(to, here * self.stride()) };
            self.fill(&matrix[first * self.columns..][..here * self.columns], panel, to);
        });
    }
}

/// What sums without a bias start from.
const ZEROS: [f32; COLUMNS] = [0.0; COLUMNS];

/// Fewer panels are not enough pieces of work: then the left side's rows are cut, too.
const FEW_PANELS: usize = 8;

pub(crate) fn forward(
    d: &DenseDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    if narrow::applies(d) {
        narrow::forward(d, input, weight, bias, output, s);
        return;
    }
    let (i, o) = (d.in_features, d.out_features);
    let panels = Panels::new(o);
    let stride = panels.stride();
    let init = |columns: Range<usize>| match bias {
        Some(bias) => &bias[columns],
        None => &ZEROS[..columns.len()],
    };
    let lists = Lists::of_rows(input, i, stride, (&mut s.entries, &mut s.starts));
    let output = Shared::new(output);
    if panels.count < FEW_PANELS {
        /// Rows of the left side in a piece.
        const ROWS: usize = 8;
        let packed = resize_at_least(&mut s.packed, panels.count * i * stride);
        panels.fill_all(weight, packed);
        let (packed, parts) = (&*packed, d.batch.div_ceil(ROWS));
        par::pieces(panels.count * parts, |piece| {
            let (panel, first) = (piece / parts, piece % parts * ROWS);
            let columns = panels.columns(panel);
            let to = output.at(columns.start);
            let rows = first..d.batch.min(first + ROWS);
            // SAFETY: offsets are rows of the panel; each piece has columns of rows of its own.
            unsafe { lists.multiply(rows, &packed[panel * i * stride..], init(columns), to, o) };
        });
        return;
    }
    s.lanes.reserve_floats(i * stride);
    let lanes = &s.lanes;
    par::pieces(panels.count, |panel| {
        let columns = panels.columns(panel);
        let lane = &mut *lanes.current();
        let copy = &mut lane.floats[..i * stride];
        panels.fill(weight, panel, copy);
        let to = output.at(columns.start);
        // SAFETY: offsets are rows of the panel; each piece has columns of its own.
        unsafe { lists.multiply(0..d.batch, copy, init(columns), to, o) };
    });
}

pub(crate) fn backward_input(
    d: &DenseDims,
    weight: &[f32],
    d_output: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    if narrow::applies(d) {
        narrow::backward_input(d, weight, d_output, d_input, s);
        return;
    }
    let (i, o) = (d.in_features, d.out_features);
    let panels = Panels::new(i);
    let stride = panels.stride();
    s.lanes.reserve_floats(o * stride);
    let lanes = &s.lanes;
    let lists = Lists::of_rows(d_output, o, stride, (&mut s.entries, &mut s.starts));
    let d_input = Shared::new(d_input);
    par::pieces(panels.count, |panel| {
        let columns = panels.columns(panel);
        let lane = &mut *lanes.current();
        let copy = &mut lane.floats[..o * stride];
        for (k, row) in copy.chunks_exact_mut(stride).enumerate() {
            for (c, value) in row.iter_mut().enumerate() {
                *value = if c < columns.len() { weight[(columns.start + c) * o + k] } else { 0.0 };
            }
        }
        let to = d_input.at(columns.start);
        // SAFETY: offsets are rows of the panel; each piece has columns of its own.
        unsafe { lists.multiply(0..d.batch, copy, &ZEROS[..columns.len()], to, i) };
    });
}

pub(crate) fn backward_weight(
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
    if d.batch == 0 {
        d_weight.fill(0.0);
        return;
    }
    if narrow::applies(d) {
        narrow::backward_weight(d, input, d_output, d_weight, s);
        return;
    }
    let panels = Panels::new(o);
    let stride = panels.stride();
    let packed = resize_at_least(&mut s.packed, panels.count * d.batch * stride);
    panels.fill_all(d_output, packed);
    let packed = &*packed;
    let lists = Lists::of_columns(input, i, stride, (&mut s.entries, &mut s.starts));
    /// Rows of `d_weight` in a piece.
    const ROWS: usize = 64;
    par::chunks_mut(d_weight, ROWS * o, |piece, d_weight| {
        let rows = piece * ROWS..piece * ROWS + d_weight.len() / o;
        // `multiply` counts rows from the first of all.
        let to = Shared::new(d_weight).before(rows.start * o);
        for (panel, packed) in packed.chunks_exact(d.batch * stride).enumerate() {
            let columns = panels.columns(panel);
            let (init, to) = (&ZEROS[..columns.len()], to.at(columns.start));
            // SAFETY: offsets are rows of the panel; the rows of `d_weight` are this piece's own.
            unsafe { lists.multiply(rows.clone(), packed, init, to, o) };
        }
    });
}
