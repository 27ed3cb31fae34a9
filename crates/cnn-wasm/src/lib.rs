//! The `cnn` crate in a browser.

#[cfg(feature = "threads")]
pub use wasm_bindgen_rayon::init_thread_pool;
