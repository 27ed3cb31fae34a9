//! Strokes as wide as MNIST's, where a fine pen made them thinner.

use crate::picture::{Grey, Rect};

/// Narrowest stroke, as a part of the digit's larger side: 2.1 of the 20 pixels that it will have.
const NARROWEST: f32 = 0.105;

/// Mean width of the strokes in a picture of ink, in pixels: twice the area for each pixel of outline, since a stroke has two
/// sides.
fn width_of(ink: &Grey) -> f32 {
    let (width, height) = (ink.width, ink.height);
    let is_ink = |x: usize, y: usize| ink.data[y * width + x] >= 0.5;
    let (mut area, mut outline) = (0.0, 0.0);
    for y in 0..height {
        for x in 0..width {
            area += ink.data[y * width + x];
            if is_ink(x, y) {
                let outside = |there: bool, x: usize, y: usize| f32::from(u8::from(!there || !is_ink(x, y)));
                outline += outside(x > 0, x.wrapping_sub(1), y) + outside(x + 1 < width, x + 1, y);
                outline += outside(y > 0, x, y.wrapping_sub(1)) + outside(y + 1 < height, x, y + 1);
            }
        }
    }
    // Along a slope, steps from pixel to pixel are longer than the slope: by 4/π in the mean of all directions.
    2.0 * area / (outline * std::f32::consts::FRAC_PI_4).max(1.0)
}

/// A part of a picture of ink, with its strokes made wider, and room for that around it, if they are narrower than MNIST's.
pub(super) fn widened(ink: &Grey, part: Rect) -> Grey {
    let data = (0..part.height).flat_map(|y| ink.row(part, y)).copied().collect();
    let cut = Grey { width: part.width, height: part.height, data };
    let radius = 0.5 * (NARROWEST * part.larger_side() as f32 - width_of(&cut));
    if radius <= 0.0 {
        return cut;
    }
    let reach = radius.ceil() as isize;
    let (width, height) = (cut.width + 2 * reach as usize, cut.height + 2 * reach as usize);
    // A round pen: full within the radius, nothing from a pixel further on.
    let mut pen = Vec::new();
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let share = radius + 1.0 - ((dx * dx + dy * dy) as f32).sqrt();
            if share > 0.0 {
                pen.push((dx, dy, share.min(1.0)));
            }
        }
    }
    let mut wide = Grey { width, height, data: vec![0.0; width * height] };
    for (i, &value) in cut.data.iter().enumerate().filter(|(_, value)| **value > 0.05) {
        let (x, y) = ((i % cut.width) as isize + reach, (i / cut.width) as isize + reach);
        for &(dx, dy, share) in &pen {
            let pixel = &mut wide.data[(y + dy) as usize * width + (x + dx) as usize];
            *pixel = pixel.max(value * share);
        }
    }
    wide
}
