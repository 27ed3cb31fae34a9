//! Where a training step is, for those who time it: the crate itself has no clock.

/// A part of a training step that has just ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Mark {
    /// What was done.
    pub phase: Phase,
    /// For which layer, counted from 0 after the input; the first one's number for a fused block. `None` where a
    /// phase concerns the whole network.
    pub layer: Option<usize>,
}

/// The parts of a training step, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Phase {
    /// The batch's pixels were fetched and scaled.
    Data,
    /// A layer's output was computed.
    Forward,
    /// Loss, predictions and the gradient at the logits were computed.
    Loss,
    /// The gradients of a layer's parameters were computed.
    BackwardParams,
    /// The gradient of a layer's input was computed.
    BackwardInput,
    /// The gradients were checked for NaN and infinity.
    Check,
    /// The optimizer moved the parameters.
    Update,
}

impl Mark {
    /// A mark for the whole network.
    pub(crate) fn of(phase: Phase) -> Self {
        Self { phase, layer: None }
    }

    /// A mark for one layer.
    pub(crate) fn at(phase: Phase, layer: usize) -> Self {
        Self { phase, layer: Some(layer) }
    }
}
