//! The program `cnn`; `cnn --help` tells what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    cnn_cli::run()
}
