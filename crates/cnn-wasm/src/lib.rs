//! The `cnn` crate in a browser: typed arrays and small objects in and out.
//!
//! Every export is synchronous. What is wrong is thrown as an `Error` with the core's message, its `code` and its
//! fields as `details`. Nothing is computed and no default is chosen here: that is the core's. A panic, which is a bug,
//! stops the engine with a `WebAssembly.RuntimeError`; its message is left out of what a browser downloads.

mod convert;
pub mod dataset;
pub mod error;
pub mod figures;
pub mod lab;
mod object;
pub mod picture;
pub mod session;
#[cfg(feature = "threads")]
pub mod threads;
mod types;

use object::{object, to_js};
use wasm_bindgen::prelude::*;

#[global_allocator]
static ALLOCATOR: cnn::kernels::LineAligned = cnn::kernels::LineAligned;

/// A seed that nobody has chosen, from the browser's source of randomness.
#[wasm_bindgen]
pub fn new_seed() -> Result<u32, JsError> {
    getrandom::u32().map_err(|error| JsError::new(&error.to_string()))
}

/// 16 hexadecimal digits that tell whether bytes are still those that were kept (XXH64 with seed 0).
#[wasm_bindgen]
pub fn digest(bytes: &[u8]) -> String {
    cnn::checkpoint::digest(bytes)
}

/// What this build of the engine uses.
#[wasm_bindgen(unchecked_return_type = "EngineInfo")]
pub fn engine_info() -> JsValue {
    object([
        ("version", to_js(env!("CARGO_PKG_VERSION"))),
        ("simd", cfg!(target_feature = "simd128").into()),
        ("relaxed", cfg!(target_feature = "relaxed-simd").into()),
        ("threads", cfg!(feature = "threads").into()),
    ])
}
