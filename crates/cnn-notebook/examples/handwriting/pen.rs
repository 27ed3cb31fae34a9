//! Digits as a person writes them: strokes of a pen in several styles, none of them from MNIST.

use cnn::rng::Rng;

/// A stroke: control points that a smooth curve goes through, `[x, y]` in a box of 1×1, y downwards. A point that comes twice in
/// a row is a corner.
type Stroke = &'static [[f32; 2]];

/// The ways in which a digit is written.
const STYLES: [&[&[Stroke]]; 10] = [
    // 0: round, begun at the top; narrow, begun at the right; not quite closed.
    &[
        &[&[
            [0.55, 0.02],
            [0.2, 0.15],
            [0.08, 0.5],
            [0.25, 0.9],
            [0.55, 0.98],
            [0.85, 0.8],
            [0.93, 0.45],
            [0.8, 0.12],
            [0.52, 0.02],
        ]],
        &[&[
            [0.75, 0.1],
            [0.45, 0.03],
            [0.22, 0.3],
            [0.2, 0.7],
            [0.45, 0.98],
            [0.72, 0.8],
            [0.8, 0.4],
            [0.68, 0.05],
        ]],
        &[&[
            [0.6, 0.08],
            [0.25, 0.1],
            [0.05, 0.5],
            [0.22, 0.92],
            [0.6, 0.97],
            [0.92, 0.65],
            [0.88, 0.25],
            [0.65, 0.02],
            [0.5, 0.0],
        ]],
    ],
    // 1: a bar; with a flag; with flag and foot.
    &[
        &[&[[0.5, 0.0], [0.5, 0.5], [0.5, 1.0]]],
        &[&[[0.32, 0.22], [0.45, 0.12], [0.55, 0.0], [0.55, 0.0], [0.54, 0.5], [0.52, 1.0]]],
        &[
            &[[0.3, 0.25], [0.55, 0.0], [0.55, 0.0], [0.54, 0.5], [0.53, 1.0]],
            &[[0.25, 1.0], [0.53, 1.0], [0.82, 0.99]],
        ],
        &[&[[0.56, 0.0], [0.5, 0.5], [0.46, 1.0]]],
    ],
    // 2: flat foot; with a loop; with a wavy foot.
    &[
        &[&[
            [0.12, 0.22],
            [0.35, 0.02],
            [0.72, 0.05],
            [0.85, 0.3],
            [0.6, 0.62],
            [0.1, 0.98],
            [0.1, 0.98],
            [0.5, 0.97],
            [0.92, 0.96],
        ]],
        &[&[
            [0.12, 0.2],
            [0.4, 0.0],
            [0.78, 0.12],
            [0.72, 0.45],
            [0.35, 0.85],
            [0.1, 0.95],
            [0.12, 0.8],
            [0.35, 0.82],
            [0.62, 0.96],
            [0.95, 0.92],
        ]],
        &[&[
            [0.15, 0.25],
            [0.25, 0.06],
            [0.55, 0.0],
            [0.8, 0.15],
            [0.75, 0.42],
            [0.42, 0.75],
            [0.12, 0.97],
            [0.12, 0.97],
            [0.4, 0.9],
            [0.65, 0.98],
            [0.9, 0.9],
        ]],
    ],
    // 3: round; with a flat top.
    &[
        &[&[
            [0.15, 0.14],
            [0.45, 0.0],
            [0.8, 0.12],
            [0.78, 0.36],
            [0.42, 0.48],
            [0.42, 0.48],
            [0.8, 0.56],
            [0.88, 0.8],
            [0.55, 1.0],
            [0.12, 0.88],
        ]],
        &[&[
            [0.15, 0.03],
            [0.5, 0.02],
            [0.82, 0.02],
            [0.82, 0.02],
            [0.6, 0.24],
            [0.42, 0.42],
            [0.42, 0.42],
            [0.78, 0.48],
            [0.88, 0.75],
            [0.58, 0.99],
            [0.12, 0.9],
        ]],
        &[&[
            [0.2, 0.1],
            [0.5, 0.0],
            [0.78, 0.16],
            [0.66, 0.42],
            [0.48, 0.47],
            [0.7, 0.52],
            [0.86, 0.72],
            [0.66, 0.97],
            [0.32, 0.98],
            [0.1, 0.84],
        ]],
    ],
    // 4: open; closed, in one; the bar crossing far.
    &[
        &[
            &[[0.28, 0.02], [0.2, 0.3], [0.1, 0.58], [0.1, 0.58], [0.5, 0.57], [0.9, 0.54]],
            &[[0.7, 0.08], [0.68, 0.5], [0.66, 1.0]],
        ],
        &[&[
            [0.66, 1.0],
            [0.67, 0.5],
            [0.68, 0.0],
            [0.68, 0.0],
            [0.36, 0.36],
            [0.06, 0.68],
            [0.06, 0.68],
            [0.5, 0.67],
            [0.94, 0.66],
        ]],
        &[
            &[[0.58, 0.0], [0.34, 0.34], [0.06, 0.66], [0.06, 0.66], [0.5, 0.65], [0.96, 0.64]],
            &[[0.64, 0.36], [0.64, 0.65], [0.62, 1.0]],
        ],
        &[
            &[[0.2, 0.05], [0.14, 0.28], [0.2, 0.5], [0.45, 0.52], [0.74, 0.4]],
            &[[0.82, 0.0], [0.76, 0.5], [0.68, 1.0]],
        ],
    ],
    // 5: the hat last; in one.
    &[
        &[
            &[
                [0.28, 0.04],
                [0.24, 0.24],
                [0.2, 0.44],
                [0.2, 0.44],
                [0.5, 0.36],
                [0.82, 0.5],
                [0.84, 0.8],
                [0.52, 0.99],
                [0.12, 0.9],
            ],
            &[[0.28, 0.04], [0.55, 0.03], [0.86, 0.01]],
        ],
        &[&[
            [0.86, 0.02],
            [0.55, 0.03],
            [0.3, 0.04],
            [0.3, 0.04],
            [0.24, 0.25],
            [0.2, 0.45],
            [0.2, 0.45],
            [0.52, 0.38],
            [0.82, 0.55],
            [0.8, 0.84],
            [0.48, 0.99],
            [0.1, 0.88],
        ]],
        &[&[
            [0.8, 0.06],
            [0.5, 0.04],
            [0.34, 0.1],
            [0.24, 0.42],
            [0.5, 0.4],
            [0.78, 0.58],
            [0.74, 0.86],
            [0.42, 0.98],
            [0.14, 0.94],
        ]],
    ],
    // 6: a long back; curled.
    &[
        &[&[
            [0.7, 0.0],
            [0.38, 0.22],
            [0.16, 0.6],
            [0.24, 0.92],
            [0.55, 0.99],
            [0.84, 0.8],
            [0.74, 0.56],
            [0.45, 0.52],
            [0.2, 0.72],
        ]],
        &[&[
            [0.8, 0.1],
            [0.52, 0.02],
            [0.22, 0.3],
            [0.12, 0.68],
            [0.34, 0.97],
            [0.68, 0.95],
            [0.84, 0.72],
            [0.62, 0.52],
            [0.32, 0.6],
            [0.18, 0.78],
        ]],
        &[&[
            [0.48, 0.0],
            [0.26, 0.36],
            [0.18, 0.72],
            [0.4, 0.98],
            [0.74, 0.9],
            [0.78, 0.64],
            [0.5, 0.54],
            [0.24, 0.7],
        ]],
    ],
    // 7: plain; with a bar; with a serif; curved.
    &[
        &[&[[0.1, 0.05], [0.5, 0.04], [0.88, 0.03], [0.88, 0.03], [0.65, 0.45], [0.42, 1.0]]],
        &[
            &[[0.1, 0.06], [0.5, 0.04], [0.88, 0.03], [0.88, 0.03], [0.65, 0.45], [0.4, 1.0]],
            &[[0.36, 0.5], [0.6, 0.48], [0.86, 0.46]],
        ],
        &[&[
            [0.12, 0.22],
            [0.14, 0.1],
            [0.14, 0.04],
            [0.14, 0.04],
            [0.5, 0.05],
            [0.86, 0.03],
            [0.86, 0.03],
            [0.66, 0.45],
            [0.48, 1.0],
        ]],
        &[&[[0.1, 0.1], [0.4, 0.06], [0.8, 0.04], [0.84, 0.12], [0.62, 0.42], [0.46, 0.7], [0.42, 1.0]]],
    ],
    // 8: in one, from the top right; two rings; begun in the middle.
    &[
        &[&[
            [0.76, 0.14],
            [0.48, 0.0],
            [0.22, 0.18],
            [0.42, 0.42],
            [0.72, 0.64],
            [0.74, 0.9],
            [0.46, 1.0],
            [0.18, 0.86],
            [0.28, 0.62],
            [0.6, 0.42],
            [0.8, 0.2],
            [0.72, 0.1],
        ]],
        &[
            &[[0.5, 0.02], [0.24, 0.12], [0.26, 0.38], [0.5, 0.47], [0.74, 0.36], [0.76, 0.12], [0.5, 0.02]],
            &[[0.5, 0.47], [0.18, 0.6], [0.18, 0.88], [0.5, 0.99], [0.82, 0.88], [0.82, 0.6], [0.5, 0.47]],
        ],
        &[&[
            [0.5, 0.46],
            [0.2, 0.26],
            [0.34, 0.03],
            [0.68, 0.04],
            [0.78, 0.24],
            [0.5, 0.46],
            [0.2, 0.68],
            [0.24, 0.94],
            [0.58, 1.0],
            [0.84, 0.82],
            [0.72, 0.6],
            [0.5, 0.46],
        ]],
    ],
    // 9: a straight leg; a curled one; a slanted one.
    &[
        &[&[
            [0.8, 0.16],
            [0.5, 0.01],
            [0.18, 0.16],
            [0.2, 0.42],
            [0.5, 0.52],
            [0.8, 0.22],
            [0.8, 0.22],
            [0.78, 0.6],
            [0.76, 1.0],
        ]],
        &[&[
            [0.82, 0.2],
            [0.52, 0.0],
            [0.2, 0.14],
            [0.2, 0.42],
            [0.52, 0.5],
            [0.8, 0.26],
            [0.84, 0.55],
            [0.72, 0.9],
            [0.42, 1.0],
            [0.16, 0.9],
        ]],
        &[&[
            [0.76, 0.14],
            [0.44, 0.02],
            [0.2, 0.22],
            [0.3, 0.46],
            [0.6, 0.42],
            [0.78, 0.16],
            [0.78, 0.16],
            [0.66, 0.6],
            [0.5, 1.0],
        ]],
    ],
];

/// A digit written: lines in the picture's pixels, and the pen.
pub(crate) struct Written {
    /// Each from a place `[x, y]` to the next, with the pen's radius at both.
    pub(crate) lines: Vec<([f32; 3], [f32; 3])>,
}

/// Uniform in `from..to`.
pub(crate) fn between(rng: &mut Rng, from: f32, to: f32) -> f32 {
    from + (to - from) * rng.uniform()
}

/// Writes a digit `height` pixels high about the place `[x, y]`, with a pen of `width` pixels.
pub(crate) fn write(digit: usize, height: f32, [x, y]: [f32; 2], width: f32, rng: &mut Rng) -> Written {
    let styles = STYLES[digit];
    let style = styles[rng.below(styles.len())];
    let aspect = between(rng, 0.5, 0.95);
    let slant = (0.12 + 0.16 * rng.normal()).clamp(-0.25, 0.55);
    let turn = (0.07 * rng.normal()).clamp(-0.2, 0.2);
    let unsteady = between(rng, 0.008, 0.035);
    // A slow bend of the whole, in each direction.
    let waves: [[f32; 4]; 2] = std::array::from_fn(|_| {
        [
            0.03 * rng.normal(),
            between(rng, 2.0, 5.0),
            between(rng, 2.0, 5.0),
            between(rng, 0.0, std::f32::consts::TAU),
        ]
    });
    let pressure = between(rng, 0.0, 0.3);
    let mut lines = Vec::new();
    for stroke in style {
        let mut moved: Vec<[f32; 2]> = Vec::new();
        for (i, point) in stroke.iter().enumerate() {
            if i > 0 && stroke[i - 1] == *point {
                moved.push(moved[i - 1]);
            } else {
                moved.push(point.map(|value| value + unsteady * rng.normal()));
            }
        }
        let phase = between(rng, 0.0, std::f32::consts::TAU);
        let placed = curve(&moved).into_iter().enumerate().map(|(i, [u, v])| {
            let wave = |[size, a, b, c]: [f32; 4]| size * (a * u + b * v + c).sin();
            let (u, v) = (u - 0.5 + wave(waves[0]), v - 0.5 + wave(waves[1]));
            let u = u * aspect - slant * v;
            let (sin, cos) = turn.sin_cos();
            let radius = 0.5 * width * (1.0 + pressure * (phase + 0.09 * i as f32).sin());
            [x + height * (cos * u - sin * v), y + height * (sin * u + cos * v), radius]
        });
        let placed: Vec<[f32; 3]> = placed.collect();
        lines.extend(placed.windows(2).map(|pair| (pair[0], pair[1])));
    }
    Written { lines }
}

/// The smooth curve through points (Catmull and Rom's spline), as many short lines; it breaks where a point comes twice.
fn curve(points: &[[f32; 2]]) -> Vec<[f32; 2]> {
    const PARTS: usize = 12;
    let mut all = vec![points[0]];
    for (i, pair) in points.windows(2).enumerate() {
        let [from, to] = [pair[0], pair[1]];
        if from == to {
            continue;
        }
        let before = if i == 0 || points[i - 1] == from { from } else { points[i - 1] };
        let after = if i + 2 >= points.len() || points[i + 2] == to { to } else { points[i + 2] };
        for part in 1..=PARTS {
            let t = part as f32 / PARTS as f32;
            all.push(std::array::from_fn(|axis| {
                let (a, b, c, d) = (before[axis], from[axis], to[axis], after[axis]);
                let (second, third) = (2.0 * a - 5.0 * b + 4.0 * c - d, 3.0 * b - a - 3.0 * c + d);
                0.5 * (2.0 * b + (c - a) * t + second * t * t + third * t * t * t)
            }));
        }
    }
    all
}

impl Written {
    /// How much of each pixel is covered by ink, 0 to 1.
    pub(crate) fn coverage(&self, width: usize, height: usize) -> Vec<f32> {
        let mut covered = vec![0.0f32; width * height];
        for (from, to) in &self.lines {
            let radius = from[2].max(to[2]) + 1.0;
            let span = |axis: usize, side: usize| {
                let low = (from[axis].min(to[axis]) - radius).max(0.0) as usize;
                low..((from[axis].max(to[axis]) + radius).max(0.0) as usize + 1).min(side)
            };
            for y in span(1, height) {
                for x in span(0, width) {
                    let at = [x as f32 + 0.5, y as f32 + 0.5];
                    let along: [f32; 2] = std::array::from_fn(|i| to[i] - from[i]);
                    let length = (along[0] * along[0] + along[1] * along[1]).max(1e-9);
                    let t = ((at[0] - from[0]) * along[0] + (at[1] - from[1]) * along[1]) / length;
                    let t = t.clamp(0.0, 1.0);
                    let distance =
                        (0..2).map(|i| (at[i] - from[i] - t * along[i]).powi(2)).sum::<f32>().sqrt();
                    let ink = (from[2] + t * (to[2] - from[2]) + 0.5 - distance).clamp(0.0, 1.0);
                    let pixel = &mut covered[y * width + x];
                    *pixel = pixel.max(ink);
                }
            }
        }
        covered
    }
}
