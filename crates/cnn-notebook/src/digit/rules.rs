//! The lines of squared and ruled paper: straight, thin, and from one edge of the picture to the other.

use super::filters::transposed;
use crate::picture::Grey;

/// Parts into which a line is divided; it is there if most of them have it.
const PARTS: usize = 32;
/// What part of them may be without: a digit covers some, worn print has gaps.
const WITHOUT: f32 = 0.28;
/// Parts at each end of which at least half must have the line, which a digit's bar seldom has.
const ENDS: usize = 4;
/// Steepest line: rise by run.
const STEEPEST: f32 = 0.14;
/// Thickest line, as a part of the picture's larger side.
const THICKEST: f32 = 0.04;
/// Faintest line that is looked for, as contrast.
const FAINTEST: f32 = 0.02;
/// What stands out so many times more than the line is ink over it.
const INK: f32 = 1.7;

/// Takes lines out of a picture of contrasts, both those across and those down; what is at or under `floor` is noise.
pub(super) fn remove(contrast: &Grey, floor: f32) -> Grey {
    let across = Rules::of(contrast, floor);
    let down = Rules::of(&transposed(contrast), floor);
    let (width, height) = (contrast.width, contrast.height);
    let mut cleared = contrast.clone();
    let mut emptied = Vec::new();
    for (i, value) in cleared.data.iter_mut().enumerate() {
        let (x, y) = (i % width, i / width);
        let of = |rules: &Option<Rules>, x, y, run| rules.as_ref().map_or(0.0, |rules| rules.at(x, y, run));
        let line = of(&across, x, y, width).max(of(&down, y, x, height));
        if line > 0.0 && *value <= floor + INK * line {
            *value = 0.0;
            emptied.push(i as u32);
        }
    }
    // A stroke as pale as the line goes on behind it: ink on both sides, no further apart than the line is thick.
    let thickness = [&across, &down].into_iter().flatten().map(|rules| rules.thickness).max().unwrap_or(0);
    let apart = thickness as isize + 3;
    let bridge = |i: usize, (dx, dy): (isize, isize)| {
        let (x, y) = ((i % width) as isize, (i / width) as isize);
        let nearest = |sign: isize| {
            (1..apart).find_map(|i| {
                let value = at(&cleared, x + sign * i * dx, y + sign * i * dy);
                (value > floor).then_some((i, value))
            })
        };
        match (nearest(1), nearest(-1)) {
            (Some((i, one)), Some((j, other))) if i + j <= apart => one.min(other),
            _ => 0.0,
        }
    };
    let bridged: Vec<f32> = emptied
        .iter()
        .map(|&i| {
            let ink = [(1, 0), (0, 1), (1, 1), (1, -1)].map(|direction| bridge(i as usize, direction));
            ink.into_iter().fold(0.0, f32::max).min(contrast.data[i as usize])
        })
        .collect();
    for (&i, value) in emptied.iter().zip(bridged) {
        cleared.data[i as usize] = value;
    }
    cleared
}

fn at(picture: &Grey, x: isize, y: isize) -> f32 {
    let inside = |i: isize, side: usize| (0..side as isize).contains(&i);
    match inside(x, picture.width) && inside(y, picture.height) {
        true => picture.data[y as usize * picture.width + x as usize],
        false => 0.0,
    }
}

/// Lines of one direction.
struct Rules {
    /// By how many pixels they rise (go down) from the left edge to the right.
    rise: f32,
    /// For each row at the picture's middle, and `beyond` more before and after, how much the line there stands out; 0 for none.
    strength: Vec<f32>,
    beyond: isize,
    /// Rows of the thickest.
    thickness: usize,
}

impl Rules {
    /// The lines across, if there are any.
    fn of(contrast: &Grey, floor: f32) -> Option<Self> {
        let (width, height) = (contrast.width, contrast.height);
        if width < 2 * PARTS || height < 2 * PARTS {
            return None;
        }
        // What each part has at each row: the mean over its columns of the largest of three rows, as a line may slope.
        let thick: Vec<f32> = (0..width * height)
            .map(|i| {
                let (x, y) = (i % width, i / width);
                let rows = y.saturating_sub(1)..(y + 2).min(height);
                (rows.map(|y| contrast.data[y * width + x]).fold(0.0, f32::max) - floor).max(0.0)
            })
            .collect();
        let cut = |part: usize| part * width / PARTS;
        let parts: Vec<f32> = (0..PARTS * height)
            .map(|i| {
                let (part, y) = (i / height, i % height);
                let values = &thick[y * width + cut(part)..y * width + cut(part + 1)];
                values.iter().sum::<f32>() / values.len() as f32
            })
            .collect();
        let has = |part: usize, y: isize| {
            let row = usize::try_from(y).ok().filter(|row| *row < height)?;
            Some(parts[part * height + row])
        };
        let steepest = (STEEPEST * width as f32) as isize;
        // A line may leave the picture halfway.
        let beyond = steepest / 2;
        let strengths = |rise: f32| -> Vec<f32> {
            let offsets: [isize; PARTS] = std::array::from_fn(|part| {
                (rise * ((part as f32 + 0.5) / PARTS as f32 - 0.5)).round() as isize
            });
            (-beyond..height as isize + beyond)
                .map(|y| {
                    let mut inside = [0.0; PARTS];
                    let (mut count, mut without) = (0, 0);
                    for value in offsets.iter().enumerate().filter_map(|(part, by)| has(part, y + by)) {
                        inside[count] = value;
                        count += 1;
                        without += usize::from(value < FAINTEST);
                    }
                    let may_be_without = (WITHOUT * count as f32) as usize;
                    if 2 * count < PARTS || without > may_be_without {
                        return 0.0;
                    }
                    let inside = &inside[..count];
                    let strength = nth_smallest(inside, may_be_without);
                    let there = |ends: &[f32]| {
                        2 * ends.iter().filter(|&&part| part >= 0.5 * strength).count() >= ENDS
                    };
                    let ends = there(&inside[..ENDS]) && there(&inside[count - ENDS..]);
                    if ends { strength } else { 0.0 }
                })
                .collect()
        };
        let best = (-steepest..=steepest).step_by(2).map(|rise| (rise as f32, strengths(rise as f32)));
        let sharpness = |strength: &[f32]| strength.iter().map(|s| s * s).sum::<f32>();
        let (rise, mut strength) = best.max_by(|a, b| sharpness(&a.1).total_cmp(&sharpness(&b.1)))?;
        let thickness = only_thin(&mut strength, (THICKEST * width.max(height) as f32) as usize + 2);
        (thickness > 0).then_some(Self { rise, strength, beyond, thickness })
    }

    /// How much a line stands out at a pixel of a picture so wide; 0 for none.
    fn at(&self, x: usize, y: usize, width: usize) -> f32 {
        let middle = y as f32 - self.rise * ((x as f32 + 0.5) / width as f32 - 0.5);
        let middle = middle.round() as isize + self.beyond;
        let row =
            |y: isize| usize::try_from(y).ok().and_then(|y| self.strength.get(y)).copied().unwrap_or(0.0);
        row(middle - 1).max(row(middle)).max(row(middle + 1))
    }
}

/// The value that so many of a few others are at or under. The standard library's selection is made for many, and takes
/// kilobytes of the engine.
fn nth_smallest(values: &[f32], n: usize) -> f32 {
    let mut sorted = [f32::INFINITY; PARTS];
    for (count, &value) in values.iter().enumerate() {
        let mut place = count;
        while place > 0 && sorted[place - 1] > value {
            sorted[place] = sorted[place - 1];
            place -= 1;
        }
        sorted[place] = value;
    }
    sorted[n]
}

/// Leaves only lines of at most so many rows; gives the rows of the thickest that stays.
fn only_thin(strength: &mut [f32], most: usize) -> usize {
    let (mut thickest, mut start) = (0, 0);
    while start < strength.len() {
        let rows = strength[start..].iter().take_while(|s| **s > 0.0).count();
        if rows > most {
            strength[start..start + rows].fill(0.0);
        } else {
            thickest = thickest.max(rows);
        }
        start += rows + 1;
    }
    thickest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(tone: impl Fn(usize, usize) -> f32) -> Grey {
        let data = (0..120 * 100).map(|i| tone(i % 120, i / 120)).collect();
        Grey { width: 120, height: 100, data }
    }

    #[test]
    fn slanted_squares_go_and_ink_over_them_stays() {
        let square =
            |x: usize, y: usize| (y + x / 20).is_multiple_of(18) || (x + 120 - y / 20).is_multiple_of(18);
        let ink = |x: usize, y: usize| (50..58).contains(&x) && (20..80).contains(&y);
        let picture = drawn(|x, y| {
            if ink(x, y) {
                0.8
            } else if square(x, y) {
                0.3
            } else {
                0.01
            }
        });
        let left = remove(&picture, 0.02);
        for (i, value) in left.data.iter().enumerate() {
            let (x, y) = (i % 120, i / 120);
            // What is left of a line that touches a corner.
            if x.min(119 - x) + y.min(99 - y) < 24 && !ink(x, y) {
                continue;
            }
            if ink(x, y) {
                assert_eq!(*value, 0.8, "({x}, {y})");
            } else {
                assert!(*value < 0.02, "({x}, {y}): {value}");
            }
        }
    }

    #[test]
    fn a_stroke_as_pale_as_the_line_goes_on_behind_it() {
        let picture =
            drawn(|x, y| if y == 50 || ((50..58).contains(&x) && (20..80).contains(&y)) { 0.4 } else { 0.0 });
        let left = remove(&picture, 0.02);
        assert_eq!((left.data[50 * 120 + 10], left.data[50 * 120 + 54]), (0.0, 0.4));
    }

    #[test]
    fn a_bar_that_ends_is_no_line() {
        let picture = drawn(|x, y| if (12..108).contains(&x) && (30..33).contains(&y) { 0.8 } else { 0.0 });
        assert_eq!(remove(&picture, 0.02), picture);
    }
}
