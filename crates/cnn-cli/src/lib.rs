//! The program `cnn`: trains convolutional networks, evaluates them, and takes their weights elsewhere.
//!
//! ```text
//! cnn train lab11-2 --data data/mnist --epochs 5
//! cnn evaluate lab11-2.safetensors --data data/mnist
//! cnn predict lab11-2.safetensors digit.png
//! cnn export lab11-2.safetensors --out load.py
//! cnn export lab11-2.safetensors --notebook --out lab11-2.ipynb
//! ```
//!
//! Ctrl-C ends training with a checkpoint, from which `cnn train --resume` goes on bit for bit. The exit status is 0 for
//! what was done, 1 for what could not be, 2 for a command line that is wrong, and 130 after Ctrl-C.
//!
//! As a library it has what the program and its examples share: [`idx_folder`] reads a data set, [`link`] a run that the
//! page's link tells.

mod args;
mod evaluate;
pub mod idx_folder;
mod image_file;
mod interrupt;
pub mod link;
mod mustache;
mod network;
mod notebook;
mod output;
mod predict;
mod program;
mod replay;
mod summary;
mod template;
mod train;
mod weights;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

/// How a command ended that ran into nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It did all that was asked for.
    Done,
    /// It has an answer, and the answer is no.
    Differs,
    /// Ctrl-C ended it early.
    Interrupted,
}

/// Runs the command that the process was called with, and says what went wrong, if anything did.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Train(args) => train::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Predict(args) => predict::run(args),
        Command::Summary(args) => summary::run(args),
        Command::Export(args) => program::run(args),
        Command::Replay(args) => replay::run(args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differs) => ExitCode::FAILURE,
        Ok(Outcome::Interrupted) => ExitCode::from(interrupt::STATUS),
        // Whoever read the output has seen enough: `cnn summary lab11-3 | head -1`.
        Err(error) if output::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}
