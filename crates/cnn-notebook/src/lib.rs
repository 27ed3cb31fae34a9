//! What a notebook about convolutional networks needs besides the networks: pictures and drawings made into the digits
//! that a network was trained on, single operations for figures, the lecture's networks by name.
//!
//! It stands on [`cnn`], which knows nothing of it. The page of CNN Notebook calls it through `cnn-wasm`; a program that
//! only trains networks needs `cnn` alone.

pub mod digit;
pub mod ops;
pub mod picture;
pub mod presets;

pub use cnn::{Error, Result};
