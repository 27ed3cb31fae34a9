//! Spec, data, session: a whole training in a second, on images made up here.
//!
//! `cargo run --release -p cnn --example 04_train_tiny`

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::optim::OptimizerConfig;
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};

/// A network is text. An error would name the line and what would be right there.
const SPEC: &str = "
    input 8x8x1
    conv 3x3 4 padding same init he   # four filters
    relu
    maxpool 2x2
    flatten
    dense 2";

fn main() -> cnn::Result<()> {
    let spec: cnn::spec::ModelSpec = SPEC.parse()?;
    for layer in &spec.summary().layers {
        println!(
            "{:50} -> {:10} {:5} parameters",
            layer.text,
            format!("{:?}", layer.output.to_vec()),
            layer.parameters
        );
    }

    // Lines that lie are class 0, lines that stand are class 1.
    let mut data = ImageDataset::new(DatasetInfo {
        name: "lines".into(),
        height: 8,
        width: 8,
        channels: 1,
        classes: 2,
        counts: Counts { train: 200, validation: 0, test: 100 },
        block: 200,
    })?;
    let mut rng = Rng::seed_from_u64(1);
    for (split, count) in [(Split::Train, 200), (Split::Test, 100)] {
        for i in 0..count {
            let label = i % 2;
            let place = rng.below(8);
            let pixels: Vec<u8> = (0..64)
                .map(|p| if [p / 8, p % 8][label] == place { 255 } else { rng.below(100) as u8 })
                .collect();
            data.append_pixels(split, &pixels, &[label as u8])?;
        }
    }

    // The same seed gives the same losses, bit for bit.
    let mut session = Session::new(SessionConfig {
        batch_size: 20,
        optimizer: OptimizerConfig::adam(0.01),
        ..SessionConfig::new(spec, 777)
    })?;
    while session.epoch() < 5 {
        let step = session.step(&data)?;
        if step.batch + 1 == step.batches_per_epoch {
            let test = session.evaluate(&data, Split::Test, 0..100)?;
            println!(
                "epoch {}: loss {:.4}, {} of {} test images right",
                step.epoch + 1,
                step.loss,
                test.correct,
                test.count
            );
        }
    }

    // Everything can be undone: the step after a restored snapshot is the step that was taken before.
    let snapshot = session.snapshot()?;
    let loss = session.step(&data)?.loss;
    session.restore(&snapshot)?;
    println!("the next step's loss is {loss}, and again {}", session.step(&data)?.loss);
    Ok(())
}
