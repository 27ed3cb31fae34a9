//! What the two labs share: the real MNIST, progress bars, and the ways the lecture's scripts report.

use cnn::dataset::{Counts, DatasetInfo, IdxImages, IdxLabels, ImageDataset, Split};
use cnn::rng::Rng;
use cnn::session::Session;
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Of the training file the first 5,000 images validate, as the lecture's loader splits them.
const VALIDATION: usize = 5_000;

/// Reads MNIST from the four IDX files of a folder, each plain or with `.gz`.
pub(crate) fn mnist(folder: &Path) -> Result<ImageDataset, Box<dyn Error>> {
    let train_images = read(folder, "train-images-idx3-ubyte")?;
    let train_labels = read(folder, "train-labels-idx1-ubyte")?;
    let test_images = read(folder, "t10k-images-idx3-ubyte")?;
    let test_labels = read(folder, "t10k-labels-idx1-ubyte")?;
    let images = IdxImages::parse(&train_images)?;
    let labels = IdxLabels::parse(&train_labels)?.0;
    let [height, width, channels] = images.shape;
    let train = images.count.checked_sub(VALIDATION).ok_or("fewer than 5,000 training images")?;
    let mut data = ImageDataset::new(DatasetInfo {
        name: "MNIST".into(),
        height,
        width,
        channels,
        classes: 10,
        counts: Counts { train, validation: VALIDATION, test: IdxImages::parse(&test_images)?.count },
        block: 5_000,
    })?;
    let cut = VALIDATION * data.image_len();
    data.append_pixels(Split::Validation, &images.pixels[..cut], &labels[..VALIDATION])?;
    data.append_pixels(Split::Train, &images.pixels[cut..], &labels[VALIDATION..])?;
    data.append(Split::Test, &test_images, &test_labels)?;
    Ok(data)
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let plain = folder.join(name);
    if let Ok(bytes) = std::fs::read(&plain) {
        return Ok(bytes);
    }
    let Ok(file) = std::fs::File::open(folder.join(format!("{name}.gz"))) else {
        let place = plain.display();
        return Err(
            format!("{place} is not there: run `./build.sh data`, or name its folder with --data").into()
        );
    };
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{}.gz is damaged: {error}", plain.display()))?;
    Ok(bytes)
}

/// Spreads the work over so many threads; 0 means as many as the machine has.
pub(crate) fn use_threads(threads: usize) {
    if threads > 0 {
        cnn::par::start(threads).expect("1 to 512 threads");
    }
}

/// Trains one epoch with a progress bar; returns the mean of its batches' losses.
pub(crate) fn train_epoch(session: &mut Session, data: &ImageDataset) -> cnn::Result<f64> {
    let epoch = session.epoch();
    let batches = data.count(Split::Train).div_ceil(session.config().batch_size);
    let bar = bar(batches, &format!("epoch {}", epoch + 1));
    let mut cost = 0.0;
    while session.epoch() == epoch {
        let step = session.step(data)?;
        cost += f64::from(step.loss) / step.batches_per_epoch as f64;
        bar.set_message(format!("loss {:.4}", step.loss));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(cost)
}

/// Accuracy on a split, batch by batch, with a progress bar.
pub(crate) fn accuracy(session: &mut Session, data: &ImageDataset, split: Split) -> cnn::Result<f64> {
    let count = data.count(split);
    let size = session.config().batch_size;
    let bar = bar(count.div_ceil(size), split.name());
    let mut correct = 0;
    for start in (0..count).step_by(size) {
        correct += session.evaluate(data, split, start..(start + size).min(count))?.correct;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(correct as f64 / count as f64)
}

/// A bar over so many batches.
pub(crate) fn bar(batches: usize, name: &str) -> ProgressBar {
    let style = "{prefix} {wide_bar} {pos}/{len} {msg} {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(style).expect("a template that indicatif knows");
    ProgressBar::new(batches as u64).with_style(style).with_prefix(name.to_owned())
}

/// A test image that the clock picks.
pub(crate) fn any_test_image(data: &ImageDataset) -> usize {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
    Rng::seed_from_u64(now).below(data.count(Split::Test))
}

/// An image as text, two characters a pixel, the more ink the denser.
pub(crate) fn draw(pixels: &[f32], width: usize) {
    const SHADES: &[u8] = b" .:-=+*#%@";
    for row in pixels.chunks(width) {
        let shade = |x: &f32| char::from(SHADES[(x * (SHADES.len() - 1) as f32).round() as usize]);
        println!("  {}", row.iter().map(shade).flat_map(|c| [c, c]).collect::<String>().trim_end());
    }
}
