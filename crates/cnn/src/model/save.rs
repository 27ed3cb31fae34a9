//! Models as safetensors files, in memory.

use super::{Model, NamedParam};
use crate::checkpoint::{self, Checkpoint, Tensor};
use crate::rng::Rng;
use crate::spec::{Limits, ModelSpec};
use crate::{Error, Result};

impl Model {
    /// The parameters, what layers gather in training, and the network's text if it has one, as a safetensors file.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if one of the numbers is infinite or NaN: no one could load such a file.
    pub fn save(&self) -> Result<Vec<u8>> {
        self.check_parameters()?;
        let text = self.spec.as_ref().map(ModelSpec::to_string);
        Ok(checkpoint::write_with(text.as_deref(), None, &self.tensors()))
    }

    /// Replaces the parameters by those of a file: one of [`save`](Self::save), a snapshot of a session, or any safetensors
    /// file with tensors of these names and shapes.
    ///
    /// # Errors
    /// An error of the checkpoint's if the bytes are damaged or are of another network; the model then stays as it is.
    pub fn load(&mut self, bytes: &[u8]) -> Result<()> {
        self.load_checkpoint(&Checkpoint::read(bytes)?)
    }

    /// [`load`](Self::load) of a file whose header was read.
    pub(crate) fn load_checkpoint(&mut self, file: &Checkpoint<'_>) -> Result<()> {
        let names: Vec<(String, Vec<usize>)> =
            self.saved().map(|named| (named.name(), named.param.shape.clone())).collect();
        let expected: Vec<_> = names.iter().map(|(name, shape)| (&name[..], &shape[..])).collect();
        file.check(&expected)?;
        let (params, names_of_state) = names.split_at(self.parameters().count());
        for (param, (name, _)) in self.parameters_mut().zip(params) {
            file.copy_into(name, &param.shape, &mut param.value)?;
        }
        for (param, (name, _)) in self.state_mut().zip(names_of_state) {
            file.copy_into(name, &param.shape, &mut param.value)?;
        }
        Ok(())
    }

    /// The network of a file that [`save`](Self::save), [`Session::save_weights`](crate::session::Session::save_weights) or
    /// [`Session::snapshot`](crate::session::Session::snapshot) wrote, with its weights, without limits.
    ///
    /// # Errors
    /// An error of the checkpoint's if the bytes are damaged, and [`Error::CheckpointNoSpec`] if they do not say which
    /// network they are of; such weights go into a model of that network by [`load`](Self::load).
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self> {
        Self::from_safetensors_within(bytes, Limits::NONE)
    }

    /// [`from_safetensors`](Self::from_safetensors) of a network that must stay within these limits.
    ///
    /// # Errors
    /// Those of `from_safetensors`, and what [`ModelSpec::parse_within`] says of the network.
    pub fn from_safetensors_within(bytes: &[u8], limits: Limits) -> Result<Self> {
        let file = Checkpoint::read(bytes)?;
        let spec = ModelSpec::parse_within(file.spec().ok_or(Error::CheckpointNoSpec)?, limits)?;
        // Before there is a model: a few bytes can name a network of a gigabyte.
        check_weights(&file, &spec)?;
        let mut model = Self::new(&spec, &mut Rng::seed_from_u64(0))?;
        model.load_checkpoint(&file)?;
        Ok(model)
    }

    /// All that a file holds of the model: parameters, then state.
    fn saved(&self) -> impl Iterator<Item = NamedParam<'_>> {
        self.parameters().chain(self.state())
    }

    pub(crate) fn tensors(&self) -> Vec<Tensor<'_>> {
        self.saved()
            .map(|named| Tensor { name: named.name(), shape: &named.param.shape, values: &named.param.value })
            .collect()
    }

    pub(crate) fn check_parameters(&self) -> Result<()> {
        self.parameter_not_finite().map_or(Ok(()), Err)
    }
}

/// Checks that a file has a network's parameters, and no others.
pub(crate) fn check_weights(file: &Checkpoint<'_>, spec: &ModelSpec) -> Result<()> {
    let layers = spec.summary().layers;
    let mut expected = Vec::new();
    for layer in &layers {
        for (role, shape) in [("weight", &layer.weight_shape), ("bias", &layer.bias_shape)] {
            expected.extend(shape.as_deref().map(|shape| (format!("layer{}.{role}", layer.index), shape)));
        }
        for role in ["running_mean", "running_var"] {
            let shape = layer.running_shape.as_deref();
            expected.extend(shape.map(|shape| (format!("layer{}.{role}", layer.index), shape)));
        }
    }
    let expected: Vec<(&str, &[usize])> = expected.iter().map(|(name, shape)| (&name[..], *shape)).collect();
    file.check(&expected)
}
