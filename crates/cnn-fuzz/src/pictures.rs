//! Pictures as a canvas gives them: strokes, noise, gradients, nothing; some with bytes missing.

use crate::draw::Draw;

/// Four bytes a pixel, and `[height, width]`, which now and then is another than the bytes are of.
pub(crate) fn any(draw: &mut Draw) -> (Vec<u8>, [usize; 2]) {
    let [mut height, mut width] = match draw.below(12) {
        0 => [draw.few(4096), 1],
        1 => [1, draw.few(4096)],
        2 => [draw.few(4), draw.few(4)],
        _ => [draw.few(140), draw.few(140)],
    };
    let ground = [draw.below(256) as u8, draw.below(256) as u8, draw.below(256) as u8];
    let alpha = *draw.pick(&[255, 255, 255, 0, 1, 128]);
    let [[r, g, b], slope] = [ground, [draw.below(9), draw.below(9), 0].map(|slope| slope as u8)];
    let pixel = |i: usize| {
        let lighter = ((i / width * usize::from(slope[0]) + i % width * usize::from(slope[1])) / 8) as u8;
        [r.wrapping_add(lighter), g.wrapping_add(lighter), b.wrapping_add(lighter), alpha]
    };
    let mut rgba: Vec<u8> = (0..height * width).flat_map(pixel).collect();
    match draw.below(8) {
        0 => rgba = draw.bytes(rgba.len()),
        1 => {}
        _ => {
            for _ in 0..draw.few(6) {
                stroke(draw, &mut rgba, [height, width]);
            }
        }
    }
    match draw.below(24) {
        0 => rgba.truncate(draw.below(rgba.len())),
        1 => rgba.push(0),
        2 => std::mem::swap(&mut height, &mut width),
        3 => height = draw.edge() as usize,
        4 => width = draw.edge() as usize,
        _ => {}
    }
    (rgba, [height, width])
}

/// A straight line in one colour.
fn stroke(draw: &mut Draw, rgba: &mut [u8], [height, width]: [usize; 2]) {
    let color: [u8; 4] = draw.bytes(4).try_into().expect("four bytes");
    let color = if draw.percent(80) { [color[0], color[0], color[0], 255] } else { color };
    let [from, to] = [(); 2].map(|()| [draw.below(height), draw.below(width)]);
    let steps = from[0].abs_diff(to[0]).max(from[1].abs_diff(to[1])).max(1);
    let thick = draw.few(6);
    for step in 0..=steps {
        let [y, x] = [0, 1].map(|axis| (from[axis] * (steps - step) + to[axis] * step) / steps);
        for y in y..(y + thick).min(height) {
            for x in x..(x + thick).min(width) {
                rgba[4 * (y * width + x)..][..4].copy_from_slice(&color);
            }
        }
    }
}
