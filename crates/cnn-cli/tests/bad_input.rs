//! Whatever the program is given, it says what it got and what it expected, and exits with 1 or 2.

mod common;

use common::{NETWORK, SIDE, TRAIN, folder, idx, run, write_data};
use std::path::Path;

/// Fails with this code, and names all of this.
fn fails(folder: &Path, args: &[&str], code: i32, parts: &[&str]) {
    let said = run(folder, args);
    assert_eq!(said.code, Some(code), "{args:?}: {}{}", said.out, said.error);
    for part in parts {
        assert!(said.error.contains(part), "{args:?}: no `{part}` in {}", said.error);
    }
}

#[test]
fn numbers_out_of_range() {
    let folder = folder("numbers");
    write_data(&folder);
    for (option, got, expected) in [
        ("--threads", "0", "0 is not in 1..=512"),
        ("--threads", "1000", "1000 is not in 1..=512"),
        ("--threads", "two", "invalid digit"),
        ("--epochs", "0", "0 is not in 1.."),
        ("--batch", "0", "0 is not in 1.."),
        ("--steps", "0", "0 is not in 1.."),
        ("--classes", "1", "1 is not in 2..=256"),
        ("--classes", "257", "257 is not in 2..=256"),
        ("--seed", "-1", "invalid digit"),
        ("--augment", "shear=2", "got the distortion `shear`, expected shift"),
        ("--augment", "shift", "got `shift`, expected NAME=AMOUNT"),
        ("--augment", "shift=far", "expected a number behind the ="),
        ("--optimizer", "lion", "[possible values: sgd, momentum, rmsprop, adam, adamw]"),
        (
            "--schedule",
            "square",
            "[possible values: constant, step, cosine, one-cycle, warmup, warmup-cosine]",
        ),
    ] {
        let option = format!("{option}={got}");
        fails(&folder, &["train", NETWORK, "--data", ".", &option], 2, &[got, expected]);
    }
    fails(&folder, &["train", "--data", "."], 2, &["<NETWORK>"]);
    fails(&folder, &["train", NETWORK, "--resume", "x", "--data", "."], 2, &["--resume"]);
    for lr in ["--lr=0", "--lr=-1", "--lr=NaN", "--lr=inf"] {
        fails(&folder, &["train", NETWORK, "--data", ".", lr], 1, &["learning_rate is", "must be above 0"]);
    }
    for (options, part) in [
        (&["--label-smoothing=1"][..], "label_smoothing is 1"),
        (&["--label-smoothing=-0.1"], "label_smoothing is -0.1"),
        (&["--clip-norm=0"], "clip_norm is 0"),
        (&["--augment=rotation=200"], "rotation is 200, but must be 0 to 180 degrees"),
        (&["--optimizer=adamw", "--weight-decay=-1"], "weight_decay is -1"),
        (&["--optimizer=adam", "--weight-decay=0.1"], "expected --optimizer adamw"),
        (&["--schedule=warmup-cosine", "--schedule-epochs=1"], "epochs is 1"),
    ] {
        fails(&folder, &[&["train", NETWORK, "--data", "."], options].concat(), 1, &[part]);
    }
    fails(
        &folder,
        &["train", NETWORK, "--data", ".", "--batch", "4000000000"],
        1,
        &["would need", "the limit is"],
    );
    fails(
        &folder,
        &["train", NETWORK, "--data", ".", "--validation", "60"],
        1,
        &["got 60", "fewer than the 60"],
    );
    fails(&folder, &["train", NETWORK, "--data", ".", "--classes", "2"], 1, &["10 classes"]);
}

#[test]
fn networks_that_are_none() {
    let folder = folder("networks");
    write_data(&folder);
    let train = |network| ["train", network, "--data", "."];
    fails(
        &folder,
        &train("lab11-4"),
        1,
        &["`lab11-4`", "expected lab11-2, lab11-3, quick, sprint, accurate, best, hand"],
    );
    fails(&folder, &train("input 4x4x1\nconf 3x3 2"), 1, &["line 2: got `conf`", "did you mean `conv`"]);
    fails(&folder, &train("input 5x5x1\nflatten\ndense 10"), 1, &["5×5×1", "4×4×1"]);
    fails(&folder, &train("."), 1, &["`.`"]);
    std::fs::write(folder.join("bytes"), [0xff, 0xfe, 0]).unwrap();
    fails(&folder, &train("bytes"), 1, &["bytes that are no text"]);
    std::fs::write(folder.join("empty"), "").unwrap();
    fails(&folder, &train("empty"), 1, &["empty: line 1"]);
}

#[test]
fn data_that_is_none() {
    let folder = folder("data");
    let train = ["train", NETWORK, "--data", "set"];
    fails(
        &folder,
        &train,
        1,
        &["found neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz in set"],
    );
    let set = folder.join("set");
    std::fs::create_dir(&set).unwrap();
    let image = SIDE * SIDE;
    for (name, bytes, parts) in [
        (
            "train-images-idx3-ubyte",
            b"no IDX at all".to_vec(),
            ["train-images-idx3-ubyte", "expected 0x00000803"],
        ),
        ("train-images-idx3-ubyte", Vec::new(), ["train-images-idx3-ubyte", "0 bytes"]),
        (
            "train-images-idx3-ubyte",
            idx(0x0803, &[TRAIN, SIDE, SIDE], &[1; 99]),
            ["115 bytes", "calls for 976"],
        ),
        ("train-images-idx3-ubyte", idx(0x0803, &[u32::MAX as usize; 3], &[]), ["16 bytes", "calls for"]),
        ("train-images-idx3-ubyte", idx(0x0803, &[0, SIDE, SIDE], &[]), ["got 60 labels", "expected 0"]),
        ("train-labels-idx1-ubyte", idx(0x0801, &[59], &[0; 59]), ["got 59 labels", "expected 60"]),
        (
            "train-labels-idx1-ubyte",
            idx(0x0801, &[TRAIN], &[10; TRAIN]),
            ["the label of image 0 is 10", "10 classes"],
        ),
        ("t10k-labels-idx1-ubyte", idx(0x0801, &[20], &[255; 20]), ["t10k-labels-idx1-ubyte", "is 255"]),
        ("t10k-images-idx3-ubyte", idx(0x0803, &[20, 2, 2], &[0; 80]), ["2×2×1", "4×4×1"]),
    ] {
        write_data(&set);
        std::fs::write(set.join(name), bytes).unwrap();
        fails(&folder, &train, 1, &parts);
        fails(&folder, &["train", NETWORK, "--data", "set", "--threads", "1"], 1, &parts);
    }
    // The place in the file, not in the part that is trained on.
    write_data(&set);
    let mut labels = [0; TRAIN];
    labels[TRAIN - 1] = 77;
    std::fs::write(set.join("train-labels-idx1-ubyte"), idx(0x0801, &[TRAIN], &labels)).unwrap();
    fails(&folder, &train, 1, &["the label of image 59 is 77"]);
    // What is packed must be.
    std::fs::remove_file(set.join("t10k-labels-idx1-ubyte")).unwrap();
    write_data(&set);
    std::fs::rename(set.join("t10k-labels-idx1-ubyte"), set.join("t10k-labels-idx1-ubyte.gz")).unwrap();
    fails(&folder, &train, 1, &["t10k-labels-idx1-ubyte.gz"]);
    assert_eq!(image, 16);
}

#[test]
fn files_of_weights_and_images_that_are_none() {
    let folder = folder("files");
    write_data(&folder);
    let train = ["train", NETWORK, "--data", ".", "--steps", "1", "--out", "good.safetensors"];
    run(&folder, &train).ok();
    let good = std::fs::read(folder.join("good.safetensors")).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("text.safetensors", b"not weights");
    write("empty.safetensors", b"");
    write("cut.safetensors", &good[..good.len() - 1]);
    let mut altered = good.clone();
    *altered.last_mut().unwrap() ^= 1;
    write("altered.safetensors", &altered);
    for name in [
        "text.safetensors",
        "empty.safetensors",
        "cut.safetensors",
        "altered.safetensors",
        "none.safetensors",
    ] {
        fails(&folder, &["evaluate", name, "--data", "."], 1, &[name]);
        fails(&folder, &["export", name], 1, &[name]);
        fails(&folder, &["summary", name], 1, &[name]);
        fails(&folder, &["train", "--resume", name, "--data", "."], 1, &[name]);
    }
    fails(&folder, &["train", "--resume", "good.safetensors", "--data", "."], 1, &["good.safetensors"]);
    let other =
        ["evaluate", "good.safetensors", "--network", "input 4x4x1\nflatten\ndense 10", "--data", "."];
    fails(&folder, &other, 1, &["good.safetensors"]);

    write("text.png", b"no picture");
    write("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0");
    image::RgbImage::new(1, 1).save(folder.join("page.bmp.png")).unwrap();
    for name in ["text.png", "cut.png", "none.png"] {
        fails(&folder, &["predict", "good.safetensors", name], 1, &[name]);
    }
    image::GrayImage::from_pixel(50, 50, image::Luma([99])).save(folder.join("blank.png")).unwrap();
    fails(&folder, &["predict", "good.safetensors"], 2, &["<IMAGE>"]);
    let digits = ["train", "input 28x28x1\nflatten\ndense 10", "--data", ".", "--steps", "1"];
    fails(&folder, &digits, 1, &["28×28×1", "4×4×1"]);

    fails(
        &folder,
        &["train", NETWORK, "--data", ".", "--out", "no/such/folder.safetensors"],
        1,
        &["no/such"],
    );
    fails(&folder, &["train", NETWORK, "--data", ".", "--out", "."], 1, &["got a folder"]);
    fails(&folder, &["replay", "https://host/#take"], 1, &["without `replay`"]);
}
