//! The memory of passes through layers: activations, gradients and what the layers keep, laid out once and reused.

use super::{Backward, Context, Kept, Layer, Mark, Phase, Shape};
use crate::kernels::{Scratch, all_finite, resize_at_least, split_mix};

/// Activations, what the layers keep, gradients and the kernels' scratch of passes through one model.
///
/// It grows to what the largest batch needs and then stays, so that a pass allocates nothing after the first. Passes
/// through another model do too, but have to make room anew where its layers are others.
#[derive(Debug, Default)]
pub struct Workspace {
    input: Vec<f32>,
    nodes: Vec<Node>,
    d: Gradients,
    scratch: Scratch,
}

/// Gradients on their way back: one layer reads one and writes the other.
///
/// The buffers stay as long as the longest pass needs: shortened and grown again, each would be filled with zeros
/// before it is written.
#[derive(Debug, Default)]
struct Gradients {
    buffers: [Vec<f32>; 2],
    /// Which of them was written last, and how much of it; a pass begins with the first.
    last: usize,
    len: usize,
}

impl Gradients {
    fn start(&mut self, gradient: &[f32]) {
        (self.last, self.len) = (0, gradient.len());
        resize_at_least(&mut self.buffers[0], self.len).copy_from_slice(gradient);
    }

    /// The gradient that was written last.
    fn last(&self) -> &[f32] {
        &self.buffers[self.last][..self.len]
    }

    /// The gradient that was written last, and room for the next, of which the content is unspecified.
    fn next(&mut self, len: usize) -> (&[f32], &mut [f32]) {
        let [first, second] = &mut self.buffers;
        let (from, to) = if self.last == 0 { (first, second) } else { (second, first) };
        self.last = 1 - self.last;
        (&from[..std::mem::replace(&mut self.len, len)], resize_at_least(to, len))
    }
}

/// One layer's part of the last forward pass, and the gradients of its parameters.
#[derive(Debug, Default)]
struct Node {
    batch: usize,
    /// The layer's random number in a pass of training.
    seed: Option<u64>,
    output: Vec<f32>,
    kept: Kept,
    d_params: Vec<Vec<f32>>,
    /// Whether the layer passes its input through unchanged, so that there is no output of its own.
    identity: bool,
}

/// A layer in its place in a network.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    /// Its number in the network, from which its random numbers are made; a fused layer has that of its first.
    pub(crate) number: usize,
    pub(crate) layer: &'a dyn Layer,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Number of its parameters.
    pub(crate) params: usize,
}

/// Layers in order.
pub(crate) trait Steps {
    fn count(&self) -> usize;
    fn step(&self, i: usize) -> Step<'_>;
}

impl Steps for &[Step<'_>] {
    fn count(&self) -> usize {
        self.len()
    }

    fn step(&self, i: usize) -> Step<'_> {
        self[i]
    }
}

/// What a backward pass computes: the gradients of the layers from `first` on.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) first: usize,
    /// Those of the parameters.
    pub(crate) params: bool,
    /// That at the input of the first layer; inputs of those behind it are computed in any case.
    pub(crate) input: bool,
}

impl Workspace {
    /// Runs the layers forward; without a seed the pass is one of inference.
    pub(crate) fn forward(
        &mut self,
        steps: &dyn Steps,
        input: &[f32],
        batch: usize,
        seed: Option<u64>,
        mark: &mut dyn FnMut(Mark),
    ) {
        self.input.clear();
        self.input.extend_from_slice(input);
        let count = steps.count();
        for i in 0..count {
            let step = steps.step(i);
            if i == self.nodes.len() {
                self.nodes.push(Node::default());
            }
            let (before, rest) = self.nodes.split_at_mut(i);
            let node = &mut rest[0];
            node.batch = batch;
            node.seed = seed.map(|seed| split_mix(seed, step.number as u64));
            node.identity = step.layer.is_identity(seed.is_some());
            if node.identity {
                continue;
            }
            node.output.resize(batch * step.output.len(), 0.0);
            let input = last_output(before, &self.input);
            let (mut at, output, _) = node.context(step, &mut self.scratch);
            if at.training {
                step.layer.forward(&mut at, input, output);
            } else {
                step.layer.infer(&mut at, input, output);
            }
            mark(Mark::at(Phase::Forward, step.number));
        }
        // The last layer is this pass's, not that of a longer one before.
        self.nodes.truncate(count);
    }

    /// Runs the layers of the last forward pass backward, from the gradient at the last output.
    pub(crate) fn backward(
        &mut self,
        steps: &dyn Steps,
        d_output: &[f32],
        wanted: Wanted,
        mark: &mut dyn FnMut(Mark),
    ) {
        self.d.start(d_output);
        for i in (wanted.first..steps.count()).rev() {
            let step = steps.step(i);
            let (before, rest) = self.nodes.split_at_mut(i);
            let node = &mut rest[0];
            let (params, input) = (wanted.params && step.params > 0, wanted.input || i > wanted.first);
            if params {
                make_room(step.layer, &mut node.d_params);
                if node.identity {
                    node.d_params.iter_mut().for_each(|gradient| gradient.fill(0.0));
                }
            }
            if node.identity || !(params || input) {
                continue;
            }
            let (d_output, d_input) = match input {
                true => {
                    let (from, to) = self.d.next(node.batch * step.input.len());
                    (from, Some(to))
                }
                false => (self.d.last(), None),
            };
            let mut marked = false;
            let mut on_params = || {
                marked = true;
                mark(Mark::at(Phase::BackwardParams, step.number));
            };
            let (mut at, output, d_params) = node.context(step, &mut self.scratch);
            step.layer.backward(
                &mut at,
                Backward {
                    input: last_output(before, &self.input),
                    output,
                    d_output,
                    d_params: params.then_some(d_params),
                    d_input,
                    on_params: &mut on_params,
                },
            );
            if input {
                mark(Mark::at(Phase::BackwardInput, step.number));
            } else if !marked {
                mark(Mark::at(Phase::BackwardParams, step.number));
            }
        }
    }

    /// The gradient at the input of the first layer of the last backward pass.
    pub(crate) fn d_input(&self) -> &[f32] {
        self.d.last()
    }

    /// Output of layer `i` in the last pass, `[batch, …]`.
    pub(crate) fn output(&self, i: usize) -> &[f32] {
        last_output(&self.nodes[..=i], &self.input)
    }

    /// Output of the last layer, `[batch, …]`; the input where nothing has run.
    pub(crate) fn last(&self) -> &[f32] {
        last_output(&self.nodes, &self.input)
    }

    /// What layer `i` kept in the last pass; nothing before it ran.
    pub(crate) fn kept(&self, i: usize) -> Option<&Kept> {
        self.nodes.get(i).map(|node| &node.kept)
    }

    /// Gradients of the parameters of layer `i`, of the last backward pass; none before.
    pub(crate) fn d_params(&self, i: usize) -> &[Vec<f32>] {
        self.nodes.get(i).map_or(&[], |node| &node.d_params)
    }

    /// [`d_params`](Self::d_params), to be changed.
    pub(crate) fn d_params_mut(&mut self, i: usize) -> &mut [Vec<f32>] {
        self.nodes.get_mut(i).map_or(&mut [], |node| &mut node.d_params)
    }

    /// The last layer with a gradient of a parameter that has a NaN or infinity.
    pub(crate) fn gradient_not_finite(&self) -> Option<usize> {
        self.nodes.iter().rposition(|node| !node.d_params.iter().all(|gradient| all_finite(gradient)))
    }

    /// Number of layers that have run.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl Node {
    /// What its layer is given, its output and the gradients of its parameters.
    fn context<'a>(
        &'a mut self,
        step: Step<'_>,
        scratch: &'a mut Scratch,
    ) -> (Context<'a>, &'a mut [f32], &'a mut [Vec<f32>]) {
        let at = Context {
            batch: self.batch,
            input: step.input,
            output: step.output,
            training: self.seed.is_some(),
            seed: self.seed.unwrap_or(0),
            kept: &mut self.kept,
            scratch,
        };
        (at, &mut self.output, &mut self.d_params)
    }
}

/// Makes each gradient as long as its parameter, where it is not.
fn make_room(layer: &dyn Layer, d_params: &mut Vec<Vec<f32>>) {
    let mut i = 0;
    layer.params(&mut |_, param| {
        if i == d_params.len() {
            d_params.push(Vec::new());
        }
        d_params[i].resize(param.value.len(), 0.0);
        i += 1;
    });
    d_params.truncate(i);
}

/// The output of the last layer that has one of its own.
fn last_output<'a>(nodes: &'a [Node], input: &'a [f32]) -> &'a [f32] {
    nodes.iter().rev().find(|node| !node.identity).map_or(input, |node| &node.output)
}
