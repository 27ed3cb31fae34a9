//! What a network may need, which is for whoever runs it to say.

use crate::{Error, Result};

/// Bounds of a network. [`ModelSpec::parse_within`](super::ModelSpec::parse_within) refuses what exceeds them, and a spec
/// keeps to those that it was made within.
///
/// ```
/// use cnn::spec::{Limits, ModelSpec};
///
/// const SMALL: Limits = Limits::NONE.with_memory(1_000_000).with_size(512);
/// let error = ModelSpec::parse_within("input 8x8x1\nflatten\ndense 600", SMALL).unwrap_err();
/// assert_eq!(error.to_string(), "line 3: the number of units is 600, and the limit is 512");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes that training may need, as [`Summary::memory_bytes`](super::Summary::memory_bytes) estimates them.
    pub memory: u64,
    /// Largest number of filters, units or channels, and largest side of an input, a window, a stride or a padding.
    pub size: usize,
    /// Largest number of layers.
    pub layers: usize,
}

impl Limits {
    /// No bounds but those of the machine's addresses: what a spec is made within where the caller sets none.
    pub const NONE: Self = Self { memory: isize::MAX as u64, size: usize::MAX, layers: usize::MAX };

    /// These limits with another [`memory`](Self::memory).
    pub const fn with_memory(self, memory: u64) -> Self {
        Self { memory, ..self }
    }

    /// These limits with another [`size`](Self::size).
    pub const fn with_size(self, size: usize) -> Self {
        Self { size, ..self }
    }

    /// These limits with another number of [`layers`](Self::layers).
    pub const fn with_layers(self, layers: usize) -> Self {
        Self { layers, ..self }
    }

    pub(super) fn check_memory(&self, bytes: u64) -> Result<()> {
        let limit = self.memory.min(Self::NONE.memory);
        if bytes > limit { Err(Error::TooLarge { what: "training", bytes, limit }) } else { Ok(()) }
    }

    /// Checks that none of these sizes is 0 or above the limit.
    pub(super) fn check_sizes(&self, sizes: &[usize], what: &'static str) -> Result<()> {
        if sizes.contains(&0) {
            return Err(Error::ZeroSize { what });
        }
        self.check_most(sizes, what)
    }

    pub(super) fn check_most(&self, sizes: &[usize], what: &'static str) -> Result<()> {
        match sizes.iter().find(|&&size| size > self.size) {
            Some(&size) => Err(Error::AboveLimit { what, got: size as f64, limit: self.size }),
            None => Ok(()),
        }
    }

    /// Checks the number of layers; `lines` are those of the input, then of each layer.
    pub(super) fn check_layers(&self, lines: &[usize]) -> Result<()> {
        let count = lines.len().saturating_sub(1);
        if count > self.layers {
            let (got, limit) = (count as f64, self.layers);
            let error = Error::AboveLimit { what: "the number of layers", got, limit };
            return Err(error.at_line(lines[limit + 1]));
        }
        Ok(())
    }
}

impl Default for Limits {
    /// [`NONE`](Self::NONE).
    fn default() -> Self {
        Self::NONE
    }
}
