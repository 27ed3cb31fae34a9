//! Changes of bytes of which nothing is known.

use crate::draw::Draw;

/// Changes bytes in one to eight places; `other` lends pieces.
pub(crate) fn change(draw: &mut Draw, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..draw.few(8) {
        change_once(draw, bytes, other);
    }
}

fn change_once(draw: &mut Draw, bytes: &mut Vec<u8>, other: &[u8]) {
    let len = bytes.len();
    if len == 0 {
        let count = draw.few(64);
        return bytes.extend(draw.bytes(count));
    }
    let at = draw.below(len);
    match draw.below(11) {
        0 | 1 => bytes[at] ^= 1 << draw.below(8),
        2 => bytes[at] = *draw.pick(&[0, 1, 0x7f, 0x80, 0xff, b'0', b'"', b'\\', b'{', b'}', b'[', b'-']),
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(draw.stretch(len))),
        5 => {
            let count = draw.few(40);
            let new = draw.bytes(count);
            bytes.splice(at..at, new);
        }
        6 => {
            let part = bytes[draw.stretch(len)].to_vec();
            bytes.splice(at..at, part);
        }
        7 => {
            let part = other[draw.stretch(other.len())].to_vec();
            let end = (at + part.len()).min(len);
            let replaced = if draw.percent(50) { at..end } else { at..at };
            bytes.splice(replaced, part);
        }
        8 => {
            let value = *draw.pick(&[0, 0xff, 0x20]);
            bytes[draw.stretch(len)].fill(value);
        }
        // A number, in either order of its bytes.
        _ => {
            let value = draw.edge();
            let mut number = match draw.below(4) {
                0 => value.to_le_bytes().to_vec(),
                1 => (value as u32).to_le_bytes().to_vec(),
                2 => (value as u16).to_be_bytes().to_vec(),
                _ => (value as u32).to_be_bytes().to_vec(),
            };
            number.truncate(len);
            let at = at.min(len - number.len()) / number.len() * number.len();
            bytes[at..at + number.len()].copy_from_slice(&number);
        }
    }
}
