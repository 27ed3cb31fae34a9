//! Files of weights and checkpoints: read, and written so that none is ever half there.

use crate::args::WeightsArgs;
use crate::network::{Network, limits};
use anyhow::{Context, Result, ensure};
use cnn::checkpoint::Checkpoint;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Images in one pass when nothing is trained.
const BATCH: usize = 100;

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// The network that a file of weights is of, if it says.
pub(crate) fn spec_in(bytes: &[u8]) -> Result<Option<ModelSpec>> {
    let file = Checkpoint::read(bytes)?;
    Ok(file.spec().map(|text| ModelSpec::parse_within(text, limits())).transpose()?)
}

/// The network of some weights, with these weights, as a run that nobody trains.
pub(crate) fn open(args: &WeightsArgs) -> Result<Session> {
    let bytes = read(&args.file)?;
    let named = || args.file.display().to_string();
    let found = spec_in(&bytes).with_context(named)?;
    let spec = match &args.network {
        Some(network) => Network::find(network)?.spec,
        None => found
            .ok_or(cnn::Error::CheckpointNoSpec)
            .with_context(|| format!("{}: name it with --network", named()))?,
    };
    let (optimizer, schedule) = (OptimizerConfig::default(), Schedule::Constant);
    let mut session = Session::new(SessionConfig {
        batch_size: BATCH,
        optimizer,
        schedule,
        ..SessionConfig::new(spec, 0)
    })?;
    session.load_weights(&bytes).with_context(named)?;
    Ok(session)
}

/// Fails where a file of this name can't be written: before hours of training, not after.
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    ensure!(!path.is_dir(), "{}: got a folder, expected the name of a file", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let part = part_of(path);
    File::create(&part).with_context(|| format!("nothing can be written in {}", folder.display()))?;
    std::fs::remove_file(&part).with_context(|| part.display().to_string())
}

/// Writes a file beside its place and moves it there: whatever happens, the old one or the new one is there, whole.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = part_of(path);
    let write = || {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().with_context(|| path.display().to_string())
}

fn part_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
