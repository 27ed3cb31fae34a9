//! Examples of any shape, all in memory.

use super::{Dataset, Split, TargetKind, TargetsMut, check_room};
use crate::layers::Shape;
use crate::loss::check_labels;
use crate::{Error, Result};

/// Examples of `f32`, each with a label or with values, all in memory.
///
/// ```
/// use cnn::dataset::{Dataset, Examples, Split};
/// use cnn::layers::Shape;
///
/// // Three points of two features in two classes.
/// let mut data = Examples::with_labels(Shape::Vector(2), 2)?;
/// data.append_labelled(Split::Train, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &[0, 1, 1])?;
/// assert_eq!(data.count(Split::Train), 3);
///
/// // Wrong lengths and labels are errors, and nothing is added.
/// assert_eq!(data.append_labelled(Split::Train, &[0.0], &[0]).unwrap_err().code(), "shape_mismatch");
/// assert_eq!(data.append_labelled(Split::Train, &[0.0; 2], &[2]).unwrap_err().code(), "label_out_of_range");
/// assert_eq!(data.count(Split::Train), 3);
/// # Ok::<(), cnn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Examples {
    input: Shape,
    targets: TargetKind,
    splits: [Stored; 3],
}

#[derive(Clone, Debug, Default)]
struct Stored {
    count: usize,
    inputs: Vec<f32>,
    labels: Vec<u8>,
    values: Vec<f32>,
}

impl Examples {
    /// No examples yet, of inputs of this shape, in so many classes.
    ///
    /// # Errors
    /// [`Error::ZeroSize`] for a shape without values, [`Error::OutOfRange`] unless there are 2 to 256 classes.
    pub fn with_labels(input: Shape, classes: usize) -> Result<Self> {
        if !(2..=256).contains(&classes) {
            let got = classes as f64;
            return Err(Error::OutOfRange { what: "the number of classes", got, expected: "2 to 256" });
        }
        Self::new(input, TargetKind::Classes(classes))
    }

    /// No examples yet, of inputs of this shape, each with so many values as its target.
    ///
    /// # Errors
    /// [`Error::ZeroSize`] for a shape without values or for no values.
    pub fn with_values(input: Shape, values: usize) -> Result<Self> {
        if values == 0 {
            return Err(Error::ZeroSize { what: "targets" });
        }
        Self::new(input, TargetKind::Values(values))
    }

    fn new(input: Shape, targets: TargetKind) -> Result<Self> {
        if input.is_empty() {
            return Err(Error::ZeroSize { what: "input" });
        }
        Ok(Self { input, targets, splits: Default::default() })
    }

    /// Adds examples, one after the other, with their labels. Nothing is added if anything is wrong.
    ///
    /// # Errors
    /// [`Error::TargetsMismatch`] if the examples have values, [`Error::ShapeMismatch`] if there is not one input a label,
    /// [`Error::LabelOutOfRange`].
    pub fn append_labelled(&mut self, split: Split, inputs: &[f32], labels: &[u8]) -> Result<()> {
        let TargetKind::Classes(classes) = self.targets else {
            return Err(Error::TargetsMismatch { got: "labels", expected: "values" });
        };
        self.check(inputs, labels.len())?;
        check_labels(labels, classes)?;
        self.add(split, inputs, labels.len()).labels.extend_from_slice(labels);
        Ok(())
    }

    /// Adds examples, one after the other, with the values that are their targets. Nothing is added if anything is wrong.
    ///
    /// # Errors
    /// [`Error::TargetsMismatch`] if the examples have labels, [`Error::ShapeMismatch`] for inputs and values that are not
    /// of equally many examples.
    pub fn append_valued(&mut self, split: Split, inputs: &[f32], values: &[f32]) -> Result<()> {
        let TargetKind::Values(len) = self.targets else {
            return Err(Error::TargetsMismatch { got: "values", expected: "labels" });
        };
        let count = values.len() / len;
        if !values.len().is_multiple_of(len) {
            let expected = vec![count + 1, len];
            return Err(Error::ShapeMismatch { what: "targets", got: vec![values.len()], expected });
        }
        self.check(inputs, count)?;
        self.add(split, inputs, count).values.extend_from_slice(values);
        Ok(())
    }

    fn check(&self, inputs: &[f32], count: usize) -> Result<()> {
        if inputs.len() != count.saturating_mul(self.input.len()) {
            let expected = [&[count], &self.input.to_vec()[..]].concat();
            return Err(Error::ShapeMismatch { what: "input", got: vec![inputs.len()], expected });
        }
        Ok(())
    }

    fn add(&mut self, split: Split, inputs: &[f32], count: usize) -> &mut Stored {
        let stored = &mut self.splits[split as usize];
        stored.count += count;
        stored.inputs.extend_from_slice(inputs);
        stored
    }
}

impl Dataset for Examples {
    fn input_shape(&self) -> Shape {
        self.input
    }

    fn targets(&self) -> TargetKind {
        self.targets
    }

    fn count(&self, split: Split) -> usize {
        self.splits[split as usize].count
    }

    fn fill(&self, split: Split, indices: &[u32], inputs: &mut [f32], targets: TargetsMut<'_>) -> Result<()> {
        let stored = &self.splits[split as usize];
        if let Some(&index) = indices.iter().find(|&&index| index as usize >= stored.count) {
            let (index, available) = (index as usize, stored.count);
            return Err(Error::NoSuchImage { split: split.name(), index, available });
        }
        let len = self.input.len();
        let fill_inputs = |inputs: &mut [f32]| {
            for (input, &index) in inputs.chunks_exact_mut(len).zip(indices) {
                input.copy_from_slice(&stored.inputs[index as usize * len..][..len]);
            }
        };
        match self.targets {
            TargetKind::Classes(_) => {
                let labels = targets.labels()?;
                check_room(self, indices, inputs, labels.len())?;
                labels
                    .iter_mut()
                    .zip(indices)
                    .for_each(|(label, &index)| *label = stored.labels[index as usize]);
            }
            TargetKind::Values(each) => {
                let values = targets.values()?;
                check_room(self, indices, inputs, values.len() / each)?;
                for (to, &index) in values.chunks_exact_mut(each).zip(indices) {
                    to.copy_from_slice(&stored.values[index as usize * each..][..each]);
                }
            }
        }
        fill_inputs(inputs);
        Ok(())
    }
}
