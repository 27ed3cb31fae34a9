//! Small objects in and out; large arrays go as typed arrays, in one copy.

use crate::error::{Error, Result, set};
use cnn::geometry::{Padding, Window};
use js_sys::{Float32Array, Object, Uint8Array, Uint32Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::JsValue;

/// A plain object, with `null` for what is not there.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    value.serialize(&serializer).expect("plain data is always an object")
}

/// What JavaScript passed, as the type that the call declares.
///
/// By way of a JSON value: `serde-wasm-bindgen` by itself reads just the fields that it is asked for, and would let
/// unknown ones pass.
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T> {
    let value: Value = serde_wasm_bindgen::from_value(value).map_err(Error::argument)?;
    serde_json::from_value(value).map_err(Error::argument)
}

/// An object of these properties.
pub(crate) fn object<const N: usize>(properties: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    properties.iter().for_each(|(key, value)| set(&object, key, value));
    object.into()
}

pub(crate) fn floats(values: &[f32]) -> JsValue {
    Float32Array::from(values).into()
}

pub(crate) fn words(values: &[u32]) -> JsValue {
    Uint32Array::from(values).into()
}

pub(crate) fn bytes(values: &[u8]) -> JsValue {
    Uint8Array::from(values).into()
}

/// A window as JavaScript writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowArg {
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Value,
}

/// The window that JavaScript passed.
pub(crate) fn window(value: JsValue) -> Result<Window> {
    let WindowArg { kernel, stride, padding } = from_js(value)?;
    let padding = match padding.as_str() {
        Some("same") => Padding::Same,
        Some("valid") => Padding::Valid,
        Some(other) => {
            return Err(Error::argument(format!(
                "got the padding `{other}`, expected same, valid or four numbers"
            )));
        }
        None => {
            let [top, bottom, left, right] = serde_json::from_value(padding).map_err(Error::argument)?;
            Padding::Explicit { top, bottom, left, right }
        }
    };
    Ok(Window { kernel, stride, padding })
}
