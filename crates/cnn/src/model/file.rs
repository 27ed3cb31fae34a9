//! Models in files and streams.

use super::Model;
use crate::{Error, Result};
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

fn failed(what: String) -> impl FnOnce(std::io::Error) -> Error {
    move |error| Error::Io { what, reason: error.to_string() }
}

impl Model {
    /// [`save`](Self::save) to whatever can be written to.
    ///
    /// # Errors
    /// Those of `save`, and [`Error::Io`].
    pub fn save_to(&self, mut to: impl Write) -> Result<()> {
        to.write_all(&self.save()?).map_err(failed("the stream".into()))
    }

    /// [`load`](Self::load) from whatever can be read from, to its end.
    ///
    /// # Errors
    /// Those of `load`, and [`Error::Io`]; the model then stays as it is.
    pub fn load_from(&mut self, mut from: impl Read) -> Result<()> {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).map_err(failed("the stream".into()))?;
        self.load(&bytes)
    }

    /// [`save`](Self::save) as a file. It is written beside its place and then moved there, so that an older one is whole until
    /// the new one is.
    ///
    /// # Errors
    /// Those of `save`, and [`Error::Io`] with the path.
    pub fn save_file(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bytes = self.save()?;
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        fs::write(&beside, bytes)
            .and_then(|()| fs::rename(&beside, path))
            .map_err(failed(path.display().to_string()))
    }

    /// [`load`](Self::load) of a file.
    ///
    /// # Errors
    /// Those of `load`, and [`Error::Io`] with the path; the model then stays as it is.
    pub fn load_file(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.load(&read(path.as_ref())?)
    }

    /// [`from_safetensors`](Self::from_safetensors) of a file.
    ///
    /// # Errors
    /// Those of `from_safetensors`, and [`Error::Io`] with the path.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_safetensors(&read(path.as_ref())?)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(failed(path.display().to_string()))
}
