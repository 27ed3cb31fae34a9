//! Which of the ink is the digit: the largest connected blot, and what belongs to it.

use super::{bounds, filters::largest};
use crate::picture::{Grey, Rect};

/// Part of full ink from which a pixel belongs to a blot.
pub(super) const INK: f32 = 0.35;
/// A blot smaller than this part of the largest is dust.
const DUST: f32 = 0.02;
/// What lies further from the largest blot, as a part of its larger side, is something else.
const NEAR: f32 = 0.35;
/// What touches the picture's edge counts for less, and what lies along it for much less: a shadow, a line, the table.
const AT_EDGE: f32 = 0.2;
const ALONG_EDGE: f32 = 0.02;
/// Gaps in a stroke that are bridged, as a part of the picture's larger side.
const GAP: f32 = 1.0 / 320.0;

/// A connected piece.
struct Blot {
    mass: f32,
    rect: Rect,
    /// Pixels at the picture's edge.
    at_edge: usize,
}

impl Blot {
    /// How much of its mass counts.
    fn trust(&self) -> f32 {
        match self.at_edge {
            0 => 1.0,
            pixels if 4 * pixels < self.rect.width + self.rect.height => AT_EDGE,
            _ => ALONG_EDGE,
        }
    }
}

/// Leaves only the digit in a picture of ink and gives its box; `None` if there is nothing.
pub(super) fn only_digit(ink: &mut Grey) -> Option<Rect> {
    let (width, height) = (ink.width, ink.height);
    let gap = ((GAP * width.max(height) as f32).round() as usize).max(1);
    let joined = largest(ink, gap);
    let (labels, blots) = label(ink, &joined);
    let worth = |blot: &Blot| blot.mass * blot.trust();
    let main = blots.iter().max_by(|a, b| worth(a).total_cmp(&worth(b))).filter(|main| main.mass > 0.0)?;
    let near = NEAR * main.rect.larger_side() as f32;
    let belongs = |blot: &Blot| {
        let intrudes = blot.trust() < main.trust() && (blot.mass <= main.mass || blot.trust() < AT_EDGE);
        let large = blot.mass >= DUST * main.mass;
        std::ptr::eq(blot, main) || (large && !intrudes && distance(&blot.rect, &main.rect) as f32 <= near)
    };
    let belongs: Vec<bool> = blots.iter().map(belongs).collect();
    for (value, &label) in ink.data.iter_mut().zip(&labels) {
        if label == 0 || !belongs[label as usize - 1] {
            *value = 0.0;
        }
    }
    bounds(ink)
}

/// Pixels between two boxes.
fn distance(a: &Rect, b: &Rect) -> usize {
    let axis = |a: usize, a_len: usize, b: usize, b_len: usize| {
        b.saturating_sub(a + a_len).max(a.saturating_sub(b + b_len))
    };
    axis(a.x, a.width, b.x, b.width).max(axis(a.y, a.height, b.y, b.height))
}

/// The number of each pixel's blot, from 1 on, 0 where there is none, and the blots. Pixels are connected in `joined`, and count
/// for what they have in `ink`.
fn label(ink: &Grey, joined: &Grey) -> (Vec<u32>, Vec<Blot>) {
    let (width, height) = (ink.width, ink.height);
    let mut labels = vec![0u32; ink.data.len()];
    let mut blots: Vec<Blot> = Vec::new();
    let mut stack: Vec<u32> = Vec::new();
    for start in 0..labels.len() {
        if labels[start] > 0 || joined.data[start] < INK {
            continue;
        }
        let number = blots.len() as u32 + 1;
        labels[start] = number;
        stack.push(start as u32);
        let (mut mass, mut at_edge) = (0.0, 0);
        let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
        while let Some(i) = stack.pop() {
            let i = i as usize;
            let (x, y) = (i % width, i / width);
            if ink.data[i] >= INK {
                mass += ink.data[i];
                at_edge += usize::from(x == 0 || y == 0 || x + 1 == width || y + 1 == height);
                (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            }
            for ny in y.saturating_sub(1)..(y + 2).min(height) {
                for nx in x.saturating_sub(1)..(x + 2).min(width) {
                    let next = ny * width + nx;
                    if labels[next] == 0 && joined.data[next] >= INK {
                        labels[next] = number;
                        stack.push(next as u32);
                    }
                }
            }
        }
        // Every joined pixel is beside one of ink.
        let rect = Rect {
            x: left.min(right),
            y: top.min(bottom),
            width: right + 1 - left.min(right),
            height: bottom + 1 - top.min(bottom),
        };
        blots.push(Blot { mass, rect, at_edge });
    }
    (labels, blots)
}
