//! What the program says: results on standard output, progress and errors on standard error.

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::time::Duration;

/// How often the bar is drawn while nothing moves it.
const TICK: Duration = Duration::from_millis(250);

/// Writes a line to standard output. Unlike `println!` it does not panic where that is closed.
pub(crate) fn say(line: impl Display) -> Result<()> {
    writeln!(io::stdout().lock(), "{line}")?;
    Ok(())
}

/// Whether the error is that nobody reads the output any more.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// Says an error with all that it comes from. There is nowhere to say that this failed.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr().lock(), "error: {error:#}");
}

/// Says something beside the results.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A bar over `all` steps of which `done` have been done before; invisible where standard error is no terminal.
pub(crate) fn bar(done: u64, all: u64) -> ProgressBar {
    let template = "{prefix} {wide_bar} {pos}/{len} {msg}, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("a template that indicatif knows");
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr()).with_style(style);
    // What was done before must not count for the speed.
    bar.set_position(done);
    bar.reset_eta();
    bar.enable_steady_tick(TICK);
    bar
}
