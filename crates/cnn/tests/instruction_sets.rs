//! Every instruction set that the kernels are compiled for gives the same weights, bit for bit, as the others that fuse
//! multiply-adds. One process uses one of them, so each trains in a process of its own: this program again.

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::kernels::InstructionSet;
use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use std::process::Command;

/// Networks that between them take every way a kernel has: Winograd, direct, one channel, few and odd channels, strides,
/// pooling of all kinds, wide and narrow dense layers.
const NETWORKS: [&str; 6] = [
    "input 28x28x1\nconv 3x3 32 padding same init he\nrelu\nmaxpool 2x2\nconv 3x3 64 padding same init he\nrelu\nmaxpool 2x2\n\
     conv 3x3 128 padding same init he\nrelu\nmaxpool 2x2 padding same\nflatten\ndense 625 init he\nrelu\ndropout 0.5\ndense 10",
    "input 28x28x1\nconv 5x5 7 init he\nrelu\nmaxpool 2x2\nconv 5x5 20 init he\nrelu\nmaxpool 3x3 stride 2\nflatten\ndense 10",
    "input 28x28x1\nconv 5x5 7 stride 2 init he\nrelu\nconv 5x5 24 stride 2 init he\nrelu\nflatten\ndense 33\nrelu\ndense 10",
    "input 28x28x1\nconv 3x3 17 init he\nrelu\nconv 3x3 18 init he\nrelu\navgpool 2x2\nconv 1x1 50 init he\nrelu\nflatten\ndense 10",
    "input 28x28x1\nflatten\ndense 101 init he\nrelu\ndropout 0.3\ndense 49 init he\nrelu\ndense 10",
    "input 28x28x1\nconv 3x3 25 init he bias none\nbatchnorm\nrelu\nmaxpool 2x2\nconv 3x3 32 bias none\nbatchnorm momentum 0.3\nrelu\nflatten\n\
     dense 99 bias none\nbatchnorm\nrelu\ndense 10",
];

fn data() -> ImageDataset {
    let mut data = ImageDataset::new(DatasetInfo {
        name: "waves".into(),
        height: 28,
        width: 28,
        channels: 1,
        classes: 10,
        counts: Counts { train: 60, validation: 0, test: 0 },
        block: 60,
    })
    .unwrap();
    let labels: Vec<u8> = (0..60).map(|n| n % 10).collect();
    let pixels: Vec<u8> = (0..60 * 784u32)
        .map(|i| {
            let (n, y, x) = (i / 784, i / 28 % 28, i % 28);
            // A wave whose direction tells the class, and zeros as MNIST has them.
            let value = (y * (n % 10) + x * (9 - n % 10)) * 7 + n;
            if value % 50 < 20 { (value % 256) as u8 } else { 0 }
        })
        .collect();
    data.append_pixels(Split::Train, &pixels, &labels).unwrap();
    data
}

/// Not a test by itself: what a process of its own prints.
#[test]
#[ignore = "run by the other test, in a process for each instruction set"]
fn print_fingerprints() {
    let data = data();
    println!("set {}", InstructionSet::current().name());
    for spec in NETWORKS {
        let config = SessionConfig {
            batch_size: 30,
            optimizer: OptimizerConfig::adam(0.001),
            ..SessionConfig::new(spec.parse().unwrap(), 777)
        };
        let mut session = Session::new(config).unwrap();
        for _ in 0..4 {
            session.step(&data).unwrap();
        }
        println!("fingerprint {}", session.fingerprint());
    }
}

fn fingerprints(set: InstructionSet) -> Vec<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "print_fingerprints", "--ignored", "--nocapture"])
        .env("CNN_INSTRUCTION_SET", set.name())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{set:?}: {text}");
    let after = |word: &str| {
        let lines = text.lines().filter_map(|line| line.split_once(word));
        lines.map(|(_, rest)| rest.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(after("set "), [set.name()], "the one that was asked for");
    let fingerprints = after("fingerprint ");
    assert_eq!(fingerprints.len(), NETWORKS.len(), "{text}");
    fingerprints
}

#[test]
fn all_that_fuse_give_the_same_bits() {
    let available: Vec<_> = InstructionSet::ALL.iter().copied().filter(|set| set.is_available()).collect();
    println!("available here: {available:?}");
    let all: Vec<_> = available.iter().map(|&set| (set, fingerprints(set))).collect();
    for (set, fingerprints) in &all {
        // The same process twice: nothing but the instruction set decides.
        if *set == InstructionSet::Baseline {
            assert_eq!(*fingerprints, self::fingerprints(*set));
        }
    }
    let fused: Vec<_> = all.iter().filter(|(set, _)| set.fuses()).collect();
    for pair in fused.windows(2) {
        assert_eq!(pair[0].1, pair[1].1, "{:?} and {:?}", pair[0].0, pair[1].0);
    }
}
