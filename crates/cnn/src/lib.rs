//! Convolutional networks in plain Rust.
