//! Looking into a network with plain pixels, as they come from a page.

use super::Session;
use crate::dataset::{Dataset, Split, TargetsMut};
use crate::model::{Activation, ClassMap, ReluActivity};
use crate::{Error, Result};

impl Session {
    /// Every activation of one image on its way through the network, in inference: `pixels` is
    /// `[height, width, channels]` in 0..=1.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if they are not as many as the network's input has.
    pub fn trace(&self, pixels: &[f32]) -> Result<Vec<Activation>> {
        Ok(self.model.trace_pixels(self.image(pixels)?))
    }

    /// Where on an image a class finds its reasons; see [`Model::grad_cam`](crate::model::Model::grad_cam).
    ///
    /// # Errors
    /// [`Error::PixelCount`], and those of `grad_cam`.
    pub fn grad_cam(&self, pixels: &[f32], layer: usize, class: usize) -> Result<ClassMap> {
        self.model.pixels_grad_cam(layer, self.image(pixels)?, class)
    }

    /// The gradient of a class's logit with respect to each pixel, `[height, width, channels]`.
    ///
    /// # Errors
    /// [`Error::PixelCount`], and [`Error::OutOfRange`] for a class that the network does not have.
    pub fn image_gradient(&self, pixels: &[f32], class: usize) -> Result<Vec<f32>> {
        self.model.pixels_gradient(self.image(pixels)?, class)
    }

    /// How often each channel of each ReLU answers to these images, in inference.
    ///
    /// # Errors
    /// [`Error::DataMismatch`], [`Error::NoSuchImage`], and [`Error::ZeroSize`] for no images.
    pub fn relu_activity(
        &self,
        data: &dyn Dataset,
        split: Split,
        indices: &[u32],
    ) -> Result<Vec<ReluActivity>> {
        self.check_data(data)?;
        if indices.is_empty() {
            return Err(Error::ZeroSize { what: "the number of images" });
        }
        let mut input = vec![0.0; indices.len() * self.model.input_len()];
        data.fill(split, indices, &mut input, TargetsMut::Labels(&mut vec![0; indices.len()]))?;
        Ok(self.model.pixels_activity(&input))
    }

    fn image<'a>(&self, pixels: &'a [f32]) -> Result<&'a [f32]> {
        match (pixels.len(), self.model.input_len()) {
            (got, expected) if got != expected => Err(Error::PixelCount { got, expected }),
            _ => Ok(pixels),
        }
    }
}
