//! Convolutions and dense layers as matrix products: im2col (Chellapilla et al., 2006) and `matrixmultiply`.

use super::DenseDims;
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
