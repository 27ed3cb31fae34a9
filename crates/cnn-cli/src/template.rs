//! The templates of programs and notebooks, which the page has too (`www/snippets/`), and how they are put together.

use anyhow::{Context, Result};

/// The files by name, without their ending.
const FILES: [(&str, &str); 13] = [
    ("torch", include_str!("../programs/torch.py")),
    ("torch-network", include_str!("../programs/torch-network.py")),
    ("keras", include_str!("../programs/keras.py")),
    ("keras-network", include_str!("../programs/keras-network.py")),
    ("numpy", include_str!("../programs/numpy.py")),
    ("numpy-network", include_str!("../programs/numpy-network.py")),
    ("notebook-torch", include_str!("../programs/notebook-torch.py")),
    ("notebook-keras", include_str!("../programs/notebook-keras.py")),
    ("notebook-numpy", include_str!("../programs/notebook-numpy.py")),
    ("notebook-settings", include_str!("../programs/notebook-settings.py")),
    ("notebook-data-own", include_str!("../programs/notebook-data-own.py")),
    ("notebook-split", include_str!("../programs/notebook-split.py")),
    ("notebook-show", include_str!("../programs/notebook-show.py")),
];

/// A template with the files that it names, each as `{{> NAME}}` on a line of its own.
///
/// # Errors
/// A name that no file has: a template is wrong.
pub(crate) fn assemble(name: &str) -> Result<String> {
    let (_, text) =
        FILES.iter().find(|(file, _)| *file == name).with_context(|| format!("no template `{name}`"))?;
    let part = |line: &str| match line.strip_prefix("{{> ").and_then(|rest| rest.strip_suffix("}}\n")) {
        Some(name) => assemble(name),
        None => Ok(line.to_owned()),
    };
    text.split_inclusive('\n').map(part).collect()
}
