//! The checksum that our own files carry: a changed bit anywhere in what is read from a file is found out.
//!
//! It is taken over the content rather than over the file's bytes: the metadata without the checksum itself, and each
//! tensor's name, type, shape and bytes, in the order of the names. A program that copies a file tensor by tensor
//! may lay it out anew without breaking it.

use std::hash::Hasher;
use twox_hash::XxHash64;

/// A tensor as the checksum sees it.
pub(super) struct Content<'a> {
    pub(super) name: &'a str,
    pub(super) dtype: &'a str,
    pub(super) shape: &'a [usize],
    pub(super) values: Values<'a>,
}

/// A tensor's values, before they are written or after they were read.
pub(super) enum Values<'a> {
    Floats(&'a [f32]),
    Bytes(&'a [u8]),
}

/// Hash of bytes as 16 hexadecimal digits.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    digits(XxHash64::oneshot(0, bytes))
}

/// Checksum of a file's content as 16 hexadecimal digits; `metadata` is the text of ours without the checksum.
pub(super) fn of_content<'a>(metadata: &str, tensors: impl Iterator<Item = Content<'a>>) -> String {
    let mut sorted: Vec<Content<'a>> = Vec::new();
    for tensor in tensors {
        let place = sorted.partition_point(|other| other.name <= tensor.name);
        sorted.insert(place, tensor);
    }
    let mut hash = XxHash64::with_seed(0);
    text(&mut hash, metadata);
    for tensor in sorted {
        text(&mut hash, tensor.name);
        text(&mut hash, tensor.dtype);
        number(&mut hash, tensor.shape.len());
        tensor.shape.iter().for_each(|&size| number(&mut hash, size));
        match tensor.values {
            Values::Bytes(bytes) => hash.write(bytes),
            Values::Floats(values) => floats(&mut hash, values),
        }
    }
    digits(hash.finish())
}

/// A text after its length, so that where one ends and the next begins counts too.
fn text(hash: &mut XxHash64, text: &str) {
    number(hash, text.len());
    hash.write(text.as_bytes());
}

/// The same on 32 bits as on 64.
fn number(hash: &mut XxHash64, number: usize) {
    hash.write(&(number as u64).to_le_bytes());
}

/// Values as the bytes that a file has of them, some at a time.
fn floats(hash: &mut XxHash64, values: &[f32]) {
    let mut block = [0; 1024];
    for chunk in values.chunks(block.len() / 4) {
        for (bytes, value) in block.chunks_exact_mut(4).zip(chunk) {
            bytes.copy_from_slice(&value.to_le_bytes());
        }
        hash.write(&block[..4 * chunk.len()]);
    }
}

fn digits(hash: u64) -> String {
    format!("{hash:016x}")
}
