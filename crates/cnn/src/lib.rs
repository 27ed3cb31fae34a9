//! Convolutional networks in plain Rust: layers, training and checkpoints, natively and in WebAssembly.
//!
//! A network is a [`spec::ModelSpec`], parsed from a few lines of text. A [`session::Session`] trains it on a
//! [`dataset::ImageDataset`] one batch at a time:
//!
//! ```
//! use cnn::dataset::{Counts, ImageDataset, DatasetInfo, Split};
//! use cnn::optim::OptimizerConfig;
//! use cnn::session::{Session, SessionConfig};
//!
//! // Images of 2×2 pixels: class 0 is bright at the left, class 1 at the right.
//! let mut data = ImageDataset::new(DatasetInfo {
//!     name: "sides".into(),
//!     height: 2,
//!     width: 2,
//!     channels: 1,
//!     classes: 2,
//!     counts: Counts { train: 4, validation: 0, test: 0 },
//!     block: 4,
//! })?;
//! data.append_pixels(Split::Train, &[255, 0, 255, 0, 0, 255, 0, 255], &[0, 1])?;
//! data.append_pixels(Split::Train, &[200, 9, 190, 0, 5, 240, 0, 210], &[0, 1])?;
//!
//! let mut session = Session::new(SessionConfig {
//!     batch_size: 4,
//!     optimizer: OptimizerConfig::adam(0.1),
//!     ..SessionConfig::new("input 2x2x1\nflatten\ndense 2".parse()?, 777)
//! })?;
//! for _ in 0..50 {
//!     session.step(&data)?;
//! }
//! assert_eq!(session.evaluate(&data, Split::Train, 0..4)?.correct, 4);
//! assert_eq!(session.predict(&[0.1, 0.9, 0.0, 1.0])?.class, 1);
//! # Ok::<(), cnn::Error>(())
//! ```
//!
//! Each layer also works on its own, over [`ndarray`] arrays: see [`layers::Standalone`]. Activations are
//! `[batch, height, width, channels]`, convolution weights `[kernel_h, kernel_w, in_channels, out_channels]`, dense
//! weights `[in_features, out_features]`. There is no I/O and no clock in here; randomness comes from a seed, and the
//! same seed gives the same numbers with any number of threads.
//!
//! The [`guide`] leads from the first network to layers, data and training loops of your own.
//!
//! A trained network goes through [`Session::save_weights`](session::Session::save_weights), a safetensors file, to
//! [`Model::from_safetensors`](model::Model::from_safetensors) and [`Model::predict`](model::Model::predict) in another
//! program.
//!
//! [`kernels`] has the arithmetic over slices that everything stands on, with the naive loops that it is tested against;
//! most programs need none of it.
//!
//! # Threads
//! With the feature `threads`, on by default, the work is spread over one pool for the whole process, of as many threads
//! as the machine has; [`par::start`] with another number before the first work, or a [`par::Pool`] for a part of it,
//! changes that. Without the feature everything runs on the calling thread.
//!
//! # Serialization
//! With the feature `serde`, off by default, settings ([`optim::OptimizerConfig`], [`optim::Schedule`], [`dataset::Augment`],
//! [`dataset::DatasetInfo`]) are read and written by `serde`, and reports, summaries, predictions and errors written.

pub mod checkpoint;
pub mod dataset;
mod decimal;
pub mod ensemble;
pub mod error;
pub mod guide;
pub mod init;
mod json;
pub mod layers;
pub mod loss;
pub mod metrics;
pub mod model;
pub mod optim;
pub mod rng;
pub mod session;
pub mod spec;

#[doc(inline)]
pub use cnn_kernels::{geometry, kernels, par};
pub use error::{Error, Result};
/// The arrays that layers and models take.
pub use ndarray;

/// The programs in the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
