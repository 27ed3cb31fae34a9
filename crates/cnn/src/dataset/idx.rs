//! IDX, the format of the MNIST files: a magic number, the sizes as big-endian `u32`, then the bytes.

use crate::{Error, Result};

const LABELS: u32 = 0x0801;
const GREY_IMAGES: u32 = 0x0803;
const COLOUR_IMAGES: u32 = 0x0804;

/// The contents of the four files that MNIST and its likes come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdxFiles<'a> {
    /// `train-images-idx3-ubyte`.
    pub train_images: &'a [u8],
    /// `train-labels-idx1-ubyte`.
    pub train_labels: &'a [u8],
    /// `t10k-images-idx3-ubyte`.
    pub test_images: &'a [u8],
    /// `t10k-labels-idx1-ubyte`.
    pub test_labels: &'a [u8],
}

/// Images in an IDX file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdxImages<'a> {
    /// How many.
    pub count: usize,
    /// `[height, width, channels]` of each.
    pub shape: [usize; 3],
    /// Their pixels, one image after the other, rows first, channels innermost.
    pub pixels: &'a [u8],
}

impl<'a> IdxImages<'a> {
    /// Reads IDX3 (`[n, height, width]`, one channel) or IDX4 (`[n, height, width, channels]`) of unsigned bytes.
    ///
    /// # Errors
    /// [`Error::IdxMagic`] if it is neither, [`Error::IdxLength`] if it is shorter or longer than its header says.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let axes = match u32_at("images", bytes, 0)? {
            GREY_IMAGES => 3,
            COLOUR_IMAGES => 4,
            got => return Err(Error::IdxMagic { what: "images", got, expected: GREY_IMAGES }),
        };
        let mut sizes = [1; 4];
        for (axis, size) in sizes.iter_mut().enumerate().take(axes) {
            *size = u32_at("images", bytes, 1 + axis)?;
        }
        let pixels = body("images", bytes, &sizes, axes)?;
        let [count, height, width, channels] = sizes.map(|size| size as usize);
        Ok(Self { count, shape: [height, width, channels], pixels })
    }
}

/// Labels in an IDX file, one byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdxLabels<'a>(pub &'a [u8]);

impl<'a> IdxLabels<'a> {
    /// Reads IDX1 of unsigned bytes.
    ///
    /// # Errors
    /// [`Error::IdxMagic`] if it is something else, [`Error::IdxLength`] if it is shorter or longer than its
    /// header says.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        match u32_at("labels", bytes, 0)? {
            LABELS => {}
            got => return Err(Error::IdxMagic { what: "labels", got, expected: LABELS }),
        }
        let count = u32_at("labels", bytes, 1)?;
        body("labels", bytes, &[count], 1).map(Self)
    }
}

/// The big-endian word at `4 * index`.
fn u32_at(what: &'static str, bytes: &[u8], index: usize) -> Result<u32> {
    let word = bytes.get(4 * index..).and_then(|rest| rest.first_chunk::<4>());
    let expected = 4 * (index as u64 + 1);
    word.map(|word| u32::from_be_bytes(*word)).ok_or(Error::IdxLength {
        what,
        got: bytes.len() as u64,
        expected,
    })
}

/// What follows a header of `axes` sizes.
fn body<'a>(what: &'static str, bytes: &'a [u8], sizes: &[u32], axes: usize) -> Result<&'a [u8]> {
    let header = 4 * (1 + axes);
    let expected =
        sizes.iter().fold(1u64, |n, &size| n.saturating_mul(size.into())).saturating_add(header as u64);
    if bytes.len() as u64 != expected {
        return Err(Error::IdxLength { what, got: bytes.len() as u64, expected });
    }
    Ok(&bytes[header..])
}
