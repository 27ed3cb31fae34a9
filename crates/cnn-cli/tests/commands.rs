//! The commands that train nothing.

mod common;

use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use common::{cnn, folder, run};
use std::path::Path;
use std::process::Stdio;

/// Writes the weights of a network as they start.
fn write_weights(path: &Path, spec: &str) {
    let (spec, optimizer) = (spec.parse().unwrap(), OptimizerConfig::default());
    let config = SessionConfig { batch_size: 1, optimizer, ..SessionConfig::new(spec, 1) };
    std::fs::write(path, Session::new(config).unwrap().save_weights().unwrap()).unwrap();
}

#[test]
fn a_summary_is_the_same_for_a_preset_its_text_a_file_and_its_weights() {
    let folder = folder("summary");
    let preset = run(&folder, &["summary", "lab11-2"]).ok();
    assert!(preset.contains("28×28×32") && preset.contains("all") && preset.contains("MB"), "{preset}");
    let text = run(&folder, &["summary", "lab11-2", "--text"]).ok();
    assert_eq!(run(&folder, &["summary", &text]).ok(), preset);
    std::fs::write(folder.join("mine.txt"), &text).unwrap();
    assert_eq!(run(&folder, &["summary", "mine.txt"]).ok(), preset);
    write_weights(&folder.join("mine.safetensors"), &text);
    assert_eq!(run(&folder, &["summary", "mine.safetensors"]).ok(), preset);
    let warned = run(&folder, &["summary", "input 7x7x1\nmaxpool 2x2\nflatten\ndense 2"]).ok();
    assert!(warned.contains("note: line 2: no window covers the last 1 rows and 1 columns"), "{warned}");
}

#[test]
fn a_program_is_written_for_each_framework() {
    let folder = folder("export");
    write_weights(
        &folder.join("mine.safetensors"),
        "input 7x7x1\nconv 3x3 4 bias none\nrelu\nmaxpool 2x2 padding same\nflatten\ndense 3",
    );
    for (framework, parts) in [
        ("torch", ["self.layer0 = nn.Conv2d(1, 4, (3, 3), (1, 1), bias=False)", "value=-torch.inf"]),
        (
            "keras",
            [
                "use_bias=False, name=\"layer0\")(x)  # 5×5×4",
                "layers.MaxPooling2D((2, 2), (2, 2), padding=\"same\")",
            ],
        ),
        (
            "numpy",
            [
                "def max_pool(x, size, stride, pad):",
                "x = max_pool(x, (2, 2), (2, 2), ((0, 1), (0, 1)))  # 3×3×4",
            ],
        ),
    ] {
        let program = run(&folder, &["export", "mine.safetensors", "--framework", framework]).ok();
        for part in parts.into_iter().chain(["\"mine.safetensors\""]) {
            assert!(program.contains(part), "{framework}: no {part} in\n{program}");
        }
        assert!(!program.contains("{{") && !program.contains("avg_pool"), "{program}");
        run(&folder, &["export", "mine.safetensors", "--framework", framework, "--out", "program.py"]).ok();
        assert_eq!(std::fs::read_to_string(folder.join("program.py")).unwrap(), program);
    }
}

#[test]
fn a_notebook_has_the_settings_that_are_known() {
    let folder = folder("notebook");
    let weights = folder.join("mine.safetensors");
    let (text, data) = ("input 7x7x3\nflatten\ndense 3", ["--class-names", "cat,dog,a \"b\""]);
    write_weights(&weights, text);
    let notebook =
        |more: &[&str]| run(&folder, &[&["export", "mine.safetensors", "--notebook"], more].concat());
    // A source line is an element of a list.
    let line = |code: &str| serde_json::to_string(&format!("{code}\n")).unwrap();
    let usual = notebook(&[]).ok();
    for part in ["SEED = 777", "EPOCHS = 10  # ", "RATE = 0.001  # ", "torch.optim.Adam(", "datasets.MNIST("]
    {
        assert!(usual.contains(part), "no {part} in\n{usual}");
    }
    assert!(!usual.contains("{{") && usual.contains(&line(r#"CLASSES = ["0", "1", "2"]"#)), "{usual}");

    let link = "https://host/#train&data=own&spec=input+7x7x3%0Aflatten%0Adense+3&train.seed=5&train.optimizer=sgd&train.rate=0.25\
                &train.schedule=cosine&train.epochs=4";
    let own =
        notebook(&[&["--link", link, "--framework", "keras", "--language", "ko"], &data[..]].concat()).ok();
    for part in
        ["SEED = 5", "EPOCHS = 4  # ", "RATE = 0.25  # ", "optimizers.SGD(", "convert(\\\"RGB\\\")", link]
    {
        assert!(own.contains(part), "no {part} in\n{own}");
    }
    assert!(own.contains(&line(r#"CLASSES = ["cat", "dog", "a \"b\""]"#)), "{own}");
    assert!(own.contains("데이터"), "{own}");

    // A checkpoint knows its run.
    let config = SessionConfig {
        batch_size: 32,
        optimizer: OptimizerConfig::adamw(0.01, 0.2),
        ..SessionConfig::new(text.parse().unwrap(), 9)
    };
    std::fs::write(&weights, Session::new(config).unwrap().snapshot().unwrap()).unwrap();
    let told = notebook(&["--epochs", "7"]).ok();
    for part in ["SEED = 9", "BATCH = 32  # ", "EPOCHS = 7  # ", "weight_decay=0.2)"] {
        assert!(told.contains(part), "no {part} in\n{told}");
    }

    for (more, said) in [
        (&["--link", "#spec=lab11-2"][..], "a link of another network"),
        (&["--class-names", "a,b"], "got 2 names, expected 3"),
        (&["--images", "own"], "--class-names"),
    ] {
        let refused = notebook(more);
        assert!(refused.code == Some(1) && refused.error.contains(said), "{}", refused.error);
    }
}

#[test]
fn a_digit_in_a_picture_is_made_into_one_of_mnist_s() {
    let folder = folder("digit");
    write_weights(&folder.join("mine.safetensors"), "input 28x28x1\nflatten\ndense 10");
    // A dark stroke of 10×60 near a corner of light paper.
    let stroke = |x: u32, y: u32| (20..30).contains(&x) && (15..75).contains(&y);
    let image = image::RgbImage::from_fn(200, 150, |x, y| {
        image::Rgb(if stroke(x, y) { [20, 20, 30] } else { [240, 238, 235] })
    });
    image.save(folder.join("one.png")).unwrap();
    let shown = run(&folder, &["predict", "mine.safetensors", "one.png", "--show"]).ok();
    let inked: Vec<(usize, &str)> =
        shown.lines().take(28).enumerate().filter(|(_, row)| !row.is_empty()).collect();
    assert_eq!((inked.len(), inked[0].0), (20, 4), "20 rows, in the middle:\n{shown}");
    assert!(inked.iter().all(|(_, row)| row.trim_start().starts_with("@@")), "{shown}");
    let plain = run(&folder, &["predict", "mine.safetensors", "one.png", "--show", "--as-is"]).ok();
    assert!(plain.lines().take(28).all(|row| row.starts_with("%%")), "light paper stays light:\n{plain}");
}

#[test]
fn an_output_that_nobody_reads_is_no_error() {
    let mut child = cnn(&folder("closed"))
        .args(["summary", "lab11-3"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let said = common::Said::of(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.error.as_str()), (Some(0), ""));
}
