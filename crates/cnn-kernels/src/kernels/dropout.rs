//! Inverted dropout in one pass: drawing the mask, keeping it, scaling what survives.

use crate::kernels::elementwise::PIECE;
use crate::kernels::simd::{F32x4, Vector};
use crate::par;

/// Output `k` of SplitMix64 (Steele, Lea & Flood, 2014) from a seed: it needs no earlier one.
pub fn split_mix(seed: u64, k: u64) -> u64 {
    let mut z = seed.wrapping_add((k + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What 16 random bits must be at least for a value to survive: the rate to within 2⁻¹⁶.
pub(super) fn threshold(rate: f32) -> u32 {
    (f64::from(rate) * 65_536.0).round() as u32
}

pub(super) fn forward(input: &[f32], rate: f32, seed: u64, mask: &mut [u8], output: &mut [f32]) {
    let (threshold, scale) = (threshold(rate), F32x4::splat(1.0 / (1.0 - rate)));
    let (zero, one) = (F32x4::splat(0.0), F32x4::splat_byte(1));
    // Four values: mask and output.
    let four = |k: u64, x: F32x4| {
        let survives = F32x4::halves_at_least(split_mix(seed, k), threshold);
        let (mask, output) = (one.select(survives, zero), (x * scale).select(survives, zero));
        (mask.low_bytes(), output.to_array())
    };
    par::chunks_mut2((mask, PIECE), (output, PIECE), |piece, mask, output| {
        let first = (piece * PIECE / 4) as u64;
        let (inputs, input) = input[piece * PIECE..][..output.len()].as_chunks::<4>();
        let ((masks, mask), (outputs, output)) = (mask.as_chunks_mut::<4>(), output.as_chunks_mut::<4>());
        for ((k, x), (mask, output)) in (first..).zip(inputs).zip(masks.iter_mut().zip(outputs)) {
            // SAFETY: four values.
            (*mask, *output) = four(k, unsafe { F32x4::load(x.as_ptr()) });
        }
        let mut x = [0.0; 4];
        x[..input.len()].copy_from_slice(input);
        // SAFETY: four values.
        let (last_mask, last_output) = four(first + inputs.len() as u64, unsafe { F32x4::load(x.as_ptr()) });
        mask.copy_from_slice(&last_mask[..input.len()]);
        output.copy_from_slice(&last_output[..input.len()]);
    });
}

#[cfg(test)]
mod tests {
    use super::split_mix;

    #[test]
    fn split_mix_is_the_published_sequence() {
        // First outputs of splitmix64.c from the state 1234567.
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([0, 1, 2].map(|k| split_mix(1_234_567, k)), expected);
    }
}
