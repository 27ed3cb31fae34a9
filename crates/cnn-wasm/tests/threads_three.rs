//! Training on three threads of a browser, where this build has threads.
#![cfg(all(target_arch = "wasm32", feature = "threads"))]

mod threaded;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

// A page's own thread may not wait.
wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn three_threads_train_the_same_bits_as_one() {
    threaded::threads_train_the_same_bits(3).await;
}
