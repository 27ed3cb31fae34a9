//! From maps to a vector, in the order in which the values lie.

use super::{Kept, Shape, Site, Stage};
use crate::Result;
use crate::kernels::Scratch;
use ndarray::{Array2, Array4, ArrayView2, ArrayView4};

/// `[batch, height, width, channels]` to `[batch, height · width · channels]`: channels vary fastest.
#[derive(Clone, Debug, Default)]
pub struct Flatten {
    input: Option<[usize; 4]>,
}

impl Flatten {
    /// A flattening.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same values as vectors.
    ///
    /// # Errors
    /// None today.
    pub fn infer(&self, input: ArrayView4<f32>) -> Result<Array2<f32>> {
        let (batch, h, w, c) = input.dim();
        let values = input.as_standard_layout().into_owned();
        Ok(values.into_shape_with_order((batch, h * w * c)).expect("the same number of values"))
    }

    /// [`infer`](Self::infer) that keeps the input's shape for [`backward`](Self::backward).
    ///
    /// # Errors
    /// None today.
    pub fn forward(&mut self, input: ArrayView4<f32>) -> Result<Array2<f32>> {
        let (batch, h, w, c) = input.dim();
        self.input = Some([batch, h, w, c]);
        self.infer(input)
    }

    /// The same gradients as maps.
    ///
    /// # Errors
    /// [`Error::NoForward`](crate::Error::NoForward) before the first `forward`, and
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) if `d_output` has not the shape of its output.
    pub fn backward(&mut self, d_output: ArrayView2<f32>) -> Result<Array4<f32>> {
        let shape @ [batch, h, w, c] = self.input.ok_or(crate::Error::NoForward { layer: "flatten" })?;
        if d_output.dim() != (batch, h * w * c) {
            let (got, expected) = (d_output.shape().to_vec(), vec![batch, h * w * c]);
            return Err(crate::Error::ShapeMismatch { what: "d_output", got, expected });
        }
        let values = d_output.as_standard_layout().into_owned();
        Ok(values.into_shape_with_order(shape).expect("the same number of values"))
    }
}

impl Stage for Flatten {
    fn name(&self) -> &'static str {
        "flatten"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(Shape::Vector(input.map("flatten")?.iter().product()))
    }

    fn is_identity(&self, _: &Site) -> bool {
        true
    }

    fn forward_into(&self, _: &Site, input: &[f32], output: &mut [f32], _: &mut Kept, _: &mut Scratch) {
        output.copy_from_slice(input);
    }

    fn backward_input(
        &self,
        _: &Site,
        _: &[f32],
        d_output: &[f32],
        d_input: &mut [f32],
        _: &Kept,
        _: &mut Scratch,
    ) {
        d_input.copy_from_slice(d_output);
    }
}
