//! What is done to each value on its own, in loops that the compiler vectorizes.

use crate::par;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Values in a piece of work: enough to be worth a thread's while.
pub(super) const PIECE: usize = 1 << 14;

pub(super) fn unit_from_bytes(bytes: &[u8], values: &mut [f32]) {
    for (value, &byte) in values.iter_mut().zip(bytes) {
        *value = f32::from(byte) / 255.0;
    }
}

pub(super) fn relu_forward(input: &[f32], output: &mut [f32]) {
    par::chunks_mut(output, PIECE, |i, output| {
        for (out, &x) in output.iter_mut().zip(&input[i * PIECE..]) {
            *out = if x < 0.0 { 0.0 } else { x };
        }
    });
}

pub(super) fn relu_backward(output: &[f32], d_output: &[f32], d_input: &mut [f32]) {
    par::chunks_mut(d_input, PIECE, |i, d_input| {
        let from = output[i * PIECE..].iter().zip(&d_output[i * PIECE..]);
        for (d_in, (&out, &d_out)) in d_input.iter_mut().zip(from) {
            *d_in = if out > 0.0 { d_out } else { 0.0 };
        }
    });
}

pub(super) fn scale_by_mask(input: &[f32], mask: &[u8], scale: f32, output: &mut [f32]) {
    par::chunks_mut(output, PIECE, |i, output| {
        let from = input[i * PIECE..].iter().zip(&mask[i * PIECE..]);
        for (out, (&x, &keep)) in output.iter_mut().zip(from) {
            // All bits or none: a branch would be mispredicted half the time, and a product with 0 would keep NaN.
            let bits = u32::from(keep != 0).wrapping_neg();
            *out = f32::from_bits((x * scale).to_bits() & bits);
        }
    });
}

pub(super) fn all_finite(values: &[f32]) -> bool {
    let finite = AtomicBool::new(true);
    par::pieces(values.len().div_ceil(PIECE), |piece| {
        // One pass without a branch, so that it runs at the memory's speed.
        let mut sums = [0.0f32; 16];
        let (chunks, rest) = values[piece * PIECE..].as_chunks::<16>();
        let whole = PIECE / 16;
        for chunk in chunks.iter().take(whole) {
            // 0·x is 0 for a finite x and NaN else.
            sums.iter_mut().zip(chunk).for_each(|(sum, x)| *sum += x * 0.0);
        }
        let rest = if chunks.len() < whole { rest } else { &[] };
        if sums.iter().sum::<f32>() != 0.0 || !rest.iter().all(|x| x.is_finite()) {
            finite.store(false, Relaxed);
        }
    });
    finite.into_inner()
}
