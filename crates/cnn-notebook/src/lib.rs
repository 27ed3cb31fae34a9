//! What a notebook about convolutional networks needs besides the networks: pictures and drawings made into the digits
//! that a network was trained on, a person's own examples learned beside the data, one step seen from close up, a
//! weight nudged, single operations for figures, the lecture's networks by name, limits of
//! what a page may be asked for.
//!
//! It stands on [`cnn`], which knows nothing of it. The page of CNN Notebook calls it through `cnn-wasm`; a program that
//! only trains networks needs `cnn` alone.

pub mod digit;
pub mod distort;
pub mod limits;
pub mod microscope;
mod nearest;
pub mod nudge;
pub mod ops;
pub mod picture;
pub mod presets;
pub mod teaching;

pub use cnn::{Error, Result};

/// The program in the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
