//! Looking inside a run: one step under the microscope, reasons, dead units, and networks that decide together.

use crate::dataset::Dataset;
use crate::error::Result;
use crate::object::{bytes, floats, object, set, to_js, words};
use crate::session::{Session, activation};
use cnn::model::Model;
use cnn_notebook::limits::LIMITS;
use cnn_notebook::microscope::{Answers, ParamChange};
use cnn_notebook::nudge;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Performance, WorkerGlobalScope};

#[wasm_bindgen]
impl Session {
    /// Trains on the next batch like `step`, and shows everything that it changed.
    #[wasm_bindgen(unchecked_return_type = "Microscope")]
    pub fn step_under_microscope(&mut self, dataset: &Dataset) -> Result<JsValue> {
        let seen = self.0.step_under_microscope(&dataset.0)?;
        Ok(object([
            ("report", to_js(&seen.report)),
            ("indices", words(&seen.indices)),
            ("labels", bytes(&seen.labels)),
            ("before", answers(&seen.before)),
            ("after", answers(&seen.after)),
            ("parameters", seen.params.iter().map(change).collect::<Array>().into()),
        ]))
    }

    /// Trains on the next batch like `step`, and says how long each part took by the browser's clock.
    #[wasm_bindgen(unchecked_return_type = "PartTime[]")]
    pub fn timed_step(&mut self, dataset: &Dataset) -> Result<JsValue> {
        let mut parts = Vec::new();
        // A window has the same property.
        let clock = js_sys::global().unchecked_into::<WorkerGlobalScope>().performance();
        let now = || clock.as_ref().map_or(f64::NAN, Performance::now);
        let mut last = now();
        self.0.step_marked(&dataset.0, &mut |mark| {
            let now = now();
            parts.push((mark, now - last));
            last = now;
        })?;
        let part = |(mark, time): (cnn::model::Mark, f64)| {
            let layer = mark.layer.map_or(JsValue::NULL, JsValue::from);
            object([("phase", to_js(&mark.phase)), ("layer", layer), ("milliseconds", time.into())])
        };
        Ok(parts.into_iter().map(part).collect::<Array>().into())
    }

    /// The mask of a dropout layer in the last step, `[batch, …]`, 1 where a value passed; none for other layers.
    pub fn dropout_mask(&self, layer: usize) -> Option<Vec<u8>> {
        self.0.model().dropout_mask(layer).map(<[u8]>::to_vec)
    }

    /// Where on an image a class finds its reasons (Grad-CAM on the maps of a layer).
    #[wasm_bindgen(unchecked_return_type = "ClassMap")]
    pub fn grad_cam(&self, pixels: &[f32], layer: usize, class: usize) -> Result<JsValue> {
        let map = self.0.grad_cam(pixels, layer, class)?;
        Ok(object([
            ("layer", map.layer.into()),
            ("class", map.class.into()),
            ("size", to_js(&map.size)),
            ("values", floats(&map.values)),
        ]))
    }

    /// The gradient of a class's logit with respect to each pixel.
    pub fn image_gradient(&self, pixels: &[f32], class: usize) -> Result<Vec<f32>> {
        Ok(self.0.image_gradient(pixels, class)?)
    }

    /// The loss of one image of a class, with its derivatives; of the parameters only those of one layer's weights.
    #[wasm_bindgen(unchecked_return_type = "LossGradients")]
    pub fn loss_gradients(&self, pixels: &[f32], label: usize, layer: usize) -> Result<JsValue> {
        let found = self.0.model().loss_gradients(pixels, label)?;
        let mut weights = &[][..];
        for (named, gradient) in self.0.model().parameters().zip(&found.d_params) {
            if named.layer == layer && named.role == "weight" {
                weights = gradient;
            }
        }
        Ok(object([
            ("loss", found.loss.into()),
            ("gradients", found.gradients.iter().map(activation).collect::<Vec<_>>().into()),
            ("d_input", floats(&found.d_input)),
            ("d_weight", floats(weights)),
        ]))
    }

    /// The loss of one image of a class with one weight of a layer changed.
    pub fn nudged_loss(&self, pixels: &[f32], label: usize, layer: usize, at: usize, by: f64) -> Result<f64> {
        Ok(nudge::loss(&self.0, pixels, label, layer, at, by)?)
    }

    /// How often each channel of each ReLU answers to some images.
    #[wasm_bindgen(unchecked_return_type = "ReluActivity[]")]
    pub fn relu_activity(
        &self,
        dataset: &Dataset,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        indices: &[u32],
    ) -> Result<Vec<JsValue>> {
        let layers = self.0.relu_activity(&dataset.0, split.parse()?, indices)?;
        let layer = |activity: &cnn::model::ReluActivity| {
            object([
                ("layer", activity.layer.into()),
                ("active", to_js(&activity.active)),
                ("values", to_js(&activity.values)),
                ("dead", activity.dead().into()),
            ])
        };
        Ok(layers.iter().map(layer).collect())
    }
}

fn answers(answers: &Answers) -> JsValue {
    object([("losses", floats(&answers.losses)), ("probabilities", floats(&answers.probabilities))])
}

fn change(change: &ParamChange) -> JsValue {
    let memory = js_sys::Object::new();
    change.memory.iter().for_each(|(slot, values)| set(&memory, slot, &floats(values)));
    object([
        ("name", to_js(&change.name)),
        ("layer", change.layer.into()),
        ("shape", to_js(&change.shape)),
        ("value", floats(&change.value)),
        ("grad", floats(&change.grad)),
        ("update", floats(&change.update)),
        ("memory", memory.into()),
    ])
}

/// Networks that decide together: the sum of their logits.
#[wasm_bindgen]
#[derive(Default)]
pub struct Ensemble(cnn::ensemble::Ensemble);

#[wasm_bindgen]
impl Ensemble {
    /// An ensemble without members.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the network of a snapshot or of saved weights.
    pub fn push(&mut self, file: &[u8]) -> Result<()> {
        Ok(self.0.push(Model::from_safetensors_within(file, LIMITS)?)?)
    }

    /// How many networks it has.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.members().len()
    }

    /// What the ensemble and each member say of an image.
    #[wasm_bindgen(unchecked_return_type = "EnsemblePrediction")]
    pub fn predict(&mut self, pixels: &[f32]) -> Result<JsValue> {
        let prediction = self.0.predict(pixels)?;
        Ok(object([
            ("logits", floats(&prediction.logits)),
            ("probabilities", floats(&prediction.probabilities)),
            ("class", prediction.class.into()),
            ("votes", to_js(&prediction.votes)),
        ]))
    }

    /// What they say of `count` images of a split from `start` on.
    #[wasm_bindgen(unchecked_return_type = "EnsembleEvaluation")]
    pub fn evaluate(
        &mut self,
        dataset: &Dataset,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        start: usize,
        count: usize,
    ) -> Result<JsValue> {
        let evaluation = self.0.evaluate(&dataset.0, split.parse()?, start..start.saturating_add(count))?;
        Ok(object([
            ("labels", bytes(&evaluation.labels)),
            ("predictions", bytes(&evaluation.predictions)),
            ("votes", evaluation.votes.iter().map(|votes| bytes(votes)).collect::<Array>().into()),
            ("correct", evaluation.correct().into()),
            ("members_correct", to_js(&evaluation.members_correct())),
        ]))
    }
}
