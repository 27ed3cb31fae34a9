//! The micro-kernels that the operations are made of.

pub(crate) mod gather;
pub(crate) mod tile;
