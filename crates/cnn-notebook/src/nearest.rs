//! The training images that are most like another image.

use crate::teaching::TaughtImages;
use crate::{Error, Result};
use cnn::dataset::Split;

/// Pixels whose distance is summed up before it is compared with the best so far.
const STRETCH: usize = 256;

impl TaughtImages {
    /// The training images nearest to `pixels` (`[height, width, channels]` in 0..=1, compared as bytes) by
    /// Euclidean distance, nearest first: index and distance, in units of a pixel's whole range. At most `n`, of
    /// those that are there; taught examples are among them.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if `pixels` is no image of this data set.
    pub fn nearest(&self, pixels: &[f32], n: usize) -> Result<Vec<(usize, f32)>> {
        if pixels.len() != self.image_len() {
            return Err(Error::PixelCount { got: pixels.len(), expected: self.image_len() });
        }
        let n = n.min(self.available(Split::Train) + self.taught());
        let query: Vec<u8> = pixels.iter().map(|pixel| (pixel * 255.0).round() as u8).collect();
        let taught = self.count(Split::Train);
        let indices = (0..self.available(Split::Train)).chain(taught..taught + self.taught());
        let mut nearest: Vec<(usize, u64)> = Vec::with_capacity(n + 1);
        for index in indices {
            let image = self.image(Split::Train, index)?;
            let worst = if nearest.len() < n { u64::MAX } else { nearest.last().map_or(0, |last| last.1) };
            if let Some(distance) = squared_distance(&query, image, worst) {
                let place = nearest.partition_point(|(_, other)| *other <= distance);
                nearest.insert(place, (index, distance));
                nearest.truncate(n);
            }
        }
        Ok(nearest
            .into_iter()
            .map(|(index, squared)| (index, (squared as f64).sqrt() as f32 / 255.0))
            .collect())
    }
}

/// The squared distance, or none as soon as it is clear that it is not below `limit`.
fn squared_distance(a: &[u8], b: &[u8], limit: u64) -> Option<u64> {
    let mut sum = 0;
    for (a, b) in a.chunks(STRETCH).zip(b.chunks(STRETCH)) {
        // 16-bit differences and 32-bit sums are what SIMD multiplies and adds in one instruction.
        let squares = a.iter().zip(b).map(|(&a, &b)| {
            let difference = i32::from(i16::from(a) - i16::from(b));
            difference * difference
        });
        sum += squares.sum::<i32>() as u64;
        if sum >= limit {
            return None;
        }
    }
    Some(sum)
}
