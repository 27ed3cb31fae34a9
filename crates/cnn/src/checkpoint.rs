//! Networks as safetensors files: weights for anyone to read, and snapshots from which training goes on.
//!
//! Tensors are `F32`, named `layerI.weight` and `layerI.bias` (I counts a spec's layers from 0), in the layouts
//! of this crate: `[kernel_h, kernel_w, in_channels, out_channels]` and `[in_features, out_features]`. A snapshot
//! has besides them `optim.SLOT.layerI.weight` and so on, what the optimizer remembers.
//!
//! The file's metadata has one key, [`METADATA_KEY`], with a JSON object: `format` is [`FORMAT`], `spec` the
//! network's text and `state`, in snapshots, the state of training. One key, because files with several are
//! written in an order that changes from run to run. Weights without this metadata, as other programs write
//! them, are read too.

use crate::{Error, Result};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name and version of the format.
pub const FORMAT: &str = "cnn-notebook/1";
/// The key of the file's metadata under which ours is found.
pub const METADATA_KEY: &str = "cnn_notebook";
/// What the names of an optimizer's tensors begin with.
pub const OPTIMIZER_PREFIX: &str = "optim.";

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

#[derive(Serialize, Deserialize)]
struct Metadata {
    format: String,
    #[serde(default)]
    spec: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<Value>,
}

/// Writes a file of these tensors: the same bytes for the same arguments.
///
/// # Panics
/// If a tensor's values are not as many as its shape says, a name comes twice, or `state` is not representable
/// as JSON.
pub fn write<S: Serialize>(spec: &str, state: Option<&S>, tensors: &[Tensor<'_>]) -> Vec<u8> {
    let state = state.map(|state| serde_json::to_value(state).expect("a state that is JSON"));
    let metadata = Metadata { format: FORMAT.into(), spec: Some(spec.into()), state };
    let metadata = serde_json::to_string(&metadata).expect("strings and a JSON value are JSON");
    let bytes: Vec<Vec<u8>> =
        tensors.iter().map(|t| t.values.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
    let views = tensors.iter().zip(&bytes).map(|(tensor, bytes)| {
        let view = TensorView::new(Dtype::F32, tensor.shape.to_vec(), bytes)
            .expect("a tensor as large as its shape");
        (tensor.name.as_str(), view)
    });
    let metadata = [(METADATA_KEY.to_owned(), metadata)].into_iter().collect();
    safetensors::serialize(views, Some(metadata)).expect("tensors that were checked")
}

/// A file that was read, its values still in the file's bytes.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    tensors: SafeTensors<'a>,
    spec: Option<String>,
    state: Option<Value>,
}

impl<'a> Checkpoint<'a> {
    /// Reads a file's header, and checks that the file is whole.
    ///
    /// # Errors
    /// [`Error::CheckpointCorrupt`] if it is no whole safetensors file, [`Error::CheckpointFormat`] if it names a
    /// format other than [`FORMAT`].
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let corrupt = |reason: String| Error::CheckpointCorrupt { reason };
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| corrupt(error.to_string()))?;
        let metadata = header.metadata().as_ref().and_then(|metadata| metadata.get(METADATA_KEY));
        let metadata = match metadata {
            None => Metadata { format: FORMAT.into(), spec: None, state: None },
            Some(json) => serde_json::from_str(json).map_err(|error| corrupt(error.to_string()))?,
        };
        if metadata.format != FORMAT {
            return Err(Error::CheckpointFormat {
                got: metadata.format.chars().take(80).collect(),
                expected: FORMAT,
            });
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| corrupt(error.to_string()))?;
        Ok(Self { tensors, spec: metadata.spec, state: metadata.state })
    }

    /// The text of the network that was saved, if the file says.
    pub fn spec(&self) -> Option<&str> {
        self.spec.as_deref()
    }

    /// The state of training.
    ///
    /// # Errors
    /// [`Error::CheckpointNoState`] if the file has weights alone, [`Error::CheckpointCorrupt`] if the state is not
    /// of this type.
    pub fn state<S: DeserializeOwned>(&self) -> Result<S> {
        let state = self.state.clone().ok_or(Error::CheckpointNoState)?;
        serde_json::from_value(state).map_err(|error| Error::CheckpointCorrupt { reason: error.to_string() })
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
        let mut names = self.tensors.names();
        names.sort_unstable();
        let known = |name: &str| {
            name.starts_with(OPTIMIZER_PREFIX) || expected.iter().any(|(known, _)| *known == name)
        };
        match names.into_iter().find(|name| !known(name)) {
            Some(name) => Err(Error::TensorUnknown { tensor: name.into() }),
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
        let view = self.tensors.tensor(name).map_err(|_| Error::TensorMissing { tensor: tensor() })?;
        if view.shape() != shape {
            let (got, expected) = (view.shape().to_vec(), shape.to_vec());
            return Err(Error::TensorShape { tensor: tensor(), got, expected });
        }
        match view.dtype() {
            Dtype::F32 => Ok(view.data()),
            other => Err(Error::TensorType { tensor: tensor(), got: other.to_string() }),
        }
    }
}

fn values(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    bytes.chunks_exact(4).map(|chunk| f32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]))
}

#[cfg(test)]
mod tests;
