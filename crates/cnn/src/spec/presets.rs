//! The lecture's two networks, by name.

use crate::optim::OptimizerConfig;

/// A network with the settings it is trained with.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// Its text.
    pub spec: &'static str,
    /// How it is trained.
    pub optimizer: OptimizerConfig,
    /// Images in a batch.
    pub batch_size: usize,
    /// Epochs it is trained for.
    pub epochs: usize,
}

/// Both labs train with Adam as Kingma and Ba (2015) recommend it.
const ADAM: OptimizerConfig =
    OptimizerConfig::Adam { learning_rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/// Lab11-2 and Lab11-3.
pub const PRESETS: [Preset; 2] = [
    Preset { name: "lab11-2", spec: LAB11_2, optimizer: ADAM, batch_size: 100, epochs: 50 },
    Preset { name: "lab11-3", spec: LAB11_3, optimizer: ADAM, batch_size: 100, epochs: 15 },
];

/// The preset of this name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    const ALL: &[Preset] = &PRESETS;
    ALL.iter().find(|preset| preset.name == name)
}

/// Small normal weights and no bias in the convolutions, so it starts slowly.
const LAB11_2: &str = "\
input 28x28x1
conv 3x3 32 stride 1 padding same bias none init normal 0.01
relu
maxpool 2x2 stride 2 padding same
conv 3x3 64 stride 1 padding same bias none init normal 0.01
relu
maxpool 2x2 stride 2 padding same
flatten
dense 10 bias normal 1 init xavier
";

/// Three blocks with dropout; the last pooling goes from 7×7 to 4×4, so 2048 values reach the dense layer.
const LAB11_3: &str = "\
input 28x28x1
conv 3x3 32 stride 1 padding same bias zeros init xavier
relu
maxpool 2x2 stride 2 padding same
dropout 0.3
conv 3x3 64 stride 1 padding same bias zeros init xavier
relu
maxpool 2x2 stride 2 padding same
dropout 0.3
conv 3x3 128 stride 1 padding same bias zeros init xavier
relu
maxpool 2x2 stride 2 padding same
dropout 0.3
flatten
dense 625 bias zeros init xavier
relu
dropout 0.5
dense 10 bias zeros init xavier
";
