//! Batch after batch, for training loops written by hand.

use super::{Dataset, Split, TargetKind, TargetsMut, epoch_order};
use crate::loss::Targets;
use crate::rng::Rng;
use crate::{Error, Result};
use std::fmt;

/// The training examples of a data set in random order, batch after batch, epoch after epoch. Its memory is reused: a batch
/// is there until the next.
///
/// ```
/// use cnn::dataset::{Batches, Examples, Split};
/// use cnn::layers::Shape;
///
/// let mut data = Examples::with_values(Shape::Vector(1), 1)?;
/// data.append_valued(Split::Train, &[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0])?;
/// let mut batches = Batches::new(&data, 2, 777)?;
/// let mut seen = 0;
/// // One epoch; the next call begins another.
/// while let Some(batch) = batches.next_batch()? {
///     seen += batch.count();
/// }
/// assert_eq!((seen, batches.epoch()), (3, 1));
/// # Ok::<(), cnn::Error>(())
/// ```
pub struct Batches<'d> {
    data: &'d dyn Dataset,
    batch_size: usize,
    rng: Rng,
    epoch: u64,
    order: Vec<u32>,
    position: usize,
    inputs: Vec<f32>,
    labels: Vec<u8>,
    values: Vec<f32>,
}

/// Examples that are learned from together.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Minibatch<'a> {
    /// Places of the examples in the training split.
    pub indices: &'a [u32],
    /// Their inputs, `[batch, …]`.
    pub inputs: &'a [f32],
    /// Their targets.
    pub targets: Targets<'a>,
}

impl Minibatch<'_> {
    /// How many examples it has.
    pub fn count(&self) -> usize {
        self.indices.len()
    }
}

impl fmt::Debug for Batches<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { batch_size, epoch, position, .. } = self;
        f.debug_struct("Batches")
            .field("batch_size", batch_size)
            .field("epoch", epoch)
            .field("position", position)
            .finish_non_exhaustive()
    }
}

impl<'d> Batches<'d> {
    /// From the first epoch on; the seed decides the order.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a batch size of 0, [`Error::ZeroSize`] for a data set without training examples, or whose
    /// examples have no values.
    pub fn new(data: &'d dyn Dataset, batch_size: usize, seed: u64) -> Result<Self> {
        if batch_size == 0 {
            return Err(Error::OutOfRange { what: "batch_size", got: 0.0, expected: "at least 1" });
        }
        if data.count(Split::Train) == 0 {
            return Err(Error::ZeroSize { what: "the number of training images" });
        }
        if data.input_shape().is_empty() {
            return Err(Error::ZeroSize { what: "input" });
        }
        Ok(Self {
            data,
            batch_size,
            rng: Rng::seed_from_u64(seed),
            epoch: 0,
            order: Vec::new(),
            position: 0,
            inputs: Vec::new(),
            labels: Vec::new(),
            values: Vec::new(),
        })
    }

    /// Epochs completed.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The next batch; `None` once at the end of each epoch.
    ///
    /// # Errors
    /// What the data set says.
    pub fn next_batch(&mut self) -> Result<Option<Minibatch<'_>>> {
        if self.position == self.order.len() && self.position > 0 {
            (self.position, self.epoch) = (0, self.epoch + 1);
            self.order.clear();
            return Ok(None);
        }
        if self.order.is_empty() {
            let (count, block) = (self.data.count(Split::Train), self.data.block().max(1));
            self.order = epoch_order(count, block, self.epoch, &mut self.rng);
        }
        let end = (self.position + self.batch_size).min(self.order.len());
        let indices = &self.order[self.position..end];
        self.inputs.resize(indices.len() * self.data.input_shape().len(), 0.0);
        let targets = match self.data.targets() {
            TargetKind::Classes(_) => {
                self.labels.resize(indices.len(), 0);
                TargetsMut::Labels(&mut self.labels)
            }
            TargetKind::Values(each) => {
                self.values.resize(indices.len() * each, 0.0);
                TargetsMut::Values(&mut self.values)
            }
        };
        self.data.fill(Split::Train, indices, &mut self.inputs, targets)?;
        self.position = end;
        let targets = match self.data.targets() {
            TargetKind::Classes(_) => Targets::Labels(&self.labels),
            TargetKind::Values(_) => Targets::Values(&self.values),
        };
        Ok(Some(Minibatch { indices, inputs: &self.inputs, targets }))
    }
}
