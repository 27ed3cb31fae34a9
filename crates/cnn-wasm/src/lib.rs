//! The `cnn` crate in a browser.
