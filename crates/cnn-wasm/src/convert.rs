//! What JavaScript passed: small objects, checked field by field.

use crate::error::{Error, Result};
use cnn::dataset::Augment;
use cnn::geometry::{Padding, Window};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// An object that JavaScript passed, if it has no other fields than these.
pub(crate) fn only(value: &JsValue, fields: &[&str]) -> Result<()> {
    match entries(value)?.iter().find(|(name, _)| !fields.contains(&&name[..])) {
        Some((name, _)) => Err(Error::argument(format!("there is no setting `{name}`"))),
        None => Ok(()),
    }
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

/// A number.
fn number(value: &JsValue, name: &str) -> Result<f64> {
    value.as_f64().ok_or_else(|| Error::argument(format!("`{name}` is no number")))
}

/// The number at a property; nothing where it is left out.
pub(crate) fn optional_number(value: &JsValue, name: &str) -> Result<Option<f32>> {
    let value = property(value, name);
    if value.is_undefined() { Ok(None) } else { Ok(Some(number(&value, name)? as f32)) }
}

/// The whole number at a property, at least 0.
pub(crate) fn whole(value: &JsValue, name: &str) -> Result<u64> {
    let number = property(value, name).as_f64().filter(|&number| number as u64 as f64 == number);
    number.map(|number| number as u64).ok_or_else(|| Error::argument(format!("`{name}` is no whole number")))
}

/// The size at a property.
pub(crate) fn size(value: &JsValue, name: &str) -> Result<usize> {
    usize::try_from(whole(value, name)?).map_err(|_| Error::argument(format!("`{name}` is too large")))
}

/// The text at a property.
pub(crate) fn text(value: &JsValue, name: &str) -> Result<String> {
    property(value, name).as_string().ok_or_else(|| Error::argument(format!("`{name}` is no text")))
}

/// So many sizes.
pub(crate) fn sizes<const N: usize>(value: &JsValue) -> Result<[usize; N]> {
    let list = value.dyn_ref::<Array>().filter(|list| list.length() as usize == N);
    let list = list.ok_or_else(|| Error::argument(format!("expected {N} numbers")))?;
    let mut sizes = [0; N];
    for (i, place) in sizes.iter_mut().enumerate() {
        *place = size(list, &i.to_string())?;
    }
    Ok(sizes)
}

/// Makes an optimizer or a schedule from its kind and its numbers.
type FromSettings<T> = fn(&str, &[(&str, f64)]) -> Result<T, String>;

/// An optimizer or a schedule, whose settings are its `kind` and numbers.
pub(crate) fn rule<T>(value: &JsValue, from_settings: FromSettings<T>) -> Result<T> {
    let entries = entries(value)?;
    let kind = property(value, "kind").as_string().unwrap_or_default();
    from_settings(&kind, &numbers(&entries)?).map_err(Error::argument)
}

/// The numbers among an object's entries; its `kind` is none.
fn numbers(entries: &[(String, JsValue)]) -> Result<Vec<(&str, f64)>> {
    let mut numbers = Vec::with_capacity(entries.len());
    for (name, value) in entries.iter().filter(|(name, _)| name != "kind") {
        numbers.push((&name[..], number(value, name)?));
    }
    Ok(numbers)
}

/// How a batch is distorted; nothing where nothing was passed.
pub(crate) fn augment(value: &JsValue) -> Result<Augment> {
    if value.is_undefined() || value.is_null() {
        return Ok(Augment::OFF);
    }
    Augment::from_settings(&numbers(&entries(value)?)?).map_err(Error::argument)
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
