//! What JavaScript gets: small objects, and large arrays as typed arrays, in one copy.

use cnn::dataset::Augment;
use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A plain object, with `null` for what is not there.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    value.serialize(&serializer).expect("plain data is always an object")
}

/// Sets a property of an object that was made here.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) {
    Reflect::set(object, &JsValue::from(key), value).expect("a plain object takes any property");
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

/// The settings of an optimizer or a schedule as an object.
pub(crate) fn rule_to_js((kind, numbers): (&str, Vec<(&str, f64)>)) -> JsValue {
    let rule = object([("kind", kind.into())]);
    numbers.iter().for_each(|&(name, number)| set(&rule, name, &number.into()));
    rule
}

/// The settings of an augmentation that are not 0 as an object.
pub(crate) fn augment_to_js(augment: &Augment) -> JsValue {
    let object = object([]);
    for (name, number) in augment.settings() {
        if number != 0.0 {
            set(&object, name, &number.into());
        }
    }
    object
}
