//! Training spread over helpers, as the page starts them. Each test program has memory and a process's pool of its own,
//! so each number of threads has a program.

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::par::{self, Pool};
use cnn::session::{Session, SessionConfig};
use js_sys::futures::JsFuture;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// Every kind of layer, large enough for many pieces.
const SPEC: &str = "input 12x12x1
    conv 3 16 padding same init he
    relu
    maxpool 2
    dropout 0.2
    conv 3 20 padding same init he
    batchnorm
    relu
    maxpool 2
    conv 2 6 stride 2
    flatten
    dense 70
    batchnorm
    relu
    dense 3";

fn dataset() -> ImageDataset {
    let counts = Counts { train: 60, validation: 0, test: 0 };
    let (height, width) = (12, 12);
    let info = DatasetInfo { name: "bars".into(), height, width, channels: 1, classes: 3, counts, block: 20 };
    let mut data = ImageDataset::new(info).unwrap();
    for i in 0..60u32 {
        let pixels: Vec<u8> = (0..144).map(|p| ((p * 31 + i * 57 + p * p % 7 * i) % 251) as u8).collect();
        data.append_pixels(Split::Train, &pixels, &[(i % 3) as u8]).unwrap();
    }
    data
}

/// The losses of some steps, as bits, and the weights' fingerprint.
fn train() -> (Vec<u32>, String) {
    let data = dataset();
    let (optimizer, schedule) = (OptimizerConfig::adam(0.003), Schedule::Constant);
    let spec = SPEC.parse().unwrap();
    let config = SessionConfig { batch_size: 20, optimizer, schedule, ..SessionConfig::new(spec, 5) };
    let mut session = Session::new(config).unwrap();
    let losses = (0..12).map(|_| session.step(&data).unwrap().loss.to_bits()).collect();
    (losses, format!("{:?}", session.fingerprint()))
}

/// Starts so many threads and compares what they train with what one does.
pub(crate) async fn threads_train_the_same_bits(threads: usize) {
    for none in [0, 1000] {
        assert!(cnn_wasm::threads::start_threads(none).is_err(), "{none}");
    }
    JsFuture::from(cnn_wasm::threads::start_threads(threads).unwrap()).await.expect("helpers start");
    assert_eq!(par::threads(), threads);
    // Until each has had a piece: no piece of such a region ends before all have begun.
    let here = AtomicU32::new(0);
    par::pieces(threads, |_| {
        here.fetch_add(1, SeqCst);
        while here.load(SeqCst) < threads as u32 {
            std::hint::spin_loop();
        }
    });
    let one = Pool::without_helpers(1).unwrap().install(train);
    for _ in 0..5 {
        assert_eq!(train(), one);
    }
}
