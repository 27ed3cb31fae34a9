//! The helpers of the thread pool: workers that share this module's memory.

use crate::error::Result;
use cnn::par;
use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Address of the script that loads this module.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static URL: JsString;
}

#[wasm_bindgen(module = "/js/helpers.js")]
extern "C" {
    #[wasm_bindgen(js_name = startHelpers)]
    fn start_helpers(url: JsString, module: JsValue, memory: JsValue, threads: usize) -> Promise;
}

/// Spreads all work over so many threads from now on: the one that calls, which must be a worker's as it will wait,
/// and helpers, which are started here.
///
/// Thrown is `out_of_range` unless there are 1 to 512. The promise holds when all are ready. It breaks when one can't be started; then the engine works all the same,
/// on this thread alone.
#[wasm_bindgen(js_name = startThreads, unchecked_return_type = "Promise<void>")]
pub fn start_threads(threads: usize) -> Result<Promise> {
    par::start(threads).map_err(cnn::Error::from)?;
    Ok(start_helpers(URL.with(Clone::clone), wasm_bindgen::module(), wasm_bindgen::memory(), threads))
}

/// The life of helper `index`, in its own worker: never returns.
#[wasm_bindgen]
pub fn help(index: usize) {
    par::help(index);
}

/// Says that a helper has died, so that nobody waits for it: all work then ends with an exception.
#[wasm_bindgen(js_name = helperFailed)]
pub fn helper_failed() {
    par::helper_failed();
}
