//! IDX files, digits and pictures.

use super::{SMALL, Verdict, hold, within};
use cnn::dataset::{Counts, DatasetInfo, IdxFiles, ImageDataset, Split};
use cnn_notebook::picture::{Grey, resize_rgba};
use cnn_notebook::{digit, picture};

/// A pair of files for a data set of 7 images.
pub(super) fn idx(
    [height, width, channels]: [usize; 3],
    classes: usize,
    images: &[u8],
    labels: &[u8],
) -> Verdict {
    let counts = Counts { train: 7, validation: 0, test: 7 };
    let info = DatasetInfo { name: "any".into(), height, width, channels, classes, counts, block: 4 };
    let mut data = ImageDataset::new(info).map_err(|error| error.to_string())?;
    let limit = SMALL + 4 * (images.len() + labels.len());
    // All at once: its size is what the file says, which must not be believed before it is all there.
    let files =
        IdxFiles { train_images: images, train_labels: labels, test_images: images, test_labels: labels };
    let whole = within(limit, "reading IDX files", || ImageDataset::from_idx("any", classes, &files))?;
    let appended = within(limit, "appending IDX files", || data.append(Split::Train, images, labels))?;
    match appended {
        Err(error) => {
            hold(data.available(Split::Train) == 0, || "a refused shard left images".into())?;
            hold(data.available(Split::Test) == 0, || "a refused shard left images".into())?;
            Ok(error.code())
        }
        Ok(count) => {
            hold(count == data.available(Split::Train) && count <= 7, || format!("{count} images of 7"))?;
            hold(images.ends_with(&labelled(&data, count, classes)?), || {
                "pixels other than the file's".into()
            })?;
            match whole {
                Ok(whole) => hold(whole.available(Split::Test) == count, || "another number at once".into())?,
                Err(error) => hold(count == 0, || format!("appended, and refused at once: {error}"))?,
            }
            Ok("taken")
        }
    }
}

/// Pixels of all images, whose labels must be classes.
fn labelled(data: &ImageDataset, count: usize, classes: usize) -> Result<Vec<u8>, String> {
    let mut pixels = Vec::new();
    for index in 0..count {
        pixels.extend(data.image(Split::Train, index).map_err(|error| error.to_string())?);
        let label = data.label(Split::Train, index).map_err(|error| error.to_string())?;
        hold(usize::from(label) < classes, || format!("label {label} of {classes} classes"))?;
    }
    Ok(pixels)
}

/// A picture with a digit in it.
pub(super) fn digit(rgba: &[u8], width: usize, height: usize) -> Verdict {
    // Grey values of the picture, and of its ink in it.
    let limit = SMALL + 8 * rgba.len();
    let digit = match within(limit, "preparing a digit", || digit::prepare(rgba, width, height))? {
        Ok(digit) => digit,
        Err(error) => return Ok(error.code()),
    };
    let unit = |values: &[f32]| values.iter().all(|value| (0.0..=1.0).contains(value));
    hold(digit.pixels.len() == digit::SIZE * digit::SIZE, || "it is not 28×28".into())?;
    hold(unit(&digit.pixels) && unit(&digit.ink.data), || "values outside of 0 to 1".into())?;
    hold(digit.pixels.iter().any(|&value| value > 0.0), || "a digit without ink".into())?;
    hold((0.0..=1.0).contains(&digit.ground), || format!("a ground of {}", digit.ground))?;
    let crop = digit.crop;
    hold(crop.width > 0 && crop.x + crop.width <= width, || format!("{crop:?} of {width}×{height}"))?;
    hold(crop.height > 0 && crop.y + crop.height <= height, || format!("{crop:?} of {width}×{height}"))?;
    let larger = digit.fitted.width.max(digit.fitted.height);
    hold(larger == digit::FITTED, || format!("fitted to {larger}"))?;
    hold(digit.fitted.data.len() == digit.fitted.width * digit.fitted.height, || "pixels missing".into())?;
    hold(digit.offset[0] + digit.fitted.width <= digit::SIZE, || "it stands outside".into())?;
    hold(digit.offset[1] + digit.fitted.height <= digit::SIZE, || "it stands outside".into())?;
    Ok("taken")
}

/// A picture made another size.
pub(super) fn picture(rgba: &[u8], from: [usize; 2], to: [usize; 2], channels: usize) -> Verdict {
    let grey = Grey::from_rgba(rgba, from[1], from[0]);
    if let Ok(grey) = &grey {
        hold(grey.data.iter().all(|value| (0.0..=1.0).contains(value)), || "grey outside of 0 to 1".into())?;
    }
    let new = to[0].saturating_mul(to[1]).min(picture::MAX_SIDE * picture::MAX_SIDE);
    let limit = SMALL + 4 * rgba.len() + 16 * new;
    match within(limit, "resizing", || resize_rgba(rgba, from, to, channels))? {
        Err(error) => Ok(error.code()),
        Ok(bytes) => {
            hold(bytes.len() == to[0] * to[1] * channels, || format!("{} bytes", bytes.len()))?;
            hold(grey.is_ok(), || "resized what is no picture".into())?;
            Ok("taken")
        }
    }
}
