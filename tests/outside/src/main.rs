//! Trains a small network, saves it, loads it, and predicts: with the packages alone.

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::model::Model;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};

const SIDE: usize = 8;
const TRAIN: usize = 120;
const TEST: usize = 40;

/// A bar that lies (class 0) or stands (class 1), at a place of its own.
fn bar(i: usize) -> (Vec<u8>, u8) {
    let (label, place) = (i % 2, i / 2 % SIDE);
    let pixels = (0..SIDE * SIDE).map(|p| if [p / SIDE, p % SIDE][label] == place { 255 } else { (i * 7 + p * 13) as u8 % 90 });
    (pixels.collect(), label as u8)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counts = Counts { train: TRAIN, validation: 0, test: TEST };
    let (height, width, channels, classes) = (SIDE, SIDE, 1, 2);
    let info = DatasetInfo { name: "bars".into(), height, width, channels, classes, counts, block: TRAIN };
    let mut data = ImageDataset::new(info)?;
    for (split, count) in [(Split::Train, TRAIN), (Split::Test, TEST)] {
        for i in 0..count {
            let (pixels, label) = bar(i + split as usize);
            data.append_pixels(split, &pixels, &[label])?;
        }
    }
    let spec = "input 8x8x1\nconv 3x3 6 padding same init he\nrelu\nmaxpool 2x2\nflatten\ndense 2".parse()?;
    let (optimizer, schedule) = (OptimizerConfig::adam(0.01), Schedule::Constant);
    // Settings are read and written with the feature `serde`.
    let written = serde_json::to_string(&schedule)?;
    assert_eq!(serde_json::from_str::<Schedule>(&written)?, schedule, "{written}");
    let mut session = Session::new(SessionConfig { batch_size: 20, optimizer, schedule, ..SessionConfig::new(spec, 1) })?;
    let first = session.step(&data)?.loss;
    while session.epoch() < 8 {
        session.step(&data)?;
    }
    let test = session.evaluate(&data, Split::Test, 0..TEST)?;
    println!("loss {first:.3} at first, {:.3} on the test images; {} of {TEST} right", test.mean_loss(), test.correct);
    if test.correct != TEST {
        return Err("it has not learnt to tell lying from standing bars".into());
    }
    let model = Model::from_safetensors(&session.save_weights()?)?;
    let pixels = data.pixels(Split::Test, 0)?;
    if model.predict(&pixels)?.logits != session.predict(&pixels)?.logits {
        return Err("a loaded model predicts otherwise".into());
    }
    Ok(())
}
