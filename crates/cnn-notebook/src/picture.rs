//! Pictures of any size: from a browser's RGBA bytes to grey, and to another size by area.

use crate::{Error, Result};

/// Largest width and height of a picture, in pixels.
pub const MAX_SIDE: usize = 4096;

/// A grey picture, rows first; 0 is black and 1 white, or 0 is ground and 1 ink.
#[derive(Clone, Debug, PartialEq)]
pub struct Grey {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// `height · width` values.
    pub data: Vec<f32>,
}

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Columns left of it.
    pub x: usize,
    /// Rows above it.
    pub y: usize,
    /// Its columns, at least 1.
    pub width: usize,
    /// Its rows, at least 1.
    pub height: usize,
}

impl Rect {
    /// The larger of width and height.
    pub fn larger_side(&self) -> usize {
        self.width.max(self.height)
    }
}

impl Grey {
    /// The picture that `rgba` (four bytes a pixel, alpha not premultiplied) shows: luminance by Rec. 601, what is
    /// transparent laid over the ground that fits it.
    ///
    /// # Errors
    /// [`Error::ImageSize`] for a side of 0 or over [`MAX_SIDE`], [`Error::PixelCount`] if `rgba` has not four bytes
    /// for each pixel.
    pub fn from_rgba(rgba: &[u8], width: usize, height: usize) -> Result<Self> {
        check(rgba, width, height)?;
        let ground = ground_of_transparent(rgba);
        let data = rgba.chunks_exact(4).map(|p| {
            let alpha = f32::from(p[3]) / 255.0;
            luminance(p) * alpha + ground * (1.0 - alpha)
        });
        Ok(Self { width, height, data: data.collect() })
    }

    /// The whole picture.
    pub fn frame(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// A row of a part of the picture.
    ///
    /// # Panics
    /// If there is no such row, or the part is not inside the picture.
    pub fn row(&self, part: Rect, y: usize) -> &[f32] {
        &self.data[(part.y + y) * self.width + part.x..][..part.width]
    }

    /// A part of the picture, its larger side at most so many pixels.
    pub(crate) fn shrunk(&self, part: Rect, most: usize) -> Self {
        let larger = part.larger_side();
        let size = |side: usize| if larger <= most { side } else { (side * most / larger).max(1) };
        self.resized(part, size(part.width), size(part.height))
    }

    /// A part of the picture in another size. Each new pixel is the mean of the area that it covers, fractions of
    /// pixels counted, so nothing is lost however much it shrinks.
    ///
    /// # Panics
    /// If the part is not inside the picture or a size is 0.
    pub fn resized(&self, part: Rect, width: usize, height: usize) -> Self {
        let columns = coverage(part.width, width);
        let rows = coverage(part.height, height);
        let mut narrow = vec![0.0; width];
        let mut data = vec![0.0; width * height];
        for (row, covered) in data.chunks_exact_mut(width).zip(&rows) {
            for (y, share) in covered.shares() {
                let source = self.row(part, y);
                for (value, covered) in narrow.iter_mut().zip(&columns) {
                    *value = covered.shares().map(|(x, share)| source[x] * share).sum();
                }
                row.iter_mut().zip(&narrow).for_each(|(value, narrow)| *value += narrow * share);
            }
        }
        Self { width, height, data }
    }
}

/// `rgba` in another size, by area, as bytes `[height, width, channels]`: 1 channel is luminance, 3 are red, green
/// and blue; what is transparent is laid over white.
///
/// # Errors
/// Those of [`Grey::from_rgba`], for the new size too, and [`Error::OutOfRange`] for other numbers of channels.
pub fn resize_rgba(rgba: &[u8], from: [usize; 2], to: [usize; 2], channels: usize) -> Result<Vec<u8>> {
    let [from_height, from_width] = from;
    let [height, width] = to;
    check(rgba, from_width, from_height)?;
    check_size(width, height)?;
    if channels != 1 && channels != 3 {
        let got = channels as f64;
        return Err(Error::OutOfRange { what: "the number of channels", got, expected: "1 or 3" });
    }
    let mut bytes = vec![0; height * width * channels];
    for channel in 0..channels {
        let data = rgba.chunks_exact(4).map(|p| {
            let alpha = f32::from(p[3]) / 255.0;
            let value = if channels == 1 { luminance(p) } else { f32::from(p[channel]) / 255.0 };
            value * alpha + 1.0 - alpha
        });
        let plane = Grey { width: from_width, height: from_height, data: data.collect() };
        let resized = plane.resized(plane.frame(), width, height);
        for (byte, value) in bytes[channel..].iter_mut().step_by(channels).zip(&resized.data) {
            *byte = to_byte(*value);
        }
    }
    Ok(bytes)
}

/// 0..=1 as 0..=255.
fn to_byte(value: f32) -> u8 {
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

fn check(rgba: &[u8], width: usize, height: usize) -> Result<()> {
    check_size(width, height)?;
    let expected = 4 * width * height;
    if rgba.len() != expected {
        return Err(Error::PixelCount { got: rgba.len(), expected });
    }
    Ok(())
}

fn check_size(width: usize, height: usize) -> Result<()> {
    if [width, height].iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
        return Err(Error::ImageSize { width, height, limit: MAX_SIDE });
    }
    Ok(())
}

fn luminance(p: &[u8]) -> f32 {
    (0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])) / 255.0
}

/// What transparent pixels are laid over. Where the opaque ones are much alike they are ink on nothing, and the
/// ground is black or white, whichever differs more; else they hold a picture with a ground of its own, its median.
fn ground_of_transparent(rgba: &[u8]) -> f32 {
    let mut counts = [0usize; 256];
    let opaque = rgba.chunks_exact(4).filter(|p| p[3] > 127);
    opaque.for_each(|p| counts[usize::from(to_byte(luminance(p)))] += 1);
    let total: usize = counts.iter().sum();
    let quantile = |part: f64| {
        let mut left = (total as f64 * part) as usize;
        let found = counts.iter().position(|&count| {
            let reached = count > left;
            left = left.saturating_sub(count);
            reached
        });
        found.unwrap_or(0) as f32 / 255.0
    };
    let median = quantile(0.5);
    if quantile(0.95) - quantile(0.05) > 0.25 {
        median
    } else if median > 0.5 {
        0.0
    } else {
        1.0
    }
}

/// What one new pixel covers of the old ones along an axis.
struct Covered {
    start: usize,
    first: f32,
    inner: f32,
    last: f32,
    count: usize,
}

impl Covered {
    /// Each old pixel with its share of the new one; the shares sum to 1.
    fn shares(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        (0..self.count).map(|i| {
            let share = match i {
                0 => self.first,
                _ if i + 1 == self.count => self.last,
                _ => self.inner,
            };
            (self.start + i, share)
        })
    }
}

fn coverage(from: usize, to: usize) -> Vec<Covered> {
    let scale = from as f64 / to as f64;
    let covered = |i: usize| {
        // The far edge must not creep over the last pixel by rounding.
        let (near, far) = (i as f64 * scale, ((i + 1) as f64 * scale).min(from as f64));
        let start = (near as usize).min(from - 1);
        let count = ((far.ceil() as usize).max(start + 1) - start).max(1);
        let share = |width: f64| (width / (far - near)) as f32;
        let first = if count == 1 { 1.0 } else { share((start + 1) as f64 - near) };
        Covered { start, first, inner: share(1.0), last: share(far - (start + count - 1) as f64), count }
    };
    (0..to).map(covered).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grey(width: usize, height: usize, data: &[f32]) -> Grey {
        Grey { width, height, data: data.to_vec() }
    }

    #[test]
    fn shrinking_takes_means_of_areas() {
        let picture = grey(4, 2, &[0.0, 1.0, 0.5, 0.5, 1.0, 0.0, 0.5, 0.5]);
        assert_eq!(picture.resized(picture.frame(), 2, 1).data, [0.5, 0.5]);
        // Three pixels to two: each new one is one and a half old ones.
        let picture = grey(3, 1, &[0.0, 0.6, 0.9]);
        let data = picture.resized(picture.frame(), 2, 1).data;
        assert!((data[0] - 0.2).abs() < 1e-6 && (data[1] - 0.8).abs() < 1e-6, "{data:?}");
    }

    #[test]
    fn enlarging_repeats() {
        let picture = grey(3, 1, &[9.0, 0.25, 0.75]);
        let part = Rect { x: 1, y: 0, width: 2, height: 1 };
        assert_eq!(picture.resized(part, 4, 2).data, [0.25, 0.25, 0.75, 0.75, 0.25, 0.25, 0.75, 0.75]);
    }

    #[test]
    fn ink_on_nothing_gets_the_ground_it_stands_out_from() {
        let black_ink = [[0, 0, 0, 255], [0, 0, 0, 0]].concat();
        assert_eq!(Grey::from_rgba(&black_ink, 2, 1).unwrap().data, [0.0, 1.0]);
        let white_ink = [[255, 255, 255, 255], [0, 0, 0, 0]].concat();
        assert_eq!(Grey::from_rgba(&white_ink, 2, 1).unwrap().data, [1.0, 0.0]);
    }

    #[test]
    fn a_cut_out_picture_is_laid_over_its_own_ground() {
        let (paper, ink, nothing) = ([230, 230, 230, 255], [20, 20, 20, 255], [0, 0, 0, 0]);
        let data = Grey::from_rgba(&[nothing, paper, paper, ink, paper].concat(), 5, 1).unwrap().data;
        assert_eq!(data[0], data[1]);
    }

    #[test]
    fn colour_and_grey_bytes() {
        let red = [255, 0, 0, 255].repeat(4);
        assert_eq!(resize_rgba(&red, [2, 2], [1, 1], 3).unwrap(), [255, 0, 0]);
        assert_eq!(resize_rgba(&red, [2, 2], [1, 1], 1).unwrap(), [76]);
        assert_eq!(resize_rgba(&[0; 4], [1, 1], [1, 2], 3).unwrap(), [255; 6]);
        assert_eq!(resize_rgba(&red, [2, 2], [1, 1], 2).unwrap_err().code(), "out_of_range");
        assert_eq!(resize_rgba(&red, [2, 2], [0, 1], 1).unwrap_err().code(), "image_size");
    }

    #[test]
    fn sizes_are_checked() {
        let code =
            |bytes: usize, width, height| Grey::from_rgba(&vec![0; bytes], width, height).unwrap_err().code();
        assert_eq!(code(0, 0, 0), "image_size");
        assert_eq!(code(4, 20_000, 20_000), "image_size");
        assert_eq!(code(5, 1, 1), "pixel_count");
    }

    proptest! {
        #[test]
        fn resizing_keeps_the_mean(
            width in 1usize..40, height in 1usize..40, to_width in 1usize..40, to_height in 1usize..40, seed: u64,
        ) {
            let mut rng = cnn::rng::Rng::seed_from_u64(seed);
            let data: Vec<f32> = (0..width * height).map(|_| rng.uniform()).collect();
            let picture = grey(width, height, &data);
            let resized = picture.resized(picture.frame(), to_width, to_height);
            let mean = |data: &[f32]| data.iter().map(|&v| f64::from(v)).sum::<f64>() / data.len() as f64;
            prop_assert!((mean(&data) - mean(&resized.data)).abs() < 1e-5);
        }
    }
}
