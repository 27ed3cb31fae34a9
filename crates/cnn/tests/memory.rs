//! Memory that is asked for: what a network's summary says, and nothing on a file's mere word.

mod common;

use common::{rewritten, without_sum};

use cnn::checkpoint::{self, Tensor};
use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::model::Model;
use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Keeps account of the bytes in use, and of the most that there were.
struct Account;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn take(bytes: usize) {
    MOST.fetch_max(NOW.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Account {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Account = Account;

/// What `f` gives, and the most bytes that were in use besides those before it.
fn most<T>(f: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let result = f();
    (result, MOST.load(Relaxed) - before)
}

fn images(spec: &ModelSpec, count: usize) -> ImageDataset {
    let ([height, width, channels], classes) = (spec.input(), spec.classes());
    let counts = Counts { train: count, validation: 0, test: 0 };
    let info = DatasetInfo { name: "any".into(), height, width, channels, classes, counts, block: count };
    let mut data = ImageDataset::new(info).unwrap();
    let pixels: Vec<u8> = (0..count * data.image_len()).map(|i| (i * 37 % 251) as u8).collect();
    let labels: Vec<u8> = (0..count).map(|i| (i % classes) as u8).collect();
    data.append_pixels(Split::Train, &pixels, &labels).unwrap();
    data
}

fn train(text: &str, batch_size: usize) {
    let spec: ModelSpec = text.parse().unwrap();
    let data = images(&spec, batch_size);
    let said = spec.summary().memory_bytes(batch_size);
    let config = common::config(1, batch_size, OptimizerConfig::default());
    let (_, taken) = most(|| {
        let mut session = Session::new(SessionConfig { spec, ..config }).unwrap();
        session.step(&data).unwrap();
        session.step(&data).unwrap();
    });
    // A tenth for what is rounded up to whole vectors, and half a megabyte for all that is small.
    let threads = cnn::par::threads();
    assert!(
        taken as f64 <= 1.1 * said as f64 + 5e5,
        "{taken} bytes where {said} were said, on {threads} threads, for\n{text}"
    );
}

/// One test, as the account is one.
#[test]
fn memory_is_what_was_said() {
    // Working memory of each of 8 threads, for which it is said.
    let large = || {
        for (text, batch_size) in [
            // Large maps: lists of what is not zero.
            ("input 120x120x1\nconv 3 30 padding same\nrelu\nconv 3 30 padding same\nflatten\ndense 2", 1),
            (
                "input 120x120x3\nconv 5 30\nrelu\nmaxpool 3 stride 1\nconv 3 20\nrelu\nmaxpool 2\nflatten\ndense 2",
                2,
            ),
            // A window as large as the image: as another convolution, its gradient would have a border of 4 MB.
            ("input 40x40x1\nconv 1 1 padding 20\nrelu\nconv 72x1 100\nflatten\ndense 2", 1),
            ("input 70x70x1\nconv 1 6\nrelu\nconv 40x2 100 stride 1x2\nrelu\nflatten\ndense 2", 1),
        ] {
            train(text, batch_size);
        }
    };
    let all = || {
        large();
        for text in common::networks::ALL {
            train(text, 1);
            train(text, 20);
        }
        train(common::networks::NORMED, 20);
        for (text, batch_size) in [
            // Many weights: their gradient is summed in groups of images.
            ("input 14x14x1\nconv 3 150 padding same\nrelu\nconv 3 150 padding same\nflatten\ndense 10", 9),
            (
                "input 14x14x1\nconv 5 99 padding same\nrelu\nconv 5 99 padding same\nrelu\nmaxpool 2\nflatten\ndense 10",
                9,
            ),
            (
                "input 14x14x1\nconv 3 99 stride 2 padding same\nrelu\nconv 5 99 stride 2 padding same\nflatten\ndense 9",
                9,
            ),
            ("input 28x28x4\nconv 28 99 stride 4 padding same\nrelu\nflatten\ndense 10", 9),
            ("input 28x28x1\nflatten\ndense 900\nrelu\ndense 300\nrelu\ndense 10", 9),
            // Few values in whole vectors.
            ("input 1x1x1\nconv 2000x1 300 padding 1999,0,0,0\nrelu\nflatten\ndense 2", 3),
            ("input 1x1x1\nconv 1 3000\nrelu\nconv 1 300\nrelu\nflatten\ndense 2", 3),
            // Sums over the batch of many channels, and of many values.
            ("input 8x8x1\nflatten\ndense 5000\nbatchnorm\nrelu\nbatchnorm\ndense 2", 90),
            ("input 90x90x1\nbatchnorm\nconv 1 7\nbatchnorm\nrelu\nflatten\ndense 2", 9),
            // Dense layers: their weights in another order, and lists.
            ("input 40x40x10\nflatten\ndense 300\nrelu\ndense 2", 30),
            ("input 40x40x10\nflatten\ndense 20\nrelu\ndense 400\nrelu\ndense 2", 300),
        ] {
            train(text, batch_size);
        }
    };
    #[cfg(feature = "threads")]
    {
        cnn::par::Pool::new(1).unwrap().install(all);
        cnn::par::Pool::new(8).unwrap().install(large);
    }
    #[cfg(not(feature = "threads"))]
    all();

    // A file of a few bytes that names a network of almost a gigabyte.
    let spec = "input 28x28x1\nflatten\ndense 16384\nrelu\ndense 2000\nrelu\ndense 2";
    assert!(spec.parse::<ModelSpec>().unwrap().summary().memory_bytes(1) > 700_000_000);
    let bias = Tensor { name: "layer1.bias".into(), shape: &[1], values: &[0.0] };
    let file = checkpoint::write(spec, &[bias]);
    let (result, taken) = most(|| Model::from_safetensors(&file).unwrap_err().code());
    assert_eq!(result, "tensor_missing");
    assert!(taken < 100_000, "{taken} bytes");
    // The same, as a snapshot: that of another network with this one's text.
    let mut session = common::session(1, 16);
    common::losses(&mut session, &common::bars(20, 0), 1);
    let snapshot = without_sum(&session.snapshot().unwrap());
    let snapshot = rewritten(&snapshot, |header| {
        let (before, after) = header.split_once(r#"\"spec\":\""#).unwrap();
        let (_, after) = after.split_once(r#"\",\"state"#).unwrap();
        let text = spec.replace('\n', r"\\n");
        format!(r#"{before}\"spec\":\"{text}\",\"state{after}"#)
    });
    let (result, taken) = most(|| Session::from_snapshot(&snapshot).unwrap_err().code());
    assert_eq!(result, "tensor_missing");
    assert!(taken < 100_000, "{taken} bytes");
}
