//! Small objects in and out; large arrays go as typed arrays, in one copy.

use crate::error::{Error, Result, set};
use cnn::geometry::{Padding, Window};
use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

/// A plain object, with `null` for what is not there.
pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    value.serialize(&serializer).expect("plain data is always an object")
}

/// What JavaScript passed, as the type that the call declares, which has just these fields.
///
/// They are looked at here, as `serde-wasm-bindgen` reads those that it is asked for and lets unknown ones pass.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue, fields: &[&str]) -> Result<T> {
    only(value, fields)?;
    serde_wasm_bindgen::from_value(value.clone()).map_err(Error::argument)
}

/// An object's names and values, if it is one and has no others than these.
pub(crate) fn only(value: &JsValue, fields: &[&str]) -> Result<()> {
    for (name, _) in entries(value)? {
        if !fields.contains(&&name[..]) {
            return Err(Error::argument(format!("unknown field `{name}`, expected {}", fields.join(", "))));
        }
    }
    Ok(())
}

fn entries(value: &JsValue) -> Result<Vec<(String, JsValue)>> {
    let object = value.dyn_ref::<Object>().ok_or_else(|| Error::argument("expected an object"))?;
    let entry = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
    };
    Ok(Object::entries(object).iter().map(entry).collect())
}

/// The property of an object.
pub(crate) fn property(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// So many sizes.
pub(crate) fn sizes<const N: usize>(value: &JsValue) -> Result<[usize; N]> {
    let sizes = value.dyn_ref::<Array>().and_then(|list| list.iter().map(size).collect::<Option<Vec<_>>>());
    sizes
        .and_then(|sizes| sizes.try_into().ok())
        .ok_or_else(|| Error::argument(format!("expected {N} whole numbers")))
}

fn size(value: JsValue) -> Option<usize> {
    let number = value.as_f64()?;
    let size = number as usize;
    (size as f64 == number).then_some(size)
}

/// Makes an optimizer or a schedule from its kind and its numbers.
type FromSettings<T> = fn(&str, &[(&str, f64)]) -> Result<T, String>;

/// An optimizer or a schedule, whose settings are its `kind` and numbers.
pub(crate) fn rule<T>(value: &JsValue, from_settings: FromSettings<T>) -> Result<T> {
    let entries = entries(value)?;
    let kind = property(value, "kind").as_string().unwrap_or_default();
    let mut numbers = Vec::with_capacity(entries.len());
    for (name, value) in entries.iter().filter(|(name, _)| name != "kind") {
        let number = value.as_f64().ok_or_else(|| Error::argument(format!("`{name}` is no number")))?;
        numbers.push((&name[..], number));
    }
    from_settings(&kind, &numbers).map_err(Error::argument)
}

/// The settings of an optimizer or a schedule as an object.
pub(crate) fn rule_to_js((kind, numbers): (&str, Vec<(&str, f64)>)) -> JsValue {
    let rule = object([("kind", kind.into())]);
    numbers.iter().for_each(|&(name, number)| set(&rule, name, &number.into()));
    rule
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

/// The window that JavaScript passed.
pub(crate) fn window(value: &JsValue) -> Result<Window> {
    only(value, &["kernel", "stride", "padding"])?;
    let padding = property(value, "padding");
    let padding = match padding.as_string().as_deref() {
        Some("same") => Padding::Same,
        Some("valid") => Padding::Valid,
        Some(other) => {
            return Err(Error::argument(format!(
                "got the padding `{other}`, expected same, valid or four numbers"
            )));
        }
        None => {
            let [top, bottom, left, right] = sizes(&padding)?;
            Padding::Explicit { top, bottom, left, right }
        }
    };
    Ok(Window {
        kernel: sizes(&property(value, "kernel"))?,
        stride: sizes(&property(value, "stride"))?,
        padding,
    })
}
