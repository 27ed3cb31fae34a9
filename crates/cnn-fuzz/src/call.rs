//! What a page may ask of a run, with arguments of every kind.

use crate::draw::Draw;
use crate::seeds::Seed;
use serde::{Deserialize, Serialize};

/// One request. Floats are given by their bits, so that NaN can be written down.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "call", rename_all = "snake_case", deny_unknown_fields)]
pub enum Call {
    /// Trains for a step.
    Step,
    /// Trains for a step and shows what it changed.
    Microscope,
    /// Another learning rate.
    LearningRate {
        /// Its bits.
        rate: u32,
    },
    /// Whether taught examples are learnt.
    LearnTaught {
        /// Whether.
        on: bool,
    },
    /// Teaches examples.
    Teach {
        /// Their pixels.
        pixels: Vec<u8>,
        /// Their labels.
        labels: Vec<u8>,
    },
    /// What the network says of an image.
    Predict {
        /// Bits of its values.
        pixels: Vec<u32>,
    },
    /// Every activation of an image, and what it says of them.
    Look {
        /// Bits of its values.
        pixels: Vec<u32>,
        /// A layer.
        layer: usize,
        /// A class.
        class: usize,
    },
    /// How the network does on images of a split.
    Evaluate {
        /// Name of the split.
        split: String,
        /// The first image.
        start: usize,
        /// How many.
        count: usize,
    },
    /// How often ReLUs answer to images.
    Activity {
        /// Numbers of the images.
        indices: Vec<u32>,
    },
    /// The training images nearest to an image.
    Nearest {
        /// Bits of its values.
        pixels: Vec<u32>,
        /// How many.
        n: usize,
    },
    /// A run of the same network with other settings.
    New {
        /// Kind of the optimizer.
        optimizer: String,
        /// Its numbers, as bits.
        numbers: Vec<(String, u64)>,
        /// Kind of the schedule.
        schedule: String,
        /// Its numbers, as bits.
        schedule_numbers: Vec<(String, u64)>,
        /// Images a step.
        batch_size: usize,
    },
    /// A data set.
    Data {
        /// `[height, width, channels]`.
        shape: [usize; 3],
        /// Classes.
        classes: usize,
        /// Images of each split.
        counts: [usize; 3],
        /// Images in a block.
        block: usize,
    },
}

fn pixels(draw: &mut Draw, seed: &Seed) -> Vec<u32> {
    let len = if draw.percent(10) { draw.below(200) } else { seed.data.image_len() };
    draw.floats(len).into_iter().map(f32::to_bits).collect()
}

fn number(draw: &mut Draw, most: usize) -> usize {
    if draw.percent(15) { draw.edge() as usize } else { draw.below(most + 1) }
}

fn numbers(draw: &mut Draw, names: &[&str]) -> Vec<(String, u64)> {
    let mut numbers = Vec::new();
    for name in names {
        if draw.percent(85) {
            let value = match draw.below(4) {
                0 => f64::from(draw.float()),
                1 => draw.edge() as f64,
                2 => 3.0,
                _ => 0.5,
            };
            numbers.push((name.to_string(), value.to_bits()));
        }
    }
    numbers
}

impl Call {
    /// Any, for a run of this seed.
    pub fn any(draw: &mut Draw, seed: &Seed) -> Self {
        match draw.below(13) {
            0 | 1 => Self::Step,
            2 => Self::Microscope,
            3 => Self::LearningRate { rate: draw.float().to_bits() },
            4 => Self::LearnTaught { on: draw.percent(70) },
            5 => {
                let count = draw.between(0, 12);
                let bytes = count * seed.data.image_len() + usize::from(draw.percent(10));
                let labels = (0..count).map(|_| number(draw, 1) as u8).collect();
                Self::Teach { pixels: draw.bytes(bytes), labels }
            }
            6 => Self::Predict { pixels: pixels(draw, seed) },
            7 => Self::Look { pixels: pixels(draw, seed), layer: number(draw, 6), class: number(draw, 3) },
            8 => {
                let split = draw.pick(&["train", "validation", "test", "all"]).to_string();
                Self::Evaluate { split, start: number(draw, 8), count: number(draw, 8) }
            }
            9 => {
                Self::Activity { indices: (0..draw.between(0, 5)).map(|_| number(draw, 18) as u32).collect() }
            }
            10 => Self::Nearest { pixels: pixels(draw, seed), n: number(draw, 9) },
            11 => {
                let optimizer = draw.pick(&["sgd", "momentum", "rmsprop", "adam", "lion"]).to_string();
                let names: &[&str] = match &optimizer[..] {
                    "sgd" => &["learning_rate"],
                    "momentum" => &["learning_rate", "momentum"],
                    "rmsprop" => &["learning_rate", "decay", "epsilon"],
                    _ => &["learning_rate", "beta1", "beta2", "epsilon"],
                };
                let schedule = draw.pick(&["constant", "step", "cosine", "one_cycle", ""]).to_string();
                let schedule_names: &[&str] = match &schedule[..] {
                    "step" => &["every_epochs", "factor"],
                    "constant" => &[],
                    _ => &["epochs"],
                };
                Self::New {
                    numbers: numbers(draw, names),
                    schedule_numbers: numbers(draw, schedule_names),
                    optimizer,
                    schedule,
                    batch_size: number(draw, 9),
                }
            }
            _ => {
                let shape = [number(draw, 40), number(draw, 40), number(draw, 4)];
                let counts = [number(draw, 40), number(draw, 40), number(draw, 40)];
                Self::Data { shape, classes: number(draw, 12), counts, block: number(draw, 40) }
            }
        }
    }
}
