//! Any picture of a digit, made into what MNIST's own digits are: light ink on black, its larger side 20 pixels,
//! its centre of mass at the centre of 28×28 (LeCun, Cortes and Burges, *The MNIST database of handwritten digits*).
//!
//! The ground may be shaded, squared, ruled or a blackboard: what is wide is ground (`ground`), thin lines from edge to edge are
//! print (`rules`), and of what is left the largest connected blot is the digit, with what lies near it (`blots`). Strokes
//! finer than MNIST's are made as wide (`stroke`). Each stage is kept, so that a page can show what becomes of a drawing or a
//! photo.

mod blots;
mod filters;
mod ground;
mod rules;
mod stroke;

use crate::picture::{Grey, Rect};
use crate::{Error, Result};
use blots::INK;
use ground::Ground;

/// Width and height of the result.
pub const SIZE: usize = 28;
/// The larger side of the digit in it.
pub const FITTED: usize = 20;

/// Larger side of the picture that is worked on.
const WORKING: usize = 320;
/// A digit smaller than this part of the picture is looked at again from nearer, with as much around it on each side.
const NEARER: f32 = 0.45;
const AROUND: f32 = 0.6;
/// Least difference from the ground, of 1, that counts as a drawing.
const LEAST_CONTRAST: f32 = 0.12;
/// What the ground itself strays: by so many median deviations from its median, and at least this much.
const STRAYS: f32 = 5.0;
const LEAST_STRAY: f32 = 0.02;
/// Least size of a drawing, in pixels and as a part of the picture.
const LEAST_PIXELS: usize = 4;
const LEAST_PART: f32 = 0.03;

/// A digit as the network is given it, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Digit {
    /// The result, 28×28, rows first, 0 ground and 1 full ink.
    pub pixels: Vec<f32>,
    /// Whether the ink is darker than its ground.
    pub dark_on_light: bool,
    /// Tone of the ground at the picture's middle, 0 black to 1 white.
    pub ground: f32,
    /// The ink of the digit alone, with the picture made small: at most 320 pixels a side.
    pub ink: Grey,
    /// The part of the picture that the digit takes up.
    pub crop: Rect,
    /// That part, with its larger side 20 pixels.
    pub fitted: Grey,
    /// Centre of mass in `fitted`, `[x, y]` in pixels from its left top corner.
    pub centre: [f32; 2],
    /// Where the left top corner of `fitted` stands in the result, `[x, y]`.
    pub offset: [usize; 2],
}

/// Prepares the picture that `rgba` (four bytes a pixel) shows.
///
/// # Errors
/// Those of [`Grey::from_rgba`]; [`Error::DigitEmpty`] if nothing stands out from the ground, and
/// [`Error::DigitTooSmall`] if what does is under 4 pixels or 3 % of the picture in both directions.
pub fn prepare(rgba: &[u8], width: usize, height: usize) -> Result<Digit> {
    let picture = Grey::from_rgba(rgba, width, height)?;
    let larger = width.max(height);
    let whole = Found::look(&picture, picture.frame(), None).ok_or(Error::DigitEmpty)?;
    let mut crop = whole.in_picture();
    if crop.larger_side() < LEAST_PIXELS.max((larger as f32 * LEAST_PART) as usize) {
        return Err(Error::DigitTooSmall { size: [crop.height, crop.width] });
    }
    let nearer = whole.nearer(&picture);
    let found = nearer.as_ref().unwrap_or(&whole);
    crop = found.in_picture();

    let wide = stroke::widened(&found.ink, found.digit);
    let inner = bounds(&wide).ok_or(Error::DigitEmpty)?;
    let fit = |side: usize| (side * FITTED).div_ceil(inner.larger_side()).clamp(1, FITTED);
    let mut fitted = wide.resized(inner, fit(inner.width), fit(inner.height));
    // Lines thinner than a pixel of the result have become pale: MNIST's strongest ink is always full.
    let strongest = fitted.data.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    fitted.data.iter_mut().for_each(|value| *value /= strongest);
    let centre = centre_of_mass(&fitted);
    let place =
        |centre: f32, side: usize| ((SIZE as f32 / 2.0 - centre).round().max(0.0) as usize).min(SIZE - side);
    let offset = [place(centre[0], fitted.width), place(centre[1], fitted.height)];
    let mut pixels = vec![0.0; SIZE * SIZE];
    for y in 0..fitted.height {
        let row = &mut pixels[(offset[1] + y) * SIZE + offset[0]..][..fitted.width];
        row.copy_from_slice(fitted.row(fitted.frame(), y));
    }
    let Found { dark_on_light, ground, ink, .. } = whole;
    Ok(Digit { pixels, dark_on_light, ground, ink, crop, fitted, centre, offset })
}

/// A digit found in a part of a picture.
struct Found {
    /// The part that was looked at.
    part: Rect,
    /// Its ink, but for what is not the digit's, at most [`WORKING`] pixels a side.
    ink: Grey,
    /// The digit's box in that.
    digit: Rect,
    dark_on_light: bool,
    /// Tone of the ground at the part's middle.
    ground: f32,
}

impl Found {
    /// Looks for a digit; `dark_on_light` where it is known already.
    fn look(picture: &Grey, part: Rect, dark_on_light: Option<bool>) -> Option<Self> {
        let work = picture.shrunk(part, WORKING);
        let ground = Ground::of(&work, dark_on_light);
        let contrast = ground.contrast(&work);
        drop(work);
        let median = quantile(contrast.data.iter().copied(), 0.5);
        let stray = quantile(contrast.data.iter().map(|value| (value - median).abs()), 0.5);
        let floor = (median + STRAYS * stray).max(LEAST_STRAY);
        let strongest = contrast.data.iter().copied().fold(0.0, f32::max);
        if strongest - floor < LEAST_CONTRAST {
            return None;
        }
        let cleared = rules::remove(&contrast, floor);
        // A stroke from edge to edge looks like a line, where it is all that there is.
        let (ink, digit) = digit_of(&cleared, floor).or_else(|| digit_of(&contrast, floor))?;
        let dark_on_light = ground.dark_on_light;
        Some(Self { part, ink, digit, dark_on_light, ground: ground.at(0.5, 0.5).clamp(0.0, 1.0) })
    }

    /// The same digit from nearer, if it is small and the picture has more pixels of it.
    fn nearer(&self, picture: &Grey) -> Option<Self> {
        let small = (self.digit.larger_side() as f32) < NEARER * self.ink.width.max(self.ink.height) as f32;
        if !small || self.part.larger_side() <= WORKING {
            return None;
        }
        let crop = self.in_picture();
        let around = (AROUND * crop.larger_side() as f32) as usize;
        let axis = |start: usize, length: usize, side: usize| {
            let near = start.saturating_sub(around);
            (near, (start + length + around).min(side) - near)
        };
        let (x, width) = axis(crop.x, crop.width, picture.width);
        let (y, height) = axis(crop.y, crop.height, picture.height);
        let found = Self::look(picture, Rect { x, y, width, height }, Some(self.dark_on_light))?;
        // Something else, such as a stain beside it, is not the digit.
        let ratio = found.in_picture().larger_side() as f32 / crop.larger_side() as f32;
        (0.75..1.33).contains(&ratio).then_some(found)
    }

    /// The digit's box in the whole picture.
    fn in_picture(&self) -> Rect {
        let axis = |start: usize, length: usize, from: usize, offset: usize, to: usize| {
            let near = start * to / from;
            let far = ((start + length) * to).div_ceil(from).min(to);
            (offset + near, (far - near).max(1))
        };
        let (x, width) = axis(self.digit.x, self.digit.width, self.ink.width, self.part.x, self.part.width);
        let (y, height) =
            axis(self.digit.y, self.digit.height, self.ink.height, self.part.y, self.part.height);
        Rect { x, y, width, height }
    }
}

/// The ink in a picture of contrasts, but for what is not the digit's, and the digit's box.
fn digit_of(contrast: &Grey, floor: f32) -> Option<(Grey, Rect)> {
    let over = || contrast.data.iter().map(|value| value - floor).filter(|value| *value > 0.0);
    let split = otsu(over());
    let (mut sum, mut count) = (0.0, 0usize);
    for value in over().filter(|value| *value >= split) {
        sum += value;
        count += 1;
    }
    if count == 0 || sum / (count as f32) < 0.5 * LEAST_CONTRAST {
        return None;
    }
    let full = 0.85 * sum / count as f32;
    let data = contrast.data.iter().map(|value| ((value - floor) / full).clamp(0.0, 1.0)).collect();
    let mut ink = Grey { width: contrast.width, height: contrast.height, data };
    let digit = blots::only_digit(&mut ink)?;
    Some((ink, digit))
}

/// The value that parts others, 0 to 1, best into pale and strong: where the variance between the two is largest (Otsu, *A
/// threshold selection method from gray-level histograms*, 1979).
fn otsu(values: impl Iterator<Item = f32>) -> f32 {
    const STEPS: usize = 128;
    let mut counts = [0.0f32; STEPS];
    values.for_each(|value| counts[((value * STEPS as f32) as usize).min(STEPS - 1)] += 1.0);
    let all: f32 = counts.iter().sum();
    let sum: f32 = counts.iter().enumerate().map(|(i, count)| i as f32 * count).sum();
    let (mut below, mut sum_below, mut best) = (0.0, 0.0, (0.0, 0));
    for (i, count) in counts.iter().enumerate() {
        below += count;
        sum_below += i as f32 * count;
        let above = all - below;
        if below > 0.0 && above > 0.0 {
            let between = below * above * (sum_below / below - (sum - sum_below) / above).powi(2);
            if between > best.0 {
                best = (between, i + 1);
            }
        }
    }
    best.1 as f32 / STEPS as f32
}

/// The value below which this part of the values (0 to 1) lies, to a thousandth; 0 for none.
fn quantile(values: impl Iterator<Item = f32>, part: f32) -> f32 {
    const STEPS: usize = 1000;
    let mut counts = [0u32; STEPS + 1];
    let mut total = 0;
    for value in values {
        counts[((value * STEPS as f32).round() as usize).min(STEPS)] += 1;
        total += 1;
    }
    let mut below = 0;
    let reached = |count: &u32| {
        below += count;
        below as f32 > part * total as f32
    };
    counts.iter().position(reached).unwrap_or(0) as f32 / STEPS as f32
}

/// The smallest box around all ink.
fn bounds(picture: &Grey) -> Option<Rect> {
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for (i, _) in picture.data.iter().enumerate().filter(|(_, value)| **value >= INK) {
        let (x, y) = (i % picture.width, i / picture.width);
        (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
    }
    (left != usize::MAX).then(|| Rect { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top })
}

/// `[x, y]` from the left top corner; pixels weigh at their middles.
fn centre_of_mass(picture: &Grey) -> [f32; 2] {
    let (mut mass, mut x, mut y) = (0.0, 0.0, 0.0);
    for (i, value) in picture.data.iter().enumerate() {
        mass += value;
        x += value * ((i % picture.width) as f32 + 0.5);
        y += value * ((i / picture.width) as f32 + 0.5);
    }
    [x / mass, y / mass]
}

#[cfg(test)]
mod tests;
