//! Images distorted as training does it, with every argument checked: what the figures of a page call.

use crate::{Error, Result};
use cnn::dataset::{Augment, Distortion};

/// A batch of images `[n, height, width, channels]` as a run with this seed would train on it after `step` steps.
///
/// # Errors
/// Those of [`Augment::validate`], [`Error::ZeroSize`] for images without pixels, [`Error::ShapeMismatch`] for values that
/// are not those of whole images.
pub fn augmented(
    images: &[f32],
    shape: [usize; 3],
    augment: &Augment,
    seed: u64,
    step: u64,
) -> Result<Vec<f32>> {
    image_len(images, shape)?;
    augment.validate(shape)?;
    let mut output = vec![0.0; images.len()];
    augment.batch(seed, step, shape, &mut images.to_vec(), &mut output);
    Ok(output)
}

/// Images `[n, height, width, channels]`, all distorted alike.
///
/// # Errors
/// [`Error::OutOfRange`] for a shift or a rotation that is not finite, and otherwise as [`augmented`].
pub fn distorted(images: &[f32], shape: [usize; 3], distortion: &Distortion) -> Result<Vec<f32>> {
    let len = image_len(images, shape)?;
    let [down, right] = distortion.shift;
    for (what, got) in [("shift", down), ("shift", right), ("rotation", distortion.rotation)] {
        if !got.is_finite() {
            return Err(Error::OutOfRange { what, got: got.into(), expected: "finite" });
        }
    }
    let mut output = vec![0.0; images.len()];
    for (image, output) in images.to_vec().chunks_exact_mut(len).zip(output.chunks_exact_mut(len)) {
        distortion.apply(shape, image, output);
    }
    Ok(output)
}

/// Values of one image, if these are those of whole images.
fn image_len(images: &[f32], shape: [usize; 3]) -> Result<usize> {
    let len = shape.iter().try_fold(1usize, |n, &size| n.checked_mul(size));
    match len {
        Some(0) => Err(Error::ZeroSize { what: "image" }),
        Some(len) if images.len().is_multiple_of(len) => Ok(len),
        _ => Err(Error::ShapeMismatch { what: "image", got: vec![images.len()], expected: shape.to_vec() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIFTED: Augment = Augment { shift: 2.0, ..Augment::OFF };

    #[test]
    fn a_batch_is_the_one_of_a_run() {
        let images: Vec<f32> = (0..40).map(|i| i as f32 / 40.0).collect();
        let got = augmented(&images, [4, 5, 1], &SHIFTED, 7, 3).unwrap();
        for (place, (image, got)) in images.chunks(20).zip(got.chunks(20)).enumerate() {
            let distortion = SHIFTED.distortion(7, 3, place);
            assert_eq!(distorted(image, [4, 5, 1], &distortion).unwrap(), got);
        }
        assert_eq!(augmented(&images, [4, 5, 1], &Augment::OFF, 7, 3).unwrap(), images);
        assert_eq!(augmented(&[], [4, 5, 1], &SHIFTED, 7, 3).unwrap(), []);
    }

    #[test]
    fn what_can_t_be_is_said() {
        let code = |images: &[f32], shape, augment: &Augment| {
            augmented(images, shape, augment, 1, 0).unwrap_err().code()
        };
        assert_eq!(code(&[0.0; 7], [2, 3, 1], &SHIFTED), "shape_mismatch");
        assert_eq!(code(&[0.0; 7], [2, usize::MAX, 3], &SHIFTED), "shape_mismatch");
        assert_eq!(code(&[], [2, 0, 1], &SHIFTED), "zero_size");
        assert_eq!(code(&[0.0], [1, 1, 1], &SHIFTED), "nothing_to_distort");
        assert_eq!(code(&[0.0; 6], [2, 3, 1], &Augment { shift: -2.0, ..SHIFTED }), "out_of_range");
        let turned = Distortion { rotation: f32::NAN, ..Distortion::NONE };
        assert_eq!(distorted(&[0.0; 6], [2, 3, 1], &turned).unwrap_err().code(), "out_of_range");
    }
}
