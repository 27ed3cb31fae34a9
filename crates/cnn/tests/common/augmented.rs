//! Bits that an augmented batch has natively and in WebAssembly.

use cnn::dataset::Augment;
use cnn::rng::Rng;

/// FNV-1a over the bits of a batch of 7 oblong images of three channels, distorted in every way: the same natively and in
/// WebAssembly.
pub(crate) fn print() -> u64 {
    let augment = Augment { shift: 1.5, rotation: 20.0, scaling: 0.15, thickness: 0.5, elastic: 1.2 };
    let shape = [11, 13, 3];
    let mut rng = Rng::seed_from_u64(12);
    let mut images: Vec<f32> = (0..7 * 11 * 13 * 3).map(|_| rng.uniform()).collect();
    let mut output = vec![0.0; images.len()];
    augment.batch(777, 41, shape, &mut images, &mut output);
    output.iter().fold(0xcbf2_9ce4_8422_2325, |hash, value| {
        (hash ^ u64::from(value.to_bits())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// What [`print`] is.
pub(crate) const PRINT: u64 = 0x0d9e_5a49_cfb0_8891;
