//! Networks that are allowed and far from any that are meant: large strides, windows, borders and counts. A step must
//! read and write only what is its own (which a debug build and AddressSanitizer see), and take no longer than its
//! multiply-adds and its data warrant (which the steps themselves show: with a loop over a stride they take minutes).

mod common;

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;

/// Trains two images for a step; returns the loss.
fn step(text: &str) -> f32 {
    let spec: ModelSpec = text.parse().unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let ([height, width, channels], classes) = (spec.input(), spec.classes());
    let counts = Counts { train: 2, validation: 0, test: 0 };
    let info = DatasetInfo { name: "any".into(), height, width, channels, classes, counts, block: 2 };
    let mut data = ImageDataset::new(info).unwrap();
    let pixels: Vec<u8> = (0..2 * data.image_len()).map(|i| (i * 37 % 251) as u8).collect();
    data.append_pixels(Split::Train, &pixels, &[0, 1]).unwrap();
    let config = common::config(1, 2, OptimizerConfig::adam(0.001));
    let mut session = Session::new(SessionConfig { spec, ..config }).unwrap();
    session.step(&data).unwrap_or_else(|error| panic!("{error} in\n{text}")).loss
}

#[test]
fn a_step_of_an_extreme_network_stays_in_its_memory_and_is_as_short_as_it_is_small() {
    for text in [
        // Offsets of more than 32 bits, which were once cut off: 4 columns, 8,192 apart, of 4,000 filters each.
        "input 1x16384x48\nconv 1 48\nrelu\nconv 1x1 4000 stride 1x8192 padding 0,0,0,16384\nflatten\ndense 2",
        "input 1x16384x48\nconv 1 48\nrelu\nconv 1x2 4000 stride 1x8192 padding 0,0,0,16384\nrelu\nflatten\ndense 2",
        // A phase for each place modulo the stride, of which there are 268 million.
        "input 28x28x1\nconv 3 8\nrelu\nconv 1 8 stride 16384\nflatten\ndense 10",
        "input 28x28x8\nconv 3 8\nrelu\nconv 2 8 stride 16384 padding same\nrelu\nflatten\ndense 10",
        // A border that no window sees: 800 MB, if it were copied.
        "input 1x1x1\nconv 1 1 stride 14000 padding 7000\nrelu\nconv 1 2 stride 9000 padding 9000\nflatten\ndense 2",
        "input 3x3x2\nconv 2 6 stride 16384 padding 16384\nrelu\nconv 3 6 stride 5 padding 900,1,1,900\nrelu\nmaxpool 2 stride 90 padding 1\nflatten\ndense 2",
        // Windows and strides of the same size, and one larger than the image.
        "input 40x1x1\nconv 16384x1 2 padding 16384,0,0,0\nrelu\nflatten\ndense 2",
        "input 2x2x5\nconv 5 6 padding 16\nrelu\nconv 30x1 6 stride 7x3\nrelu\nmaxpool 1x9 stride 16384\nflatten\ndense 2",
        "input 20x20x1\nconv 3 4 padding same\nrelu\navgpool 15 stride 16384\nflatten\ndense 2",
        // Many columns for many panels.
        "input 300x300x1\nconv 1 1\nflatten\ndense 2",
    ] {
        assert!(step(text).is_finite(), "{text}");
    }
}
