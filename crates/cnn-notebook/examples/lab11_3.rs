//! Lab11-3: a deeper network with dropout as a type of its own, and several of them that decide together.
//!
//! `cargo run --release -p cnn-notebook --example lab11_3 -- --epochs 2 --members 3`

#[path = "common/mod.rs"]
mod common;

use clap::Parser;
use cnn::dataset::{ImageDataset, Split};
use cnn::ensemble::Ensemble;
use cnn::session::Session;
use std::error::Error;
use std::path::PathBuf;

/// Trains the lecture's second network on MNIST, once or as an ensemble.
#[derive(Parser)]
struct Args {
    /// Times that every training image is seen.
    #[arg(long, default_value_t = 15)]
    epochs: u64,
    /// Names the run; each further member takes the next number.
    #[arg(long, default_value_t = 777)]
    seed: u64,
    /// Networks to train; from 2 on they also decide together.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=20))]
    members: u64,
    /// Threads to train with; 0 takes as many as the machine has.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Folder with the four IDX files.
    #[arg(long, default_value = "data/mnist")]
    data: PathBuf,
    /// Also print the test accuracy after every epoch.
    #[arg(long)]
    test_each_epoch: bool,
}

/// One network of the lecture's `Model` class: a name and a run.
struct Network {
    name: String,
    session: Session,
}

impl Network {
    fn new(name: String, seed: u64) -> cnn::Result<Self> {
        let preset = cnn_notebook::presets::preset("lab11-3").expect("a preset");
        let session = Session::new(preset.session_config(seed))?;
        Ok(Self { name, session })
    }

    /// Trains for so many epochs, with dropout.
    fn train(&mut self, data: &ImageDataset, epochs: u64, test_each_epoch: bool) -> cnn::Result<()> {
        for epoch in 1..=epochs {
            let cost = common::train_epoch(&mut self.session, data)?;
            let validation = self.accuracy(data, Split::Validation)?;
            print!("{} epoch {epoch:04}: cost {cost:.9}, ", self.name);
            print!("validation accuracy {:.2} %", validation * 100.0);
            if test_each_epoch {
                print!(", test accuracy {:.2} %", self.accuracy(data, Split::Test)? * 100.0);
            }
            println!();
        }
        Ok(())
    }

    /// Share of a split that is classified right, without dropout.
    fn accuracy(&mut self, data: &ImageDataset, split: Split) -> cnn::Result<f64> {
        common::accuracy(&mut self.session, data, split)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    common::use_threads(args.threads);
    let data = common::mnist(&args.data)?;

    let mut ensemble = Ensemble::new();
    for member in 0..args.members {
        let mut network = Network::new(format!("m{}", member + 1), args.seed + member)?;
        network.train(&data, args.epochs, args.test_each_epoch)?;
        let test = network.accuracy(&data, Split::Test)?;
        println!("{} test accuracy: {:.2} %", network.name, test * 100.0);
        ensemble.push(network.session.into_model())?;
    }
    println!("Training finished.");

    if args.members > 1 {
        let count = data.count(Split::Test);
        let bar = common::bar(count.div_ceil(100), "ensemble");
        let (mut correct, mut saved, mut failed) = (0, 0, 0);
        for start in (0..count).step_by(100) {
            let batch = ensemble.evaluate(&data, Split::Test, start..(start + 100).min(count))?;
            correct += batch.correct();
            saved += batch.saved().len();
            failed += batch.failed_by_all().len();
            bar.inc(1);
        }
        bar.finish_and_clear();
        println!("Ensemble test accuracy: {:.2} %", 100.0 * correct as f64 / count as f64);
        println!("{saved} images right though a member was wrong; {failed} that no member knew");
    }

    let index = common::any_test_image(&data);
    let pixels = data.pixels(Split::Test, index)?;
    let prediction = ensemble.predict(&pixels)?;
    common::draw(&pixels, data.info().width);
    println!("Label: {}", data.label(Split::Test, index)?);
    println!("Prediction: {} (votes: {:?})", prediction.class, prediction.votes);
    Ok(())
}
