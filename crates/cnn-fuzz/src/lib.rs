//! Inputs made to break the `cnn` crate: right ones, changed, each from a seed and its number.
//!
//! [`Input::new`] makes one, [`judge`] gives it to the crate and tells whether a promise was broken, and [`account`]
//! measures what it took. The program `cnn-fuzz` goes through many of them; `./build.sh campaign fuzz` runs it, and
//! `./build.sh campaign fuzz-wasm` has the same inputs go into the engine as browsers get it. An input that once broke
//! something stands in `regressions/` and is tried again by every test.
//!
//! Inputs are made by structure, from files and texts that are right: random bytes alone are refused by the first
//! check. They are written here rather than by a library, as the same ones must come natively and in WebAssembly.

pub mod account;
mod bytes;
mod call;
mod draw;
mod header;
mod input;
mod judge;
mod operation;
mod pictures;
mod seeds;
mod spec_text;

pub use call::Call;
pub use input::{Input, KINDS, one_bit};
pub use judge::{Verdict, judge};
pub use operation::Operation;
pub use seeds::{Seed, all as seeds};

/// The program in the repository's README, compiled: here, since no package may read outside of itself.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
