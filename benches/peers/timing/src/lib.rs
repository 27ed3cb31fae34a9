//! What every contestant does alike: reads its arguments and a batch of real digits, times steps, prints JSON.
//!
//! usage: PROGRAM WARMUP STEPS DATA_FOLDER

use std::hint::black_box;
use std::time::Instant;

/// Images a step.
pub const BATCH: usize = 100;
/// Pixels of an image.
pub const PIXELS: usize = 784;
/// Learning rate of the lecture, with Adam.
pub const RATE: f64 = 0.001;
/// Names of the lecture's two networks.
pub const NETWORKS: [&str; 2] = ["lab11-2", "lab11-3"];

/// One run of the program.
pub struct Bench {
    pub warmup: usize,
    pub steps: usize,
    /// `[BATCH, 28, 28, 1]`, which is also `[BATCH, 1, 28, 28]`, in 0..=255.
    pub pixels: Vec<u8>,
    /// `[BATCH]`.
    pub labels: Vec<u8>,
}

/// Times of one network in milliseconds.
pub struct Times {
    pub train: Vec<f64>,
    pub infer: Vec<f64>,
}

impl Bench {
    /// As the command line has it.
    pub fn from_args() -> Self {
        let args: Vec<String> = std::env::args().collect();
        let [_, warmup, steps, folder] = &args[..] else {
            panic!("usage: {} WARMUP STEPS DATA_FOLDER", args[0])
        };
        let read = |name: &str, header: usize, count: usize| {
            let bytes = std::fs::read(format!("{folder}/{name}")).expect("the IDX files of MNIST");
            bytes[header..header + count].to_vec()
        };
        Self {
            warmup: warmup.parse().expect("a number of steps"),
            steps: steps.parse().expect("a number of steps"),
            pixels: read("train-images-idx3-ubyte", 16, BATCH * PIXELS),
            labels: read("train-labels-idx1-ubyte", 8, BATCH),
        }
    }

    /// The pixels in 0..=1.
    pub fn images(&self) -> Vec<f32> {
        self.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect()
    }

    /// Milliseconds of each step after the warm-up. A step must have its result when it returns.
    pub fn time<T>(&self, mut step: impl FnMut() -> T) -> Vec<f64> {
        let mut times = Vec::with_capacity(self.steps);
        for i in 0..self.warmup + self.steps {
            let began = Instant::now();
            black_box(step());
            if i >= self.warmup {
                times.push(1e3 * began.elapsed().as_secs_f64());
            }
        }
        times
    }

    /// Times both networks and prints them, with a few words about the contestant.
    pub fn print(&self, about: &str, mut times: impl FnMut(&Self, &str) -> Times) {
        let of_networks = NETWORKS.map(|name| {
            let Times { train, infer } = times(self, name);
            format!("\"{name}\": {{\"train\": {train:?}, \"infer\": {infer:?}}}")
        });
        println!("{{\"about\": \"{about}\", {}}}", of_networks.join(", "));
    }
}
