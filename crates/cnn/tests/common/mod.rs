//! A small data set that can be learned in a moment, and a small network for it.
#![allow(dead_code, reason = "each test uses its own part")]

pub(crate) mod augmented;
pub(crate) mod networks;

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::optim::OptimizerConfig;
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};

/// Every kind of layer but average pooling, with and without bias, on oblong images.
pub(crate) const SPEC: &str = "input 10x12x1
    conv 3x3 6 padding same init he
    relu
    maxpool 2x2 padding same
    dropout 0.2
    conv 3x3 8 padding same bias none init he
    relu
    maxpool 2x2 padding same
    flatten
    dense 16
    relu
    dropout 0.3
    dense 3";

/// Images of 10×12 in three classes: a bright bar lying, standing or slanting somewhere, in noise.
pub(crate) fn bars(train: usize, test: usize) -> ImageDataset {
    let mut data = ImageDataset::new(DatasetInfo {
        name: "bars".into(),
        height: 10,
        width: 12,
        channels: 1,
        classes: 3,
        counts: Counts { train, validation: 0, test },
        block: 32,
    })
    .unwrap();
    let mut rng = Rng::seed_from_u64(99);
    for (split, count) in [(Split::Train, train), (Split::Test, test)] {
        for i in 0..count {
            let (pixels, label) = bar((i % 3) as u8, &mut rng);
            data.append_pixels(split, &pixels, &[label]).unwrap();
        }
    }
    data
}

pub(crate) fn bar(label: u8, rng: &mut Rng) -> (Vec<u8>, u8) {
    let mut pixels: Vec<u8> = (0..120).map(|_| rng.below(60) as u8).collect();
    let (y, x) = (rng.below(5), rng.below(7));
    for k in 0..6 {
        let (y, x) = match label {
            0 => (y, x + k),
            1 => (y.min(4) + k, x),
            _ => (y.min(4) + k, x.min(5) + k),
        };
        pixels[y * 12 + x] = 220;
    }
    (pixels, label)
}

/// Images of 28×28 in ten classes with nothing to learn.
pub(crate) fn noise(train: usize) -> ImageDataset {
    let mut data = ImageDataset::new(DatasetInfo {
        name: "noise".into(),
        height: 28,
        width: 28,
        channels: 1,
        classes: 10,
        counts: Counts { train, validation: 0, test: 0 },
        block: train,
    })
    .unwrap();
    let mut rng = Rng::seed_from_u64(3);
    let pixels: Vec<u8> = (0..train * 784).map(|_| rng.below(256) as u8).collect();
    let labels: Vec<u8> = (0..train).map(|i| (i % 10) as u8).collect();
    data.append_pixels(Split::Train, &pixels, &labels).unwrap();
    data
}

pub(crate) fn config(seed: u64, batch_size: usize, optimizer: OptimizerConfig) -> SessionConfig {
    SessionConfig { batch_size, optimizer, ..SessionConfig::new(SPEC.parse().unwrap(), seed) }
}

pub(crate) fn session(seed: u64, batch_size: usize) -> Session {
    Session::new(config(seed, batch_size, OptimizerConfig::adam(0.003))).unwrap()
}

/// The losses of so many steps, as bits.
pub(crate) fn losses(session: &mut Session, data: &ImageDataset, steps: usize) -> Vec<u32> {
    (0..steps).map(|_| session.step(data).unwrap().loss.to_bits()).collect()
}

/// A file with its header's text changed.
pub(crate) fn rewritten(file: &[u8], change: impl FnOnce(&str) -> String) -> Vec<u8> {
    let (length, rest) = file.split_first_chunk::<8>().unwrap();
    let (header, tensors) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let header = change(std::str::from_utf8(header).unwrap());
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), tensors].concat()
}

/// A file of ours as earlier versions wrote it: with no checksum that tells what was changed.
pub(crate) fn without_sum(file: &[u8]) -> Vec<u8> {
    rewritten(file, |header| {
        let (before, after) = header.split_once(r#",\"sum\":\""#).unwrap();
        let (sum, after) = after.split_once(r#"\""#).unwrap();
        assert_eq!(sum.len(), 16);
        [before, after].concat()
    })
}
