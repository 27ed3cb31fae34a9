//! Convolutions and dense layers as matrix products: im2col (Chellapilla et al., 2006) and `matrixmultiply`.

use super::scratch::grown;
use super::{Conv2dDims, DenseDims, Scratch};
use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2};

fn view(shape: [usize; 2], data: &[f32]) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape(shape, data).expect("the façade has checked the lengths")
}

fn view_mut(shape: [usize; 2], data: &mut [f32]) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape(shape, data).expect("the façade has checked the lengths")
}

fn fill_rows(bias: Option<&[f32]>, width: usize, output: &mut [f32]) {
    match bias {
        Some(bias) => output.chunks_exact_mut(width).for_each(|row| row.copy_from_slice(bias)),
        None => output.fill(0.0),
    }
}

fn sum_rows(matrix: &[f32], row: &mut [f32]) {
    row.fill(0.0);
    for values in matrix.chunks_exact(row.len()) {
        row.iter_mut().zip(values).for_each(|(sum, v)| *sum += v);
    }
}

/// Calls `visit(column row, window offset, input offset, length)` for each run of real input values that is
/// contiguous both in one image and in its matrix of columns.
fn for_each_run(d: &Conv2dDims, mut visit: impl FnMut(usize, usize, usize)) {
    let g = &d.geometry;
    for y in 0..g.output[0] {
        let rows = g.clip(0, y);
        for x in 0..g.output[1] {
            let cols = g.clip(1, x);
            for r in 0..rows.len {
                let column = (y * g.output[1] + x) * d.window_len()
                    + ((rows.kernel + r) * g.kernel[1] + cols.kernel) * d.in_channels;
                let input = ((rows.input + r) * g.input[1] + cols.input) * d.in_channels;
                visit(column, input, cols.len * d.in_channels);
            }
        }
    }
}

fn im2col(d: &Conv2dDims, image: &[f32], columns: &mut [f32]) {
    columns.fill(0.0);
    for_each_run(d, |c, i, len| columns[c..c + len].copy_from_slice(&image[i..i + len]));
}

pub(super) fn conv2d_forward(
    d: &Conv2dDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let (pixels, window, oc) = (d.geometry.output_pixels(), d.window_len(), d.out_channels);
    fill_rows(bias, oc, output);
    let columns = grown(&mut s.packed, pixels * window);
    for (image, out) in input
        .chunks_exact(d.geometry.input_pixels() * d.in_channels)
        .zip(output.chunks_exact_mut(pixels * oc))
    {
        im2col(d, image, columns);
        // [pixels, out] += [pixels, window] · [window, out]
        let out = &mut view_mut([pixels, oc], out);
        general_mat_mul(1.0, &view([pixels, window], columns), &view([window, oc], weight), 1.0, out);
    }
}

pub(super) fn dense_forward(
    d: &DenseDims,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    output: &mut [f32],
) {
    let (n, i, o) = (d.batch, d.in_features, d.out_features);
    fill_rows(bias, o, output);
    // [batch, out] += [batch, in] · [in, out]
    general_mat_mul(1.0, &view([n, i], input), &view([i, o], weight), 1.0, &mut view_mut([n, o], output));
}

pub(super) fn dense_backward_input(d: &DenseDims, weight: &[f32], d_output: &[f32], d_input: &mut [f32]) {
    let (n, i, o) = (d.batch, d.in_features, d.out_features);
    // [batch, in] = [batch, out] · [out, in]
    general_mat_mul(
        1.0,
        &view([n, o], d_output),
        &view([i, o], weight).t(),
        0.0,
        &mut view_mut([n, i], d_input),
    );
}

pub(super) fn dense_backward_weight(
    d: &DenseDims,
    input: &[f32],
    d_output: &[f32],
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
) {
    let (n, i, o) = (d.batch, d.in_features, d.out_features);
    // [in, out] = [in, batch] · [batch, out]
    general_mat_mul(
        1.0,
        &view([n, i], input).t(),
        &view([n, o], d_output),
        0.0,
        &mut view_mut([i, o], d_weight),
    );
    if let Some(d_bias) = d_bias {
        sum_rows(d_output, d_bias);
    }
}
