//! A guide in six chapters, every example of which is compiled and run.
//!
//! 1. [Quick start](quick_start): a network as text, trained, judged and asked
//! 2. [A layer of your own](own_layer): what it must say, its gradient checked, trained among the others
//! 3. [Data of your own](own_data): examples in memory, or made when they are asked for
//! 4. [A training loop of your own](own_loop): losses, optimizers, schedules, clipping
//! 5. [Saving](saving): weights, whole runs, other programs
//! 6. [WebAssembly](webassembly): what a browser needs

#[doc = include_str!("guide/quick_start.md")]
pub mod quick_start {}

#[doc = include_str!("guide/own_layer.md")]
pub mod own_layer {}

#[doc = include_str!("guide/own_data.md")]
pub mod own_data {}

#[doc = include_str!("guide/own_loop.md")]
pub mod own_loop {}

#[doc = include_str!("guide/saving.md")]
pub mod saving {}

#[doc = include_str!("guide/webassembly.md")]
pub mod webassembly {}
