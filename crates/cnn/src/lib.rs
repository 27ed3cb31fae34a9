//! Convolutional networks in plain Rust.

pub mod error;
pub mod init;
pub mod rng;

pub use error::{Error, Result};
