//! The value of an error's field, for callers without serde: a browser would have to download what serde derives for an
//! enum of 40 variants, four times as much as this.

use super::Error;

/// The value of an error's field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'a> {
    /// A number.
    Number(f64),
    /// Sizes.
    Sizes(&'a [usize]),
    /// A text.
    Text(&'a str),
    /// Nothing where there could be something.
    Nothing,
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<&$number> for Field<'_> {
            fn from(&number: &$number) -> Self {
                Self::Number(number as f64)
            }
        })*
    };
}

numbers!(u8 u32 u64 usize f64);

impl<'a, const N: usize> From<&'a [usize; N]> for Field<'a> {
    fn from(sizes: &'a [usize; N]) -> Self {
        Self::Sizes(sizes)
    }
}

impl<'a> From<&'a Vec<usize>> for Field<'a> {
    fn from(sizes: &'a Vec<usize>) -> Self {
        Self::Sizes(sizes)
    }
}

impl<'a> From<&'a String> for Field<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<&&'static str> for Field<'_> {
    fn from(text: &&'static str) -> Self {
        Self::Text(text)
    }
}

impl<'a, T> From<&'a Option<T>> for Field<'a>
where
    &'a T: Into<Self>,
{
    fn from(value: &'a Option<T>) -> Self {
        value.as_ref().map_or(Self::Nothing, Into::into)
    }
}

impl From<&Box<Error>> for Field<'_> {
    /// The error inside of another is shown by its own fields.
    fn from(_: &Box<Error>) -> Self {
        Self::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value};

    fn shown(error: &Error) -> Value {
        let mut object = Map::from_iter([("code".to_owned(), error.code().into())]);
        error.fields(&mut |name, field| {
            let value = match field {
                Field::Number(number) if number.fract() == 0.0 => (number as u64).into(),
                Field::Number(number) => number.into(),
                Field::Sizes(sizes) => sizes.to_vec().into(),
                Field::Text(text) => text.into(),
                Field::Nothing => Value::Null,
            };
            object.insert(name.into(), value);
        });
        object.into()
    }

    #[test]
    fn they_are_what_serde_writes() {
        let errors = [
            Error::ZeroSize { what: "stride" },
            Error::KernelTooLarge { kernel: [5, 5], padded_input: [3, 4] },
            Error::ShapeMismatch { what: "image", got: vec![2, 3], expected: vec![] },
            Error::OutOfRange { what: "rate", got: 1.5, expected: "less" },
            Error::TooLarge { what: "training", bytes: 1 << 40, limit: 7 },
            Error::UnknownLayer { got: "con".into(), nearest: Some("conv") },
            Error::UnknownOption { got: "x".into(), expected: "y", nearest: None },
            Error::Expected { got: None, expected: "a number" },
            Error::Expected { got: Some("z".into()), expected: "a number" },
            Error::IdxMagic { what: "labels", got: u32::MAX, expected: 0x801 },
            Error::LabelOutOfRange { index: 3, label: 11, classes: 10 },
            Error::DataMismatch { input: [1, 2, 3], classes: 4, data_input: [5, 6, 7], data_classes: 8 },
            Error::DigitEmpty,
        ];
        for error in errors {
            assert_eq!(shown(&error), serde_json::to_value(&error).unwrap());
        }
        let inner = Error::NeedsVector { layer: "dense", got: [7, 7, 64] };
        let mut expected = shown(&inner);
        expected["line"] = 4.into();
        assert_eq!(shown(&inner.at_line(4)), expected);
    }
}
