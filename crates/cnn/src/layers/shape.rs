//! The shape of one example.

use crate::{Error, Result};

/// The shape of one example between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[height, width, channels]`.
    Map([usize; 3]),
    /// Number of features.
    Vector(usize),
}

impl Shape {
    /// Number of values of one example.
    pub fn len(&self) -> usize {
        match *self {
            Self::Map([h, w, c]) => h * w * c,
            Self::Vector(n) => n,
        }
    }

    /// Whether an example has no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The sizes of the axes.
    pub fn to_vec(&self) -> Vec<usize> {
        match *self {
            Self::Map(shape) => shape.to_vec(),
            Self::Vector(n) => vec![n],
        }
    }

    /// The size of the last axis: channels of a map, features of a vector.
    pub fn channels(&self) -> usize {
        match *self {
            Self::Map([_, _, channels]) => channels,
            Self::Vector(features) => features,
        }
    }

    /// The sizes as those of a map: a vector is one pixel.
    pub(crate) fn as_map(&self) -> [usize; 3] {
        match *self {
            Self::Map(shape) => shape,
            Self::Vector(features) => [1, 1, features],
        }
    }

    /// The sizes of a map.
    ///
    /// # Errors
    /// [`Error::NeedsMap`] for a vector, in the name of `layer`.
    pub fn map(&self, layer: &'static str) -> Result<[usize; 3]> {
        match *self {
            Self::Map(shape) => Ok(shape),
            Self::Vector(got) => Err(Error::NeedsMap { layer, got }),
        }
    }

    /// The number of features of a vector.
    ///
    /// # Errors
    /// [`Error::NeedsVector`] for a map, in the name of `layer`.
    pub fn vector(&self, layer: &'static str) -> Result<usize> {
        match *self {
            Self::Vector(features) => Ok(features),
            Self::Map(got) => Err(Error::NeedsVector { layer, got }),
        }
    }

    /// Checks that an example has values, and not more of them than memory can hold.
    ///
    /// # Errors
    /// [`Error::ZeroSize`] and [`Error::TooLarge`].
    pub(crate) fn check(&self) -> Result<()> {
        let sizes = self.to_vec();
        if sizes.contains(&0) {
            return Err(Error::ZeroSize { what: "a layer's output" });
        }
        let bytes = sizes.iter().fold(4u64, |n, &size| n.saturating_mul(size as u64));
        let limit = isize::MAX as u64;
        if bytes > limit { Err(Error::TooLarge { what: "a layer's output", bytes, limit }) } else { Ok(()) }
    }
}

impl From<[usize; 3]> for Shape {
    fn from(map: [usize; 3]) -> Self {
        Self::Map(map)
    }
}

impl From<usize> for Shape {
    fn from(features: usize) -> Self {
        Self::Vector(features)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Shape {
    /// As the list of its sizes.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_vec().serialize(serializer)
    }
}
