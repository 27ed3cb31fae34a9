//! Small objects in and out; large arrays go as typed arrays, in one copy.

use crate::error::{Error, Result, set};
use cnn::geometry::{Padding, Window};
use js_sys::{Float32Array, Object, Uint8Array, Uint32Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
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
    let value: serde_json::Value = serde_wasm_bindgen::from_value(value).map_err(Error::argument)?;
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
pub(crate) struct WindowArg {
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: PaddingArg,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PaddingArg {
    Named(PaddingName),
    Sides([usize; 4]),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PaddingName {
    Same,
    Valid,
}

impl From<WindowArg> for Window {
    fn from(window: WindowArg) -> Self {
        let padding = match window.padding {
            PaddingArg::Named(PaddingName::Same) => Padding::Same,
            PaddingArg::Named(PaddingName::Valid) => Padding::Valid,
            PaddingArg::Sides([top, bottom, left, right]) => Padding::Explicit { top, bottom, left, right },
        };
        Self { kernel: window.kernel, stride: window.stride, padding }
    }
}
