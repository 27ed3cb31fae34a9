//! The `ndarray` form that all layers share, on top of their slice form.

use super::{Kept, Shape, Site, Stage};
use crate::kernels::Scratch;
use crate::{Error, Result};
use ndarray::{Array, ArrayView, Dimension, IxDyn};

/// What a layer on its own keeps from `forward` for `backward`.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    site: Site,
    input: Vec<f32>,
    output: Vec<f32>,
    kept: Kept,
}

impl Tape {
    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }
}

/// Runs a stage forward over a batch, and forgets.
pub(super) fn infer<D: Dimension, E: Dimension>(
    stage: &dyn Stage,
    input: ArrayView<f32, D>,
) -> Result<Array<f32, E>> {
    let (tape, shape) = run(stage, input, None)?;
    Ok(array(tape.output, tape.site.batch, shape))
}

/// Runs a stage forward over a batch, and keeps what the backward pass needs.
pub(super) fn forward<D: Dimension, E: Dimension>(
    stage: &dyn Stage,
    input: ArrayView<f32, D>,
    dropout: Option<u64>,
) -> Result<(Array<f32, E>, Tape)> {
    let (tape, shape) = run(stage, input, dropout)?;
    Ok((array(tape.output.clone(), tape.site.batch, shape), tape))
}

/// Runs a stage backward: the parameters' gradients, then the input's, which is returned.
pub(super) fn backward<D: Dimension, E: Dimension>(
    stage: &mut dyn Stage,
    tape: Option<&Tape>,
    d_output: ArrayView<f32, E>,
) -> Result<Array<f32, D>> {
    let Some(Tape { site, input, output, kept }) = tape else {
        return Err(Error::NoForward { layer: stage.name() });
    };
    let expected = with_batch(site.batch, stage.output_shape(site.input)?);
    if d_output.shape() != expected {
        return Err(Error::ShapeMismatch { what: "d_output", got: d_output.shape().to_vec(), expected });
    }
    let d_output = d_output.as_standard_layout();
    let d_output = d_output.as_slice().expect("standard layout");
    let mut scratch = Scratch::default();
    stage.backward_params(site, input, output, d_output, kept, &mut scratch);
    let mut d_input = vec![0.0; input.len()];
    stage.backward_input(site, output, d_output, &mut d_input, kept, &mut scratch);
    Ok(array(d_input, site.batch, site.input))
}

fn run<D: Dimension>(
    stage: &dyn Stage,
    input: ArrayView<f32, D>,
    dropout: Option<u64>,
) -> Result<(Tape, Shape)> {
    let (batch, shape) = match *input.shape() {
        [batch, h, w, c] => (batch, Shape::Map([h, w, c])),
        [batch, features] => (batch, Shape::Vector(features)),
        ref other => {
            return Err(Error::OutOfRange {
                what: "axes",
                got: other.len() as f64,
                expected: "2 (vectors) or 4 (maps)",
            });
        }
    };
    let site = Site { batch, input: shape, dropout };
    let output_shape = stage.output_shape(shape)?;
    // The kernels go through images, and through these pixel by pixel: one must have a value.
    let sizes = [
        (batch, "the number of images"),
        (shape.len(), "a side of the input"),
        (output_shape.len(), "the number of filters or units"),
    ];
    if let Some(&(_, what)) = sizes.iter().find(|(size, _)| *size == 0) {
        return Err(Error::ZeroSize { what });
    }
    let input = input.as_standard_layout().into_owned().into_raw_vec_and_offset().0;
    let mut output = vec![0.0; batch * output_shape.len()];
    let mut kept = Kept::default();
    stage.forward_into(&site, &input, &mut output, &mut kept, &mut Scratch::default());
    Ok((Tape { site, input, output, kept }, output_shape))
}

fn with_batch(batch: usize, shape: Shape) -> Vec<usize> {
    let mut axes = shape.to_vec();
    axes.insert(0, batch);
    axes
}

fn array<E: Dimension>(values: Vec<f32>, batch: usize, shape: Shape) -> Array<f32, E> {
    Array::from_shape_vec(IxDyn(&with_batch(batch, shape)), values)
        .expect("as many values as the shape has")
        .into_dimensionality()
        .expect("the number of axes is the layer's")
}
