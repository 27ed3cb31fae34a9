//! Labelled images as bytes, arriving piece by piece.

use super::{Dataset, IdxFiles, IdxImages, IdxLabels, Split, TargetKind, TargetsMut, check_room};
use crate::kernels::unit_from_bytes;
use crate::layers::Shape;
use crate::loss::check_labels;
use crate::{Error, Result};

/// How many images each split will have when all have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Counts {
    /// Images to train on, at least 1.
    pub train: usize,
    /// Images to validate on; may be 0.
    pub validation: usize,
    /// Images to test on; may be 0.
    pub test: usize,
}

/// What is known of a data set before any of its images is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct DatasetInfo {
    /// A name for people.
    pub name: String,
    /// Height of an image in pixels.
    pub height: usize,
    /// Width of an image in pixels.
    pub width: usize,
    /// 1 for grey, 3 for colour.
    pub channels: usize,
    /// Number of classes; labels are 0 to this less one. 2 to 256.
    pub classes: usize,
    /// Images in each split.
    pub counts: Counts,
    /// Images in one training shard, in whose order the first epoch visits them; as many as `counts.train` where they
    /// are all there at once.
    pub block: usize,
}

/// Labelled images, of which some may still be on their way.
///
/// Pixels are bytes, rows first, channels innermost; 0 is the ground (in MNIST: paper, black) and 255 full ink.
#[derive(Clone, Debug)]
pub struct ImageDataset {
    info: DatasetInfo,
    splits: [Arrived; 3],
}

/// The images of one split that are there.
#[derive(Clone, Debug, Default)]
struct Arrived {
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl ImageDataset {
    /// A data set whose images have yet to arrive.
    ///
    /// # Errors
    /// [`Error::ZeroSize`] for a size, block or number of training images that is 0, [`Error::OutOfRange`] for a
    /// number of classes outside of 2..=256, and [`Error::TooLarge`] if there is no memory for the images.
    pub fn new(info: DatasetInfo) -> Result<Self> {
        let sizes = [
            (info.height, "the height"),
            (info.width, "the width"),
            (info.channels, "the number of channels"),
            (info.block, "the block"),
            (info.counts.train, "the number of training images"),
        ];
        if let Some(&(_, what)) = sizes.iter().find(|(size, _)| *size == 0) {
            return Err(Error::ZeroSize { what });
        }
        if !(2..=256).contains(&info.classes) {
            let got = info.classes as f64;
            return Err(Error::OutOfRange { what: "the number of classes", got, expected: "2 to 256" });
        }
        let mut data = Self { info, splits: Default::default() };
        for split in [Split::Train, Split::Validation, Split::Test] {
            let DatasetInfo { height, width, channels, .. } = data.info;
            let count = data.count(split);
            let bytes =
                [height, width, channels].iter().fold(count as u64, |n, &d| n.saturating_mul(d as u64));
            let limit = isize::MAX as u64;
            let too_large = || Error::TooLarge { what: "the images", bytes, limit };
            if bytes > limit {
                return Err(too_large());
            }
            // Room for all at once: growing later would for a moment take twice the memory.
            let arrived = &mut data.splits[split as usize];
            arrived.pixels.try_reserve_exact(bytes as usize).map_err(|_| too_large())?;
            arrived.labels.try_reserve_exact(count).map_err(|_| too_large())?;
        }
        Ok(data)
    }

    /// A data set of IDX files, all there at once: the training split of the one pair, the test split of the other,
    /// none for validation. The images' size and number are the files'.
    ///
    /// # Errors
    /// Those of [`new`](Self::new) and [`append`](Self::append).
    pub fn from_idx(name: &str, classes: usize, files: &IdxFiles<'_>) -> Result<Self> {
        let IdxImages { count: train, shape: [height, width, channels], .. } =
            IdxImages::parse(files.train_images)?;
        let test = IdxImages::parse(files.test_images)?.count;
        let counts = Counts { train, validation: 0, test };
        let name = name.to_owned();
        let mut data =
            Self::new(DatasetInfo { name, height, width, channels, classes, counts, block: train })?;
        data.append(Split::Train, files.train_images, files.train_labels)?;
        data.append(Split::Test, files.test_images, files.test_labels)?;
        Ok(data)
    }

    /// What was declared of the data set.
    pub fn info(&self) -> &DatasetInfo {
        &self.info
    }

    /// `[height, width, channels]` of an image.
    pub fn image_shape(&self) -> [usize; 3] {
        [self.info.height, self.info.width, self.info.channels]
    }

    /// The number of bytes of an image.
    pub fn image_len(&self) -> usize {
        self.info.height * self.info.width * self.info.channels
    }

    /// How many images a split has when all are there.
    pub fn count(&self, split: Split) -> usize {
        match split {
            Split::Train => self.info.counts.train,
            Split::Validation => self.info.counts.validation,
            Split::Test => self.info.counts.test,
        }
    }

    /// How many images of a split are there: the first ones.
    pub fn available(&self, split: Split) -> usize {
        self.splits[split as usize].labels.len()
    }

    /// Adds a shard, as IDX images (`[n, h, w]`, or `[n, h, w, c]` for colour) and IDX labels. Nothing is added
    /// if anything is wrong. Returns how many images of the split are now there.
    ///
    /// # Errors
    /// What [`IdxImages::parse`], [`IdxLabels::parse`] and [`append_pixels`](Self::append_pixels) may find wrong,
    /// and [`Error::ShapeMismatch`] for images of another size.
    pub fn append(&mut self, split: Split, images_idx: &[u8], labels_idx: &[u8]) -> Result<usize> {
        let images = IdxImages::parse(images_idx)?;
        let labels = IdxLabels::parse(labels_idx)?;
        if images.shape != self.image_shape() {
            let (got, expected) = (images.shape.to_vec(), self.image_shape().to_vec());
            return Err(Error::ShapeMismatch { what: "an image", got, expected });
        }
        if images.count != labels.0.len() {
            return Err(Error::CountMismatch { images: images.count, labels: labels.0.len() });
        }
        self.append_pixels(split, images.pixels, labels.0)
    }

    /// Adds images as plain pixels, one after the other, with their labels. Nothing is added if anything is
    /// wrong. Returns how many images of the split are now there.
    ///
    /// # Errors
    /// [`Error::PixelCount`], [`Error::LabelOutOfRange`], and [`Error::SplitFull`] if the split would have more
    /// images than declared.
    pub fn append_pixels(&mut self, split: Split, pixels: &[u8], labels: &[u8]) -> Result<usize> {
        self.check(pixels, labels)?;
        let (declared, got) = (self.count(split), self.available(split) + labels.len());
        if got > declared {
            return Err(Error::SplitFull { split: split.name(), declared, got });
        }
        let arrived = &mut self.splits[split as usize];
        arrived.pixels.extend_from_slice(pixels);
        arrived.labels.extend_from_slice(labels);
        Ok(got)
    }

    /// Checks that these can be images of this data set.
    ///
    /// # Errors
    /// [`Error::PixelCount`] and [`Error::LabelOutOfRange`].
    pub fn check(&self, pixels: &[u8], labels: &[u8]) -> Result<()> {
        // Labels alone may call for more bytes than 32 bits can count.
        let expected = labels.len().saturating_mul(self.image_len());
        if pixels.len() != expected {
            return Err(Error::PixelCount { got: pixels.len(), expected });
        }
        check_labels(labels, self.info.classes)
    }

    /// The pixels of one image, `[height, width, channels]`.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] if there is none, or not yet.
    pub fn image(&self, split: Split, index: usize) -> Result<&[u8]> {
        let len = self.image_len();
        Ok(&self.find(split, index)?.pixels[index * len..][..len])
    }

    /// [`image`](Self::image) as networks take it: values in 0..=1.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] if there is none, or not yet.
    pub fn pixels(&self, split: Split, index: usize) -> Result<Vec<f32>> {
        let bytes = self.image(split, index)?;
        let mut pixels = vec![0.0; bytes.len()];
        unit_from_bytes(bytes, &mut pixels);
        Ok(pixels)
    }

    /// The label of one image.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] if there is none, or not yet.
    pub fn label(&self, split: Split, index: usize) -> Result<u8> {
        Ok(self.find(split, index)?.labels[index])
    }

    /// Where an image is kept.
    fn find(&self, split: Split, index: usize) -> Result<&Arrived> {
        let available = self.available(split);
        match index < available {
            true => Ok(&self.splits[split as usize]),
            false => Err(Error::NoSuchImage { split: split.name(), index, available }),
        }
    }

    /// Writes a batch: each image's pixels as `f32` in 0..=1 (`[n, height, width, channels]`), and its label.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] for the first image that is not there; the outputs are then partly written.
    ///
    /// # Panics
    /// If the outputs do not have the length that the indices call for.
    pub fn fill_batch(
        &self,
        split: Split,
        indices: &[u32],
        input: &mut [f32],
        labels: &mut [u8],
    ) -> Result<()> {
        assert_eq!(labels.len(), indices.len(), "a label for each index");
        assert_eq!(input.len(), indices.len() * self.image_len(), "an image for each index");
        let images = input.chunks_exact_mut(self.image_len());
        for ((image, label), &index) in images.zip(labels).zip(indices) {
            let pixels = self.image(split, index as usize)?;
            unit_from_bytes(pixels, image);
            *label = self.label(split, index as usize)?;
        }
        Ok(())
    }
}

impl Dataset for ImageDataset {
    fn input_shape(&self) -> Shape {
        Shape::Map(self.image_shape())
    }

    fn targets(&self) -> TargetKind {
        TargetKind::Classes(self.info.classes)
    }

    fn count(&self, split: Split) -> usize {
        self.count(split)
    }

    fn available(&self, split: Split) -> usize {
        self.available(split)
    }

    fn block(&self) -> usize {
        self.info.block
    }

    /// # Errors
    /// [`Error::NoSuchImage`] and those of [`Dataset::fill`].
    fn fill(&self, split: Split, indices: &[u32], inputs: &mut [f32], targets: TargetsMut<'_>) -> Result<()> {
        let labels = targets.labels()?;
        check_room(self, indices, inputs, labels.len())?;
        self.fill_batch(split, indices, inputs, labels)
    }
}
