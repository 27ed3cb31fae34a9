//! Image files, made into what a network is given, as the page does it.

use anyhow::{Context, Result, bail};
use cnn_notebook::digit;
use cnn_notebook::picture::resize_rgba;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbaImage};
use std::path::Path;

/// Larger images are refused: decoding takes four bytes a pixel, all at once.
const MAX_PIXELS: u64 = 64_000_000;
/// Images are scaled down to this on their longer side, in pixels: plenty for one digit.
const WORKING_SIDE: u32 = 400;

/// The pixels of an image file for a network with this input, `[height, width, channels]` in 0..=1.
///
/// For 28×28 grey values the digit in it is made into what MNIST's are, unless `as_is`; otherwise it is scaled.
pub(crate) fn prepare(path: &Path, input: [usize; 3], as_is: bool) -> Result<Vec<f32>> {
    let picture = read(path).with_context(|| path.display().to_string())?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let [to_height, to_width, channels] = input;
    let pixels = if !as_is && input == [digit::SIZE, digit::SIZE, 1] {
        digit::prepare(picture.as_raw(), width, height).map(|digit| digit.pixels)
    } else {
        resize_rgba(picture.as_raw(), [height, width], [to_height, to_width], channels)
            .map(|bytes| bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect())
    };
    pixels.with_context(|| path.display().to_string())
}

/// Decodes a PNG or JPEG file, turned as the camera was held, scaled down if it is large, transparency kept.
fn read(path: &Path) -> Result<RgbaImage> {
    let reader = ImageReader::open(path)?.with_guessed_format()?;
    if reader.format().is_none() {
        bail!("got a file that is no image, expected PNG or JPEG");
    }
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        bail!("got {width}×{height} pixels, expected at most {} million", MAX_PIXELS / 1_000_000);
    }
    let turned = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(turned);
    let larger = image.width().max(image.height());
    if larger > WORKING_SIDE {
        let to = |side: u32| {
            ((f64::from(side) * f64::from(WORKING_SIDE) / f64::from(larger)).round() as u32).max(1)
        };
        image = image.resize_exact(to(image.width()), to(image.height()), FilterType::CatmullRom);
    }
    Ok(image.into_rgba8())
}
