//! One layer on its own, over `ndarray` arrays.

use super::{Kept, Layer, Shape, Step, Wanted, Workspace};
use crate::{Error, Result};
use ndarray::{Array, ArrayD, ArrayView, Dimension, IxDyn};

/// A layer on its own, with the memory of its passes: `infer` changes nothing, `forward` keeps what `backward` needs.
///
/// Arrays are `[batch, height, width, channels]` or `[batch, features]`.
///
/// ```
/// use cnn::geometry::Padding;
/// use cnn::layers::{Conv2d, Standalone};
/// use cnn::ndarray::{Array4, array};
///
/// // One filter of 1×2 that answers where a row becomes lighter.
/// let weight = array![-1.0, 1.0].into_shape_with_order((1, 2, 1, 1)).unwrap();
/// let mut conv = Standalone::new(Conv2d::from_arrays(weight, None, [1, 1], Padding::Valid)?);
/// let row = array![0.0, 0.0, 3.0, 3.0].into_shape_with_order((1, 1, 4, 1)).unwrap();
/// assert_eq!(conv.forward(row.view())?.as_slice(), Some(&[0.0, 3.0, 0.0][..]));
///
/// // The gradient of the sum of its answers, at the input and at the weight.
/// let d_input = conv.backward(Array4::ones((1, 1, 3, 1)).view())?;
/// assert_eq!(d_input.as_slice(), Some(&[-1.0, 0.0, 0.0, 1.0][..]));
/// assert_eq!(conv.gradient("weight"), Some(&[3.0, 6.0][..]));
/// # Ok::<(), cnn::Error>(())
/// ```
#[derive(Debug)]
pub struct Standalone<L> {
    /// The layer.
    pub layer: L,
    work: Workspace,
    /// Batch and shapes of the last forward pass.
    ran: Option<(usize, Shape, Shape)>,
}

impl<L: Layer> Standalone<L> {
    /// This layer, which has seen nothing.
    pub fn new(layer: L) -> Self {
        Self { layer, work: Workspace::default(), ran: None }
    }

    /// The output for a batch, as in use.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for arrays with neither 2 nor 4 axes, [`Error::ZeroSize`] for a batch without images and for
    /// images or outputs without values, and what the layer says of such an input.
    pub fn infer<D: Dimension>(&self, input: ArrayView<'_, f32, D>) -> Result<ArrayD<f32>> {
        let mut work = Workspace::default();
        let (batch, _, output) = run(&self.layer, &mut work, input, None)?;
        Ok(array(work.last(), batch, output))
    }

    /// The output for a batch, as in training, with the seed 0.
    ///
    /// # Errors
    /// As [`infer`](Self::infer).
    pub fn forward<D: Dimension>(&mut self, input: ArrayView<'_, f32, D>) -> Result<ArrayD<f32>> {
        self.forward_seeded(input, 0)
    }

    /// [`forward`](Self::forward) with a seed, which decides what is random.
    ///
    /// # Errors
    /// As [`infer`](Self::infer).
    pub fn forward_seeded<D: Dimension>(
        &mut self,
        input: ArrayView<'_, f32, D>,
        seed: u64,
    ) -> Result<ArrayD<f32>> {
        let ran @ (batch, _, output) = run(&self.layer, &mut self.work, input, Some(seed))?;
        self.ran = Some(ran);
        Ok(array(self.work.last(), batch, output))
    }

    /// From the gradient at the output of the last [`forward`](Self::forward) to that at its input, which is returned, and
    /// to those of the parameters: see [`gradient`](Self::gradient).
    ///
    /// # Errors
    /// [`Error::NoForward`] before the first `forward`, and [`Error::ShapeMismatch`] if `d_output` has not the shape of
    /// its output.
    pub fn backward<D: Dimension>(&mut self, d_output: ArrayView<'_, f32, D>) -> Result<ArrayD<f32>> {
        let Some((batch, input, output)) = self.ran else {
            return Err(Error::NoForward { layer: self.layer.name() });
        };
        let expected = with_batch(batch, output);
        if d_output.shape() != expected {
            return Err(Error::ShapeMismatch { what: "d_output", got: d_output.shape().to_vec(), expected });
        }
        let d_output = d_output.as_standard_layout();
        let d_output = d_output.as_slice().expect("standard layout");
        let steps = [step(&self.layer, input, output)];
        let wanted = Wanted { first: 0, params: true, input: true };
        self.work.backward(&&steps[..], d_output, wanted, &mut |_| {});
        Ok(array(self.work.d_input(), batch, input))
    }

    /// The gradient of the parameter of this name, of the last [`backward`](Self::backward): as many values as the
    /// parameter has.
    pub fn gradient(&self, name: &str) -> Option<&[f32]> {
        let (mut i, mut found) = (0, None);
        self.layer.params(&mut |other, _| {
            if other == name {
                found = Some(i);
            }
            i += 1;
        });
        self.work.d_params(0).get(found?).map(Vec::as_slice)
    }

    /// What the layer kept in the last [`forward`](Self::forward): of a max-pooling for each output the place of its
    /// maximum in its window (`ky · kernel_w + kx`), of a dropout for each value 1 if it passed and 0 if it was zeroed.
    pub fn kept(&self) -> Option<&Kept> {
        self.work.kept(0)
    }
}

impl<L: Layer + Clone> Clone for Standalone<L> {
    /// The same layer, which has seen nothing.
    fn clone(&self) -> Self {
        Self::new(self.layer.clone())
    }
}

fn step(layer: &dyn Layer, input: Shape, output: Shape) -> Step<'_> {
    let mut params = 0;
    layer.params(&mut |_, _| params += 1);
    Step { number: 0, layer, input, output, params }
}

fn run<D: Dimension>(
    layer: &dyn Layer,
    work: &mut Workspace,
    input: ArrayView<'_, f32, D>,
    seed: Option<u64>,
) -> Result<(usize, Shape, Shape)> {
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
    let output = layer.output_shape(shape)?;
    // The kernels go through images, and through these pixel by pixel: one must have a value.
    let sizes = [
        (batch, "the number of images"),
        (shape.len(), "a side of the input"),
        (output.len(), "the number of filters or units"),
    ];
    if let Some(&(_, what)) = sizes.iter().find(|(size, _)| *size == 0) {
        return Err(Error::ZeroSize { what });
    }
    let input = input.as_standard_layout();
    let steps = [step(layer, shape, output)];
    work.forward(&&steps[..], input.as_slice().expect("standard layout"), batch, seed, &mut |_| {});
    Ok((batch, shape, output))
}

fn with_batch(batch: usize, shape: Shape) -> Vec<usize> {
    let mut axes = shape.to_vec();
    axes.insert(0, batch);
    axes
}

fn array(values: &[f32], batch: usize, shape: Shape) -> ArrayD<f32> {
    Array::from_shape_vec(IxDyn(&with_batch(batch, shape)), values.to_vec())
        .expect("as many values as the shape has")
}
