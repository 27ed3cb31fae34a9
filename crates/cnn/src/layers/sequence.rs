//! Layers one after the other, each checked when it is taken in: what a model and a residual block run.

use super::{Conv2d, ConvReluPool, Layer, MaxPool2d, Param, Relu, Shape, Step, Steps};
use crate::{Error, Result};
use std::any::Any;

/// Layers one after the other.
#[derive(Clone, Debug)]
pub struct Sequence {
    input: Shape,
    entries: Vec<PlacedLayer>,
    /// Number of layers taken in: a fused one counts as those that it is made of.
    taken: usize,
}

/// A layer as it runs.
#[derive(Clone, Debug)]
pub(crate) struct PlacedLayer {
    /// Its number, counted from 0; of a fused layer that of the first.
    pub(crate) number: usize,
    pub(crate) layer: Box<dyn Layer>,
    input: Shape,
    output: Shape,
    params: usize,
}

impl PlacedLayer {
    fn step(&self) -> Step<'_> {
        let Self { number, layer, input, output, params } = self;
        Step { number: *number, layer: &**layer, input: *input, output: *output, params: *params }
    }
}

impl Sequence {
    /// No layers yet, on examples of this shape.
    pub fn new(input: Shape) -> Self {
        Self { input, entries: Vec::new(), taken: 0 }
    }

    /// Shape of one input.
    pub fn input(&self) -> Shape {
        self.input
    }

    /// Shape of one output.
    pub fn output(&self) -> Shape {
        self.entries.last().map_or(self.input, |entry| entry.output)
    }

    /// Takes in another layer. A convolution, a ReLU and a max-pooling that follow each other become one
    /// [`ConvReluPool`].
    ///
    /// # Errors
    /// What the layer says of the output so far; [`Error::ZeroSize`] and [`Error::TooLarge`] for an output without values
    /// or with more than memory can hold; and [`Error::ShapeMismatch`] for a layer that is an identity of another length,
    /// a parameter with another number of values than its shape calls for, or parameters that are not the same when they
    /// are shown to be changed.
    pub fn push(&mut self, mut layer: Box<dyn Layer>) -> Result<()> {
        let input = self.output();
        let output = layer.output_shape(input)?;
        output.check()?;
        if (layer.is_identity(true) || layer.is_identity(false)) && output.len() != input.len() {
            let (got, expected) = (output.to_vec(), input.to_vec());
            return Err(Error::ShapeMismatch {
                what: "the output of a layer that changes nothing",
                got,
                expected,
            });
        }
        let params = check_params(&mut *layer)?;
        self.entries.push(PlacedLayer { number: self.taken, layer, input, output, params });
        self.taken += 1;
        self.fuse();
        Ok(())
    }

    /// Makes one layer of the last three where they can be.
    fn fuse(&mut self) {
        let [.., conv, relu, pool] = &self.entries[..] else { return };
        let (Some(conv), Some(_), Some(pool)) =
            (layer_as::<Conv2d>(conv), layer_as::<Relu>(relu), layer_as::<MaxPool2d>(pool))
        else {
            return;
        };
        let layer: Box<dyn Layer> = Box::new(ConvReluPool::new(conv.clone(), pool.clone()));
        let first = self.entries.len() - 3;
        let output = self.output();
        self.entries.truncate(first + 1);
        let entry = &mut self.entries[first];
        (entry.layer, entry.output) = (layer, output);
    }

    /// The layers as they run.
    pub(crate) fn entries(&self) -> &[PlacedLayer] {
        &self.entries
    }

    /// The layers as they run, to be changed.
    pub(crate) fn entries_mut(&mut self) -> &mut [PlacedLayer] {
        &mut self.entries
    }

    /// Index of the first layer with parameters; the number of layers if none has.
    pub(crate) fn first_with_params(&self) -> usize {
        self.entries.iter().position(|entry| entry.params > 0).unwrap_or(self.entries.len())
    }

    /// Every layer on its own, those that run as one too.
    pub(crate) fn single(&self) -> Vec<Step<'_>> {
        const RELU: &Relu = &Relu::new();
        let mut steps = Vec::new();
        for entry in &self.entries {
            let Some(ConvReluPool { conv, pool }) = layer_as::<ConvReluPool>(entry) else {
                steps.push(entry.step());
                continue;
            };
            let mut input = entry.input;
            for (i, layer) in [conv as &dyn Layer, RELU, pool].into_iter().enumerate() {
                let output = layer.output_shape(input).expect("the fused layer was checked");
                steps.push(Step { number: entry.number + i, layer, input, output, params: 0 });
                input = output;
            }
        }
        steps
    }
}

impl Steps for Sequence {
    fn count(&self) -> usize {
        self.entries.len()
    }

    fn step(&self, i: usize) -> Step<'_> {
        self.entries[i].step()
    }
}

/// The layer of an entry, if it is of this type.
pub(crate) fn layer_as<L: Layer>(entry: &PlacedLayer) -> Option<&L> {
    (&*entry.layer as &dyn Any).downcast_ref()
}

/// Checks what a layer shows of its parameters and its state; the number of its parameters.
fn check_params(layer: &mut dyn Layer) -> Result<usize> {
    let mut shown: Vec<(String, usize)> = Vec::new();
    let mut wrong = None;
    let mut look = |name: &str, param: &Param| {
        let (got, expected) =
            (param.value.len(), param.shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d)));
        if expected != Some(got) {
            let (got, expected) = (vec![got], param.shape.clone());
            wrong =
                wrong.take().or(Some(Error::ShapeMismatch { what: "a parameter's values", got, expected }));
        }
        shown.push((name.to_owned(), got));
    };
    layer.params(&mut look);
    let mut params = 0;
    layer.params(&mut |_, _| params += 1);
    layer.state(&mut look);
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    let mut again: Vec<(String, usize)> = Vec::new();
    layer.params_mut(&mut |name, param| again.push((name.to_owned(), param.value.len())));
    layer.state_mut(&mut |name, param| again.push((name.to_owned(), param.value.len())));
    let lengths = |list: &[(String, usize)]| list.iter().map(|(_, len)| *len).collect();
    if again != shown {
        let (got, expected) = (lengths(&again), lengths(&shown));
        return Err(Error::ShapeMismatch {
            what: "what a layer shows of its parameters to be changed",
            got,
            expected,
        });
    }
    let twice =
        shown.iter().enumerate().find(|(i, (name, _))| shown[..*i].iter().any(|(other, _)| other == name));
    match twice {
        Some((_, (name, _))) => Err(Error::NameTwice { layer: layer.name(), name: name.clone() }),
        None => Ok(params),
    }
}
