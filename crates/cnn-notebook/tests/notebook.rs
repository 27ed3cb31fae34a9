//! The Rust lines that the page's cells show, compiled and run: they are written here from the page by
//! `tests/e2e/snippets.e2e.js`, which also fails where the page has since come to show others. What the page says comes
//! out of them, computed by the engine in WebAssembly, must come out here.

#![allow(unused_variables, reason = "the page names what it makes, used or not")]

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::ensemble::Ensemble;
use cnn::geometry::{Padding, Window};
use cnn::layers::{BatchNorm, Conv2d, Dropout, Relu, Standalone};
use cnn::metrics::Confusion;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use cnn::spec::{self, ModelSpec};
use cnn_notebook::digit::prepare;
use cnn_notebook::nudge;
use cnn_notebook::ops;
use cnn_notebook::presets::preset;
use cnn_notebook::teaching::{Run, TaughtImages};
use ndarray::{Array4, arr1, arr2};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The numbers of a result, for comparing with what the page writes.
trait Numbers {
    fn numbers(&self) -> Vec<f64>;
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl Numbers for $kind {
            fn numbers(&self) -> Vec<f64> {
                vec![*self as f64]
            }
        }
    )*};
}
numbers!(usize, u64, u8, f32, f64);

impl<T: Numbers> Numbers for [T] {
    fn numbers(&self) -> Vec<f64> {
        self.iter().flat_map(Numbers::numbers).collect()
    }
}

impl<T: Numbers, const N: usize> Numbers for [T; N] {
    fn numbers(&self) -> Vec<f64> {
        self.as_slice().numbers()
    }
}

impl<T: Numbers> Numbers for Vec<T> {
    fn numbers(&self) -> Vec<f64> {
        self.as_slice().numbers()
    }
}

impl<T: Numbers + ?Sized> Numbers for &T {
    fn numbers(&self) -> Vec<f64> {
        (**self).numbers()
    }
}

impl Numbers for ops::MaxPooled {
    fn numbers(&self) -> Vec<f64> {
        self.maps.data.numbers()
    }
}

/// Compares with what the page writes: to the digits that it shows, and as far as its list goes.
fn check(computed: &[f64], written: &str) {
    let items: Vec<&str> = written.trim_matches(['[', ']']).split(", ").collect();
    let all = items.last() != Some(&"…");
    let items = if all { &items[..] } else { &items[..items.len() - 1] };
    assert!(
        if all { computed.len() == items.len() } else { computed.len() > items.len() },
        "{computed:?}, not {written}"
    );
    for (value, item) in computed.iter().zip(items) {
        let digits = item.split_once('.').map_or(0, |(_, after)| after.len());
        // No sign before a nought.
        assert_eq!(format!("{:.digits$}", value + 0.0), *item, "{written}");
    }
}

macro_rules! check {
    ($value:expr, $written:literal) => {
        check(&Numbers::numbers(&$value), $written)
    };
}

include!("notebook/inputs.rs");

#[test]
fn part() -> Outcome {
    include!("notebook/part.rs");
    Ok(())
}

#[test]
fn filter() -> Outcome {
    let mut image = Array4::<f32>::zeros((1, 32, 32, 3));
    for (i, value) in UNDER_THE_WINDOW.iter().enumerate() {
        image[[0, 14 + i / 15, 8 + i / 3 % 5, i % 3]] = *value;
    }
    let weights = EDGE.to_vec();
    include!("notebook/filter.rs");
    Ok(())
}

#[test]
fn stride() -> Outcome {
    include!("notebook/stride.rs");
    Ok(())
}

#[test]
fn padding() -> Outcome {
    include!("notebook/padding.rs");
    Ok(())
}

#[test]
fn filters() -> Outcome {
    let images = Array4::<f32>::zeros((1, 32, 32, 3));
    include!("notebook/filters.rs");
    Ok(())
}

#[test]
fn layers() -> Outcome {
    let text = "input 32x32x3\nconv 5x5 6\nrelu\nconv 5x5 10\nrelu";
    include!("notebook/layers.rs");
    Ok(())
}

#[test]
fn pooling() -> Outcome {
    let map = [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4].map(|value| value as f32);
    let d_out = [1.0, 2.0, 3.0, 4.0];
    include!("notebook/pooling.rs");
    Ok(())
}

/// A session of the lecture's first network and images for it. What the network says of a digit, and its losses, are the
/// real MNIST's and are not looked at here.
fn lecture() -> (Run, TaughtImages, Vec<f32>) {
    let config = preset("lab11-2").unwrap().session_config(777);
    let mut data = ImageDataset::new(DatasetInfo {
        name: "noise".into(),
        height: 28,
        width: 28,
        channels: 1,
        classes: 10,
        counts: Counts { train: 200, validation: 3, test: 3 },
        block: 200,
    })
    .unwrap();
    for (split, count) in [(Split::Train, 200), (Split::Validation, 3), (Split::Test, 3)] {
        let pixels: Vec<u8> = (0..count * 784).map(|i| (i % 251) as u8).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
        data.append_pixels(split, &pixels, &labels).unwrap();
    }
    (Run::new(Session::new(config).unwrap()), TaughtImages::new(data), vec![0.5; 784])
}

#[test]
fn network() -> Outcome {
    let (mut session, _, pixels) = lecture();
    include!("notebook/network.rs");
    Ok(())
}

#[test]
fn training() -> Outcome {
    let (_, data, _) = lecture();
    let text = preset("lab11-2").unwrap().spec;
    include!("notebook/training.rs");
    Ok(())
}

#[test]
fn sharing() -> Outcome {
    let (image, kernel) = ([0.5; 784], [-1.0, 0.0, 1.0, -1.0, 0.0, 1.0, -1.0, 0.0, 1.0]);
    let (first, second_turned) = ([0.1; 36], [0.2; 36]);
    include!("notebook/sharing.rs");
    Ok(())
}

#[test]
fn backprop() -> Outcome {
    let (session, _, pixels) = lecture();
    let label = 3;
    include!("notebook/backprop.rs");
    Ok(())
}

#[test]
fn digit() -> Outcome {
    let (mut session, mut data, _) = lecture();
    let (width, height) = (30, 20);
    let rgba: Vec<u8> = (0..width * height)
        .flat_map(|i| [if i % 7 == 0 { 0 } else { 255 }; 3].into_iter().chain([255]))
        .collect();
    let (pixels, labels) = ([7; 784], [3]);
    include!("notebook/digit.rs");
    Ok(())
}

#[test]
fn judge() -> Outcome {
    let (mut session, data, _) = lecture();
    let (n, labels) = (3, [0, 1, 2]);
    let mut confusion = Confusion::new(10);
    include!("notebook/judge.rs");
    Ok(())
}

#[test]
fn microscope() -> Outcome {
    let (mut session, data, _) = lecture();
    include!("notebook/microscope.rs");
    Ok(())
}

#[test]
fn learned() -> Outcome {
    let (session, data, pixels) = lecture();
    let (images, class) = ([0, 1, 2], 3);
    include!("notebook/learned.rs");
    Ok(())
}

#[test]
fn norm() -> Outcome {
    let maps = Array4::from_shape_fn((2, 3, 3, 8), |(n, y, x, c)| (n + y * x + c) as f32);
    let vectors: ModelSpec = "input 28x28x1\nflatten\ndense 32\nbatchnorm\nrelu\ndense 10".parse()?;
    include!("notebook/norm.rs");
    Ok(())
}

#[test]
fn dropout() -> Outcome {
    let (x, seed) = (arr2(&[[1.0, 2.0, 3.0]]), 5);
    include!("notebook/dropout.rs");
    Ok(())
}

#[test]
fn failures() -> Outcome {
    let (_, mut data, _) = lecture();
    let text = "input 28x28x1\nflatten\ndense 16\nrelu\ndense 10 init zeros";
    include!("notebook/failures.rs");
    Ok(())
}

/// Minutes of training: compiled, not run.
#[allow(dead_code, reason = "that it compiles is the test")]
fn ensemble(config: &SessionConfig, data: TaughtImages) -> Outcome {
    include!("notebook/ensemble.rs");
    Ok(())
}

#[test]
fn race() -> Outcome {
    let (session, data, _) = lecture();
    let spec = session.config().spec.clone();
    include!("notebook/race.rs");
    Ok(())
}
