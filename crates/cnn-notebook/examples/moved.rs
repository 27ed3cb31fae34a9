//! Two networks of one seed, trained with augmentation and without, asked about test images that are shifted and turned.
//!
//! `cargo run --release -p cnn-notebook --example moved`

#[path = "common/mod.rs"]
#[allow(dead_code, reason = "the labs use the rest")]
mod common;

use clap::Parser;
use cnn::dataset::{Augment, Counts, DatasetInfo, Distortion, ImageDataset, Split};
use cnn::model::Phase;
use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use cnn_notebook::distort::distorted;
use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Small enough to be trained in seconds.
const SPEC: &str = "input 28x28x1
conv 3x3 8 padding same init he
relu
maxpool 2x2
conv 3x3 16 padding same init he
relu
maxpool 2x2
flatten
dense 10";

/// Trains two networks on MNIST and prints how often they are right on moved test images.
#[derive(Parser)]
struct Args {
    /// Batches of 100.
    #[arg(long, default_value_t = 1100)]
    steps: u64,
    /// Names the runs.
    #[arg(long, default_value_t = 777)]
    seed: u64,
    /// Test images.
    #[arg(long, default_value_t = 500)]
    images: usize,
    /// Folder with the four IDX files.
    #[arg(long, default_value = "data/mnist")]
    data: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let data = common::mnist(&args.data)?;
    let augment = Augment { shift: 3.0, rotation: 25.0, scaling: 0.1, thickness: 0.3, elastic: 1.0 };
    let mut sessions = [augment, Augment::OFF].map(|augment| trained(&data, &args, augment));
    println!("{:>20}  {:>8}  {:>8}", "", "with", "without");
    let right =
        |pixels: u8| (format!("{pixels} px"), Distortion { shift: [0.0, pixels.into()], ..Distortion::NONE });
    let turned =
        |degrees: u8| (format!("{degrees}°"), Distortion { rotation: degrees.into(), ..Distortion::NONE });
    for (name, distortion) in (0..=10).map(right).chain((1..=12).map(|i| turned(5 * i))) {
        let moved = moved(&data, args.images, &distortion)?;
        let mut line = format!("{name:>20}");
        for session in sessions.iter_mut() {
            let evaluation = session.as_mut().map_err(|error| error.clone())?.evaluate(
                &moved,
                Split::Test,
                0..args.images,
            )?;
            line += &format!("  {:>6.1} %", 100.0 * evaluation.accuracy());
        }
        println!("{line}");
    }
    Ok(())
}

/// A network after all its steps; says what part of them went into the images.
fn trained(data: &ImageDataset, args: &Args, augment: Augment) -> cnn::Result<Session> {
    let config = SessionConfig::new(SPEC.parse()?, args.seed);
    let mut session =
        Session::new(SessionConfig { optimizer: OptimizerConfig::adam(0.003), augment, ..config })?;
    let (begun, mut images) = (Instant::now(), Duration::ZERO);
    for _ in 0..args.steps {
        let start = Instant::now();
        session.step_marked(data, &mut |mark| {
            if mark.phase == Phase::Data {
                images += start.elapsed();
            }
        })?;
    }
    let each = |time: Duration| 1000.0 * time.as_secs_f64() / args.steps as f64;
    println!("{:.3} ms a batch, {:.3} of it for its images", each(begun.elapsed()), each(images));
    Ok(session)
}

/// The first test images moved, every other one the other way.
fn moved(data: &ImageDataset, images: usize, distortion: &Distortion) -> cnn::Result<ImageDataset> {
    let [down, right] = distortion.shift;
    let back = Distortion { shift: [-down, -right], rotation: -distortion.rotation, ..*distortion };
    let counts = Counts { train: 1, validation: 0, test: images };
    let mut moved = ImageDataset::new(DatasetInfo { counts, block: 1, ..data.info().clone() })?;
    for index in 0..images {
        let by = if index % 2 == 0 { distortion } else { &back };
        let pixels = distorted(&data.pixels(Split::Test, index)?, [28, 28, 1], by)?;
        let bytes: Vec<u8> = pixels.iter().map(|value| (255.0 * value).round() as u8).collect();
        moved.append_pixels(Split::Test, &bytes, &[data.label(Split::Test, index)?])?;
    }
    Ok(moved)
}
