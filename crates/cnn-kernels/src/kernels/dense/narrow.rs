//! The three products of a dense layer with few outputs, in [`tile`]s: listing what is not zero on the left, as
//! [`dense`](crate::kernels::dense) does, would take longer than to multiply all of it.

use crate::kernels::DenseDims;
use crate::kernels::memory::scratch::{Scratch, Shared, resize_at_least};
use crate::kernels::micro::tile::{
    self, ALL_ROWS, MAX_WIDTH, MAX_WIDTH_ANY, Panel, Panels, Row, Sides, Sums,
};
use crate::par;

/// Terms that are summed in one go: the rounding error of a sum grows with its length.
const PART: usize = 256;

/// Rows of the product in a piece of work.
const ROWS: usize = 5 * ALL_ROWS;

/// Most outputs for which this way is the faster one.
const MAX_OUTPUTS: usize = 12;

/// Whether the outputs are one panel.
pub(crate) fn applies(d: &DenseDims) -> bool {
    d.out_features <= MAX_OUTPUTS
}

/// Packs the right side, which is one panel.
fn pack<'a>(matrix: &[f32], columns: usize, packed: &'a mut Vec<f32>) -> (Panel, &'a [f32]) {
    let packed = resize_at_least(packed, tile::packed_len(matrix.len() / columns, columns));
    tile::pack(matrix, columns, packed);
    let panel = tile::panels(columns).next().expect("a layer has outputs");
    (panel, packed)
}

/// `to[i] = init + Σ left[i·row_step + j·step] · right[j]` for some rows, of a right side `[len, columns]`.
struct Product<'a> {
    left: &'a [f32],
    row_step: usize,
    step: usize,
    len: usize,
    right: &'a [f32],
    panel: Panel,
}

impl Product<'_> {
    /// Computes at most [`ROWS`] rows, `to` being `[rows, columns]`.
    fn rows(&self, first: usize, init: &[f32; MAX_WIDTH], columns: usize, to: &mut [f32]) {
        let count = to.len() / columns;
        let width = self.panel.width();
        let last = first + count - 1;
        assert!(count <= ROWS && last * self.row_step + (self.len - 1) * self.step < self.left.len());
        assert!(self.right.len() >= self.len * width);
        let mut rows = [Row::default(); ROWS];
        tile::fill_rows(&mut rows, count, |i| Row::new((first + i) * self.row_step, i * width));
        let mut sums = [0.0; ROWS * MAX_WIDTH_ANY];
        for start in (0..self.len).step_by(PART) {
            let sides = Sides {
                left: self.left[start * self.step..].as_ptr(),
                runs: 1,
                run_len: PART.min(self.len - start),
                run_step: 0,
                step: self.step,
                panel: self.right[start * width..].as_ptr(),
                panel_step: width,
            };
            let tiles = count.div_ceil(self.panel.rows);
            let multiply = if self.step == 1 { self.panel.multiply() } else { self.panel.multiply_any() };
            let init = if start == 0 { init } else { &[0.0; MAX_WIDTH] };
            // SAFETY: by the assertions, all rows lie in `left` with all their values, and `right` has as many rows;
            // `ROWS` is whole tiles.
            unsafe {
                let sums = Sums { to: sums.as_mut_ptr(), last: self.panel.lanes() };
                multiply(&sides, tiles, rows.as_ptr(), init.as_ptr(), sums);
            }
            for (to, sums) in to.chunks_exact_mut(columns).zip(sums.chunks_exact(width)) {
                for (to, sum) in to.iter_mut().zip(sums) {
                    *to = if start == 0 { *sum } else { *to + sum };
                }
            }
        }
    }
}

pub(crate) fn forward(
    d: &DenseDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let (i, o) = (d.in_features, d.out_features);
    let (panel, right) = pack(weight, o, &mut s.packed);
    let init = tile::init(bias, panel);
    let product = Product { left: input, row_step: i, step: 1, len: i, right, panel };
    let rows = 4 * panel.rows;
    par::chunks_mut(output, rows * o, |piece, output| product.rows(piece * rows, &init, o, output));
}

pub(crate) fn backward_input(
    d: &DenseDims,
    weight: &[f32],
    d_output: &[f32],
    d_input: &mut [f32],
    s: &mut Scratch,
) {
    let (i, o) = (d.in_features, d.out_features);
    let rows = resize_at_least(&mut s.rows, d.batch.next_multiple_of(ALL_ROWS));
    tile::fill_rows(rows, d.batch, |n| Row::new(n * o, n * i));
    let rows = &*rows;
    s.lanes.reserve_floats(o * MAX_WIDTH);
    let lanes = &s.lanes;
    let to = Shared::new(d_input);
    let panels = Panels::new(i);
    par::pieces(panels.count(), |piece| {
        let panel = panels.panel(piece);
        let (width, here) = (panel.width(), (i - panel.first).min(panel.width()));
        let right = &mut lanes.current().floats[..o * width];
        right.fill(0.0);
        for (c, weights) in weight[panel.first * o..].chunks_exact(o).take(here).enumerate() {
            right[c..].iter_mut().step_by(width).zip(weights).for_each(|(to, &w)| *to = w);
        }
        let sides = Sides {
            left: d_output.as_ptr(),
            runs: 1,
            run_len: o,
            run_step: 0,
            step: 1,
            panel: right.as_ptr(),
            panel_step: width,
        };
        let sums = Sums { to: to.at(panel.first).get(), last: panel.last(here) };
        let tiles = d.batch.div_ceil(panel.rows);
        // SAFETY: every row has `o` values on the left and `i` sums, of which this piece alone has these columns;
        // `right` has `o` rows. There are rows for whole tiles, and as many zeros as a panel can be wide.
        unsafe { panel.multiply()(&sides, tiles, rows.as_ptr(), [0.0; MAX_WIDTH].as_ptr(), sums) };
    });
}

/// `d_weight` only.
pub(crate) fn backward_weight(
    d: &DenseDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    s: &mut Scratch,
) {
    let (i, o) = (d.in_features, d.out_features);
    let (panel, right) = pack(d_output, o, &mut s.packed);
    let product = Product { left: input, row_step: 1, step: i, len: d.batch, right, panel };
    let init = tile::init(None, panel);
    par::chunks_mut(d_weight, ROWS * o, |piece, d_weight| product.rows(piece * ROWS, &init, o, d_weight));
}
