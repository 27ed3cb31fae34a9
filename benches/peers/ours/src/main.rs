//! This repository's crate, as a program that depends on it has it: `CNN_THREADS` threads.

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::model::Workspace;
use cnn::session::Session;
use peer_timing::{BATCH, Bench, Times};

fn main() {
    let threads = std::env::var("CNN_THREADS").ok().and_then(|threads| threads.parse().ok());
    cnn::par::start(threads.expect("CNN_THREADS"));
    Bench::from_args().print(cnn::kernels::InstructionSet::current().name(), times);
}

fn times(bench: &Bench, name: &str) -> Times {
    let counts = Counts { train: BATCH, validation: 0, test: 0 };
    let (name_of_data, height, width, channels, classes) = ("digits".into(), 28, 28, 1, 10);
    let info = DatasetInfo { name: name_of_data, height, width, channels, classes, counts, block: BATCH };
    let mut data = ImageDataset::new(info).expect("a data set");
    data.append_pixels(Split::Train, &bench.pixels, &bench.labels).expect("digits");
    let preset = cnn_notebook::presets::preset(name).expect("a preset");
    let mut session = Session::new(preset.session_config(777)).expect("a run");
    // A step also makes the batch's pixels into numbers, which the others find ready.
    let train = bench.time(|| session.step(&data).expect("a step").loss);
    let (model, images, mut work) = (session.into_model(), bench.images(), Workspace::default());
    let infer = bench.time(|| model.infer_with(&mut work, &images)[0]);
    Times { train, infer }
}
