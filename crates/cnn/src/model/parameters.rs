//! The parameters of a model, by name.

use super::Model;
use crate::layers::Param;
use crate::optim::Trainable;

/// A parameter with its name.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NamedParam<'a> {
    /// Number of the layer in the network, counted from 0 after the input.
    pub layer: usize,
    /// What the layer calls it: `"weight"` or `"bias"` in those of this crate.
    pub role: &'a str,
    /// Values and shape.
    pub param: &'a Param,
    /// The gradient of the loss with respect to each value, of the last backward pass; empty before the first.
    pub grad: &'a [f32],
}

impl NamedParam<'_> {
    /// `layer{I}.weight` or `layer{I}.bias`.
    pub fn name(&self) -> String {
        format!("layer{}.{}", self.layer, self.role)
    }
}

impl Model {
    /// The parameters in the order of the layers, each weight before its bias.
    pub fn parameters(&self) -> impl Iterator<Item = NamedParam<'_>> {
        let mut all = Vec::new();
        for (i, entry) in self.layers.entries().iter().enumerate() {
            let mut gradients = self.training.d_params(i).iter();
            entry.layer.params(&mut |role, param| {
                let grad = gradients.next().map_or(&[][..], Vec::as_slice);
                all.push(NamedParam { layer: entry.number, role, param, grad });
            });
        }
        all.into_iter()
    }

    /// What layers gather in training without its being trained, such as running means: in the order of the layers, without
    /// gradients.
    pub fn state(&self) -> impl Iterator<Item = NamedParam<'_>> {
        let mut all = Vec::new();
        for entry in self.layers.entries() {
            let mut show = |role, param| all.push(NamedParam { layer: entry.number, role, param, grad: &[] });
            entry.layer.state(&mut show);
        }
        all.into_iter()
    }

    /// The parameters to be changed, in the order of [`parameters`](Self::parameters).
    pub fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Param> {
        let mut all = Vec::new();
        for entry in self.layers.entries_mut() {
            entry.layer.params_mut(&mut |_, param| all.push(param));
        }
        all.into_iter()
    }

    /// [`state`](Self::state) to be changed.
    pub(crate) fn state_mut(&mut self) -> impl Iterator<Item = &mut Param> {
        let mut all = Vec::new();
        for entry in self.layers.entries_mut() {
            entry.layer.state_mut(&mut |_, param| all.push(param));
        }
        all.into_iter()
    }

    /// Replaces the values of all parameters, in the order of [`parameters`](Self::parameters).
    ///
    /// # Panics
    /// If there are not as many values, of the same lengths.
    pub fn set_parameters<'a>(&mut self, values: impl IntoIterator<Item = &'a [f32]>) {
        let mut values = values.into_iter();
        for param in self.parameters_mut() {
            param.value.copy_from_slice(values.next().expect("values for each parameter"));
        }
        assert!(values.next().is_none(), "more values than parameters");
    }
}

impl Trainable for Model {
    fn visit(&mut self, visit: &mut dyn FnMut(&mut Param, &mut [f32])) {
        for (i, entry) in self.layers.entries_mut().iter_mut().enumerate() {
            let mut gradients = self.training.d_params_mut(i).iter_mut();
            entry.layer.params_mut(&mut |_, param| {
                if let Some(gradient) = gradients.next() {
                    visit(param, gradient);
                }
            });
        }
    }

    fn after_step(&mut self) {
        for (i, entry) in self.layers.entries_mut().iter_mut().enumerate() {
            if let Some(kept) = self.training.kept(i) {
                entry.layer.update_state(kept);
            }
        }
    }
}
