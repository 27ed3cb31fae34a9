//! Pooling: of one image, four channels at a time, and of the 2×2 tiles that a convolution makes.

use crate::geometry::Geometry;
use crate::kernels::PoolDims;
use crate::kernels::simd::{self, Job, Vector};
use crate::par;

/// Whether the pooling's windows are the 2×2 tiles of the map, counted from its corner.
pub(super) fn pools_tiles(pool: &Geometry) -> bool {
    pool.kernel == [2, 2] && pool.stride == [2, 2] && pool.pad_before == [0, 0]
}

/// Largest of a tile's values and its position; the second row and column count where they are real.
#[inline(always)]
pub(super) fn max_of_tile<V: Vector>(y: [V; 4], second_row: bool, second_col: bool) -> (V, V) {
    let real = [true, second_col, second_row, second_row && second_col];
    let mut best = y[0];
    for i in 1..4 {
        if real[i] {
            best = best.max(y[i]);
        }
    }
    // The first that is the largest: found from the end, the last of which needs no look.
    let mut position = V::splat_byte(3);
    for i in (0..3).rev() {
        if real[i] {
            position = V::splat_byte(i as u8).select(y[i].eq(best), position);
        }
    }
    (best, position)
}

/// Largest values of one image's windows and their positions, after ReLU if `relu`.
pub(super) fn max_image(
    g: &Geometry,
    channels: usize,
    relu: bool,
    input: &[f32],
    output: &mut [f32],
    argmax: &mut [u8],
) {
    simd::dispatch(MaxImage { g, channels, relu, input, output, argmax });
}

/// [`max_image`] over vectors of channels.
struct MaxImage<'a> {
    g: &'a Geometry,
    channels: usize,
    relu: bool,
    input: &'a [f32],
    output: &'a mut [f32],
    argmax: &'a mut [u8],
}

impl Job for MaxImage<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { g, channels, relu, input, output, argmax } = self;
        let row_step = g.input[1] * channels;
        assert_eq!(input.len(), g.input[0] * row_step);
        for (p, (output, argmax)) in
            output.chunks_exact_mut(channels).zip(argmax.chunks_exact_mut(channels)).enumerate()
        {
            let (rows, cols) = (g.clip(0, p / g.output[1]), g.clip(1, p % g.output[1]));
            let corner = rows.input * row_step + cols.input * channels;
            let first = rows.kernel * g.kernel[1] + cols.kernel;
            let vectors = channels / V::LANES * V::LANES;
            // The last channels once more, where their number is no whole one of vectors.
            let last = (channels > vectors && vectors > 0).then(|| channels - V::LANES);
            for c in (0..vectors).step_by(V::LANES).chain(last) {
                let mut best = V::take(&input[corner + c..]);
                let mut position = V::splat_byte(first as u8);
                for y in 0..rows.len {
                    for x in 0..cols.len {
                        // SAFETY: the clipped window lies inside the image, and `c + LANES <= channels`.
                        let value =
                            unsafe { V::load(input.as_ptr().add(corner + y * row_step + x * channels + c)) };
                        let wins = value.gt(best);
                        best = value.select(wins, best);
                        position = V::splat_byte((first + y * g.kernel[1] + x) as u8).select(wins, position);
                    }
                }
                let best = if relu { best.relu() } else { best };
                best.put(&mut output[c..c + V::LANES]);
                position.put_low_bytes(&mut argmax[c..c + V::LANES]);
            }
            let fewer = if vectors == 0 { channels } else { 0 };
            for c in 0..fewer {
                let (mut best, mut position) = (input[corner + c], first);
                for y in 0..rows.len {
                    for x in 0..cols.len {
                        let value = input[corner + y * row_step + x * channels + c];
                        if value > best {
                            (best, position) = (value, first + y * g.kernel[1] + x);
                        }
                    }
                }
                output[c] = if relu && best < 0.0 { 0.0 } else { best };
                argmax[c] = position as u8;
            }
        }
    }
}

pub(super) fn max_forward(d: &PoolDims, input: &[f32], output: &mut [f32], argmax: &mut [u8]) {
    let (from, to) = (d.geometry.input_pixels() * d.channels, d.geometry.output_pixels() * d.channels);
    par::chunks_mut2((output, to), (argmax, to), |n, output, argmax| {
        max_image(&d.geometry, d.channels, false, &input[n * from..(n + 1) * from], output, argmax);
    });
}

pub(super) fn max_backward(d: &PoolDims, argmax: &[u8], d_output: &[f32], d_input: &mut [f32]) {
    let g = &d.geometry;
    let (len, out_len) = (g.input_pixels() * d.channels, g.output_pixels() * d.channels);
    par::chunks_mut(d_input, len, |n, d_input| {
        d_input.fill(0.0);
        let part = n * out_len..(n + 1) * out_len;
        let pixels =
            argmax[part.clone()].chunks_exact(d.channels).zip(d_output[part].chunks_exact(d.channels));
        for (p, (argmax, d_output)) in pixels.enumerate() {
            let row = (p / g.output[1] * g.stride[0]).wrapping_sub(g.pad_before[0]);
            let col = (p % g.output[1] * g.stride[1]).wrapping_sub(g.pad_before[1]);
            for (c, (&position, &gradient)) in argmax.iter().zip(d_output).enumerate() {
                let y = row.wrapping_add(usize::from(position) / g.kernel[1]);
                let x = col.wrapping_add(usize::from(position) % g.kernel[1]);
                if y < g.input[0] && x < g.input[1] {
                    d_input[(y * g.input[1] + x) * d.channels + c] += gradient;
                }
            }
        }
    });
}

/// Calls `visit(output offset, input offset, weight)` for every output pixel and each real pixel under it.
fn for_each_mean(d: &PoolDims, mut visit: impl FnMut(usize, usize, f32)) {
    let g = &d.geometry;
    for y in 0..g.output[0] {
        let rows = g.clip(0, y);
        for x in 0..g.output[1] {
            let cols = g.clip(1, x);
            let weight = 1.0 / (rows.len * cols.len) as f32;
            for row in rows.input..rows.input + rows.len {
                for col in cols.input..cols.input + cols.len {
                    visit((y * g.output[1] + x) * d.channels, (row * g.input[1] + col) * d.channels, weight);
                }
            }
        }
    }
}

fn add_scaled(to: &mut [f32], from: &[f32], weight: f32) {
    to.iter_mut().zip(from).for_each(|(to, &x)| *to += x * weight);
}

pub(super) fn avg_forward(d: &PoolDims, input: &[f32], output: &mut [f32]) {
    let (from, to) = (d.geometry.input_pixels() * d.channels, d.geometry.output_pixels() * d.channels);
    par::chunks_mut(output, to, |n, output| {
        let input = &input[n * from..(n + 1) * from];
        output.fill(0.0);
        for_each_mean(d, |o, i, weight| {
            add_scaled(&mut output[o..o + d.channels], &input[i..i + d.channels], weight);
        });
    });
}

pub(super) fn avg_backward(d: &PoolDims, d_output: &[f32], d_input: &mut [f32]) {
    let (to, from) = (d.geometry.input_pixels() * d.channels, d.geometry.output_pixels() * d.channels);
    par::chunks_mut(d_input, to, |n, d_input| {
        let d_output = &d_output[n * from..(n + 1) * from];
        d_input.fill(0.0);
        for_each_mean(d, |o, i, weight| {
            add_scaled(&mut d_input[i..i + d.channels], &d_output[o..o + d.channels], weight);
        });
    });
}
