//! Labelled images on the engine's side.

use crate::convert::{only, property, size, text};
use crate::error::Result;
use crate::object::{bytes, floats, object, to_js, words};
use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn_notebook::limits::check_images;
use cnn_notebook::teaching::TaughtImages;
use wasm_bindgen::prelude::*;

/// Labelled images in three splits, arriving shard by shard.
#[wasm_bindgen]
pub struct Dataset(pub(crate) TaughtImages);

#[wasm_bindgen]
impl Dataset {
    /// A data set whose images have yet to arrive.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "DatasetInfo")] info: JsValue) -> Result<Self> {
        only(&info, &["name", "height", "width", "channels", "classes", "counts", "block"])?;
        let counts = property(&info, "counts");
        only(&counts, &["train", "validation", "test"])?;
        let info = DatasetInfo {
            name: text(&info, "name")?,
            height: size(&info, "height")?,
            width: size(&info, "width")?,
            channels: size(&info, "channels")?,
            classes: size(&info, "classes")?,
            counts: Counts {
                train: size(&counts, "train")?,
                validation: size(&counts, "validation")?,
                test: size(&counts, "test")?,
            },
            block: size(&info, "block")?,
        };
        check_images(&info)?;
        Ok(Self(TaughtImages::new(ImageDataset::new(info)?)))
    }

    /// What was declared.
    #[wasm_bindgen(unchecked_return_type = "DatasetInfo")]
    pub fn info(&self) -> JsValue {
        to_js(self.0.info())
    }

    /// Adds a shard of IDX images and IDX labels; returns how many images of the split are there.
    pub fn append(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        images_idx: &[u8],
        labels_idx: &[u8],
    ) -> Result<usize> {
        Ok(self.0.append(split.parse()?, images_idx, labels_idx)?)
    }

    /// Adds images as plain pixels, `[n, height, width, channels]`; returns how many of the split are there.
    pub fn append_pixels(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        pixels: &[u8],
        labels: &[u8],
    ) -> Result<usize> {
        Ok(self.0.append_pixels(split.parse()?, pixels, labels)?)
    }

    /// Replaces the taught examples, a person's own images with the labels they gave them, by these.
    pub fn teach(&mut self, pixels: &[u8], labels: &[u8]) -> Result<()> {
        Ok(self.0.teach(pixels, labels)?)
    }

    /// From now on full ink, a byte of 255, is `ink` in every batch in place of 1.
    pub fn set_ink(&mut self, ink: f32) -> Result<()> {
        Ok(self.0.set_ink(ink)?)
    }

    /// How many images of a split are there.
    pub fn available(&self, #[wasm_bindgen(unchecked_param_type = "Split")] split: &str) -> Result<usize> {
        Ok(self.0.available(split.parse()?))
    }

    /// The pixels of some images, one after the other.
    pub fn images(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        indices: &[u32],
    ) -> Result<Vec<u8>> {
        let split: Split = split.parse()?;
        let mut pixels = Vec::with_capacity(indices.len() * self.0.image_len());
        for &index in indices {
            pixels.extend_from_slice(self.0.image(split, index as usize)?);
        }
        Ok(pixels)
    }

    /// The labels of some images.
    pub fn labels(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        indices: &[u32],
    ) -> Result<Vec<u8>> {
        let split: Split = split.parse()?;
        Ok(indices.iter().map(|&index| self.0.label(split, index as usize)).collect::<cnn::Result<_>>()?)
    }

    /// The `n` training images nearest to these pixels in 0..=1, nearest first.
    #[wasm_bindgen(unchecked_return_type = "Nearest")]
    pub fn nearest(&self, pixels: &[f32], n: usize) -> Result<JsValue> {
        let (indices, distances): (Vec<u32>, Vec<f32>) =
            self.0.nearest(pixels, n)?.into_iter().map(|(index, distance)| (index as u32, distance)).unzip();
        let labels: Vec<u8> = indices
            .iter()
            .map(|&index| self.0.label(Split::Train, index as usize))
            .collect::<cnn::Result<_>>()?;
        Ok(object([
            ("indices", words(&indices)),
            ("distances", floats(&distances)),
            ("labels", bytes(&labels)),
        ]))
    }
}
