//! The three passes of a convolution, and what they share: padded copies, and gradients as lists of what is not zero.

pub(crate) mod backward_input;
pub(crate) mod backward_weight;
pub(crate) mod forward;
pub(crate) mod gradient;
mod pad;
mod pixel_list;
