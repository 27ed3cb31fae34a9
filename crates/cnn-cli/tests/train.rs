//! A run of the program that is interrupted and resumed ends with the bits of an undisturbed one.

mod common;

use common::{NETWORK, TEST, TRAIN, fingerprint, folder, run, write_data};

/// Images a step.
const BATCH: usize = 7;

fn batches_per_epoch() -> usize {
    (TRAIN - TRAIN / 10).div_ceil(BATCH)
}

/// A training with everything that a run can have: dropout, momentum, a rate that changes with
/// every step, augmentation.
fn train<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let settings = [
        "train",
        NETWORK,
        "--data",
        ".",
        "--batch",
        "7",
        "--optimizer",
        "momentum",
        "--schedule",
        "one-cycle",
        "--augment",
        "shift=1,rotation=20,elastic=0.5",
    ];
    settings
        .iter()
        .chain(&["--schedule-epochs", "6", "--seed", "5", "--epochs"])
        .chain(more)
        .copied()
        .collect()
}

#[test]
fn a_run_stopped_at_any_step_goes_on_bit_for_bit_with_any_number_of_threads() {
    let folder = folder("stopped");
    write_data(&folder);
    let whole = run(&folder, &train(&["6", "--out", "whole.safetensors"])).ok();
    assert_eq!(whole.lines().filter(|line| line.starts_with("epoch ")).count(), 6, "{whole}");
    assert!(whole.contains("epoch 6/6: loss 0.") && whole.contains("validation accuracy"), "{whole}");
    // In an epoch, at its end, at the run's first step.
    for (steps, threads) in [("11", "1"), ("16", "2"), ("1", "3")] {
        let out = format!("part-{steps}.safetensors");
        let checkpoint = format!("part-{steps}.checkpoint.safetensors");
        let part = run(&folder, &train(&["6", "--steps", steps, "--threads", threads, "--out", &out])).ok();
        assert_ne!(fingerprint(&part), fingerprint(&whole));
        let resume = ["train", "--resume", &checkpoint, "--data", ".", "--epochs", "6", "--out", &out];
        let resumed = run(&folder, &resume).ok();
        assert_eq!(fingerprint(&resumed), fingerprint(&whole), "stopped after {steps} steps");
        let files = ["whole.safetensors", &out].map(|name| std::fs::read(folder.join(name)).unwrap());
        assert!(files[0] == files[1], "the files of weights differ");
    }
}

/// Sends what Ctrl-C sends.
#[cfg(unix)]
#[test]
fn ctrl_c_keeps_a_checkpoint_that_goes_on_bit_for_bit() {
    use common::{Said, cnn};
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let folder = folder("interrupted");
    write_data(&folder);
    // So many epochs that it can't be done before it is interrupted.
    let mut child = cnn(&folder)
        .args(train(&["1000000", "--out", "part.safetensors"]))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("epoch 2/") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0, "it ended before its second epoch");
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    // What it says until it ends must be read, or it would wait for that.
    out.read_to_string(&mut line).unwrap();
    let said = Said::of(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(130), "{}", said.error);
    assert!(
        said.error.contains("cnn train --resume part.checkpoint.safetensors --epochs 1000000 --data ."),
        "{}",
        said.error
    );
    let steps =
        said.error.split("interrupted after ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(!folder.join("part.safetensors").exists(), "weights of a run that is not over");

    let steps: usize = steps.parse().unwrap();
    let epochs = (steps / batches_per_epoch() + 2).to_string();
    let resume = ["train", "--resume", "part.checkpoint.safetensors", "--data", ".", "--epochs", &epochs];
    let resumed = run(&folder, &resume).ok();
    let whole = run(&folder, &train(&[&epochs])).ok();
    assert_eq!(fingerprint(&resumed), fingerprint(&whole), "interrupted after {steps} steps");
}

#[test]
fn what_was_trained_is_evaluated_and_predicts() {
    let folder = folder("trained");
    write_data(&folder);
    let args = [
        "train",
        NETWORK,
        "--data",
        ".",
        "--batch",
        "6",
        "--lr",
        "0.01",
        "--epochs",
        "12",
        "--out",
        "sides.safetensors",
    ];
    let trained = run(&folder, &args).ok();
    assert!(trained.contains("test accuracy 100.00 %"), "{trained}");

    let evaluated = run(&folder, &["evaluate", "sides.safetensors", "--data", ".", "--confusion"]).ok();
    assert!(evaluated.starts_with(&format!("{TEST} test images: accuracy 100.00 %")), "{evaluated}");
    assert!(evaluated.contains("class   1:     10 of     10 right, 100.00 %"), "{evaluated}");
    let validated =
        run(&folder, &["evaluate", "sides.checkpoint.safetensors", "--data", ".", "--split", "validation"])
            .ok();
    assert!(validated.starts_with("6 validation images"), "{validated}");

    // Bright at the left, then at the right, larger than the network's input, as PNG and as JPEG.
    for (name, class) in [("left.png", 0), ("right.jpg", 1)] {
        let bright = |x: u32| (x >= 20) == (class == 1);
        let image =
            image::RgbImage::from_fn(40, 60, |x, _| image::Rgb(if bright(x) { [230; 3] } else { [15; 3] }));
        image.save(folder.join(name)).unwrap();
        let said = run(&folder, &["predict", "sides.safetensors", name]).ok();
        assert!(said.starts_with(&format!("{name}: {class} (")), "{said}");
    }
}
