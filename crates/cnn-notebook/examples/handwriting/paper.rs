//! What a digit is written on, and what a camera makes of it.

use super::pen::{between, write};
use cnn::rng::Rng;

/// What a digit is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Plain paper, one side in the shade, or with the shadow of a hand.
    Shaded,
    /// Squared paper.
    Squared,
    /// Ruled paper, at times with a margin.
    Ruled,
    /// A blackboard, wiped badly.
    Blackboard,
    /// Nothing: ink on transparent pixels.
    Transparent,
}

impl Ground {
    pub(crate) const ALL: [Self; 5] =
        [Self::Shaded, Self::Squared, Self::Ruled, Self::Blackboard, Self::Transparent];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Shaded => "shaded",
            Self::Squared => "squared",
            Self::Ruled => "ruled",
            Self::Blackboard => "blackboard",
            Self::Transparent => "transparent",
        }
    }
}

/// A picture of a digit.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgba: Vec<u8>,
}

/// Smooth noise: values on a coarse lattice with straight lines between them, about −1 to 1.
struct Cloud {
    cell: f32,
    columns: usize,
    values: Vec<f32>,
}

impl Cloud {
    fn new(width: usize, height: usize, cell: f32, rng: &mut Rng) -> Self {
        let (columns, rows) = ((width as f32 / cell) as usize + 3, (height as f32 / cell) as usize + 3);
        Self { cell, columns, values: (0..columns * rows).map(|_| between(rng, -1.0, 1.0)).collect() }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = ((x / self.cell).max(0.0), (y / self.cell).max(0.0));
        let (column, row) = (x as usize, y as usize);
        let (u, v) = (x - column as f32, y - row as f32);
        let at = |dy: usize, dx: usize| self.values[(row + dy) * self.columns + column + dx];
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        mix(mix(at(0, 0), at(0, 1), u), mix(at(1, 0), at(1, 1), u), v)
    }
}

/// Printed lines: how dark they are at a place, 0 to 1.
struct Lines {
    /// Direction, distance from one to the next (infinite: there is one), where the first is, half the width.
    sets: Vec<([f32; 2], f32, f32, f32)>,
    tone: [f32; 3],
}

impl Lines {
    fn at(&self, x: f32, y: f32) -> f32 {
        let dark = |&([nx, ny], period, first, half): &([f32; 2], f32, f32, f32)| {
            let place = x * nx + y * ny - first;
            let place =
                if period.is_finite() { (place / period - (place / period).round()) * period } else { place };
            (half + 0.5 - place.abs()).clamp(0.0, 1.0)
        };
        self.sets.iter().map(dark).fold(0.0, f32::max)
    }
}

fn lines(ground: Ground, size: f32, digit: f32, rng: &mut Rng) -> Lines {
    let turn = (0.03 * rng.normal()).clamp(-0.09, 0.09);
    let (sin, cos) = turn.sin_cos();
    let (down, right) = ([-sin, cos], [cos, sin]);
    let half = between(rng, 0.35, 0.9) * (size / 320.0);
    let contrast = between(rng, 0.12, 0.42);
    let blue = [contrast, contrast * 0.75, contrast * 0.35];
    let tone = if rng.below(3) == 0 { [contrast * 0.8; 3] } else { blue };
    let sets = match ground {
        Ground::Squared => {
            let period = digit / between(rng, 0.9, 4.5);
            let first = [between(rng, 0.0, period), between(rng, 0.0, period)];
            vec![(down, period, first[0], half), (right, period, first[1], half)]
        }
        Ground::Ruled => {
            let period = digit * between(rng, 0.6, 1.5);
            let first = between(rng, 0.0, period);
            let mut sets = vec![(down, period, first, half)];
            if rng.below(3) == 0 {
                sets.push((right, f32::INFINITY, between(rng, 0.02, 0.2) * size, half));
            }
            sets
        }
        _ => Vec::new(),
    };
    Lines { sets, tone }
}

/// A digit written on a ground and photographed.
pub(crate) fn picture(digit: usize, ground: Ground, rng: &mut Rng) -> Picture {
    let width = 240 + rng.below(500);
    let height = (width as f32 * between(rng, 0.75, 1.35)) as usize;
    let size = width.min(height) as f32;
    let tall = size * between(rng, 0.3, 0.8);
    let middle = |side: usize, rng: &mut Rng| {
        let room = (side as f32 - tall * 1.1).max(0.0);
        0.5 * side as f32 + 0.4 * room * between(rng, -1.0, 1.0)
    };
    let at = [middle(width, rng), middle(height, rng)];
    // Pencil, ball pen, fine and broad felt pen, chalk.
    let (thin, thick) = match ground {
        Ground::Blackboard => (0.04, 0.1),
        _ => [(0.02, 0.04), (0.025, 0.05), (0.05, 0.09), (0.08, 0.14)][rng.below(4)],
    };
    let pen = (tall * between(rng, thin, thick)).max(1.6);
    let written = write(digit, tall, at, pen, rng);
    let ink = written.coverage(width, height);
    if ground == Ground::Transparent {
        return transparent(&ink, width, height, rng);
    }

    let board = ground == Ground::Blackboard;
    let base = if board {
        let dark = between(rng, 0.08, 0.3);
        [dark * 0.85, dark * between(rng, 0.95, 1.3), dark * 0.95]
    } else {
        let light = between(rng, 0.62, 0.95);
        [light, light * between(rng, 0.95, 1.0), light * between(rng, 0.82, 1.0)]
    };
    let colour: [f32; 3] = if board {
        let chalk = between(rng, 0.6, 0.95);
        if rng.below(4) == 0 { [chalk, chalk * 0.95, chalk * 0.55] } else { [chalk; 3] }
    } else {
        let dark = between(rng, 0.06, 0.42);
        match rng.below(4) {
            0 => [dark * 0.8, dark * 0.9, (dark + 0.35).min(0.75)],
            1 => [(dark + 0.4).min(0.8), dark * 0.7, dark * 0.7],
            _ => [dark; 3],
        }
    };
    let grain = if board { between(rng, 0.2, 0.6) } else { [0.0, 0.0, 0.3][rng.below(3)] };
    let lines = lines(ground, size, tall, rng);
    let shade = Shade::new(width, height, ground == Ground::Shaded, rng);
    let smear = Cloud::new(width, height, size / 5.0, rng);
    let streaks = Cloud::new(width, height, size / 40.0, rng);
    let smeared = if board { between(rng, 0.0, 0.12) } else { between(rng, 0.0, 0.02) };
    let noise = between(rng, 0.003, 0.025);

    let mut planes: [Vec<f32>; 3] = std::array::from_fn(|_| Vec::with_capacity(width * height));
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (x as f32, y as f32);
            let light = shade.at(u, v);
            let line = lines.at(u, v);
            let rough = 1.0 - grain * (0.5 + 0.5 * streaks.at(u, v)).powi(2) - 0.5 * grain * rng.uniform();
            let covered = (ink[y * width + x] * rough).clamp(0.0, 1.0);
            let smear = smeared
                * (0.6 * smear.at(u, v) + 0.4 * streaks.at(0.15 * u, v)).max(if board { 0.0 } else { -1.0 });
            for (channel, plane) in planes.iter_mut().enumerate() {
                let paper = base[channel] * (1.0 - line * lines.tone[channel]) + smear;
                plane.push(light * (paper + (colour[channel] - paper) * covered));
            }
        }
    }
    let blur = between(rng, 0.0, 1.2) * size / 400.0;
    let mut rgba = vec![255; 4 * width * height];
    for (channel, plane) in planes.iter_mut().enumerate() {
        soften(plane, width, blur);
        for (pixel, value) in rgba.chunks_exact_mut(4).zip(plane.iter()) {
            pixel[channel] = byte(value + noise * rng.normal());
        }
    }
    Picture { width, height, rgba }
}

/// Light over a sheet: it falls off to one side and to the corners, and a shadow may lie on it.
struct Shade {
    slope: [f32; 2],
    corners: f32,
    /// Direction, where its edge is, how soft that is, what is left of the light.
    shadow: Option<([f32; 2], f32, f32, f32)>,
    width: f32,
    height: f32,
}

impl Shade {
    fn new(width: usize, height: usize, strong: bool, rng: &mut Rng) -> Self {
        let most = if strong { 0.45 } else { 0.18 };
        let slope = [between(rng, -most, most), between(rng, -most, most)];
        let shadow = (strong && rng.below(2) == 0).then(|| {
            let angle = between(rng, 0.0, std::f32::consts::TAU);
            let soft = between(rng, 0.02, 0.25);
            ([angle.cos(), angle.sin()], between(rng, -0.35, 0.35), soft, between(rng, 0.5, 0.85))
        });
        let corners = between(rng, 0.0, if strong { 0.5 } else { 0.2 });
        Self { slope, corners, shadow, width: width as f32, height: height as f32 }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x / self.width - 0.5, y / self.height - 0.5);
        let plain = 1.0 + self.slope[0] * u + self.slope[1] * v - 0.1 - self.corners * (u * u + v * v);
        let shadow = self.shadow.map_or(1.0, |([nx, ny], edge, soft, left)| {
            let inside = (0.5 + (u * nx + v * ny - edge) / soft).clamp(0.0, 1.0);
            1.0 - (1.0 - left) * inside
        });
        plain * shadow
    }
}

fn transparent(ink: &[f32], width: usize, height: usize, rng: &mut Rng) -> Picture {
    let colour: [u8; 3] =
        [[0, 0, 0], [255, 255, 255], [20, 40, 160], [200, 30, 30], [90, 90, 90]][rng.below(5)];
    let rgba = ink.iter().flat_map(|&ink| [colour[0], colour[1], colour[2], byte(ink)]).collect();
    Picture { width, height, rgba }
}

fn byte(value: f32) -> u8 {
    (255.0 * value).round().clamp(0.0, 255.0) as u8
}

/// Blurs by three means over `2 · radius + 1` pixels a side, in part where that is no whole number.
fn soften(plane: &mut Vec<f32>, width: usize, radius: f32) {
    let weight = radius.clamp(0.0, 3.0) / 3.0;
    let height = plane.len() / width;
    for _ in 0..3 {
        for vertical in [false, true] {
            let at = |x: usize, y: usize, by: isize| {
                let (x, y) =
                    if vertical { (x as isize, y as isize + by) } else { (x as isize + by, y as isize) };
                let inside = |i: isize, n: usize| i.clamp(0, n as isize - 1) as usize;
                plane[inside(y, height) * width + inside(x, width)]
            };
            let mut next = Vec::with_capacity(plane.len());
            for y in 0..height {
                for x in 0..width {
                    next.push((1.0 - weight) * at(x, y, 0) + 0.5 * weight * (at(x, y, -1) + at(x, y, 1)));
                }
            }
            *plane = next;
        }
    }
}
