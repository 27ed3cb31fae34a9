//! What each input may do: be refused and change nothing, or be taken and keep every promise.

mod calls;
mod files;
mod images;
mod network;
mod operations;

use crate::account;
use crate::input::{Input, one_bit};

/// What became of an input, if nothing was wrong: `taken`, or the code of the error by which it was refused.
pub type Verdict = Result<&'static str, String>;

/// Bytes that any call may take for what is small.
const SMALL: usize = 1 << 20;

/// Gives the input to the crate. An error is a finding: a sentence that says which promise was broken.
///
/// # Panics
/// Where the crate does, which is a finding too.
pub fn judge(input: &Input) -> Verdict {
    match input {
        Input::Weights { seed, file } => files::weights(*seed, file),
        Input::Snapshot { seed, file } => files::snapshot(*seed, file),
        Input::Bit { seed, snapshot, bit } => {
            files::one_bit(*seed, *snapshot, &one_bit(*seed, *snapshot, *bit))
        }
        Input::Idx { shape, classes, images, labels } => images::idx(*shape, *classes, images, labels),
        Input::Spec { text, batch_size } => network::spec(text, *batch_size),
        Input::Digit { rgba, width, height } => images::digit(rgba, *width, *height),
        Input::Picture { rgba, from, to, channels } => images::picture(rgba, *from, *to, *channels),
        Input::Operation(operation) => operations::operation(operation),
        Input::Calls { seed, calls } => calls::calls(*seed, calls),
    }
}

/// A finding unless it holds.
fn hold(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// What `f` gives, if it takes no more bytes at once.
fn within<T>(limit: usize, what: &str, f: impl FnOnce() -> T) -> Result<T, String> {
    let (result, taken) = account::most(f);
    hold(taken <= limit, || format!("{what} took {taken} bytes at once, {limit} at most"))?;
    Ok(result)
}
