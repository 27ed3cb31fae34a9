//! Networks as safetensors files: weights for anyone to read, and snapshots from which training goes on.
//!
//! Tensors are `F32`, named `layerI.weight` and `layerI.bias` (I counts a spec's layers from 0), in the layouts
//! of this crate: `[kernel_h, kernel_w, in_channels, out_channels]` and `[in_features, out_features]`; of a batch
//! normalization there are `layerI.running_mean` and `layerI.running_var` besides, all four `[channels]`. A snapshot
//! has besides them `optim.SLOT.layerI.weight` and so on, what the optimizer remembers.
//!
//! The file's metadata has one key, [`METADATA_KEY`], with a JSON object: `format` is [`FORMAT`], `spec` the
//! network's text, `state`, in snapshots, the state of training, and `sum` a checksum of all that is read from the
//! file, so that no altered file is taken for a whole one. One key, because files with several are written in an order
//! that changes from run to run. Weights without this metadata, as other programs write them, are read too, and so are
//! files without `sum`, as earlier versions wrote them; neither shows whether it is unaltered.

mod format;
mod sum;

use crate::error::excerpt;
use crate::json::Value;
use crate::{Error, Result};
use sum::{Content, Values};

/// Name and version of the format.
pub const FORMAT: &str = "cnn-notebook/1";
/// The key of the file's metadata under which ours is found.
pub const METADATA_KEY: &str = "cnn_notebook";
/// What the names of an optimizer's tensors begin with.
pub const OPTIMIZER_PREFIX: &str = "optim.";
/// The type of all tensors that are written here.
const F32: &str = "F32";
/// The properties that the metadata may have.
const PROPERTIES: [&str; 4] = ["format", "spec", "state", "sum"];

/// 16 hexadecimal digits that tell whether bytes are still those that were kept: their
/// [XXH64](https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md) with seed 0. It finds damage, not intent:
/// whoever wants to can make other bytes with the same digits.
pub fn digest(bytes: &[u8]) -> String {
    sum::of_bytes(bytes)
}

/// A tensor to be written.
#[derive(Clone, Debug)]
pub struct Tensor<'a> {
    /// Its name, unique in the file.
    pub name: String,
    /// Its sizes, outermost first.
    pub shape: &'a [usize],
    /// Its values, row-major.
    pub values: &'a [f32],
}

/// Writes a file of these tensors: the same bytes for the same arguments.
///
/// # Panics
/// If a tensor's values are not as many as its shape says, or a name comes twice.
pub fn write(spec: &str, tensors: &[Tensor<'_>]) -> Vec<u8> {
    write_with(Some(spec), None, tensors)
}

/// [`write()`] with a state of training besides, or of a network without a text.
pub(crate) fn write_with(spec: Option<&str>, state: Option<Value>, tensors: &[Tensor<'_>]) -> Vec<u8> {
    let mut properties = vec![("format".to_owned(), FORMAT.into())];
    properties.extend(spec.map(|spec| ("spec".to_owned(), spec.into())));
    properties.extend(state.map(|state| ("state".to_owned(), state)));
    let mut metadata = Value::Object(properties);
    let contents = tensors.iter().map(|tensor| Content {
        name: &tensor.name,
        dtype: F32,
        shape: tensor.shape,
        values: Values::Floats(tensor.values),
    });
    let sum = sum::of_content(&metadata.to_text(), contents);
    metadata.push("sum", Value::Text(sum));
    format::write(tensors, METADATA_KEY, &metadata.to_text())
}

/// A file that was read, its values still in the file's bytes.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    tensors: Vec<format::StoredTensor<'a>>,
    spec: Option<String>,
    state: Option<Value>,
}

impl<'a> Checkpoint<'a> {
    /// Reads a file's header, and checks that the file is whole and, if it has a checksum, unaltered.
    ///
    /// # Errors
    /// [`Error::CheckpointCorrupt`] if it is no whole safetensors file, [`Error::CheckpointFormat`] if it names a
    /// format other than [`FORMAT`], and [`Error::CheckpointAltered`] if its content is not that of its checksum.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let corrupt = |reason: String| Error::CheckpointCorrupt { reason };
        let (tensors, metadata) = format::read(bytes, METADATA_KEY).map_err(corrupt)?;
        let Some(metadata) = metadata else { return Ok(Self { tensors, spec: None, state: None }) };
        let mut metadata = Value::parse(&metadata).map_err(corrupt)?;
        let text = |key| metadata.get(key).and_then(Value::text);
        let format = text("format").unwrap_or("");
        if format != FORMAT {
            return Err(Error::CheckpointFormat { got: excerpt(format), expected: FORMAT });
        }
        // A damaged name must not pass for a file that has no such property.
        if let Some(name) = metadata.names().find(|name| !PROPERTIES.contains(name)) {
            return Err(corrupt(format!("its metadata has an unknown `{}`", excerpt(name))));
        }
        let spec = text("spec").map(str::to_owned);
        if let Some(sum) = metadata.remove("sum") {
            let contents = tensors.iter().map(|entry| Content {
                name: &entry.name,
                dtype: &entry.dtype,
                shape: &entry.shape,
                values: Values::Bytes(entry.bytes),
            });
            let got = sum::of_content(&metadata.to_text(), contents);
            let Value::Text(expected) = sum else { return Err(corrupt("its checksum is no text".into())) };
            if got != expected {
                return Err(Error::CheckpointAltered { got, expected: excerpt(&expected) });
            }
        }
        Ok(Self { tensors, spec, state: metadata.remove("state") })
    }

    /// The text of the network that was saved, if the file says.
    pub fn spec(&self) -> Option<&str> {
        self.spec.as_deref()
    }

    /// The state of training.
    ///
    /// # Errors
    /// [`Error::CheckpointNoState`] if the file has weights alone.
    pub(crate) fn state(&self) -> Result<&Value> {
        self.state.as_ref().ok_or(Error::CheckpointNoState)
    }

    /// Checks that the file holds these tensors, given by name and shape, as finite `F32`, and no others; those of
    /// an optimizer may be there without being asked for. After this, [`copy_into`](Self::copy_into) can't fail
    /// for any of them, so that nothing is overwritten by half a network.
    ///
    /// # Errors
    /// [`Error::TensorMissing`], [`Error::TensorShape`], [`Error::TensorType`], [`Error::TensorNotFinite`] or
    /// [`Error::TensorUnknown`], for the first tensor that is not as it must be.
    pub fn check(&self, expected: &[(&str, &[usize])]) -> Result<()> {
        for &(name, shape) in expected {
            let bytes = self.tensor(name, shape)?;
            if let Some(index) = values(bytes).position(|value| !value.is_finite()) {
                return Err(Error::TensorNotFinite { tensor: name.into(), index });
            }
        }
        let known = |name: &str| {
            name.starts_with(OPTIMIZER_PREFIX) || expected.iter().any(|(known, _)| *known == name)
        };
        match self.tensors.iter().find(|entry| !known(&entry.name)) {
            Some(entry) => Err(Error::TensorUnknown { tensor: excerpt(&entry.name) }),
            None => Ok(()),
        }
    }

    /// Copies one tensor's values.
    ///
    /// # Errors
    /// [`Error::TensorMissing`], [`Error::TensorShape`] or [`Error::TensorType`].
    ///
    /// # Panics
    /// If `out` is not as long as `shape` says.
    pub fn copy_into(&self, name: &str, shape: &[usize], out: &mut [f32]) -> Result<()> {
        assert_eq!(out.len(), shape.iter().product::<usize>(), "an output of the shape's length");
        let bytes = self.tensor(name, shape)?;
        out.iter_mut().zip(values(bytes)).for_each(|(out, value)| *out = value);
        Ok(())
    }

    /// The bytes of a tensor that must have this name and shape.
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<&'a [u8]> {
        let tensor = || name.to_owned();
        let entry = self.tensors.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| Error::TensorMissing { tensor: tensor() })?;
        if entry.shape != shape {
            let (got, expected) = (entry.shape.clone(), shape.to_vec());
            return Err(Error::TensorShape { tensor: tensor(), got, expected });
        }
        if entry.dtype != F32 {
            return Err(Error::TensorType { tensor: tensor(), got: excerpt(&entry.dtype) });
        }
        Ok(entry.bytes)
    }
}

fn values(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    bytes.chunks_exact(4).map(|chunk| f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]))
}

#[cfg(test)]
mod tests;
