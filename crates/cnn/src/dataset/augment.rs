//! Training images shifted, turned, scaled, made thicker or thinner, and bent, anew for each batch.
//!
//! What happens to an image follows from the run's seed, the number of the step and the image's place in its batch, by a
//! counter-based generator ([`split_mix`]): there is no state to keep, so a run that is undone, restored or replayed meets
//! the same images, and any number of threads may work on a batch. The arithmetic is `f32` products and sums in one
//! order, each rounded on its own, with the sine and cosine of [`libm`] once an image: the same bits natively and in
//! WebAssembly.

mod warp;

pub use warp::{Distortion, LATTICE};

use crate::kernels::split_mix;
use crate::par;
use crate::{Error, Result};

/// Which numbers of the seed's sequence are for augmentation: far from the first ones, which weights are drawn from.
const STREAM: u64 = 1 << 32;

/// A value of the lattice, uniform in −1..1, to a bend with a root mean square of 1: by 1/√3 for the uniform distribution
/// and by 151/315 along each axis, the mean of ∑ B(x − i)² for the cubic B-spline B.
const BEND: f32 = 1.732_050_8 * 315.0 / 151.0;

/// How far the images of each training batch are distorted at most: each image by amounts of its own, drawn uniformly from
/// between these limits, both signs alike. 0 switches a distortion off, and by default all are.
///
/// ```
/// use cnn::dataset::Augment;
///
/// let augment = Augment { shift: 2.0, rotation: 10.0, ..Augment::OFF };
/// augment.validate([28, 28, 1])?;
/// // The seventh image in the batch of step 0 of the run 777.
/// let distortion = augment.distortion(777, 0, 6);
/// assert!(distortion.rotation.abs() <= 10.0 && distortion.scale == [1.0, 1.0]);
/// # Ok::<(), cnn::Error>(())
/// ```
///
/// Pixels between others are interpolated linearly; what lies outside of an image continues its edge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Augment {
    /// Shift down or up and, drawn on its own, right or left, in pixels, 0 to 1000.
    pub shift: f32,
    /// Rotation about the centre, in degrees, 0 to 180.
    pub rotation: f32,
    /// Scaling of the height and, drawn on its own, of the width: by 1 − `scaling` to 1 + `scaling`, 0 to 0.9.
    pub scaling: f32,
    /// How far each pixel moves towards the largest of the 3×3 around it (light strokes get thicker) or towards the smallest
    /// (thinner), 0 to 1: grey-scale dilation or erosion, in part.
    pub thickness: f32,
    /// Elastic distortion: the root mean square of the displacement along each axis, in pixels, 0 to 100. Neighbouring
    /// pixels move alike: the random displacements of Simard, Steinkraus & Platt, *Best practices for convolutional
    /// neural networks applied to visual document analysis*, 2003, are smoothed with a Gaussian; here they stand on a
    /// lattice whose points lie a quarter of the image apart, with a cubic B-spline between them, which is close to a
    /// Gaussian with σ of 1/6.9 of the image. For 28×28 that is the σ = 4 of the paper, whose α = 34 is 1.4 here.
    pub elastic: f32,
}

impl Augment {
    /// No distortion.
    pub const OFF: Self = Self { shift: 0.0, rotation: 0.0, scaling: 0.0, thickness: 0.0, elastic: 0.0 };

    /// Whether images stay as they are.
    pub fn is_off(&self) -> bool {
        *self == Self::OFF
    }

    /// Names and numbers: `[("shift", 2.0), ("rotation", 0.0), …]`.
    pub fn settings(&self) -> [(&'static str, f32); 5] {
        let &Self { shift, rotation, scaling, thickness, elastic } = self;
        [
            ("shift", shift),
            ("rotation", rotation),
            ("scaling", scaling),
            ("thickness", thickness),
            ("elastic", elastic),
        ]
    }

    /// The inverse of [`settings`](Self::settings); what is missing is off.
    ///
    /// # Errors
    /// A sentence that names a setting that there is not.
    pub fn from_settings(numbers: &[(&str, f64)]) -> Result<Self, String> {
        let mut augment = Self::OFF;
        for &(name, number) in numbers {
            let place = match name {
                "shift" => &mut augment.shift,
                "rotation" => &mut augment.rotation,
                "scaling" => &mut augment.scaling,
                "thickness" => &mut augment.thickness,
                "elastic" => &mut augment.elastic,
                _ => {
                    return Err(format!(
                        "got the distortion `{name}`, expected shift, rotation, scaling, thickness or elastic"
                    ));
                }
            };
            *place = number as f32;
        }
        Ok(augment)
    }

    /// Checks the numbers, and that images `[height, width, channels]` can be distorted.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] naming the first number that is outside its range, [`Error::NothingToDistort`] for images of
    /// one pixel.
    pub fn validate(&self, input: [usize; 3]) -> Result<()> {
        let limits = [
            (1000.0, "0 to 1000 pixels"),
            (180.0, "0 to 180 degrees"),
            (0.9, "0 to 0.9: it is a part of the size"),
            (1.0, "0 to 1: it is a part of the way"),
            (100.0, "0 to 100 pixels"),
        ];
        for ((what, got), (most, expected)) in self.settings().into_iter().zip(limits) {
            if !(0.0..=most).contains(&got) {
                return Err(Error::OutOfRange { what, got: got.into(), expected });
            }
        }
        match input {
            [1, 1, _] if !self.is_off() => Err(Error::NothingToDistort { input }),
            _ => Ok(()),
        }
    }

    /// What happens to the image at a place of the batch that the step after `step` steps trains on. Each amount has random
    /// numbers of its own: one distortion changed or switched off leaves the others as they are.
    pub fn distortion(&self, seed: u64, step: u64, place: usize) -> Distortion {
        let image = split_mix(split_mix(split_mix(seed, STREAM), step), place as u64);
        // Uniform in −1..1, a multiple of 2⁻²³ so that every value is exact.
        let draw = |k: usize| (split_mix(image, k as u64) >> 40) as f32 * (2.0 / (1 << 24) as f32) - 1.0;
        let bend = self.elastic * BEND;
        Distortion {
            shift: [self.shift * draw(0), self.shift * draw(1)],
            rotation: self.rotation * draw(2),
            scale: [1.0 + self.scaling * draw(3), 1.0 + self.scaling * draw(4)],
            thickness: self.thickness * draw(5),
            elastic: (bend > 0.0)
                .then(|| std::array::from_fn(|i| std::array::from_fn(|axis| bend * draw(6 + 2 * i + axis)))),
        }
    }

    /// Distorts a batch of images `[batch, height, width, channels]`, each by its own
    /// [`distortion`](Self::distortion), into `output`. `images` are worked on: what is left in them is not specified.
    ///
    /// # Panics
    /// If there are not as many values in the one as in the other, or not those of whole images.
    pub fn batch(&self, seed: u64, step: u64, shape: [usize; 3], images: &mut [f32], output: &mut [f32]) {
        let len = shape.iter().product();
        assert!(
            images.len() == output.len() && images.len().is_multiple_of(len),
            "whole images of {shape:?}"
        );
        par::chunks_mut2((images, len), (output, len), |place, image, output| {
            self.distortion(seed, step, place).apply(shape, image, output);
        });
    }
}
