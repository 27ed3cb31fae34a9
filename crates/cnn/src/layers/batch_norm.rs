//! Batch normalization: each channel brought to mean 0 and variance 1 over the batch, then scaled and shifted.
//!
//! Ioffe & Szegedy, *Batch normalization: accelerating deep network training by reducing internal covariate shift*, 2015,
//! algorithm 1; in use, algorithm 2 with running means.

use super::{Backward, Context, Kept, Layer, Param, Shape};
use crate::kernels::{self, ChannelAffine, resize_at_least};
use crate::{Error, Result};

/// Batch normalization of maps, channel by channel, or of vectors, feature by feature.
///
/// ```text
/// output = (input − mean) / √(variance + eps) · weight + bias
/// ```
///
/// In training, mean and variance are those of the batch: of all images and, in maps, all positions. Running ones follow them
/// after each step, and take their place in use:
///
/// ```text
/// running = (1 − momentum) · running + momentum · of the batch
/// ```
///
/// This is PyTorch's convention for the momentum: the part of the *new* one, 0.1 where it is not given; Keras and TensorFlow
/// call 1 − 0.1 the momentum. The variance is the mean of the squares, in the batch as in the running one, as the paper's
/// training step and TensorFlow have it; PyTorch's running variance is larger by n / (n − 1).
///
/// A batch that has one value for each channel (one image, as a vector or a map of one pixel) has no variance. Such a pass uses
/// the running mean and variance, and leaves them as they are. A session refuses a batch size of 1 there, but the last batch of
/// an epoch may have one image.
///
/// ```
/// use cnn::layers::{BatchNorm, Standalone};
/// use cnn::ndarray::array;
///
/// let mut norm = Standalone::new(BatchNorm::new(1));
/// let output = norm.forward(array![[1.0], [3.0], [5.0]].view())?;
/// assert!((output.sum()).abs() < 1e-6);
/// assert!((output[[2, 0]] - 1.5f32.sqrt()).abs() < 1e-5); // 2 / √(8/3)
/// # Ok::<(), cnn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BatchNorm {
    /// What each channel is multiplied with (γ): `[channels]`, 1 at first.
    pub weight: Param,
    /// What is added then (β): `[channels]`, 0 at first.
    pub bias: Param,
    /// The running mean: `[channels]`, 0 at first.
    pub running_mean: Param,
    /// The running variance: `[channels]`, 1 at first.
    pub running_var: Param,
    momentum: f32,
    eps: f32,
}

/// Parts of [`Kept::floats`], each a value a channel: mean and variance of the batch, 1 / √(variance + eps), that times the
/// weight, and two for the backward pass.
const PARTS: usize = 6;

impl BatchNorm {
    /// The part of each batch in the running mean and variance, where it is not given.
    pub const MOMENTUM: f32 = 0.1;
    /// What is added to the variance, where it is not given.
    pub const EPS: f32 = 1e-5;

    /// A normalization of so many channels or features with [`MOMENTUM`](Self::MOMENTUM) and [`EPS`](Self::EPS), which has
    /// seen nothing.
    pub fn new(channels: usize) -> Self {
        let ones = || Param::from_values(&[channels], vec![1.0; channels]);
        let zeros = || Param::zeros(&[channels]);
        let (momentum, eps) = (Self::MOMENTUM, Self::EPS);
        Self { weight: ones(), bias: zeros(), running_mean: zeros(), running_var: ones(), momentum, eps }
    }

    /// The same with a momentum and an `eps` of one's own.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < momentum ≤ 1 and `eps` is above 0 and finite.
    pub fn with(channels: usize, momentum: f32, eps: f32) -> Result<Self> {
        check(momentum, eps)?;
        Ok(Self { momentum, eps, ..Self::new(channels) })
    }

    /// The part of each batch in the running mean and variance, in 0..=1.
    pub fn momentum(&self) -> f32 {
        self.momentum
    }

    /// What is added to the variance.
    pub fn eps(&self) -> f32 {
        self.eps
    }

    fn channels(&self) -> usize {
        self.weight.value.len()
    }

    /// Whether a pass normalizes by its batch.
    fn by_batch(&self, at: &Context<'_>) -> bool {
        at.training && values(at) > self.channels()
    }

    /// The factors of each channel for these variances. One that is too large for an `f32` gives NaN, so that it is seen.
    fn factors(&self, variance: &[f32], inverse: &mut [f32], scale: &mut [f32]) {
        let weights = self.weight.value.iter();
        for (((inverse, scale), variance), weight) in inverse.iter_mut().zip(scale).zip(variance).zip(weights)
        {
            let root = (variance.max(0.0) + self.eps).sqrt();
            *inverse = if root.is_finite() { 1.0 / root } else { f32::NAN };
            *scale = *inverse * weight;
        }
    }
}

/// Checks the numbers of a batch normalization.
pub(crate) fn check(momentum: f32, eps: f32) -> Result<()> {
    if !(momentum > 0.0 && momentum <= 1.0) {
        let expected =
            "above 0 and at most 1: it is the part of each new batch in the running mean and variance";
        return Err(Error::OutOfRange { what: "the momentum", got: momentum.into(), expected });
    }
    if !(eps > 0.0 && eps.is_finite()) {
        let expected = "above 0: it keeps a variance of 0 from being divided by";
        return Err(Error::OutOfRange { what: "eps", got: eps.into(), expected });
    }
    Ok(())
}

/// How many values a pass takes.
fn values(at: &Context<'_>) -> usize {
    at.batch * at.input.len()
}

fn parts(kept: &mut Kept, channels: usize) -> [&mut [f32]; PARTS] {
    let mut rest = resize_at_least(&mut kept.floats, PARTS * channels);
    std::array::from_fn(|_| {
        let (part, others) = std::mem::take(&mut rest).split_at_mut(channels);
        rest = others;
        part
    })
}

impl Layer for BatchNorm {
    fn name(&self) -> &'static str {
        "batchnorm"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let (got, expected) = (input.channels(), self.channels());
        if got != expected {
            return Err(Error::ShapeMismatch { what: "input", got: vec![got], expected: vec![expected] });
        }
        Ok(input)
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let [_, _, inverse, scale, ..] = parts(at.kept, self.channels());
        self.factors(&self.running_var.value, inverse, scale);
        let affine = ChannelAffine { mean: &self.running_mean.value, scale, shift: &self.bias.value };
        kernels::channel_affine(input, affine, output, at.scratch);
    }

    fn forward(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let by_batch = self.by_batch(at);
        at.kept.bytes.resize(1, 0);
        at.kept.bytes[0] = u8::from(by_batch);
        if !by_batch {
            return self.infer(at, input, output);
        }
        let [mean, variance, inverse, scale, ..] = parts(at.kept, self.channels());
        kernels::channel_moments(input, mean, variance, at.scratch);
        self.factors(variance, inverse, scale);
        kernels::channel_affine(
            input,
            ChannelAffine { mean, scale, shift: &self.bias.value },
            output,
            at.scratch,
        );
    }

    fn backward(&self, at: &mut Context<'_>, mut pass: Backward<'_>) {
        let (by_batch, share) = (self.by_batch(at), self.channels() as f32 / values(at) as f32);
        let [mean, _, inverse, scale, products, sums] = parts(at.kept, self.channels());
        let mean = if by_batch { mean } else { &self.running_mean.value[..] };
        if by_batch || pass.d_params.is_some() {
            kernels::channel_gradient_sums(pass.input, pass.d_output, mean, sums, products, at.scratch);
        }
        if let Some([d_weight, d_bias]) = pass.d_params.as_deref_mut() {
            d_bias.copy_from_slice(sums);
            for ((d, product), inverse) in d_weight.iter_mut().zip(&*products).zip(&*inverse) {
                *d = product * inverse;
            }
            pass.params_done();
        }
        let Some(d_input) = pass.d_input else { return };
        if !by_batch {
            sums.fill(0.0);
            return kernels::channel_affine(
                pass.d_output,
                ChannelAffine { mean: sums, scale, shift: sums },
                d_input,
                at.scratch,
            );
        }
        // Mean and variance depend on every input too.
        for (((product, sum), inverse), scale) in
            products.iter_mut().zip(&mut *sums).zip(&*inverse).zip(&*scale)
        {
            *product *= -scale * inverse * inverse * share;
            *sum *= -scale * share;
        }
        let affine = ChannelAffine { mean, scale: products, shift: sums };
        kernels::channel_affine_backward(pass.input, pass.d_output, affine, scale, d_input, at.scratch);
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        visit("weight", &self.weight);
        visit("bias", &self.bias);
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        visit("weight", &mut self.weight);
        visit("bias", &mut self.bias);
    }

    fn state<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        visit("running_mean", &self.running_mean);
        visit("running_var", &self.running_var);
    }

    fn state_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        visit("running_mean", &mut self.running_mean);
        visit("running_var", &mut self.running_var);
    }

    fn update_state(&mut self, kept: &Kept) {
        if kept.bytes.first() != Some(&1) {
            return;
        }
        let of_batch = kept.floats.chunks_exact(self.channels());
        for (running, of_batch) in [&mut self.running_mean, &mut self.running_var].into_iter().zip(of_batch) {
            for (running, of_batch) in running.value.iter_mut().zip(of_batch) {
                *running = (1.0 - self.momentum) * *running + self.momentum * of_batch;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Standalone, gradient_check};
    use ndarray::{Array2, array};

    fn layer(channels: usize) -> BatchNorm {
        let mut layer = BatchNorm::with(channels, 0.25, 1e-3).unwrap();
        for k in 0..channels {
            layer.weight.value[k] = 0.5 + k as f32;
            layer.bias.value[k] = 0.1 * k as f32 - 1.0;
            layer.running_mean.value[k] = k as f32;
            layer.running_var.value[k] = 1.0 / (k + 1) as f32;
        }
        layer
    }

    #[test]
    fn the_gradients_are_the_derivatives() {
        for (shape, batch) in [
            (Shape::Map([6, 5, 3]), 2),
            (Shape::Map([3, 2, 5]), 1),
            (Shape::Vector(7), 6),
            (Shape::Vector(70), 3),
        ] {
            let found = gradient_check(&layer(shape.channels()), shape, batch, 3).unwrap();
            assert!(found.worst < 0.01, "{shape:?}: {found:?}");
        }
        // One value a channel: by the running mean and variance.
        let found = gradient_check(&layer(5), Shape::Vector(5), 1, 3).unwrap();
        assert!(found.worst < 0.01, "{found:?}");
    }

    #[test]
    fn running_means_follow_the_batches_that_were_trained_on() {
        let mut alone = Standalone::new(layer(1));
        let batch = array![[2.0], [4.0f32]];
        alone.forward(batch.view()).unwrap();
        let kept = alone.kept().unwrap();
        let mut layer = alone.layer.clone();
        layer.update_state(kept);
        // A quarter of the batch's mean 3 and variance 1, beside 0 and 1.
        assert_eq!((layer.running_mean.value[0], layer.running_var.value[0]), (0.75, 1.0));
        // One value says nothing of a variance.
        alone.forward(array![[9.0f32]].view()).unwrap();
        layer.update_state(alone.kept().unwrap());
        assert_eq!((layer.running_mean.value[0], layer.running_var.value[0]), (0.75, 1.0));
        assert_eq!(
            alone.forward(array![[9.0f32]].view()).unwrap(),
            alone.infer(array![[9.0f32]].view()).unwrap()
        );
    }

    #[test]
    fn in_use_an_image_does_not_depend_on_its_batch() {
        let alone = Standalone::new(layer(3));
        let input = Array2::from_shape_fn((4, 3), |(i, k)| (i * 3 + k) as f32);
        let all = alone.infer(input.view()).unwrap();
        for i in 0..4 {
            let one = input.slice(ndarray::s![i..=i, ..]);
            let one = alone.infer(one).unwrap();
            assert_eq!(one.as_slice().unwrap(), all.index_axis(ndarray::Axis(0), i).to_slice().unwrap());
        }
    }

    #[test]
    fn numbers_that_make_no_normalization_are_errors() {
        for momentum in [0.0, -0.1, 1.5, f32::NAN] {
            let error = BatchNorm::with(3, momentum, 1e-5).unwrap_err();
            assert!(matches!(error, Error::OutOfRange { what: "the momentum", .. }), "{momentum}");
        }
        for eps in [0.0, -1e-5, f32::INFINITY, f32::NAN] {
            let error = BatchNorm::with(3, 0.1, eps).unwrap_err();
            assert!(matches!(error, Error::OutOfRange { what: "eps", .. }), "{eps}");
        }
        assert_eq!(layer(3).output_shape(Shape::Vector(4)).unwrap_err().code(), "shape_mismatch");
    }

    #[test]
    fn a_variance_beyond_all_numbers_is_not_taken_for_none() {
        let mut alone = Standalone::new(BatchNorm::new(1));
        let output = alone.forward(array![[3e30f32], [-3e30]].view()).unwrap();
        assert!(output.iter().all(|y| y.is_nan()));
    }
}
