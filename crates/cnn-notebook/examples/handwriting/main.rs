//! Pictures of handwriting that is not MNIST's, as a camera sees it, and how many of them a network reads.
//!
//! The strokes, papers and lights are made here from a seed, and nothing is trained on them.
//!
//! `cargo run --release -p cnn-notebook --example handwriting -- --pictures FOLDER` writes some as PNG, each beside what becomes
//! of it; `-- WEIGHTS.safetensors …`, files that `cnn train` wrote, measures networks.

mod paper;
mod pen;

use clap::Parser;
use cnn::model::Model;
use cnn::rng::Rng;
use cnn_notebook::digit;
use image::{Rgba, RgbaImage};
use paper::{Ground, Picture, picture};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Measures networks on pictures of handwriting that is not MNIST's.
#[derive(Parser)]
struct Args {
    /// Weights with their network.
    weights: Vec<PathBuf>,
    /// Pictures of each digit on each ground.
    #[arg(long, default_value_t = 40)]
    each: usize,
    /// Names the set of pictures.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder in which to write the pictures; with weights, those that were misread.
    #[arg(long)]
    pictures: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    if let Some(folder) = &args.pictures {
        std::fs::create_dir_all(folder)?;
    }
    if args.weights.is_empty() {
        let folder = args.pictures.as_ref().ok_or("expected weights to measure, or --pictures FOLDER")?;
        return each(&args, |name, _, _, picture| write(folder, name, picture));
    }
    for path in &args.weights {
        let model = Model::open(path)?;
        let mut right = [[0usize; 10]; 5];
        each(&args, |name, ground, label, picture| {
            let made = digit::prepare(&picture.rgba, picture.width, picture.height);
            let read = match &made {
                Ok(made) => Some(model.predict(&made.pixels)?.class),
                Err(_) => None,
            };
            if read == Some(label) {
                right[ground][label] += 1;
            } else if let Some(folder) = &args.pictures {
                let read = read.map_or("nothing".into(), |class| class.to_string());
                write(folder, &format!("{name}-as-{read}"), picture)?;
            }
            Ok(())
        })?;
        let percent = |right: usize, of: usize| 100.0 * right as f64 / of as f64;
        println!("{}", path.display());
        for (ground, right) in Ground::ALL.iter().zip(&right) {
            let digits: Vec<String> =
                right.iter().map(|&n| format!("{:3.0}", percent(n, args.each))).collect();
            println!(
                "{:>12}  {:5.1} %   by digit {}",
                ground.name(),
                percent(right.iter().sum(), 10 * args.each),
                digits.join(" ")
            );
        }
        let all: usize = right.iter().flatten().sum();
        println!("{:>12}  {:5.1} %   of {}", "all", percent(all, 50 * args.each), 50 * args.each);
    }
    Ok(())
}

/// Makes all pictures, one after the other.
fn each(
    args: &Args,
    mut found: impl FnMut(&str, usize, usize, &Picture) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for (place, &ground) in Ground::ALL.iter().enumerate() {
        for label in 0..10 {
            for i in 0..args.each {
                let number = ((place * 10 + label) * 100_000 + i) as u64;
                let mut rng = Rng::seed_from_u64(args.seed.wrapping_mul(0x9e37_79b9) ^ number);
                let name = format!("{}-{label}-{i}", ground.name());
                found(&name, place, label, &picture(label, ground, &mut rng))?;
            }
        }
    }
    Ok(())
}

/// A picture, the ink found in it and what a network is given, side by side, 200 pixels high.
fn write(folder: &Path, name: &str, picture: &Picture) -> Result<(), Box<dyn Error>> {
    const SIDE: usize = 200;
    let mut sheet = RgbaImage::from_pixel(3 * SIDE as u32, SIDE as u32, Rgba([200, 120, 120, 255]));
    let mut draw = |left: usize, width: usize, height: usize, at: &dyn Fn(usize) -> [u8; 4]| {
        let larger = width.max(height);
        for y in 0..height * SIDE / larger {
            for x in 0..width * SIDE / larger {
                let [r, g, b, a] = at(y * larger / SIDE * width + x * larger / SIDE);
                let over = |c: u8| ((u32::from(c) * u32::from(a) + 150 * (255 - u32::from(a))) / 255) as u8;
                sheet.put_pixel((left + x) as u32, y as u32, Rgba([over(r), over(g), over(b), 255]));
            }
        }
    };
    draw(0, picture.width, picture.height, &|i| std::array::from_fn(|c| picture.rgba[4 * i + c]));
    if let Ok(made) = digit::prepare(&picture.rgba, picture.width, picture.height) {
        let tone = |value: f32| {
            let byte = (255.0 * value) as u8;
            [byte, byte, byte, 255]
        };
        draw(SIDE, made.ink.width, made.ink.height, &|i| tone(made.ink.data[i]));
        draw(2 * SIDE, digit::SIZE, digit::SIZE, &|i| tone(made.pixels[i]));
    }
    sheet.save(folder.join(format!("{name}.png")))?;
    Ok(())
}
