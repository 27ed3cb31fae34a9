//! Convolutional networks in plain Rust.

pub mod checkpoint;
pub mod dataset;
pub mod digit;
pub mod ensemble;
pub mod error;
pub mod geometry;
pub mod init;
pub mod kernels;
pub mod layers;
pub mod loss;
pub mod metrics;
pub mod model;
pub mod ops;
pub mod optim;
pub mod par;
pub mod picture;
pub mod rng;
pub mod session;
pub mod spec;

pub use error::{Error, Result};
