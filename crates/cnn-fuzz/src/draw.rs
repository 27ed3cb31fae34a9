//! What is drawn at random: whole numbers at the edges of their types, floats of every kind, bytes.

use cnn::rng::Rng;

/// Whole numbers at which arithmetic goes wrong, if it does.
const EDGES: [u64; 26] = [
    0,
    1,
    2,
    3,
    7,
    8,
    9,
    255,
    256,
    257,
    16_383,
    16_384,
    16_385,
    65_535,
    65_536,
    (1 << 24) + 1,
    (1 << 31) - 1,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    (1 << 62) + 1,
    u64::MAX - 1,
    u64::MAX,
];

/// Floats at which arithmetic goes wrong, if it does.
const FLOATS: [f32; 18] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    f32::NAN,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::MAX,
    f32::MIN,
    f32::MIN_POSITIVE,
    1e-45,
    1e-40,
    -1e-45,
    f32::EPSILON,
    1.0 - f32::EPSILON / 2.0,
    16_777_217.0,
    1e20,
];

/// Random numbers of one input: the same for the same seed and index, whatever came before.
pub struct Draw(Rng);

impl Draw {
    /// Those of input `index` of the campaign `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut of_seed = Rng::seed_from_u64(seed);
        Self(Rng::seed_from_u64(of_seed.next_u64() ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Below `n`, which is above 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.below(n)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of these words.
    pub fn word(&mut self, of: &[&'static str]) -> &'static str {
        self.pick::<&'static str>(of)
    }

    /// Small ones often, large ones seldom: up to `most`, at least 1.
    pub fn few(&mut self, most: usize) -> usize {
        let bits = usize::BITS - most.leading_zeros();
        let up_to = (1usize << self.between(1, bits as usize)) - 1;
        self.between(1, up_to.min(most))
    }

    /// A whole number at an edge.
    pub fn edge(&mut self) -> u64 {
        match self.below(4) {
            0 => self.below(100) as u64,
            1 => self.bits() >> self.below(64),
            _ => *self.pick(&EDGES),
        }
    }

    /// A float of any kind.
    pub fn float(&mut self) -> f32 {
        match self.below(5) {
            0 => f32::from_bits(self.bits() as u32),
            1 => self.0.uniform(),
            2 => self.0.normal(),
            _ => *self.pick(&FLOATS),
        }
    }

    /// So many values around 0, now and then one of any kind.
    pub fn floats(&mut self, len: usize) -> Vec<f32> {
        let wild = self.percent(25);
        (0..len).map(|_| if wild && self.percent(5) { self.float() } else { self.0.normal() }).collect()
    }

    /// So many random bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len.div_ceil(8)).flat_map(|_| self.bits().to_le_bytes()).collect();
        bytes.truncate(len);
        bytes
    }

    /// A stretch of something that is `len` long: where it begins and ends.
    pub fn stretch(&mut self, len: usize) -> std::ops::Range<usize> {
        if len == 0 {
            return 0..0;
        }
        let start = self.below(len);
        start..(start + self.few(len)).min(len)
    }
}
