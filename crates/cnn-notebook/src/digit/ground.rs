//! What a digit is written on, told from the ink by how wide things are: shade and shadows are wide, strokes narrow.

use super::filters::{largest, mean, smallest};
use crate::picture::Grey;

/// Larger side of the picture in which the ground is looked for, in pixels.
const COARSE: usize = 80;
/// Half the width of the widest stroke, as a part of the picture's larger side.
const STROKE: f32 = 0.12;

/// How the ground is where it is covered by ink too.
pub(super) struct Ground {
    coarse: Grey,
    /// Whether the ink is darker.
    pub(super) dark_on_light: bool,
}

impl Ground {
    /// Finds the ground of a picture; `dark_on_light` where it is known already.
    pub(super) fn of(picture: &Grey, dark_on_light: Option<bool>) -> Self {
        let coarse = picture.shrunk(picture.frame(), COARSE);
        let radius = (STROKE * coarse.width.max(coarse.height) as f32).ceil() as usize;
        let dark_on_light = dark_on_light.unwrap_or_else(|| ink_is_dark(&coarse, radius));
        // Morphological closing takes away what is dark and narrow, and opening what is light and narrow; edges of what is
        // wide stay where they are.
        let coarse = match dark_on_light {
            true => smallest(&largest(&coarse, radius), radius),
            false => largest(&smallest(&coarse, radius), radius),
        };
        Self { coarse, dark_on_light }
    }

    /// Tone at a place, 0..=1 from left to right and from top to bottom.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let Grey { width, height, ref data } = self.coarse;
        let axis = |place: f32, side: usize| {
            let place = (place * side as f32 - 0.5).clamp(0.0, side as f32 - 1.0);
            let before = place as usize;
            (before, (before + 1).min(side - 1), place - before as f32)
        };
        let (left, right, u) = axis(x, width);
        let (top, bottom, v) = axis(y, height);
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        let row = |y: usize| mix(data[y * width + left], data[y * width + right], u);
        mix(row(top), row(bottom), v)
    }

    /// How far each pixel stands out from the ground, 0 to 1. Dark ink swallows the same part of the light in the shade as
    /// outside of it, so there it is that part; light ink is measured as it is.
    pub(super) fn contrast(&self, picture: &Grey) -> Grey {
        let (width, height) = (picture.width, picture.height);
        let mut data = Vec::with_capacity(width * height);
        for (y, row) in picture.data.chunks_exact(width).enumerate() {
            for (x, value) in row.iter().enumerate() {
                let ground = self.at((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32);
                let out =
                    if self.dark_on_light { (ground - value) / ground.max(0.2) } else { value - ground };
                data.push(out.clamp(0.0, 1.0));
            }
        }
        Grey { width, height, data }
    }
}

/// Whether what is narrow is darker than what is around it. Where less than half of a neighbourhood is ink, ink differs more from
/// its mean than the ground does, so that the differences are skewed to the ink's side; shade does not count, as it is in the
/// mean too. Fine pens show in small neighbourhoods, where the edge of a shadow is faint, and broad ones in large.
fn ink_is_dark(picture: &Grey, radius: usize) -> bool {
    skewness(picture, radius.div_ceil(3)) + skewness(picture, radius) <= 0.0
}

/// Of the differences between each pixel and the mean around it.
fn skewness(picture: &Grey, radius: usize) -> f32 {
    let mean = mean(picture, radius);
    let differences = || picture.data.iter().zip(&mean.data).map(|(value, mean)| value - mean);
    let n = picture.data.len() as f32;
    let variance = differences().map(|d| d * d).sum::<f32>() / n;
    if variance <= f32::EPSILON {
        0.0
    } else {
        differences().map(|d| d * d * d).sum::<f32>() / n / (variance * variance.sqrt())
    }
}
