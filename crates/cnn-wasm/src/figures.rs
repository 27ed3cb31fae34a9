//! What the page's figures call: one operation on one image, shapes of specs, presets.

use crate::convert::{self, augment, optional_number, rule, sizes};
use crate::error::{Error, Result};
use crate::object::{augment_to_js, floats, object, rule_to_js, set, to_js, words};
use cnn::dataset::Distortion;
use cnn::optim::Schedule;
use cnn::spec::ModelSpec;
use cnn_notebook::distort;
use cnn_notebook::limits::LIMITS;
use cnn_notebook::ops::{self, Maps};
use cnn_notebook::presets::{PRESETS, Preset};
use js_sys::Array;
use wasm_bindgen::prelude::*;

fn maps(maps: &Maps) -> JsValue {
    object([("shape", to_js(&maps.shape)), ("data", floats(&maps.data))])
}

/// Where a window lands on an input of `[height, width]`.
#[wasm_bindgen(unchecked_return_type = "Geometry")]
pub fn geometry(
    #[wasm_bindgen(unchecked_param_type = "[number, number]")] input: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Window2d")] window: JsValue,
) -> Result<JsValue> {
    let resolved = convert::window(&window)?.resolve(sizes(&input)?).map_err(cnn::Error::from)?;
    Ok(to_js(&resolved))
}

/// Shapes, parameters and costs of a spec's layers, and what training with this batch size takes; without one it is that of
/// one image, and whether a batch of one can be trained on is not asked.
#[wasm_bindgen(unchecked_return_type = "Summary")]
pub fn summarize(spec: &str, batch_size: Option<usize>) -> Result<JsValue> {
    let spec = ModelSpec::parse_within(spec, LIMITS)?;
    if let Some(batch_size) = batch_size {
        spec.check_batch(batch_size)?;
    }
    let batch_size = batch_size.unwrap_or(1);
    let summary = spec.summary();
    let object = to_js(&summary);
    set(&object, "classes", &spec.classes().into());
    set(&object, "text", &spec.to_string().into());
    set(&object, "batch_size", &batch_size.into());
    set(&object, "memory_bytes", &to_js(&summary.memory_bytes(batch_size)));
    Ok(object)
}

/// A spec as far as it goes: the layers before the first that can't be, and what is wrong with that one, as the
/// error that `summarize` would throw.
#[wasm_bindgen(unchecked_return_type = "Outline")]
pub fn outline(spec: &str) -> JsValue {
    let cnn::spec::Outline { summary, error } = cnn::spec::outline_within(spec, LIMITS);
    let error = error.map_or(JsValue::NULL, |error| Error::from(error).into());
    object([("summary", to_js(&summary)), ("error", error)])
}

/// The networks that have a name, with the settings they are trained with.
#[wasm_bindgen(unchecked_return_type = "Preset[]")]
pub fn presets() -> JsValue {
    let preset = |preset: &Preset| {
        object([
            ("name", preset.name.into()),
            ("spec", preset.spec.into()),
            ("optimizer", rule_to_js(preset.optimizer.settings())),
            ("schedule", rule_to_js(preset.schedule.settings())),
            ("label_smoothing", f64::from(preset.label_smoothing).into()),
            ("augment", augment_to_js(&preset.augment)),
            ("batch_size", preset.batch_size.into()),
            ("epochs", preset.epochs.into()),
        ])
    };
    PRESETS.iter().map(preset).collect::<Array>().into()
}

/// A batch of images `[n, h, w, c]` as a run with this seed would train on it after `step` steps.
#[wasm_bindgen]
pub fn augmented(
    images: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
    #[wasm_bindgen(js_name = augment, unchecked_param_type = "Augment")] settings: JsValue,
    seed: f64,
    step: f64,
) -> Result<Vec<f32>> {
    Ok(distort::augmented(images, sizes(&shape)?, &augment(&settings)?, seed as u64, step as u64)?)
}

/// Images `[n, h, w, c]`, each shifted down and right by so many pixels and turned counter-clockwise by so many degrees.
#[wasm_bindgen]
pub fn distorted(
    images: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
    #[wasm_bindgen(unchecked_param_type = "{ down: number; right: number; rotation: number }")] by: JsValue,
) -> Result<Vec<f32>> {
    convert::only(&by, &["down", "right", "rotation"])?;
    let number = |name| Ok::<f32, Error>(optional_number(&by, name)?.unwrap_or(0.0));
    let distortion = Distortion {
        shift: [number("down")?, number("right")?],
        rotation: number("rotation")?,
        ..Distortion::NONE
    };
    Ok(distort::distorted(images, sizes(&shape)?, &distortion)?)
}

/// What a schedule multiplies the learning rate with after each of these numbers of epochs, fractions included.
#[wasm_bindgen]
pub fn schedule_factors(
    #[wasm_bindgen(unchecked_param_type = "Schedule")] schedule: JsValue,
    epochs: &[f64],
) -> Result<Vec<f64>> {
    let schedule = rule(&schedule, Schedule::from_settings)?;
    schedule.validate()?;
    Ok(epochs.iter().map(|&epochs| schedule.factor(epochs)).collect())
}

/// Slides filters over an image: `input` `[h, w, c]`, `weight` `[kernel_h, kernel_w, c, out_channels]`.
#[wasm_bindgen(unchecked_return_type = "Maps")]
pub fn conv2d(
    input: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
    weight: &[f32],
    #[wasm_bindgen(unchecked_param_type = "Float32Array | null")] bias: Option<Vec<f32>>,
    out_channels: usize,
    #[wasm_bindgen(unchecked_param_type = "Window2d")] window: JsValue,
) -> Result<JsValue> {
    let (shape, window) = (sizes(&shape)?, convert::window(&window)?);
    Ok(maps(&ops::conv2d(input, shape, weight, bias.as_deref(), out_channels, &window)?))
}

/// The largest value under each window, and for each the index of the input value it is.
#[wasm_bindgen(unchecked_return_type = "MaxPooled")]
pub fn max_pool2d(
    input: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Window2d")] window: JsValue,
) -> Result<JsValue> {
    let pooled = ops::max_pool2d(input, sizes(&shape)?, &convert::window(&window)?)?;
    let object = maps(&pooled.maps);
    set(&object, "argmax", &words(&pooled.argmax));
    Ok(object)
}

/// The gradient at the input of `max_pool2d`, from its `argmax` and the gradient at its output; `shape` is the
/// input's.
#[wasm_bindgen]
pub fn max_pool2d_backward(
    argmax: &[u32],
    d_output: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
) -> Result<Vec<f32>> {
    Ok(ops::max_pool2d_backward(argmax, d_output, sizes(&shape)?)?)
}

/// The mean of the values under each window; padding is not counted.
#[wasm_bindgen(unchecked_return_type = "Maps")]
pub fn avg_pool2d(
    input: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Window2d")] window: JsValue,
) -> Result<JsValue> {
    Ok(maps(&ops::avg_pool2d(input, sizes(&shape)?, &convert::window(&window)?)?))
}

/// The gradient at the input of `avg_pool2d`; `shape` is the input's.
#[wasm_bindgen]
pub fn avg_pool2d_backward(
    d_output: &[f32],
    #[wasm_bindgen(unchecked_param_type = "[number, number, number]")] shape: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Window2d")] window: JsValue,
) -> Result<Vec<f32>> {
    Ok(ops::avg_pool2d_backward(d_output, sizes(&shape)?, &convert::window(&window)?)?)
}

/// max(0, x) of each value.
#[wasm_bindgen]
pub fn relu(input: &[f32]) -> Vec<f32> {
    ops::relu(input)
}
