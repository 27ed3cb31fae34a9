//! One image distorted.

/// Points of the lattice that an elastic distortion is given on, along each axis: four cells, and what a cubic B-spline
/// needs around them.
pub const LATTICE: usize = CELLS + 3;

const CELLS: usize = 4;

/// What happens to one image, in this order: its strokes get thicker or thinner, it is scaled, turned and shifted, and what
/// comes of that is bent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distortion {
    /// Shift down and right, in pixels.
    pub shift: [f32; 2],
    /// Rotation about the centre, in degrees, counter-clockwise.
    pub rotation: f32,
    /// Factors on height and width, above 0.
    pub scale: [f32; 2],
    /// Part of the way to the largest of the 3×3 around each pixel, or, below 0, to the smallest.
    pub thickness: f32,
    /// Displacement `[down, right]` at each point of the lattice, rows first, in pixels: where the value of a pixel is taken
    /// from.
    pub elastic: Option<[[f32; 2]; LATTICE * LATTICE]>,
}

impl Distortion {
    /// Nothing happens.
    pub const NONE: Self =
        Self { shift: [0.0; 2], rotation: 0.0, scale: [1.0; 2], thickness: 0.0, elastic: None };

    /// Distorts an image `[height, width, channels]` into `output`. `image` is worked on: what is left in it is not
    /// specified.
    ///
    /// # Panics
    /// If either has not as many values as the shape.
    pub fn apply(&self, shape: [usize; 3], image: &mut [f32], output: &mut [f32]) {
        let [height, width, channels] = shape;
        let line = width * channels;
        assert!(image.len() == height * line && output.len() == height * line, "an image of {shape:?}");
        if self.thickness != 0.0 {
            thicken(line, channels, self.thickness, image, output);
        }
        // The centre lies between the outermost pixels.
        let (last_y, last_x) = ((height - 1) as f32, (width - 1) as f32);
        let (centre_y, centre_x) = (0.5 * last_y, 0.5 * last_x);
        let angle = self.rotation * (std::f32::consts::PI / 180.0);
        let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
        // From a place of the output back to its source: shifted, turned and scaled the other way.
        let [down, right] = self.shift;
        let (by_height, by_width) = (1.0 / self.scale[0], 1.0 / self.scale[1]);
        let (y_of_y, y_of_x) = (cos * by_height, sin * by_height);
        let (x_of_x, x_of_y) = (cos * by_width, sin * by_width);
        let (cells_y, cells_x) = (CELLS as f32 / height as f32, CELLS as f32 / width as f32);
        for (row, output) in output.chunks_exact_mut(line).enumerate() {
            let y = row as f32 - centre_y - down;
            let (row_y, row_x) = (y_of_y * y + centre_y, centre_x - x_of_y * y);
            let bend = self.elastic.map(|lattice| Bend::of_row(&lattice, (row as f32 + 0.5) * cells_y));
            for (column, pixel) in output.chunks_exact_mut(channels).enumerate() {
                let x = column as f32 - centre_x - right;
                let (mut from_y, mut from_x) = (y_of_x * x + row_y, x_of_x * x + row_x);
                if let Some(bend) = &bend {
                    let [down, right] = bend.at((column as f32 + 0.5) * cells_x);
                    (from_y, from_x) = (from_y + down, from_x + right);
                }
                let (y, y_next, part_y) = between(from_y, last_y);
                let (x, x_next, part_x) = between(from_x, last_x);
                let corners = [y * line + x * channels, y * line + x_next * channels];
                let below = (y_next - y) * line;
                for (channel, value) in pixel.iter_mut().enumerate() {
                    let [left, right] = corners.map(|corner| corner + channel);
                    let top = mix(image[left], image[right], part_x);
                    let bottom = mix(image[left + below], image[right + below], part_x);
                    *value = mix(top, bottom, part_y);
                }
            }
        }
    }
}

/// The pixel before a place, the one after, and how far the place lies between them; outside it is the edge's.
fn between(place: f32, last: f32) -> (usize, usize, f32) {
    let place = if place < 0.0 {
        0.0
    } else if place > last {
        last
    } else {
        place
    };
    // An image has fewer pixels along an axis than 2³¹; the conversion to a signed 32-bit number is a fast one.
    let (before, end) = (place as i32, last as i32);
    (before as usize, (before + 1).min(end) as usize, place - before as f32)
}

fn mix(a: f32, b: f32, part: f32) -> f32 {
    a + part * (b - a)
}

/// Moves each pixel towards the largest around it, or the smallest, which is the largest of the negated ones. `spare` is as
/// long as `image`.
fn thicken(line: usize, channels: usize, amount: f32, image: &mut [f32], spare: &mut [f32]) {
    let sign = 1f32.copysign(amount);
    let raise = |value: &mut f32, other: f32| {
        if other > *value {
            *value = other;
        }
    };
    // The largest of three in each row.
    for (row, most) in image.chunks_exact(line).zip(spare.chunks_exact_mut(line)) {
        most.iter_mut().zip(row).for_each(|(most, &value)| *most = sign * value);
        most[channels..].iter_mut().zip(row).for_each(|(most, &left)| raise(most, sign * left));
        most.iter_mut().zip(&row[channels..]).for_each(|(most, &right)| raise(most, sign * right));
    }
    let rows = image.len() / line;
    for (y, row) in image.chunks_exact_mut(line).enumerate() {
        let of_row = |y: usize| &spare[y * line..][..line];
        let (above, below) = (of_row(y.saturating_sub(1)), of_row((y + 1).min(rows - 1)));
        for (((value, &most), &above), &below) in row.iter_mut().zip(of_row(y)).zip(above).zip(below) {
            let mut most = most;
            raise(&mut most, above);
            raise(&mut most, below);
            *value = mix(*value, sign * most, amount * sign);
        }
    }
}

/// The displacements along one row of pixels: in each cell of the lattice a cubic of the place in it, for both axes.
struct Bend([[[f32; 4]; 2]; CELLS]);

impl Bend {
    /// `y` is where the row lies, in cells.
    fn of_row(lattice: &[[f32; 2]; LATTICE * LATTICE], y: f32) -> Self {
        let (cell, part) = cell(y);
        let along: [[f32; 2]; LATTICE] = std::array::from_fn(|column| {
            std::array::from_fn(|axis| {
                let point = |row: usize| lattice[(cell + row) * LATTICE + column][axis];
                value(cubic([point(0), point(1), point(2), point(3)]), part)
            })
        });
        Self(std::array::from_fn(|cell| {
            std::array::from_fn(|axis| {
                cubic([
                    along[cell][axis],
                    along[cell + 1][axis],
                    along[cell + 2][axis],
                    along[cell + 3][axis],
                ])
            })
        }))
    }

    /// Displacement down and right; `x` is in cells.
    fn at(&self, x: f32) -> [f32; 2] {
        let (cell, part) = cell(x);
        self.0[cell].map(|cubic| value(cubic, part))
    }
}

/// The cell of a place, and how far it lies in it.
fn cell(place: f32) -> (usize, f32) {
    let cell = (place as i32 as usize).min(CELLS - 1);
    (cell, place - cell as f32)
}

/// The uniform cubic B-spline over four neighbouring points as a polynomial of the place between the middle ones, lowest
/// power first.
fn cubic([a, b, c, d]: [f32; 4]) -> [f32; 4] {
    const SIXTH: f32 = 1.0 / 6.0;
    [(a + 4.0 * b + c) * SIXTH, (c - a) * 0.5, (a - 2.0 * b + c) * 0.5, (d - a + 3.0 * (b - c)) * SIXTH]
}

fn value([a, b, c, d]: [f32; 4], x: f32) -> f32 {
    a + x * (b + x * (c + x * d))
}
