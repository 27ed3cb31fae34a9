//! The arithmetic of convolutional networks: geometry, fixed pieces of work, and the kernels over slices.
//!
//! A crate of its own so that it alone is compiled for speed where the rest is compiled for size, as in a browser,
//! where every byte is downloaded. It is part of [`cnn`](../cnn/index.html), which re-exports these modules and which
//! programs use.

pub mod geometry;
pub mod kernels;
pub mod par;
