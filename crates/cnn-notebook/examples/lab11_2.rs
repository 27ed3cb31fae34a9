//! Lab11-2: MNIST with two convolutions and one dense layer, trained as in the lecture.
//!
//! `cargo run --release -p cnn-notebook --example lab11_2 -- --epochs 5`

#[path = "common/mod.rs"]
mod common;

use clap::Parser;
use cnn::dataset::Split;
use cnn::session::Session;
use std::error::Error;
use std::path::PathBuf;

/// Trains the lecture's first network on MNIST.
#[derive(Parser)]
struct Args {
    /// Times that every training image is seen.
    #[arg(long, default_value_t = 50)]
    epochs: u64,
    /// Names the run: weights and order of the images.
    #[arg(long, default_value_t = 777)]
    seed: u64,
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

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    common::use_threads(args.threads);
    let data = common::mnist(&args.data)?;

    let preset = cnn_notebook::presets::preset("lab11-2").expect("a preset");
    let mut session = Session::new(preset.session_config(args.seed))?;
    print!("{}", session.config().spec);

    for epoch in 1..=args.epochs {
        let cost = common::train_epoch(&mut session, &data)?;
        let validation = common::accuracy(&mut session, &data, Split::Validation)?;
        print!("Epoch {epoch:04}: cost {cost:.9}, validation accuracy {:.2} %", validation * 100.0);
        if args.test_each_epoch {
            let test = common::accuracy(&mut session, &data, Split::Test)?;
            print!(", test accuracy {:.2} %", test * 100.0);
        }
        println!();
    }
    println!("Training finished.");

    let test = common::accuracy(&mut session, &data, Split::Test)?;
    println!("Test accuracy: {:.2} %", test * 100.0);

    let index = common::any_test_image(&data);
    let pixels = data.pixels(Split::Test, index)?;
    common::draw(&pixels, data.info().width);
    println!("Label: {}", data.label(Split::Test, index)?);
    println!("Prediction: {}", session.predict(&pixels)?.class);
    Ok(())
}
