//! A training run.

use crate::convert::{augment, only, optional_number, property, rule, size, text, whole};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::object::{augment_to_js, bytes, floats, object, rule_to_js, to_js, words};
use cnn::model::{Activation, NamedParam};
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::SessionConfig;
use cnn::spec::ModelSpec;
use cnn_notebook::limits::LIMITS;
use cnn_notebook::teaching::Run;
use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

/// Model, loss, optimizer and the order of the data: one step at a time.
#[wasm_bindgen]
pub struct Session(pub(crate) Run);

#[wasm_bindgen]
impl Session {
    /// A run that has not taken a step.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "SessionConfig")] config: JsValue) -> Result<Self> {
        only(
            &config,
            &["spec", "seed", "batch_size", "optimizer", "schedule", "label_smoothing", "augment"],
        )?;
        let (spec, seed, batch_size) =
            (text(&config, "spec")?, whole(&config, "seed")?, size(&config, "batch_size")?);
        let optimizer = rule(&property(&config, "optimizer"), OptimizerConfig::from_settings)?;
        let schedule = property(&config, "schedule");
        let schedule = match schedule.is_undefined() || schedule.is_null() {
            true => Schedule::default(),
            false => rule(&schedule, Schedule::from_settings)?,
        };
        let base = SessionConfig::new(ModelSpec::parse_within(&spec, LIMITS)?, seed);
        let label_smoothing = optional_number(&config, "label_smoothing")?.unwrap_or(base.label_smoothing);
        let augment = augment(&property(&config, "augment"))?;
        let config = SessionConfig { batch_size, optimizer, schedule, label_smoothing, augment, ..base };
        Ok(Self(Run::new(cnn::session::Session::new(config)?)))
    }

    /// The run of a snapshot.
    pub fn from_snapshot(snapshot: &[u8]) -> Result<Self> {
        Ok(Self(Run::new(cnn::session::Session::from_snapshot_within(snapshot, LIMITS)?)))
    }

    /// The configuration and how far the run is.
    #[wasm_bindgen(unchecked_return_type = "SessionInfo")]
    pub fn info(&self) -> JsValue {
        let config = self.0.config();
        object([
            ("spec", config.spec.to_string().into()),
            ("seed", (config.seed as f64).into()),
            ("batch_size", config.batch_size.into()),
            ("optimizer", rule_to_js(config.optimizer.settings())),
            ("schedule", rule_to_js(config.schedule.settings())),
            ("label_smoothing", f64::from(config.label_smoothing).into()),
            ("augment", augment_to_js(&config.augment)),
            ("learning_rate", self.0.learning_rate().into()),
            ("input", to_js(&config.spec.input())),
            ("classes", config.spec.classes().into()),
            ("step", (self.0.step_count() as f64).into()),
            ("epoch", (self.0.epoch() as f64).into()),
            ("position", self.0.position().into()),
        ])
    }

    /// Changes the learning rate from the next step on.
    pub fn set_learning_rate(&mut self, learning_rate: f32) -> Result<()> {
        Ok(self.0.set_learning_rate(learning_rate)?)
    }

    /// Whether the run also learns the taught examples.
    pub fn learn_taught(&mut self, on: bool) {
        self.0.learn_taught(on);
    }

    /// Whether the images of the next batch are there.
    pub fn ready(&mut self, dataset: &Dataset) -> bool {
        self.0.ready(&dataset.0)
    }

    /// Trains on the next batch.
    #[wasm_bindgen(unchecked_return_type = "StepReport")]
    pub fn step(&mut self, dataset: &Dataset) -> Result<JsValue> {
        Ok(to_js(&self.0.step(&dataset.0)?))
    }

    /// The last batch, image by image, as the network saw it before it learnt from it.
    #[wasm_bindgen(unchecked_return_type = "Batch")]
    pub fn batch(&self) -> JsValue {
        let batch = self.0.batch();
        object([
            ("split", "train".into()),
            ("indices", words(&batch.indices)),
            ("labels", bytes(&batch.labels)),
            ("predictions", bytes(&batch.predictions)),
            ("losses", floats(&batch.losses)),
            ("probabilities", floats(&batch.probabilities)),
        ])
    }

    /// The first `count` images of the last batch as they were trained on, 0 to 255, one after the other; all, if there are
    /// fewer.
    pub fn batch_images(&self, count: usize) -> Vec<u8> {
        let values = self.0.batch_inputs().iter().take(count.saturating_mul(self.0.model().input_len()));
        values.map(|value| (value * 255.0).round() as u8).collect()
    }

    /// How the network does on `count` images of a split from `start` on.
    #[wasm_bindgen(unchecked_return_type = "Evaluation")]
    pub fn evaluate(
        &mut self,
        dataset: &Dataset,
        #[wasm_bindgen(unchecked_param_type = "Split")] split: &str,
        start: usize,
        count: usize,
    ) -> Result<JsValue> {
        let range = start..start.saturating_add(count);
        let evaluation = self.0.evaluate(&dataset.0, split.parse()?, range)?;
        Ok(object([
            ("count", evaluation.count.into()),
            ("correct", evaluation.correct.into()),
            ("loss_sum", evaluation.loss_sum.into()),
            ("predictions", bytes(&evaluation.predictions)),
            ("confidences", floats(&evaluation.confidences)),
            ("losses", floats(&evaluation.losses)),
        ]))
    }

    /// What the network says of an image `[height, width, channels]` in 0..=1.
    #[wasm_bindgen(unchecked_return_type = "Prediction")]
    pub fn predict(&mut self, pixels: &[f32]) -> Result<JsValue> {
        let prediction = self.0.predict(pixels)?;
        Ok(object([
            ("logits", floats(&prediction.logits)),
            ("probabilities", floats(&prediction.probabilities)),
            ("class", prediction.class.into()),
        ]))
    }

    /// Every activation of an image on its way through the network.
    #[wasm_bindgen(unchecked_return_type = "Activation[]")]
    pub fn trace(&self, pixels: &[f32]) -> Result<Vec<JsValue>> {
        Ok(self.0.trace(pixels)?.iter().map(activation).collect())
    }

    /// Every weight and bias, with its gradient in the last step.
    #[wasm_bindgen(unchecked_return_type = "Parameter[]")]
    pub fn parameters(&self) -> Vec<JsValue> {
        self.0.model().parameters().map(parameter).collect()
    }

    /// The weight or bias of this name, such as `layer0.weight`, if there is one.
    #[wasm_bindgen(unchecked_return_type = "Parameter | undefined")]
    pub fn parameter(&self, name: &str) -> JsValue {
        let found = self.0.model().parameters().find(|param| param.name() == name);
        found.map_or(JsValue::UNDEFINED, parameter)
    }

    /// The whole run as a safetensors file, from which it goes on exactly; thrown is `not_finite` if it can't go on.
    pub fn snapshot(&self) -> Result<Vec<u8>> {
        Ok(self.0.snapshot()?)
    }

    /// Replaces this run by that of a snapshot; if that can't be, this run stays.
    pub fn restore(&mut self, snapshot: &[u8]) -> Result<()> {
        Ok(self.0.restore(snapshot)?)
    }

    /// The weights and biases alone, as a safetensors file.
    pub fn save_weights(&self) -> Result<Vec<u8>> {
        Ok(self.0.save_weights()?)
    }

    /// Replaces the weights and biases by those of a file; if that can't be, they stay.
    pub fn load_weights(&mut self, file: &[u8]) -> Result<()> {
        Ok(self.0.load_weights(file)?)
    }

    /// 16 hexadecimal digits that differ when any bit of any weight does.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }
}

pub(crate) fn activation(activation: &Activation) -> JsValue {
    object([
        ("layer", activation.layer.into()),
        ("kind", activation.kind.into()),
        ("shape", to_js(&activation.shape)),
        ("data", floats(&activation.data)),
    ])
}

fn parameter(named: NamedParam<'_>) -> JsValue {
    // Before the first step there is none: 0.
    let grad = Float32Array::new_with_length(named.param.value.len() as u32);
    if !named.grad.is_empty() {
        grad.copy_from(named.grad);
    }
    object([
        ("name", named.name().into()),
        ("layer", named.layer.into()),
        ("shape", to_js(&named.param.shape)),
        ("value", floats(&named.param.value)),
        ("grad", grad.into()),
    ])
}
