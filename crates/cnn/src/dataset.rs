//! Examples to learn from, in three splits, and the order in which an epoch visits them.
//!
//! A [`Dataset`] is anything that can write a batch of examples: [`ImageDataset`] has images as bytes with labels,
//! [`Examples`] has `f32` of any shape with labels or values, and a program can have its own. A
//! [`Session`](crate::session::Session) trains on one; [`Batches`] is for loops written by hand.

mod augment;
mod batches;
mod examples;
mod idx;
mod images;

use crate::layers::Shape;
use crate::rng::Rng;
use crate::{Error, Result};
use std::ops::Range;
use std::str::FromStr;

pub use augment::{Augment, Distortion, LATTICE};
pub use batches::{Batches, Minibatch};
pub use examples::Examples;
pub use idx::{IdxFiles, IdxImages, IdxLabels};
pub use images::{Counts, DatasetInfo, ImageDataset};

/// What a part of the images is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Split {
    /// Weights are fitted to these.
    Train,
    /// Settings are chosen by these.
    Validation,
    /// Never used but to judge the final network.
    Test,
}

impl Split {
    /// `train`, `validation` or `test`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

impl FromStr for Split {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "train" => Ok(Self::Train),
            "validation" => Ok(Self::Validation),
            "test" => Ok(Self::Test),
            got => Err(Error::UnknownSplit { got: got.into() }),
        }
    }
}

/// What the targets of a data set's examples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetKind {
    /// A label each, one of so many classes, counted from 0; at most 256.
    Classes(usize),
    /// So many values each.
    Values(usize),
}

/// Where a batch's targets go.
#[derive(Debug)]
#[non_exhaustive]
pub enum TargetsMut<'a> {
    /// A label for each example.
    Labels(&'a mut [u8]),
    /// Values for each example, `[batch, …]`.
    Values(&'a mut [f32]),
}

impl<'a> TargetsMut<'a> {
    /// The labels.
    ///
    /// # Errors
    /// [`Error::TargetsMismatch`] if values are wanted.
    pub fn labels(self) -> Result<&'a mut [u8]> {
        match self {
            Self::Labels(labels) => Ok(labels),
            Self::Values(_) => Err(Error::TargetsMismatch { got: "labels", expected: "values" }),
        }
    }

    /// The values.
    ///
    /// # Errors
    /// [`Error::TargetsMismatch`] if labels are wanted.
    pub fn values(self) -> Result<&'a mut [f32]> {
        match self {
            Self::Values(values) => Ok(values),
            Self::Labels(_) => Err(Error::TargetsMismatch { got: "values", expected: "labels" }),
        }
    }
}

/// Examples with their targets, in three splits.
///
/// ```
/// use cnn::dataset::{Dataset, Split, TargetKind, TargetsMut};
/// use cnn::layers::Shape;
///
/// /// Points on a line and whether they lie right of the middle: nothing is stored.
/// struct Points;
///
/// impl Dataset for Points {
///     fn input_shape(&self) -> Shape {
///         Shape::Map([1, 1, 1])
///     }
///
///     fn targets(&self) -> TargetKind {
///         TargetKind::Classes(2)
///     }
///
///     fn count(&self, _: Split) -> usize {
///         100
///     }
///
///     fn fill(&self, _: Split, indices: &[u32], inputs: &mut [f32], targets: TargetsMut<'_>) -> cnn::Result<()> {
///         for ((x, label), &index) in inputs.iter_mut().zip(targets.labels()?).zip(indices) {
///             *x = index as f32 / 50.0 - 1.0;
///             *label = u8::from(*x > 0.0);
///         }
///         Ok(())
///     }
/// }
///
/// use cnn::session::{Session, SessionConfig};
/// let mut session = Session::new(SessionConfig {
///     batch_size: 20,
///     optimizer: cnn::optim::OptimizerConfig::adam(0.1),
///     schedule: cnn::optim::Schedule::Constant,
///     ..SessionConfig::new("input 1x1x1\nflatten\ndense 2".parse()?, 1)
/// })?;
/// for _ in 0..100 {
///     session.step(&Points)?;
/// }
/// assert!(session.evaluate(&Points, Split::Test, 0..100)?.accuracy() > 0.95);
/// # Ok::<(), cnn::Error>(())
/// ```
pub trait Dataset {
    /// Shape of one example's input.
    fn input_shape(&self) -> Shape;

    /// What its targets are.
    fn targets(&self) -> TargetKind;

    /// How many examples a split has when all are there; at most 2³² − 1.
    fn count(&self, split: Split) -> usize;

    /// How many examples of a split are there: the first ones.
    fn available(&self, split: Split) -> usize {
        self.count(split)
    }

    /// In blocks of how many examples the first epoch goes through the training split: all of them, where they do not
    /// arrive piece by piece.
    fn block(&self) -> usize {
        self.count(Split::Train).max(1)
    }

    /// Writes a batch: the inputs `[batch, …]` and the targets of the examples with these indices. What it is given is as
    /// long as these call for.
    ///
    /// # Errors
    /// [`Error::NoSuchImage`] for an example that is not there, [`Error::TargetsMismatch`] for targets of another kind;
    /// what else may be in the way. What was written is then unspecified.
    fn fill(&self, split: Split, indices: &[u32], inputs: &mut [f32], targets: TargetsMut<'_>) -> Result<()>;
}

/// The examples `range` of a split as indices, all of which are there.
pub(crate) fn indices(data: &dyn Dataset, split: Split, range: Range<usize>) -> Result<Vec<u32>> {
    let available = data.available(split);
    if range.end > available {
        return Err(Error::NoSuchImage { split: split.name(), index: range.end - 1, available });
    }
    Ok(range.map(|index| index as u32).collect())
}

/// Checks that there is room for the inputs of these examples, and for a target each.
pub(crate) fn check_room(data: &dyn Dataset, indices: &[u32], inputs: &[f32], targets: usize) -> Result<()> {
    let (got, expected) = (inputs.len(), indices.len().saturating_mul(data.input_shape().len()));
    if got != expected {
        return Err(Error::ShapeMismatch { what: "input", got: vec![got], expected: vec![expected] });
    }
    if targets != indices.len() {
        return Err(Error::ShapeMismatch {
            what: "targets",
            got: vec![targets],
            expected: vec![indices.len()],
        });
    }
    Ok(())
}

/// The order in which an epoch (counted from 0) visits `count` training images.
///
/// The first epoch takes block after block, each shuffled, so that it can begin when the first block is there;
/// every later one shuffles everything. The order depends on these arguments alone, never on what has arrived
/// when.
///
/// # Panics
/// If `block` is 0.
pub fn epoch_order(count: usize, block: usize, epoch: u64, rng: &mut Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    if epoch == 0 {
        order.chunks_mut(block).for_each(|chunk| rng.shuffle(chunk));
    } else {
        rng.shuffle(&mut order);
    }
    order
}

#[cfg(test)]
mod tests;
