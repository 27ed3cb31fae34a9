//! Any picture of a digit, made into what MNIST's own digits are: light ink on black, its larger side 20 pixels,
//! its centre of mass at the centre of 28×28 (LeCun, Cortes and Burges, *The MNIST database of handwritten digits*).
//!
//! Each stage is kept, so that a page can show what becomes of a drawing or a photo.

use crate::picture::{Grey, Rect};
use crate::{Error, Result};

/// Width and height of the result.
pub const SIZE: usize = 28;
/// The larger side of the digit in it.
pub const FITTED: usize = 20;

/// Side of the reduced picture in which the digit is looked for.
const REDUCED: usize = 256;
/// Least difference from the ground, of 1, that counts as a drawing.
const LEAST_CONTRAST: f32 = 0.12;
/// Part of full ink from which a pixel belongs to the digit.
const INK: f32 = 0.3;
/// A blot smaller than this part of the largest is dust.
const DUST: f32 = 0.02;
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
    /// The ink alone, with the picture made small: at most 256 pixels a side.
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
    let [reduced_width, reduced_height] =
        [width, height].map(|side| if larger <= REDUCED { side } else { (side * REDUCED / larger).max(1) });
    let reduced = picture.resized(picture.frame(), reduced_width, reduced_height);

    let ground = Ground::of(&reduced);
    let (dark_on_light, scale) = ground.contrast(&reduced)?;
    let ink_at = |value: f32, x: f32, y: f32| {
        let difference = ground.at(x, y) - value;
        let difference = if dark_on_light { difference } else { -difference };
        ((difference - ground.noise) * scale).clamp(0.0, 1.0)
    };
    let ink = map(&reduced, reduced.frame(), ink_at);
    let coarse = blots(&ink).ok_or(Error::DigitEmpty)?;

    // Back to full size, with a margin of a reduced pixel, for the exact box.
    let part = enlarged(coarse, &reduced, &picture);
    let full_ink = map(&picture, part, ink_at);
    let inner = bounds(&full_ink, |value| value >= INK).ok_or(Error::DigitEmpty)?;
    let crop = Rect { x: part.x + inner.x, y: part.y + inner.y, ..inner };
    if crop.larger_side() < LEAST_PIXELS.max((larger as f32 * LEAST_PART) as usize) {
        return Err(Error::DigitTooSmall { size: [crop.height, crop.width] });
    }

    let fit = |side: usize| (side * FITTED).div_ceil(crop.larger_side()).clamp(1, FITTED);
    let mut fitted = full_ink.resized(inner, fit(crop.width), fit(crop.height));
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
    Ok(Digit { pixels, dark_on_light, ground: ground.at(0.5, 0.5), ink, crop, fitted, centre, offset })
}

/// The ground: a plane, as one side of a photo is often in the shade.
struct Ground {
    /// Tone at the left top corner, and its change to the right and to the bottom edge.
    plane: [f32; 3],
    /// How far the ground itself strays from the plane.
    noise: f32,
}

impl Ground {
    /// Fits the plane to the picture's border, leaving out what is far from the border's median: ink may touch it.
    fn of(picture: &Grey) -> Self {
        let (width, height) = (picture.width, picture.height);
        let ring = (width.min(height) / 20).max(1);
        let mut border = Vec::new();
        for y in 0..height {
            for x in 0..width {
                if x < ring || y < ring || x + ring >= width || y + ring >= height {
                    border.push((along(x, width), along(y, height), picture.data[y * width + x]));
                }
            }
        }
        let median = quantile(border.iter().map(|&(_, _, value)| value), 0.5);
        let spread = quantile(border.iter().map(|&(_, _, value)| (value - median).abs()), 0.5);
        border.retain(|&(_, _, value)| (value - median).abs() <= (3.0 * spread).max(0.02));
        let plane = fit_plane(&border, median);
        let ground = Self { plane, noise: 0.0 };
        let strays = border.iter().map(|&(x, y, value)| (value - ground.at(x, y)).abs());
        Self { noise: 1.5 * quantile(strays, 0.95), ..ground }
    }

    /// Tone at a place, 0..=1 from left to right and from top to bottom.
    fn at(&self, x: f32, y: f32) -> f32 {
        self.plane[0] + self.plane[1] * x + self.plane[2] * y
    }

    /// Whether the ink is darker than the ground, and what makes its difference 1.
    fn contrast(&self, picture: &Grey) -> Result<(bool, f32)> {
        let mut differences = Vec::with_capacity(picture.data.len());
        for (i, value) in picture.data.iter().enumerate() {
            let (x, y) = (i % picture.width, i / picture.width);
            differences.push(self.at(along(x, picture.width), along(y, picture.height)) - value);
        }
        let most = |sign: f32| differences.iter().map(|d| d * sign - self.noise).fold(0.0, f32::max);
        let (darker, lighter) = (most(1.0), most(-1.0));
        let strongest = darker.max(lighter);
        if strongest < LEAST_CONTRAST {
            return Err(Error::DigitEmpty);
        }
        // The side on which more is drawn; a glint on a dark stroke must not turn the picture over.
        let amount = |sign: f32| differences.iter().map(|d| (d * sign - self.noise).max(0.0)).sum::<f32>();
        let dark_on_light = amount(1.0) >= amount(-1.0);
        let strongest = if dark_on_light { darker } else { lighter };
        if strongest < LEAST_CONTRAST {
            return Err(Error::DigitEmpty);
        }
        Ok((dark_on_light, 1.0 / (0.9 * strongest)))
    }
}

fn along(i: usize, n: usize) -> f32 {
    (i as f32 + 0.5) / n as f32
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

/// Least-squares plane through `(x, y, value)`; level where the points do not tell a slope.
fn fit_plane(points: &[(f32, f32, f32)], level: f32) -> [f32; 3] {
    let n = points.len() as f32;
    let mean = |f: fn(&(f32, f32, f32)) -> f32| points.iter().map(f).sum::<f32>() / n;
    let (mx, my, mv) = (mean(|p| p.0), mean(|p| p.1), mean(|p| p.2));
    let sum = |f: &dyn Fn(f32, f32, f32) -> f32| {
        points.iter().map(|p| f(p.0 - mx, p.1 - my, p.2 - mv)).sum::<f32>()
    };
    let (xx, yy, xy) = (sum(&|x, _, _| x * x), sum(&|_, y, _| y * y), sum(&|x, y, _| x * y));
    let (xv, yv) = (sum(&|x, _, v| x * v), sum(&|_, y, v| y * v));
    let determinant = xx * yy - xy * xy;
    if determinant <= 1e-3 * n {
        return [level, 0.0, 0.0];
    }
    let (a, b) = ((xv * yy - yv * xy) / determinant, (yv * xx - xv * xy) / determinant);
    [mv - a * mx - b * my, a, b]
}

/// A part of a picture, each value changed by what it is and where it stands in the whole, 0..=1.
fn map(picture: &Grey, part: Rect, f: impl Fn(f32, f32, f32) -> f32) -> Grey {
    let mut data = Vec::with_capacity(part.width * part.height);
    for y in 0..part.height {
        let down = along(part.y + y, picture.height);
        let row = picture.row(part, y).iter().enumerate();
        data.extend(row.map(|(x, &value)| f(value, along(part.x + x, picture.width), down)));
    }
    Grey { width: part.width, height: part.height, data }
}

/// The smallest box around every value that passes.
fn bounds(picture: &Grey, passes: impl Fn(f32) -> bool) -> Option<Rect> {
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for (i, _) in picture.data.iter().enumerate().filter(|(_, value)| passes(**value)) {
        let (x, y) = (i % picture.width, i / picture.width);
        (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
    }
    (left != usize::MAX).then(|| Rect { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top })
}

/// The box around all connected blots of ink that are not dust beside the largest.
fn blots(ink: &Grey) -> Option<Rect> {
    let (width, height) = (ink.width, ink.height);
    let mut seen: Vec<bool> = ink.data.iter().map(|&value| value < INK).collect();
    let mut found: Vec<(f32, Rect)> = Vec::new();
    let mut stack = Vec::new();
    for start in 0..seen.len() {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        stack.push(start);
        let mut mass = 0.0;
        let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
        while let Some(i) = stack.pop() {
            let (x, y) = (i % width, i / width);
            mass += ink.data[i];
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            for ny in y.saturating_sub(1)..(y + 2).min(height) {
                for nx in x.saturating_sub(1)..(x + 2).min(width) {
                    if !std::mem::replace(&mut seen[ny * width + nx], true) {
                        stack.push(ny * width + nx);
                    }
                }
            }
        }
        let rect = Rect { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
        found.push((mass, rect));
    }
    let largest = found.iter().map(|(mass, _)| *mass).fold(0.0, f32::max);
    found.into_iter().filter(|(mass, _)| *mass >= DUST * largest).map(|(_, rect)| rect).reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        let (right, bottom) = ((a.x + a.width).max(b.x + b.width), (a.y + a.height).max(b.y + b.height));
        Rect { x, y, width: right - x, height: bottom - y }
    })
}

/// A box of the reduced picture in the full one, one reduced pixel wider on each side.
fn enlarged(part: Rect, reduced: &Grey, full: &Grey) -> Rect {
    let axis = |start: usize, length: usize, from: usize, to: usize| {
        let near = start.saturating_sub(1) * to / from;
        let far = ((start + length + 1) * to).div_ceil(from).min(to);
        (near, far - near)
    };
    let (x, width) = axis(part.x, part.width, reduced.width, full.width);
    let (y, height) = axis(part.y, part.height, reduced.height, full.height);
    Rect { x, y, width, height }
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
