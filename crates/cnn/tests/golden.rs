//! Every golden case, through the public layers. See `tests/golden/README.md` at the root of the repository.
//!
//! `cargo test -p cnn --release --test golden` prints a line a case and the count at the end. Cases in the folder
//! named by `CNN_GOLDEN_DIR` are run too.

#[path = "golden/runner.rs"]
mod runner;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden")];
    folders.extend(std::env::var_os("CNN_GOLDEN_DIR").map(PathBuf::from));
    let (mut passed, mut failed) = (0, 0);
    for folder in folders {
        let cases = match cases(&folder) {
            Ok(cases) => cases,
            Err(error) => {
                println!("FAILED {}: {error}", folder.display());
                return ExitCode::FAILURE;
            }
        };
        for path in cases {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let result = std::fs::read(&path).map_err(|error| error.to_string());
            match result.and_then(|bytes| runner::run_case(&bytes)) {
                Ok(report) => {
                    println!("ok     {name}: {report}");
                    passed += 1;
                }
                Err(error) => {
                    println!("FAILED {name}: {error}");
                    failed += 1;
                }
            }
        }
    }
    println!("golden: {passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The safetensors files of a folder in order; it must have one.
fn cases(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "safetensors") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() { Err("no .safetensors file in it".into()) } else { Ok(paths) }
}
