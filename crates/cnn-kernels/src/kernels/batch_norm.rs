//! Batch normalization (Ioffe & Szegedy, 2015): sums over all values of each channel, and what is done to every value with
//! them.
//!
//! Channels are innermost, so that the values of one channel lie `channels` apart. Whole rows of channels, several of them
//! where they are short, make a *period*: it starts and ends with the same lane whatever the width of the vectors, so that
//! each of its columns is summed on its own, from the first row to the last, with the same bits at every width.

use crate::kernels::elementwise::PIECE;
use crate::kernels::groups::add_groups;
use crate::kernels::memory::scratch::{Scratch, resize_at_least};
use crate::kernels::simd::{self, Job, Vector};
use crate::par;

/// A period's least length: four of the widest vectors, whose sums do not wait for each other.
const LEAST: usize = 64;
/// Lanes of the widest vector.
const LANES: usize = 16;

/// Values in a period.
fn period(channels: usize) -> usize {
    if channels >= LEAST {
        return channels;
    }
    let even = channels & channels.wrapping_neg();
    let whole = channels * (LANES / even.min(LANES));
    LEAST.div_ceil(whole) * whole
}

/// Rows of a piece at least: its sums are then an eighth as many as its values, or fewer.
const ROWS: usize = 16;

/// Values in a piece of work: whole periods.
fn piece_len(period: usize) -> usize {
    (PIECE / period).max(ROWS) * period
}

/// One value a channel, over and over.
#[inline(never)]
fn repeat(values: &[f32], period: &mut [f32]) {
    period.chunks_exact_mut(values.len()).for_each(|row| row.copy_from_slice(values));
}

/// The sums of a period's columns as those of the channels.
#[inline(never)]
fn fold(columns: &[f32], sums: &mut [f32]) {
    sums.fill(0.0);
    for row in columns.chunks_exact(sums.len()) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
}

pub(super) fn moments(input: &[f32], mean: &mut [f32], variance: &mut [f32], s: &mut Scratch) {
    let share = mean.len() as f32 / input.len().max(mean.len()) as f32;
    mean.fill(0.0);
    // Squares around 0 would cancel out, so all is summed twice. What rounding has left of the mean is added to it.
    for _ in 0..2 {
        let (left, squares) = sums(input, None, mean, s);
        for (((mean, variance), left), squares) in mean.iter_mut().zip(&mut *variance).zip(left).zip(squares)
        {
            let left = left * share;
            *mean += left;
            *variance = squares * share - left * left;
            if *variance < 0.0 {
                *variance = 0.0;
            }
        }
    }
}

pub(super) fn gradient_sums(
    input: &[f32],
    d_output: &[f32],
    mean: &[f32],
    of_d: &mut [f32],
    products: &mut [f32],
    s: &mut Scratch,
) {
    let (first, second) = sums(input, Some(d_output), mean, s);
    of_d.copy_from_slice(first);
    products.copy_from_slice(second);
}

/// For each channel the sum of `d`, and that of `d · (x − centre)`; without a `d` it is `x − centre`.
#[inline(never)]
fn sums<'s>(x: &[f32], d: Option<&[f32]>, centre: &[f32], s: &'s mut Scratch) -> (&'s [f32], &'s [f32]) {
    let channels = centre.len();
    let period = period(channels);
    let (len, two) = (piece_len(period), 2 * channels);
    let Scratch { packed, partials, lanes, .. } = s;
    lanes.reserve_floats(2 * period);
    let (repeated, d_centre) = resize_at_least(packed, 2 * period).split_at_mut(period);
    repeat(centre, repeated);
    d_centre.fill(0.0);
    if d.is_none() {
        d_centre.copy_from_slice(repeated);
    }
    let (d, centre, d_centre, lanes) = (d.unwrap_or(x), &*repeated, &*d_centre, &*lanes);
    let partials = resize_at_least(partials, x.len().div_ceil(len).max(1) * two);
    par::chunks_mut(partials, two, |piece, partial| {
        let x = &x[piece * len..];
        let x = &x[..len.min(x.len())];
        let d = &d[piece * len..][..x.len()];
        let mut lane = lanes.current();
        let sums = &mut lane.floats[..2 * period];
        simd::dispatch(Sums { x, d, centre, d_centre, sums });
        let (first, second) = partial.split_at_mut(channels);
        fold(&sums[..period], first);
        fold(&sums[period..], second);
    });
    add_groups(partials, two).split_at(channels)
}

pub(super) fn apply(
    input: &[f32],
    factors: [&[f32]; 3],
    gradient: Option<(&[f32], &[f32])>,
    output: &mut [f32],
    s: &mut Scratch,
) {
    let period = period(factors[0].len());
    let repeated = resize_at_least(&mut s.packed, 4 * period);
    let (three, last) = repeated.split_at_mut(3 * period);
    factors.iter().zip(three.chunks_exact_mut(period)).for_each(|(values, row)| repeat(values, row));
    let d = match gradient {
        Some((d, factor)) => {
            repeat(factor, last);
            d
        }
        // 0 times something: a way of its own would be as much code again, and no faster than memory is.
        None => {
            last.fill(0.0);
            input
        }
    };
    let (len, factors) = (piece_len(period), &*repeated);
    par::chunks_mut(output, len, |piece, output| {
        let [x, d] = [input, d].map(|values| &values[piece * len..][..output.len()]);
        simd::dispatch(Apply { x, d, factors, output });
    });
}

/// Sums of each column of a period over some rows: of `d − d_centre`, and of that times `x − centre`.
struct Sums<'a> {
    x: &'a [f32],
    /// As long as `x`.
    d: &'a [f32],
    /// One value a column.
    centre: &'a [f32],
    d_centre: &'a [f32],
    /// The two sums of each column.
    sums: &'a mut [f32],
}

impl Job for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { x, d, centre, d_centre, sums } = self;
        let period = centre.len();
        assert!(period >= 4 * V::LANES && d_centre.len() == period);
        assert!(sums.len() == 2 * period && d.len() == x.len());
        let rows = x.len() / period;
        for at in (0..period).step_by(4 * V::LANES) {
            // The last columns may be summed twice.
            let at = at.min(period - 4 * V::LANES);
            let mut centres = [[V::splat(0.0); 4]; 2];
            let [mut first, mut second] = centres;
            let [mut of_x, mut of_d] = [x, d].map(|values| values.as_ptr().wrapping_add(at));
            // SAFETY: four vectors from `at` on are within a period, of which `x` and `d` have `rows` and `sums` two.
            unsafe {
                for k in 0..4 {
                    centres[0][k] = V::load(centre.as_ptr().add(at + k * V::LANES));
                    centres[1][k] = V::load(d_centre.as_ptr().add(at + k * V::LANES));
                }
                for _ in 0..rows {
                    for k in 0..4 {
                        let x = V::load(of_x.add(k * V::LANES)) - centres[0][k];
                        let d = V::load(of_d.add(k * V::LANES)) - centres[1][k];
                        first[k] = first[k] + d;
                        second[k] = d.mul_add(x, second[k]);
                    }
                    (of_x, of_d) = (of_x.wrapping_add(period), of_d.wrapping_add(period));
                }
                for k in 0..4 {
                    let to = sums.as_mut_ptr().add(at + k * V::LANES);
                    first[k].store(to);
                    second[k].store(to.add(period));
                }
            }
        }
        // What is left of a row, in plain numbers, which round alike everywhere.
        let (first, second) = sums.split_at_mut(period);
        for i in rows * period..x.len() {
            let column = i - rows * period;
            let d = d[i] - d_centre[column];
            first[column] += d;
            second[column] += d * (x[i] - centre[column]);
        }
    }
}

/// `(x − centre) · scale + shift + d · factor`.
struct Apply<'a> {
    x: &'a [f32],
    /// As long as `x`.
    d: &'a [f32],
    /// Centre, scale, shift and factor of a period.
    factors: &'a [f32],
    output: &'a mut [f32],
}

impl Job for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { x, d, factors, output } = self;
        let period = factors.len() / 4;
        assert!(x.len() == output.len() && d.len() == output.len());
        for start in (0..output.len()).step_by(period) {
            let width = period.min(output.len() - start);
            // A last vector that overlaps the one before, or one value in all lanes.
            let lanes = if width < V::LANES { 1 } else { V::LANES };
            for i in (0..width).step_by(lanes) {
                let i = i.min(width - lanes);
                let from = start + i;
                if lanes == 1 {
                    let of = [
                        V::splat(factors[i]),
                        V::splat(factors[period + i]),
                        V::splat(factors[2 * period + i]),
                        V::splat(factors[3 * period + i]),
                    ];
                    vector(V::splat(x[from]), V::splat(d[from]), of).put(&mut output[from..=from]);
                } else {
                    // SAFETY: `i + LANES` is at most a period, and `from + LANES` at most the length of all three slices.
                    unsafe {
                        let of = factors.as_ptr().add(i);
                        let of = [
                            V::load(of),
                            V::load(of.add(period)),
                            V::load(of.add(2 * period)),
                            V::load(of.add(3 * period)),
                        ];
                        let (x, d) = (V::load(x.as_ptr().add(from)), V::load(d.as_ptr().add(from)));
                        vector(x, d, of).store(output.as_mut_ptr().add(from));
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn vector<V: Vector>(x: V, d: V, [centre, scale, shift, factor]: [V; 4]) -> V {
    d.mul_add(factor, (x - centre).mul_add(scale, shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_whole_rows_of_channels_in_whole_vectors() {
        for channels in 1..300 {
            let period = period(channels);
            assert!(period >= LEAST && period.is_multiple_of(channels), "{channels}: {period}");
            assert!(channels >= LEAST || period.is_multiple_of(LANES), "{channels}: {period}");
            assert!(period <= channels * LANES * 4, "{channels}: {period}");
            assert!(piece_len(period).is_multiple_of(period));
        }
        assert_eq!([1, 3, 10, 24, 32, 63, 64, 625].map(period), [64, 96, 80, 96, 64, 1008, 64, 625]);
    }
}
