//! The memory of a model's passes, laid out once and reused.

use super::{Mark, Phase};
use crate::kernels::{Scratch, grown, split_mix};
use crate::layers::{Kept, Layer, Shape, Site, Stage};

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
        grown(&mut self.buffers[0], self.len).copy_from_slice(gradient);
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
        (&from[..std::mem::replace(&mut self.len, len)], grown(to, len))
    }
}

/// One stage of the last forward pass.
#[derive(Debug)]
struct Node {
    site: Site,
    output: Vec<f32>,
    kept: Kept,
    /// Whether the stage passes its input through unchanged, so that there is no output of its own.
    identity: bool,
}

impl Workspace {
    /// Runs the stages forward. Each comes with the number of its layer in the spec, from which its dropout mask
    /// is drawn; without `dropout` the pass is one of inference.
    pub(super) fn forward(
        &mut self,
        stages: &mut dyn Iterator<Item = (usize, &dyn Stage)>,
        shape: [usize; 3],
        input: &[f32],
        dropout: Option<u64>,
        mark: &mut dyn FnMut(Mark),
    ) {
        let batch = input.len() / shape.iter().product::<usize>();
        let mut shape = Shape::Map(shape);
        self.input.clear();
        self.input.extend_from_slice(input);
        let mut count = 0;
        for (i, (layer, stage)) in stages.enumerate() {
            count = i + 1;
            let dropout = dropout.map(|seed| split_mix(seed, layer as u64));
            let site = Site { batch, input: shape, dropout };
            let identity = stage.is_identity(&site);
            if i == self.nodes.len() {
                self.nodes.push(Node { site, output: Vec::new(), kept: Kept::default(), identity });
            }
            let (before, rest) = self.nodes.split_at_mut(i);
            let node = &mut rest[0];
            (node.site, node.identity) = (site, identity);
            shape = stage.output_shape(shape).expect("a model's layers fit each other");
            if !identity {
                node.output.resize(batch * shape.len(), 0.0);
                let input = last_output(before, &self.input);
                stage.forward_into(&site, input, &mut node.output, &mut node.kept, &mut self.scratch);
                mark(Mark::at(Phase::Forward, layer));
            }
        }
        // The last stage is this pass's, not that of a longer one before.
        self.nodes.truncate(count);
    }

    /// Runs the layers backward from the gradient at the last output, for the gradients of their parameters.
    ///
    /// Goes no further back than the first layer with parameters: what lies before it needs no gradient.
    pub(super) fn backward<'a>(
        &mut self,
        layers: impl DoubleEndedIterator<Item = (usize, &'a mut Layer)> + ExactSizeIterator,
        first_with_params: usize,
        d_output: &[f32],
        mark: &mut dyn FnMut(Mark),
    ) {
        self.d.start(d_output);
        for (i, (number, layer)) in layers.enumerate().rev() {
            let node = &self.nodes[i];
            if layer.params().0.is_some() {
                let input = last_output(&self.nodes[..i], &self.input);
                let stage = layer.stage_mut();
                stage.backward_params(
                    &node.site,
                    input,
                    &node.output,
                    self.d.last(),
                    &node.kept,
                    &mut self.scratch,
                );
                mark(Mark::at(Phase::BackwardParams, number));
            }
            if i == first_with_params {
                break;
            }
            if self.step_back(i, layer.stage()) {
                mark(Mark::at(Phase::BackwardInput, number));
            }
        }
    }

    /// Runs stages backward and returns the gradient at the input of stage `down_to`. No parameter's gradient is
    /// touched.
    pub(super) fn backward_to(
        &mut self,
        stages: &[(usize, &dyn Stage)],
        down_to: usize,
        d_output: &[f32],
    ) -> &[f32] {
        self.d.start(d_output);
        for i in (down_to..stages.len()).rev() {
            self.step_back(i, stages[i].1);
        }
        self.d.last()
    }

    /// From the gradient at the output of stage `i` to that at its input; tells whether there was anything to do.
    fn step_back(&mut self, i: usize, stage: &dyn Stage) -> bool {
        let node = &self.nodes[i];
        if node.identity {
            return false;
        }
        let (d_output, d_input) = self.d.next(node.site.batch * node.site.input.len());
        stage.backward_input(&node.site, &node.output, d_output, d_input, &node.kept, &mut self.scratch);
        true
    }

    /// Output of stage `i` in the last pass, `[batch, …]`.
    pub(super) fn output(&self, i: usize) -> &[f32] {
        last_output(&self.nodes[..=i], &self.input)
    }

    /// Output of the last stage, `[batch, …]`; the input where nothing has run.
    pub(super) fn last(&self) -> &[f32] {
        last_output(&self.nodes, &self.input)
    }

    /// What stage `i` kept in the last pass; nothing before it ran.
    pub(super) fn kept(&self, i: usize) -> Option<&Kept> {
        self.nodes.get(i).map(|node| &node.kept)
    }

    /// Number of stages that have run.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// The output of the last stage that has one of its own.
fn last_output<'a>(nodes: &'a [Node], input: &'a [f32]) -> &'a [f32] {
    nodes.iter().rev().find(|node| !node.identity).map_or(input, |node| &node.output)
}
