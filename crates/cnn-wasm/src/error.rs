//! The core's errors as JavaScript `Error`s.

use crate::object::{set, to_js};
use cnn::error::Field;
use js_sys::{Error as JsError, Object};
use wasm_bindgen::JsValue;

/// An error on its way to JavaScript: the message, with `code` and `details` besides.
///
/// For an error in a spec, `code` is what is wrong with the line, and `details.line` the line.
#[derive(Debug)]
pub struct Error(JsValue);

/// [`std::result::Result`] with an [`Error`] for JavaScript.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<cnn::Error> for Error {
    fn from(error: cnn::Error) -> Self {
        let details = Object::new();
        set(&details, "code", &error.code().into());
        error.fields(&mut |name, field| {
            let value = match field {
                Field::Number(number) => number.into(),
                Field::Sizes(sizes) => to_js(sizes),
                Field::Text(text) => text.into(),
                Field::Nothing => JsValue::NULL,
            };
            set(&details, name, &value);
        });
        Self::new(&error.to_string(), error.code(), &details)
    }
}

impl Error {
    /// What JavaScript passed is not of the type that the call declares.
    pub(crate) fn argument(reason: impl ToString) -> Self {
        let reason = reason.to_string();
        let details = Object::new();
        set(&details, "reason", &JsValue::from(reason.as_str()));
        Self::new(&reason, "bad_argument", &details)
    }

    fn new(message: &str, code: &str, details: &JsValue) -> Self {
        let error = JsError::new(message);
        set(&error, "code", &JsValue::from(code));
        set(&error, "details", details);
        Self(error.into())
    }
}

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        error.0
    }
}
