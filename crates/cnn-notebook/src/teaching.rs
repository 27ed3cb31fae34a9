//! A person's own examples, learned beside the data.

use crate::microscope::{self, Microscope};
use crate::{Error, Result};
use cnn::dataset::{Dataset, ImageDataset, Split, TargetKind, TargetsMut};
use cnn::layers::Shape;
use cnn::model::Mark;
use cnn::session::{Session, StepReport};
use std::ops::{Deref, DerefMut};

/// Taught examples in one batch, at most: enough to be learned soon, few enough not to crowd the data out.
const TAUGHT_A_BATCH: usize = 10;

/// A data set, and beside it images of a person's own with the labels they gave them.
///
/// Taught examples are no part of the training split's count or order: a [`Run`] that learns what is taught takes them into
/// its batches. Image `i` of them has the index `count(Split::Train) + i` in the training split.
#[derive(Clone, Debug)]
pub struct TaughtImages {
    images: ImageDataset,
    pixels: Vec<u8>,
    labels: Vec<u8>,
    /// What full ink, a byte of 255, is in a batch.
    ink: f32,
}

impl TaughtImages {
    /// This data set, and nothing taught.
    pub fn new(images: ImageDataset) -> Self {
        Self { images, pixels: Vec::new(), labels: Vec::new(), ink: 1.0 }
    }

    /// From now on full ink, a byte of 255, is `ink` in every batch in place of 1: with 255 the network gets values in 0..=255.
    /// For showing what becomes of a training on input that is not normalized; [`pixels`](Self::pixels) stays in 0..=1.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for what is not a finite number above 0.
    pub fn set_ink(&mut self, ink: f32) -> Result<()> {
        if !(ink.is_finite() && ink > 0.0) {
            let got = f64::from(ink);
            return Err(Error::OutOfRange { what: "the value of full ink", got, expected: "above 0" });
        }
        self.ink = ink;
        Ok(())
    }

    /// Replaces the taught examples by these.
    ///
    /// # Errors
    /// [`Error::PixelCount`] and [`Error::LabelOutOfRange`]; the examples then stay as they were.
    pub fn teach(&mut self, pixels: &[u8], labels: &[u8]) -> Result<()> {
        self.images.check(pixels, labels)?;
        (self.pixels, self.labels) = (pixels.to_vec(), labels.to_vec());
        Ok(())
    }

    /// How many taught examples there are.
    pub fn taught(&self) -> usize {
        self.labels.len()
    }

    /// The pixels of one image, taught or not, `[height, width, channels]`.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] if there is none, or not yet.
    pub fn image(&self, split: Split, index: usize) -> Result<&[u8]> {
        let len = self.images.image_len();
        match self.taught_place(split, index) {
            Some(place) => Ok(&self.pixels[place * len..][..len]),
            None => self.images.image(split, index),
        }
    }

    /// [`image`](Self::image) as networks take it: values in 0..=1.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] if there is none, or not yet.
    pub fn pixels(&self, split: Split, index: usize) -> Result<Vec<f32>> {
        let bytes = self.image(split, index)?;
        let mut pixels = vec![0.0; bytes.len()];
        cnn::kernels::unit_from_bytes(bytes, &mut pixels);
        Ok(pixels)
    }

    /// The label of one image, taught or not.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] if there is none, or not yet.
    pub fn label(&self, split: Split, index: usize) -> Result<u8> {
        match self.taught_place(split, index) {
            Some(place) => Ok(self.labels[place]),
            None => self.images.label(split, index),
        }
    }

    /// The place of an image among the taught ones, if it is one.
    fn taught_place(&self, split: Split, index: usize) -> Option<usize> {
        let place = index.checked_sub(self.images.count(split))?;
        (split == Split::Train && place < self.taught()).then_some(place)
    }
}

impl Deref for TaughtImages {
    type Target = ImageDataset;

    fn deref(&self) -> &ImageDataset {
        &self.images
    }
}

impl DerefMut for TaughtImages {
    fn deref_mut(&mut self) -> &mut ImageDataset {
        &mut self.images
    }
}

impl Dataset for TaughtImages {
    fn input_shape(&self) -> Shape {
        self.images.input_shape()
    }

    fn targets(&self) -> TargetKind {
        self.images.targets()
    }

    fn count(&self, split: Split) -> usize {
        self.images.count(split)
    }

    fn available(&self, split: Split) -> usize {
        self.images.available(split)
    }

    fn block(&self) -> usize {
        self.images.block()
    }

    fn fill(&self, split: Split, indices: &[u32], inputs: &mut [f32], targets: TargetsMut<'_>) -> Result<()> {
        let labels = targets.labels()?;
        if inputs.len() != indices.len() * self.images.image_len() || labels.len() != indices.len() {
            let (got, expected) = (vec![inputs.len()], vec![indices.len(), self.images.image_len()]);
            return Err(Error::ShapeMismatch { what: "input", got, expected });
        }
        let images = inputs.chunks_exact_mut(self.images.image_len());
        for ((input, label), &index) in images.zip(labels).zip(indices) {
            cnn::kernels::unit_from_bytes(self.image(split, index as usize)?, input);
            if self.ink != 1.0 {
                input.iter_mut().for_each(|pixel| *pixel *= self.ink);
            }
            *label = self.label(split, index as usize)?;
        }
        Ok(())
    }
}

/// A [`Session`] that can learn what is taught.
#[derive(Debug)]
pub struct Run {
    session: Session,
    learns: bool,
    /// The taught examples whose turn it is.
    turn: Vec<u32>,
}

impl Run {
    /// This run, which does not learn what is taught.
    pub fn new(session: Session) -> Self {
        Self { session, learns: false, turn: Vec::new() }
    }

    /// Whether the run also learns the [taught](TaughtImages::teach) examples: each batch then has up to 10 of them
    /// besides its own images, more taking turns. Off by default; not saved in snapshots.
    pub fn learn_taught(&mut self, on: bool) {
        self.learns = on;
    }

    /// [`Session::step`], with the taught examples whose turn it is.
    ///
    /// # Errors
    /// As that.
    pub fn step(&mut self, data: &TaughtImages) -> Result<StepReport> {
        self.step_marked(data, &mut |_| {})
    }

    /// [`step`](Self::step) that calls `mark` after each part of it, for those who time them.
    ///
    /// # Errors
    /// As `step`.
    pub fn step_marked(&mut self, data: &TaughtImages, mark: &mut dyn FnMut(Mark)) -> Result<StepReport> {
        self.list_turn(data);
        self.session.step_with(data, &self.turn, mark)
    }

    /// [`step`](Self::step), showing everything that it changed: see [`microscope::step`].
    ///
    /// # Errors
    /// As `step`.
    pub fn step_under_microscope(&mut self, data: &TaughtImages) -> Result<Microscope> {
        self.list_turn(data);
        microscope::step(&mut self.session, data, &self.turn)
    }

    /// The turn follows from the step alone, so that going back in time is exact.
    fn list_turn(&mut self, data: &TaughtImages) {
        let taught = if self.learns { data.taught() } else { 0 };
        let count = taught.min(TAUGHT_A_BATCH);
        let first = data.count(Split::Train);
        let turn = (self.session.step_count() % taught.max(1) as u64) as usize * count;
        self.turn.clear();
        self.turn.extend((turn..turn + count).map(|i| (first + i % taught) as u32));
    }
}

impl Deref for Run {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Run {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}
