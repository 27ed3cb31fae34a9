//! One input, of any kind: made from a seed, written down, read again.

use crate::call::Call;
use crate::draw::Draw;
use crate::operation::Operation;
use crate::{bytes, header, pictures, seeds, spec_text};
use serde::{Deserialize, Serialize};

/// What is given to the crate.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Input {
    /// A file of weights for the network of a seed.
    Weights {
        /// Number of the seed.
        seed: usize,
        /// The file.
        #[serde(with = "hex")]
        file: Vec<u8>,
    },
    /// A file of a run, for a session of a seed.
    Snapshot {
        /// Number of the seed.
        seed: usize,
        /// The file.
        #[serde(with = "hex")]
        file: Vec<u8>,
    },
    /// A file of ours with one bit changed.
    Bit {
        /// Number of the seed.
        seed: usize,
        /// Whether it is the seed's snapshot rather than its weights.
        snapshot: bool,
        /// Which bit of the file, modulo their number.
        bit: usize,
    },
    /// A pair of IDX files for a data set of 7 training images.
    Idx {
        /// `[height, width, channels]` of the data set.
        shape: [usize; 3],
        /// Its classes.
        classes: usize,
        /// The file of images.
        #[serde(with = "hex")]
        images: Vec<u8>,
        /// The file of labels.
        #[serde(with = "hex")]
        labels: Vec<u8>,
    },
    /// The text of a network, to be read, and trained where that is little work.
    Spec {
        /// The text.
        text: String,
        /// Images a step.
        batch_size: usize,
    },
    /// A picture with a digit in it.
    Digit {
        /// Four bytes a pixel.
        #[serde(with = "hex")]
        rgba: Vec<u8>,
        /// Its columns.
        width: usize,
        /// Its rows.
        height: usize,
    },
    /// A picture to be made another size.
    Picture {
        /// Four bytes a pixel.
        #[serde(with = "hex")]
        rgba: Vec<u8>,
        /// `[height, width]` it has.
        from: [usize; 2],
        /// `[height, width]` it is to have.
        to: [usize; 2],
        /// Of the result.
        channels: usize,
    },
    /// An operation on one image.
    Operation(Operation),
    /// What a page may call, in some order, on a run of a seed.
    Calls {
        /// Number of the seed.
        seed: usize,
        /// One after the other.
        calls: Vec<Call>,
    },
}

/// Names of the kinds, in the order of their numbers.
pub const KINDS: [&str; 9] =
    ["weights", "snapshot", "bit", "idx", "spec", "digit", "picture", "operation", "calls"];

/// How often each kind comes, of their sum.
const SHARES: [usize; 9] = [18, 18, 12, 8, 24, 3, 3, 8, 6];

impl Input {
    /// Input `index` of the campaign `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut draw = Draw::new(seed, index);
        let mut share = draw.below(SHARES.iter().sum());
        let mut kind = 0;
        while share >= SHARES[kind] {
            share -= SHARES[kind];
            kind += 1;
        }
        Self::of_kind(&mut draw, kind)
    }

    fn of_kind(draw: &mut Draw, kind: usize) -> Self {
        let seeds = seeds::all();
        let seed = draw.below(seeds.len());
        match kind {
            0 => {
                let [own, other] = [seed, draw.below(seeds.len())].map(|i| &seeds[i]);
                let file = match draw.below(10) {
                    0..=2 => &own.weights,
                    3..=5 => &own.bare_weights,
                    6 | 7 => &own.foreign,
                    8 => &own.bare_snapshot,
                    _ => &other.bare_weights,
                };
                Self::Weights { seed, file: changed(draw, file, &other.weights) }
            }
            1 => {
                let [own, other] = [seed, draw.below(seeds.len())].map(|i| &seeds[i]);
                let file = if draw.percent(20) { &own.snapshot } else { &own.bare_snapshot };
                Self::Snapshot {
                    seed: draw.below(seeds.len()),
                    file: changed(draw, file, &other.bare_snapshot),
                }
            }
            2 => Self::Bit { seed, snapshot: draw.percent(60), bit: draw.bits() as u32 as usize },
            3 => idx(draw),
            4 => {
                let text = if draw.percent(60) { spec_text::network(draw) } else { spec_text::any(draw) };
                Self::Spec {
                    text,
                    batch_size: if draw.percent(5) { draw.edge() as usize } else { draw.few(9) },
                }
            }
            5 => {
                let (rgba, [height, width]) = pictures::any(draw);
                Self::Digit { rgba, width, height }
            }
            6 => {
                let (rgba, from) = pictures::any(draw);
                let mut side = || if draw.percent(5) { draw.edge() as usize } else { draw.few(120) };
                let to = [side(), side()];
                Self::Picture {
                    rgba,
                    from,
                    to,
                    channels: *draw.pick(&[1, 3, 1, 3, 1, 3, 0, 2, 4, usize::MAX]),
                }
            }
            7 => Self::Operation(Operation::any(draw)),
            _ => Self::Calls {
                seed,
                calls: (0..draw.few(12)).map(|_| Call::any(draw, &seeds[seed])).collect(),
            },
        }
    }

    /// Its kind, one of [`KINDS`].
    pub fn kind(&self) -> &'static str {
        KINDS[match self {
            Self::Weights { .. } => 0,
            Self::Snapshot { .. } => 1,
            Self::Bit { .. } => 2,
            Self::Idx { .. } => 3,
            Self::Spec { .. } => 4,
            Self::Digit { .. } => 5,
            Self::Picture { .. } => 6,
            Self::Operation(_) => 7,
            Self::Calls { .. } => 8,
        }]
    }

    /// It as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data")
    }
}

/// A file of ours with one bit changed.
pub fn one_bit(seed: usize, snapshot: bool, bit: usize) -> Vec<u8> {
    let seed = &seeds::all()[seed];
    let mut file = if snapshot { seed.snapshot.clone() } else { seed.weights.clone() };
    let bit = bit % (8 * file.len());
    file[bit / 8] ^= 1 << (bit % 8);
    file
}

fn changed(draw: &mut Draw, file: &[u8], other: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    if draw.percent(70) {
        header::change(draw, &mut file);
    }
    if draw.percent(40) {
        bytes::change(draw, &mut file, other);
    }
    file
}

fn idx(draw: &mut Draw) -> Input {
    let shape = [draw.few(9), draw.few(9), *draw.pick(&[1, 1, 1, 3, 2])];
    let (count, classes) = (draw.between(0, 8), draw.between(2, 12));
    let words =
        |words: &[usize]| words.iter().flat_map(|&word| (word as u32).to_be_bytes()).collect::<Vec<u8>>();
    let [height, width, channels] = shape;
    let mut images = if channels == 1 && draw.percent(80) {
        words(&[0x0803, count, height, width])
    } else {
        words(&[0x0804, count, height, width, channels])
    };
    images.extend(draw.bytes(count * height * width * channels));
    let mut labels = words(&[0x0801, count]);
    let beyond = usize::from(draw.percent(10));
    labels.extend((0..count).map(|_| draw.below(classes + beyond) as u8));
    let (of_images, of_labels) = (images.clone(), labels.clone());
    if draw.percent(60) {
        bytes::change(draw, &mut images, &of_labels);
    }
    if draw.percent(40) {
        bytes::change(draw, &mut labels, &of_images);
    }
    Input::Idx { shape, classes, images, labels }
}

/// Bytes as hexadecimal digits, two each.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let digit = |value: u8| char::from_digit(value.into(), 16).expect("below 16");
        let text: String = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits: Option<Vec<u8>> =
            text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
        let digits = digits.filter(|digits| digits.len().is_multiple_of(2));
        let digits = digits.ok_or_else(|| D::Error::custom("hexadecimal digits, two for each byte"))?;
        Ok(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
    }
}
