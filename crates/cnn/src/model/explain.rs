//! What a trained network looks at: gradients of a class's score, and units that never answer.

use super::{Activation, Model, activation};
use crate::layers::Wanted;
use crate::{Error, Result};
use ndarray::{Array3, ArrayView3, ArrayView4};

/// Where on an image a class finds its reasons.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClassMap {
    /// Number of the layer whose maps were weighted, counted from 0 after the input.
    pub layer: usize,
    /// The class.
    pub class: usize,
    /// `[height, width]` of that layer's maps.
    pub size: [usize; 2],
    /// One value a position, row by row: above 0 speaks for the class, below 0 against it.
    pub values: Vec<f32>,
}

/// How much of a ReLU layer is in use over some images.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReluActivity {
    /// Number of the layer, counted from 0 after the input.
    pub layer: usize,
    /// For each channel of maps, or each feature of a vector, how many of its values (over all positions and
    /// images) were above 0.
    pub active: Vec<u64>,
    /// Of how many values each: positions · images.
    pub values: u64,
}

impl ReluActivity {
    /// Channels or features that were never above 0: with these images, no gradient reaches them.
    pub fn dead(&self) -> usize {
        self.active.iter().filter(|&&count| count == 0).count()
    }
}

impl Model {
    /// The gradient of one class's logit with respect to every value that layer `layer` gives for an image, in
    /// inference.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for an image of another shape, and [`Error::OutOfRange`] for a layer or class
    /// that the network does not have.
    pub fn gradient_at(&self, layer: usize, image: ArrayView3<f32>, class: usize) -> Result<Activation> {
        let steps = self.layers.single();
        if layer >= steps.len() {
            return Err(out_of_range("layer", layer, "a layer of the network"));
        }
        let mut work = self.trace_into(&steps, &self.pixels(image)?);
        work.backward(&&steps[..], &self.one_hot(class)?, down_to(layer + 1), &mut |_| {});
        Ok(activation(&steps[layer], work.d_input()))
    }

    /// The gradient of one class's logit with respect to the image's own values: which pixels would change it
    /// most. Simonyan et al., *Deep inside convolutional networks*, 2014.
    ///
    /// # Errors
    /// As [`gradient_at`](Self::gradient_at).
    pub fn image_gradient(&self, image: ArrayView3<f32>, class: usize) -> Result<Array3<f32>> {
        let gradient = self.pixels_gradient(&self.pixels(image)?, class)?;
        Ok(Array3::from_shape_vec(image.dim(), gradient).expect("a gradient for each value"))
    }

    /// [`image_gradient`](Self::image_gradient) of an image's values, of which there are as many as the input has.
    pub(crate) fn pixels_gradient(&self, pixels: &[f32], class: usize) -> Result<Vec<f32>> {
        let steps = self.layers.single();
        let mut work = self.trace_into(&steps, pixels);
        work.backward(&&steps[..], &self.one_hot(class)?, down_to(0), &mut |_| {});
        Ok(work.d_input().to_vec())
    }

    /// Grad-CAM: the maps of a layer, each weighted by the mean of its gradient.
    ///
    /// Selvaraju et al., *Grad-CAM: visual explanations from deep networks via gradient-based localization*,
    /// 2017, eq. 1 and 2. The paper then cuts what is below 0; here it stays, as what speaks against the class.
    ///
    /// # Errors
    /// As [`gradient_at`](Self::gradient_at), and [`Error::NeedsMap`] for a layer that gives a vector.
    pub fn grad_cam(&self, layer: usize, image: ArrayView3<f32>, class: usize) -> Result<ClassMap> {
        self.pixels_grad_cam(layer, &self.pixels(image)?, class)
    }

    /// [`grad_cam`](Self::grad_cam) of an image's values, of which there are as many as the input has.
    pub(crate) fn pixels_grad_cam(&self, layer: usize, pixels: &[f32], class: usize) -> Result<ClassMap> {
        let steps = self.layers.single();
        if layer >= steps.len() {
            return Err(out_of_range("layer", layer, "a layer of the network"));
        }
        let mut work = self.trace_into(&steps, pixels);
        let Activation { shape, data: maps, .. } = activation(&steps[layer], work.output(layer));
        let [height, width, channels] = shape[..] else {
            return Err(Error::NeedsMap { layer: "grad-cam", got: shape[0] });
        };
        work.backward(&&steps[..], &self.one_hot(class)?, down_to(layer + 1), &mut |_| {});
        let mut weights = vec![0.0; channels];
        for at_position in work.d_input().chunks_exact(channels) {
            weights.iter_mut().zip(at_position).for_each(|(sum, d)| *sum += d);
        }
        let scale = 1.0 / (height * width) as f32;
        let weigh = |maps: &[f32]| maps.iter().zip(&weights).map(|(a, w)| a * w * scale).sum();
        let values = maps.chunks_exact(channels).map(weigh).collect();
        Ok(ClassMap { layer, class, size: [height, width], values })
    }

    /// How often each channel of each ReLU answers to a batch of images, in inference.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] for images of another shape.
    pub fn relu_activity(&self, images: ArrayView4<f32>) -> Result<Vec<ReluActivity>> {
        let expected = [&[images.dim().0.max(1)], &self.input_shape().to_vec()[..]].concat();
        if images.shape() != expected {
            return Err(Error::ShapeMismatch { what: "images", got: images.shape().to_vec(), expected });
        }
        Ok(self.pixels_activity(images.as_standard_layout().as_slice().expect("standard layout")))
    }

    /// [`relu_activity`](Self::relu_activity) of the values of images, one or more.
    pub(crate) fn pixels_activity(&self, images: &[f32]) -> Vec<ReluActivity> {
        let steps = self.layers.single();
        let work = self.trace_into(&steps, images);
        let mut activity = Vec::new();
        for (i, step) in steps.iter().enumerate().filter(|(_, step)| step.layer.name() == "relu") {
            let (output, channels) = (work.output(i), step.output.channels());
            let mut active = vec![0; channels];
            for values in output.chunks_exact(channels) {
                active.iter_mut().zip(values).for_each(|(count, &x)| *count += u64::from(x > 0.0));
            }
            let values = (output.len() / channels) as u64;
            activity.push(ReluActivity { layer: step.number, active, values });
        }
        activity
    }

    /// The gradient of one logit at the logits.
    fn one_hot(&self, class: usize) -> Result<Vec<f32>> {
        let mut d_logits = vec![0.0; self.classes()];
        match d_logits.get_mut(class) {
            Some(d) => *d = 1.0,
            None => return Err(out_of_range("class", class, "a class of the network")),
        }
        Ok(d_logits)
    }
}

/// The gradient at the input of layer `first`, and none of parameters.
pub(super) fn down_to(first: usize) -> Wanted {
    Wanted { first, params: false, input: true }
}

pub(super) fn out_of_range(what: &'static str, got: usize, expected: &'static str) -> Error {
    Error::OutOfRange { what, got: got as f64, expected }
}
