//! A residual block: what layers make of the input, added to the input.
//!
//! He, Zhang, Ren & Sun, *Deep residual learning for image recognition*, 2016, eq. 1 and 2.

use super::{Backward, Context, Kept, Layer, Param, Sequence, Shape, Wanted, Workspace};
use crate::{Error, Result};

/// `output = body(input) + shortcut(input)`; without a shortcut the input itself is added.
#[derive(Clone, Debug)]
pub struct Residual {
    body: Sequence,
    shortcut: Option<Sequence>,
    /// Names of the parameters: `body0.weight`, `shortcut0.weight`, …
    names: Names,
}

#[derive(Clone, Debug, Default)]
struct Names {
    params: Vec<String>,
    state: Vec<String>,
}

impl Residual {
    /// A block of these layers, whose output is added to their input.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if the two have different shapes.
    pub fn new(body: Sequence) -> Result<Self> {
        Self::with(body, None)
    }

    /// A block with a shortcut of its own, such as a 1×1 convolution where the number of channels or the size changes.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] if body and shortcut take or give different shapes.
    pub fn with_shortcut(body: Sequence, shortcut: Sequence) -> Result<Self> {
        Self::with(body, Some(shortcut))
    }

    fn with(body: Sequence, shortcut: Option<Sequence>) -> Result<Self> {
        let (input, output) = shortcut
            .as_ref()
            .map_or((body.input(), body.input()), |layers| (layers.input(), layers.output()));
        for (what, got, expected) in
            [("input", input, body.input()), ("the sum of body and shortcut", output, body.output())]
        {
            if got != expected {
                return Err(Error::ShapeMismatch { what, got: got.to_vec(), expected: expected.to_vec() });
            }
        }
        let mut names = Names::default();
        for (part, layers) in [("body", Some(&body)), ("shortcut", shortcut.as_ref())] {
            for entry in layers.iter().flat_map(|layers| layers.entries()) {
                let number = entry.number;
                entry.layer.params(&mut |name, _| names.params.push(format!("{part}{number}.{name}")));
                entry.layer.state(&mut |name, _| names.state.push(format!("{part}{number}.{name}")));
            }
        }
        Ok(Self { body, shortcut, names })
    }

    /// Runs body and shortcut forward, each in a workspace of its own, and adds them up.
    fn run(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let seed = at.training.then_some(at.seed);
        let inner = at.kept.inner(1 + usize::from(self.shortcut.is_some()));
        inner[0].forward(&self.body, input, at.batch, seed, &mut |_| {});
        let other = match &self.shortcut {
            None => input,
            Some(shortcut) => {
                // Another stream than the body's.
                inner[1].forward(shortcut, input, at.batch, seed.map(|seed| !seed), &mut |_| {});
                inner[1].last()
            }
        };
        let sums = output.iter_mut().zip(inner[0].last()).zip(other);
        sums.for_each(|((sum, body), other)| *sum = body + other);
    }
}

/// The layers of both parts.
macro_rules! entries {
    ($residual:ident, $entries:ident, $iter:ident) => {
        $residual
            .body
            .$entries()
            .$iter()
            .chain($residual.shortcut.$iter().flat_map(|layers| layers.$entries()))
    };
}

impl Layer for Residual {
    fn name(&self) -> &'static str {
        "residual"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        if input != self.body.input() {
            let (got, expected) = (input.to_vec(), self.body.input().to_vec());
            return Err(Error::ShapeMismatch { what: "input", got, expected });
        }
        Ok(self.body.output())
    }

    fn infer(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        self.run(at, input, output);
    }

    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>) {
        let Backward { d_output, d_params, d_input, .. } = pass;
        let wanted = Wanted { first: 0, params: d_params.is_some(), input: d_input.is_some() };
        let inner = at.kept.inner(1 + usize::from(self.shortcut.is_some()));
        let mut d_params = d_params.into_iter().flatten();
        for (layers, work) in
            [Some(&self.body), self.shortcut.as_ref()].into_iter().flatten().zip(&mut *inner)
        {
            work.backward(layers, d_output, wanted, &mut |_| {});
            for i in 0..layers.entries().len() {
                let gradients = work.d_params(i).iter();
                gradients.zip(&mut d_params).for_each(|(from, to)| to.copy_from_slice(from));
            }
        }
        let Some(d_input) = d_input else { return };
        let other = if self.shortcut.is_some() { inner[1].d_input() } else { d_output };
        let sums = d_input.iter_mut().zip(inner[0].d_input()).zip(other);
        sums.for_each(|((sum, body), other)| *sum = body + other);
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        let mut names = self.names.params.iter();
        for entry in entries!(self, entries, iter) {
            entry.layer.params(&mut |_, param| visit(names.next().map_or("", |name| name), param));
        }
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        let mut names = self.names.params.iter();
        for entry in entries!(self, entries_mut, iter_mut) {
            entry.layer.params_mut(&mut |_, param| visit(names.next().map_or("", |name| name), param));
        }
    }

    fn state<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        let mut names = self.names.state.iter();
        for entry in entries!(self, entries, iter) {
            entry.layer.state(&mut |_, param| visit(names.next().map_or("", |name| name), param));
        }
    }

    fn state_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        let mut names = self.names.state.iter();
        for entry in entries!(self, entries_mut, iter_mut) {
            entry.layer.state_mut(&mut |_, param| visit(names.next().map_or("", |name| name), param));
        }
    }

    fn update_state(&mut self, kept: &Kept) {
        let layers = [Some(&mut self.body), self.shortcut.as_mut()].into_iter().flatten();
        for (layers, work) in layers.zip(&kept.inner) {
            for (i, entry) in layers.entries_mut().iter_mut().enumerate() {
                if let Some(kept) = work.kept(i) {
                    entry.layer.update_state(kept);
                }
            }
        }
    }
}

impl Kept {
    /// So many workspaces for layers inside of a layer.
    pub(super) fn inner(&mut self, count: usize) -> &mut [Workspace] {
        if self.inner.len() < count {
            self.inner.resize_with(count, Workspace::default);
        }
        &mut self.inner[..count]
    }
}
