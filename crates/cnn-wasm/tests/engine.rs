//! The engine itself, as compiled for the browser: the golden cases and the kernels' checks, the same as natively.

#[cfg(target_arch = "wasm32")]
#[path = "../../cnn/tests/common/augmented.rs"]
mod augmented;
#[cfg(target_arch = "wasm32")]
#[path = "../../cnn/tests/kernels_suite/mod.rs"]
mod kernels_suite;
#[cfg(target_arch = "wasm32")]
#[path = "../../cnn/tests/golden/runner.rs"]
mod runner;

/// Name and content of each golden file: a browser can't list a folder.
macro_rules! golden_files {
    ($($name:literal,)*) => {
        [$(($name, include_bytes!(concat!("../../../tests/golden/", $name, ".safetensors")).as_slice())),*]
    };
}

static GOLDEN: [(&str, &[u8]); 33] = golden_files![
    "adam_default",
    "adam_other",
    "adamw",
    "avg_pool2d_2x2",
    "avg_pool2d_same_odd",
    "batch_norm_dense",
    "batch_norm_map",
    "batch_norm_map_odd",
    "conv2d_1x1",
    "conv2d_even_kernel_same",
    "conv2d_explicit_padding",
    "conv2d_lecture_32x32x3",
    "conv2d_no_bias_wide",
    "conv2d_odd_channels",
    "conv2d_same_3x3",
    "conv2d_same_5x5",
    "conv2d_same_stride2_nonsquare",
    "conv2d_valid_3x3",
    "conv2d_valid_stride2",
    "conv2d_valid_stride3_floor",
    "dense_10",
    "dense_odd",
    "dense_small",
    "max_pool2d_28",
    "max_pool2d_3x3_stride2_valid",
    "max_pool2d_7_to_4_same",
    "max_pool2d_explicit_padding",
    "max_pool2d_overlap_same",
    "softmax_ce",
    "softmax_ce_label_smoothing",
    "softmax_ce_large_logits",
    "train_lab11_2",
    "train_lab11_3_small",
];

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_golden_file_is_listed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden");
    let files =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files.filter(|file| file.ends_with(".safetensors")).collect();
    files.sort();
    assert_eq!(files, GOLDEN.map(|(name, _)| format!("{name}.safetensors")));
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::{GOLDEN, augmented, kernels_suite, runner};
    use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    /// Random cases of each kernel; natively there are more.
    const CASES: usize = 40;

    #[wasm_bindgen_test]
    fn golden_cases() {
        let mut failed = Vec::new();
        for (name, bytes) in GOLDEN {
            match runner::run_case(bytes) {
                Ok(report) => console_log!("ok     {name}: {report}"),
                Err(error) => failed.push(format!("{name}: {error}")),
            }
        }
        console_log!("golden: {} passed, {} failed", GOLDEN.len() - failed.len(), failed.len());
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }

    #[wasm_bindgen_test]
    fn an_augmented_batch_has_the_native_bits() {
        assert_eq!(augmented::print(), augmented::PRINT);
    }

    #[wasm_bindgen_test]
    fn kernels_agree_with_the_reference() {
        for (name, check) in kernels_suite::CHECKS {
            console_log!("{name}");
            check(CASES);
        }
    }
}
