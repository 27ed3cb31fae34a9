//! The one source of randomness: xoshiro256++, seeded by a number, with its state in reach.
//!
//! Everything random in a run (initial weights, the order of the data, dropout masks) is drawn from one
//! [`Rng`], so that a seed names a run and a saved state continues it exactly.

/// A seeded random number generator: xoshiro256++ of Blackman and Vigna,
/// *Scrambled linear pseudorandom number generators* (2021).
///
/// The same seed gives the same numbers on every platform. Written out here, as `rand_xoshiro` shows its state only
/// to generic writers, which a browser would have to download; that crate is the tests' oracle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng([u64; 4]);

impl Rng {
    /// A generator whose state is expanded from `seed` with SplitMix64 (Steele, Lea and Flood, *Fast splittable
    /// pseudorandom number generators*, 2014); any seed will do, 0 too.
    pub fn seed_from_u64(mut seed: u64) -> Self {
        Self(std::array::from_fn(|_| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }))
    }

    /// The generator that [`state`](Self::state) was taken from. An all-zero state, from which the recurrence
    /// could never leave, is replaced by that of the seed 0.
    pub fn from_state(state: [u64; 4]) -> Self {
        if state == [0; 4] { Self::seed_from_u64(0) } else { Self(state) }
    }

    /// The whole state: what [`from_state`](Self::from_state) needs to go on from here.
    pub fn state(&self) -> [u64; 4] {
        self.0
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Uniform in [0, 1), a multiple of 2⁻²⁴ so that every value is exact in `f32`.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 * (1.0 / (1 << 24) as f32)
    }

    /// Normal with mean 0 and standard deviation 1, by Marsaglia's polar method (1964).
    ///
    /// The logarithm is that of [`libm`], not the platform's: a seed gives the same weights everywhere.
    pub fn normal(&mut self) -> f32 {
        let unit = |bits: u64| (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64);
        loop {
            let x = 2.0 * unit(self.next_u64()) - 1.0;
            let y = 2.0 * unit(self.next_u64()) - 1.0;
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return (x * (-2.0 * libm::log(s) / s).sqrt()) as f32;
            }
        }
    }

    /// Uniform in 0..`n`, without bias (Lemire, *Fast random integer generation in an interval*, 2019).
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "no number is below 0");
        let n = n as u64;
        let threshold = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(n);
            if product as u64 >= threshold {
                return (product >> 64) as usize;
            }
        }
    }

    /// Puts `items` in random order, every order equally likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::{Rng as _, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    #[test]
    fn it_is_the_library_s_generator() {
        for seed in [0, 1, 777, u64::MAX] {
            let (mut ours, mut theirs) = (Rng::seed_from_u64(seed), Xoshiro256PlusPlus::seed_from_u64(seed));
            (0..100).for_each(|_| assert_eq!(ours.next_u64(), theirs.next_u64()));
        }
        let (mut ours, mut theirs) = (Rng::from_state([0; 4]), Xoshiro256PlusPlus::from_seed([0; 32]));
        (0..10).for_each(|_| assert_eq!(ours.next_u64(), theirs.next_u64()));
    }

    #[test]
    fn state_continues_the_sequence() {
        let mut rng = Rng::seed_from_u64(777);
        for _ in 0..10 {
            rng.next_u64();
        }
        let mut copy = Rng::from_state(rng.state());
        assert_eq!(copy, rng);
        let ahead: Vec<u64> = (0..20).map(|_| rng.next_u64()).collect();
        assert_eq!(ahead, (0..20).map(|_| copy.next_u64()).collect::<Vec<_>>());
    }

    #[test]
    fn words_agree_with_the_reference_implementation() {
        // First words of xoshiro256plusplus.c from the state 1, 2, 3, 4.
        let mut rng = Rng::from_state([1, 2, 3, 4]);
        assert_eq!([rng.next_u64(), rng.next_u64(), rng.next_u64()], [41943041, 58720359, 3588806011781223]);
    }

    #[test]
    fn uniform_and_normal_have_their_moments() {
        let mut rng = Rng::seed_from_u64(1);
        let n = 200_000;
        let moments = |values: Vec<f32>| {
            let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n as f64;
            let var = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n as f64;
            (mean, var)
        };
        let uniform: Vec<f32> = (0..n).map(|_| rng.uniform()).collect();
        assert!(uniform.iter().all(|&u| (0.0..1.0).contains(&u)));
        let (mean, var) = moments(uniform);
        assert!((mean - 0.5).abs() < 0.003 && (var - 1.0 / 12.0).abs() < 0.001, "{mean} {var}");
        let (mean, var) = moments((0..n).map(|_| rng.normal()).collect());
        assert!(mean.abs() < 0.01 && (var - 1.0).abs() < 0.02, "{mean} {var}");
    }

    #[test]
    fn shuffle_is_a_permutation_and_below_reaches_every_value() {
        let mut rng = Rng::seed_from_u64(3);
        let mut order: Vec<u32> = (0..1000).collect();
        rng.shuffle(&mut order);
        assert_ne!(order, (0..1000).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..1000).collect::<Vec<_>>());
        let mut seen = [0; 7];
        (0..7000).for_each(|_| seen[rng.below(7)] += 1);
        assert!(seen.iter().all(|&count| (800..1200).contains(&count)), "{seen:?}");
    }
}
