//! A data set as MNIST comes: four IDX files in a folder.

use anyhow::{Context, Result, bail, ensure};
use cnn::dataset::{Counts, DatasetInfo, IdxImages, IdxLabels, ImageDataset, Split};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Images that the page fetches at once, in whose order the first epoch visits them.
pub const BLOCK: usize = 5_000;
/// So many images of a training file validate, as the lecture's loader splits MNIST's,
const VALIDATION: usize = 5_000;
/// but no more than one in so many.
const VALIDATION_PART: usize = 10;
/// Largest file that is read, unpacked: a few bytes of `.gz` can name any number.
const FILE_LIMIT: u64 = 8_000_000_000;

/// An IDX file and what was read of it.
struct Idx {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Idx {
    /// Reads `NAME` or `NAME.gz`.
    fn read(folder: &Path, name: &str) -> Result<Self> {
        let (plain, packed) = (folder.join(name), folder.join(format!("{name}.gz")));
        let path = if plain.exists() { plain } else { packed };
        let mut bytes = Vec::new();
        let file = File::open(&path).with_context(|| {
            format!(
                "found neither {name} nor {name}.gz in {}, expected IDX files as MNIST's are named",
                folder.display()
            )
        })?;
        let read = match path.extension().is_some_and(|extension| extension == "gz") {
            true => flate2::read::GzDecoder::new(file).take(FILE_LIMIT + 1).read_to_end(&mut bytes),
            false => file.take(FILE_LIMIT + 1).read_to_end(&mut bytes),
        };
        read.with_context(|| path.display().to_string())?;
        let limit = FILE_LIMIT / 1_000_000;
        ensure!(
            bytes.len() as u64 <= FILE_LIMIT,
            "{}: got more than the {limit} MB that are read",
            path.display()
        );
        Ok(Self { path, bytes })
    }

    /// What is wrong with the file, as an error that names it.
    fn named<T>(&self, result: cnn::Result<T>) -> Result<T> {
        result.with_context(|| self.path.display().to_string())
    }

    fn images(&self) -> Result<IdxImages<'_>> {
        self.named(IdxImages::parse(&self.bytes))
    }

    fn labels(&self) -> Result<&[u8]> {
        Ok(self.named(IdxLabels::parse(&self.bytes))?.0)
    }
}

/// Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`,
/// each plain or with `.gz`.
///
/// The first `validation` images of the training file validate; `None` takes 5,000, or a tenth where that is
/// less. The split and the [`BLOCK`] are the page's, so the same run visits the same images.
///
/// # Errors
/// What is wrong with which file: not there, no IDX, damaged, labels that are no classes, not as many labels as images,
/// or no image left to train on.
pub fn load(folder: &Path, classes: usize, validation: Option<usize>) -> Result<ImageDataset> {
    let name = folder.file_name().map_or("data".into(), |name| name.to_string_lossy().into_owned());
    let [images, labels, test_images, test_labels] = [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ]
    .map(|name| Idx::read(folder, name));
    let (images, labels, test_images, test_labels) = (images?, labels?, test_images?, test_labels?);

    let IdxImages { count, shape: [height, width, channels], pixels } = images.images()?;
    let classes_of = labels.labels()?;
    if classes_of.len() != count {
        bail!(
            "{}: got {} labels, expected {count}, one for each image",
            labels.path.display(),
            classes_of.len()
        );
    }
    // In the whole file: of a part of it, the image's number would be another.
    if let Some(index) = classes_of.iter().position(|&label| usize::from(label) >= classes) {
        labels.named(Err(cnn::Error::LabelOutOfRange { index, label: classes_of[index], classes }))?;
    }
    let validation = validation.unwrap_or((count / VALIDATION_PART).min(VALIDATION));
    if validation >= count {
        bail!(
            "got {validation} images to validate with, expected fewer than the {count} of {}",
            images.path.display()
        );
    }
    let counts = Counts { train: count - validation, validation, test: test_images.images()?.count };
    let info = DatasetInfo { name, height, width, channels, classes, counts, block: BLOCK };
    let mut data = images.named(ImageDataset::new(info))?;
    let cut = validation * data.image_len();
    labels.named(data.append_pixels(Split::Validation, &pixels[..cut], &classes_of[..validation]))?;
    labels.named(data.append_pixels(Split::Train, &pixels[cut..], &classes_of[validation..]))?;
    test_labels.named(data.append(Split::Test, &test_images.bytes, &test_labels.bytes))?;
    Ok(data)
}
