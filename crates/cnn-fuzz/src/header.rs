//! Changes of a safetensors file that keep it one: in its header's JSON, word by word, and in its values.

use crate::draw::Draw;
use std::ops::Range;

/// Words that mean something in a header or in our metadata.
const WORDS: [&str; 22] = [
    "F32",
    "F16",
    "I64",
    "BOOL",
    "dtype",
    "shape",
    "data_offsets",
    "__metadata__",
    "cnn_notebook",
    "format",
    "spec",
    "state",
    "sum",
    "layer0.weight",
    "layer1.weight",
    "layer1.bias",
    "optim.m.layer1.weight",
    "sgd",
    "adam",
    "cosine",
    "constructor",
    "",
];

/// Pieces that JSON's grammar may stumble over.
const PIECES: [&str; 14] = [
    "null",
    "true",
    "-0",
    "1e999",
    "-1",
    "0.5",
    "1e-7",
    "{}",
    "[]",
    "[[[[[[[[",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\\x\"",
    ",",
];

/// A file cut in two at the end of its header, if it has one.
pub(crate) fn parts(file: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = file.split_first_chunk::<8>()?;
    let (header, values) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((String::from_utf8(header.to_vec()).ok()?, values))
}

/// The inverse of [`parts`].
pub(crate) fn file(header: &str, values: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), values].concat()
}

/// A file of ours as one with no checksum: what is changed in it is looked at, not just refused.
pub(crate) fn without_sum(bytes: &[u8]) -> Vec<u8> {
    let (header, values) = parts(bytes).expect("a file of ours");
    let (before, after) = header.split_once(r#",\"sum\":\""#).expect("a checksum");
    file(&[before, &after[16 + 2..]].concat(), values)
}

/// Changes a file in its header, in its values or in both.
pub(crate) fn change(draw: &mut Draw, bytes: &mut Vec<u8>) {
    let Some((mut header, values)) = parts(bytes) else { return };
    let mut values = values.to_vec();
    if draw.percent(80) {
        for _ in 0..draw.few(4) {
            change_text(draw, &mut header);
        }
    }
    if draw.percent(30) && values.len() >= 4 {
        let at = 4 * draw.below(values.len() / 4);
        values[at..at + 4].copy_from_slice(&draw.float().to_le_bytes());
    }
    *bytes = file(&header, &values);
    if draw.percent(5) {
        let length = draw.edge();
        bytes[..8].copy_from_slice(&length.to_le_bytes());
    }
}

/// The words of a JSON text: numbers, and what stands between quotes.
fn words(text: &str) -> Vec<Range<usize>> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+');
    let mut found = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().chain([b' ']).enumerate() {
        match (word(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn change_text(draw: &mut Draw, text: &mut String) {
    let words = words(text);
    if words.is_empty() {
        return;
    }
    let word = draw.pick(&words).clone();
    let is_number = text.as_bytes()[word.start].is_ascii_digit();
    match draw.below(10) {
        0..=3 if is_number => text.replace_range(word, &draw.edge().to_string()),
        4 if is_number => text.replace_range(word, draw.word(&PIECES)),
        0..=2 => text.replace_range(word, draw.word(&WORDS)),
        3 | 4 => {
            let other = text[draw.pick(&words).clone()].to_owned();
            text.replace_range(word, &other);
        }
        5 => text.replace_range(word, ""),
        6 => text.insert_str(word.start, draw.word(&PIECES)),
        7 => {
            // A property or an element twice, or gone.
            let commas: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
            if commas.len() > 1 {
                let at = draw.below(commas.len() - 1);
                let part = commas[at]..commas[at + 1];
                let again = if draw.percent(50) { text[part.clone()].repeat(2) } else { String::new() };
                text.replace_range(part, &again);
            }
        }
        8 => {
            let deep = 1 << draw.between(1, 17);
            text.insert_str(word.start, &"[".repeat(deep));
        }
        _ => {
            let mut bytes = std::mem::take(text).into_bytes();
            let at = draw.below(bytes.len());
            bytes[at] = draw.between(1, 127) as u8;
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
}
