//! Fashion-MNIST: clothes in place of digits, by a network with batch normalization, smoothed labels and a learning rate that
//! is raised and lowered once. Says at the end how often each kind is known.
//!
//! Xiao, Rasul & Vollgraf, *Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms*, 2017.
//!
//! `./build.sh data fashion && cargo run --release -p cnn-notebook --example fashion_mnist -- --epochs 5`

#[path = "common/mod.rs"]
#[allow(dead_code, reason = "the labs also draw an image")]
mod common;

use clap::Parser;
use cnn::dataset::Split;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use std::error::Error;
use std::path::PathBuf;

/// Trains a network on Fashion-MNIST.
#[derive(Parser)]
struct Args {
    /// Times that every training image is seen.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    epochs: u32,
    /// Names the run: weights and order of the images.
    #[arg(long, default_value_t = 777)]
    seed: u64,
    /// Threads to train with; 0 takes as many as the machine has.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Folder with the four IDX files.
    #[arg(long, default_value = "data/fashion-mnist")]
    data: PathBuf,
}

const KINDS: [&str; 10] =
    ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

const SPEC: &str = "\
input 28x28x1
conv 3x3 32 padding same bias none init he
batchnorm
relu
maxpool 2x2
conv 3x3 64 padding same bias none init he
batchnorm
relu
maxpool 2x2
dropout 0.25
flatten
dense 128 init he
relu
dropout 0.4
dense 10
";

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    common::use_threads(args.threads);
    let data = common::mnist(&args.data)?;
    let mut session = Session::new(SessionConfig {
        optimizer: OptimizerConfig::adamw(0.004, 0.01),
        schedule: Schedule::OneCycle { epochs: args.epochs },
        label_smoothing: 0.05,
        ..SessionConfig::new(SPEC.parse()?, args.seed)
    })?;
    for epoch in 1..=args.epochs {
        let loss = common::train_epoch(&mut session, &data)?;
        let validation = common::accuracy(&mut session, &data, Split::Validation)?;
        println!("epoch {epoch:2}: loss {loss:.4}, validation accuracy {:.2} %", validation * 100.0);
    }

    let test = session.evaluate(&data, Split::Test, 0..data.count(Split::Test))?;
    println!("test accuracy: {:.2} %", 100.0 * test.correct as f64 / test.count as f64);
    let (mut right, mut all) = ([0; KINDS.len()], [0; KINDS.len()]);
    for (image, &predicted) in test.predictions.iter().enumerate() {
        let label = data.label(Split::Test, image)?;
        all[usize::from(label)] += 1;
        right[usize::from(label)] += usize::from(predicted == label);
    }
    for ((kind, right), all) in KINDS.iter().zip(right).zip(all) {
        println!("{kind:>10}: {right} of {all}");
    }
    Ok(())
}
