//! Ctrl-C: the first asks for an end, the second is one.

use anyhow::{Context, Result};
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit status of a program that SIGINT (2) ended, as shells give it: 128 + 2.
pub(crate) const STATUS: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C no longer ends the process at once; [`asked`] tells that it was pressed.
pub(crate) fn watch() -> Result<()> {
    let handler = || {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(STATUS.into());
        }
    };
    ctrlc::set_handler(handler).context("Ctrl-C can't be watched for")
}

/// Whether Ctrl-C was pressed.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
