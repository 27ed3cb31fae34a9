//! The values that a layer has learned.

/// A parameter, row-major. Its gradient is the workspace's: see [`Layer::backward`](super::Layer::backward).
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The values.
    pub value: Vec<f32>,
    /// Sizes of the axes: `[kernel_h, kernel_w, in, out]`, `[in, out]` or `[out]` in the layers of this crate.
    pub shape: Vec<usize>,
}

impl Param {
    /// A parameter of this shape, all 0.
    pub fn zeros(shape: &[usize]) -> Self {
        Self { value: vec![0.0; shape.iter().product()], shape: shape.to_vec() }
    }

    /// A parameter with these values.
    ///
    /// # Panics
    /// If the values are not as many as the shape says.
    pub fn from_values(shape: &[usize], value: Vec<f32>) -> Self {
        assert_eq!(value.len(), shape.iter().product::<usize>(), "values for the shape {shape:?}");
        Self { value, shape: shape.to_vec() }
    }
}
