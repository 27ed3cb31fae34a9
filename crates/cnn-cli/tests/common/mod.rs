//! What the tests of the program share: a folder of its own, tiny images in it, and the program run on them.
#![allow(dead_code, reason = "each test uses its own part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Images of 4×4: class 0 is bright at the left, class 1 at the right.
pub(crate) const SIDE: usize = 4;
/// Training images; a tenth of them validate.
pub(crate) const TRAIN: usize = 60;
/// Test images.
pub(crate) const TEST: usize = 20;
/// A network for them, with dropout, so that random numbers count too.
pub(crate) const NETWORK: &str =
    "input 4x4x1\nconv 3x3 4 padding same init he\nrelu\ndropout 0.3\nflatten\ndense 10";

/// An empty folder for one test.
pub(crate) fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file's IDX header and body.
pub(crate) fn idx(magic: u32, sizes: &[usize], body: &[u8]) -> Vec<u8> {
    let sizes = sizes.iter().flat_map(|&size| (size as u32).to_be_bytes());
    magic.to_be_bytes().into_iter().chain(sizes).chain(body.iter().copied()).collect()
}

fn label(image: usize) -> u8 {
    (image % 2) as u8
}

/// Bright on the side of its class, with some noise.
fn pixels(image: usize) -> impl Iterator<Item = u8> {
    (0..SIDE * SIDE).map(move |i| {
        let bright = (i % SIDE >= SIDE / 2) == (label(image) == 1);
        let noise = ((image * 31 + i * 17) % 60) as u8;
        if bright { 195 + noise } else { noise }
    })
}

/// Writes the four files of a data set.
pub(crate) fn write_data(folder: &Path) {
    for (name, count) in [("train", TRAIN), ("t10k", TEST)] {
        let images: Vec<u8> = (0..count).flat_map(pixels).collect();
        let labels: Vec<u8> = (0..count).map(label).collect();
        let images = idx(0x0803, &[count, SIDE, SIDE], &images);
        std::fs::write(folder.join(format!("{name}-images-idx3-ubyte")), images).unwrap();
        std::fs::write(folder.join(format!("{name}-labels-idx1-ubyte")), idx(0x0801, &[count], &labels))
            .unwrap();
    }
}

/// The program in a folder.
pub(crate) fn cnn(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cnn"));
    command.current_dir(folder);
    command
}

/// What a command printed, which must not be a panic.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let said = Self { code: output.status.code(), out: text(output.stdout), error: text(output.stderr) };
        assert!(!said.error.contains("panicked"), "{}", said.error);
        said
    }

    /// Standard output, of a command that did what it should.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.error);
        self.out
    }
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Said {
    Said::of(cnn(folder).args(args).output().unwrap())
}

/// The fingerprint at the end of a training's output.
pub(crate) fn fingerprint(out: &str) -> String {
    out.trim_end()
        .rsplit_once("fingerprint ")
        .unwrap_or_else(|| panic!("no fingerprint in {out}"))
        .1
        .to_owned()
}
