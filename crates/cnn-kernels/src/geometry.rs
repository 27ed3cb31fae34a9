//! Where a sliding window lands: the one place where output sizes and paddings are computed.
//!
//! One formula for each axis, with `N` the input, `F` the window, `S` the stride:
//!
//! ```text
//! output = floor((N + pad_before + pad_after − F) / S) + 1
//! ```
//!
//! [`Padding::Same`] picks the padding so that `output = ceil(N / S)` and puts the odd pixel after, as
//! TensorFlow does. Everything downstream gets a [`Geometry`] and never derives it again.

/// How the input is extended at its borders before a window slides over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Padding {
    /// No padding: the window stays inside the input.
    Valid,
    /// As much as makes the output `ceil(input / stride)`; an odd pixel goes to the bottom and the right.
    Same,
    /// So many rows and columns at each side.
    Explicit {
        /// Rows above the first row.
        top: usize,
        /// Rows below the last row.
        bottom: usize,
        /// Columns left of the first column.
        left: usize,
        /// Columns right of the last column.
        right: usize,
    },
}

/// A sliding window, not yet applied to an input: `[height, width]` everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// Size of the window, each at least 1.
    pub kernel: [usize; 2],
    /// Step of the window, each at least 1.
    pub stride: [usize; 2],
    /// Border of the input.
    pub padding: Padding,
}

/// A window applied to an input, by [`Window::resolve`]: `[height, width]` everywhere, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Geometry {
    /// Size of the input, without padding.
    pub input: [usize; 2],
    /// Size of the window.
    pub kernel: [usize; 2],
    /// Step of the window.
    pub stride: [usize; 2],
    /// Padding at the top and at the left.
    pub pad_before: [usize; 2],
    /// Padding at the bottom and at the right.
    pub pad_after: [usize; 2],
    /// Number of positions of the window: the size of the output.
    pub output: [usize; 2],
    /// Rows and columns at the end of the padded input that no window covers, because the stride does not
    /// divide what is left after the first window.
    pub lost: [usize; 2],
}

/// Why a window has no place on an input.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum WindowError {
    /// A size that must be at least 1 is 0.
    #[error("{what} is 0, but must be at least 1")]
    ZeroSize {
        /// `"input"`, `"kernel"` or `"stride"`.
        what: &'static str,
    },
    /// A size or a padding over 16,384.
    #[error("{what} is {got}, but must be {expected}")]
    OutOfRange {
        /// `"input"`, `"kernel"`, `"stride"` or `"padding"`.
        what: &'static str,
        /// The size given.
        got: usize,
        /// The range in words.
        expected: &'static str,
    },
    /// The window does not fit into the padded input.
    #[error(
        "the {}×{} window is larger than its {}×{} input (padding included): use a smaller window, padding, or a larger input",
        kernel[0],
        kernel[1],
        padded_input[0],
        padded_input[1]
    )]
    TooLarge {
        /// Height and width of the window.
        kernel: [usize; 2],
        /// Height and width of the input with its padding.
        padded_input: [usize; 2],
    },
}

/// Bound of every size here: far beyond any picture, and no sum or product of two of them overflows a
/// `usize` of 32 bits.
const MAX_SIZE: usize = 1 << 14;

impl Padding {
    /// So many rows and columns at each side.
    pub const fn all(pixels: usize) -> Self {
        Self::Explicit { top: pixels, bottom: pixels, left: pixels, right: pixels }
    }
}

impl Window {
    /// A window that is as wide as high and goes as far across as down.
    ///
    /// ```
    /// # use cnn_kernels::geometry::{Padding, Window};
    /// let pool = Window::square(2, 2, Padding::Same);
    /// assert_eq!(pool.resolve([7, 7])?.output, [4, 4]);
    /// # Ok::<(), cnn_kernels::geometry::WindowError>(())
    /// ```
    pub const fn square(kernel: usize, stride: usize, padding: Padding) -> Self {
        Self { kernel: [kernel; 2], stride: [stride; 2], padding }
    }

    /// Applies the window to an input of `[height, width]` pixels.
    ///
    /// # Errors
    /// [`WindowError::ZeroSize`] if the input, the kernel or the stride has a zero, [`WindowError::OutOfRange`] if
    /// one of them or a padding is over 16,384, and [`WindowError::TooLarge`] if the window does not fit into the
    /// padded input.
    pub fn resolve(&self, input: [usize; 2]) -> Result<Geometry, WindowError> {
        let explicit = match self.padding {
            Padding::Explicit { top, bottom, left, right } => [[top, bottom], [left, right]],
            Padding::Valid | Padding::Same => [[0, 0], [0, 0]],
        };
        check("input", input, 1)?;
        check("kernel", self.kernel, 1)?;
        check("stride", self.stride, 1)?;
        check("padding", explicit[0], 0)?;
        check("padding", explicit[1], 0)?;

        let mut geometry = Geometry {
            input,
            kernel: self.kernel,
            stride: self.stride,
            pad_before: [0; 2],
            pad_after: [0; 2],
            output: [0; 2],
            lost: [0; 2],
        };
        for axis in 0..2 {
            let (n, f, s) = (input[axis], self.kernel[axis], self.stride[axis]);
            let [before, after] = match self.padding {
                Padding::Same => {
                    let covered = (n.div_ceil(s) - 1) * s + f;
                    let total = covered.saturating_sub(n);
                    [total / 2, total - total / 2]
                }
                Padding::Valid | Padding::Explicit { .. } => explicit[axis],
            };
            geometry.pad_before[axis] = before;
            geometry.pad_after[axis] = after;
        }
        let padded_input = geometry.padded_input();
        if self.kernel[0] > padded_input[0] || self.kernel[1] > padded_input[1] {
            return Err(WindowError::TooLarge { kernel: self.kernel, padded_input });
        }
        for axis in 0..2 {
            let steps = padded_input[axis] - self.kernel[axis];
            geometry.output[axis] = steps / self.stride[axis] + 1;
            geometry.lost[axis] = steps % self.stride[axis];
        }
        Ok(geometry)
    }
}

fn check(what: &'static str, sizes: [usize; 2], least: usize) -> Result<(), WindowError> {
    if sizes.iter().any(|&size| size < least) {
        return Err(WindowError::ZeroSize { what });
    }
    if let Some(&size) = sizes.iter().find(|&&size| size > MAX_SIZE) {
        return Err(WindowError::OutOfRange { what, got: size, expected: "at most 16384" });
    }
    Ok(())
}

impl Geometry {
    /// Height and width of the input with its padding.
    pub fn padded_input(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.input[axis] + self.pad_before[axis] + self.pad_after[axis])
    }

    /// Height and width of the padded input without what no window covers: the rows and columns at its end, and those
    /// between windows that are smaller than their stride. Kernels copy images in this form, so that neither a wide
    /// border nor a large stride costs more than the windows that it makes.
    pub fn covered_input(&self) -> [usize; 2] {
        let stride = self.covered_stride();
        [0, 1].map(|axis| (self.output[axis] - 1) * stride[axis] + self.kernel[axis])
    }

    /// Distance of neighbouring windows in the [covered input](Self::covered_input).
    pub fn covered_stride(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.stride[axis].min(self.kernel[axis]))
    }

    /// The real pixels of the [covered input](Self::covered_input) along an axis (0 rows, 1 columns), run by run: the
    /// index of a run's first in the input, that in the covered input, and the run's length, which may be 0.
    pub(crate) fn covered_runs(&self, axis: usize) -> impl Iterator<Item = CoveredRun> {
        // Windows that touch or overlap are one run.
        let (before, kernel) = (self.pad_before[axis], self.kernel[axis]);
        let apart = self.stride[axis] > kernel;
        (0..if apart { self.output[axis] } else { 1 }).map(move |at| {
            if apart {
                let clip = self.clip(axis, at);
                CoveredRun { input: clip.input, covered: at * kernel + clip.kernel, len: clip.len }
            } else {
                // A border may be wider than all that windows cover.
                let covered = self.covered_input()[axis];
                let len = covered.saturating_sub(before).min(self.input[axis]);
                CoveredRun { input: 0, covered: before.min(covered), len }
            }
        })
    }

    /// Whether [`Window::resolve`] could have given it: the fields are public, and kernels rely on them to index memory.
    pub(crate) fn comes_from_a_window(&self) -> bool {
        let [[top, left], [bottom, right]] = [self.pad_before, self.pad_after];
        let padding = Padding::Explicit { top, bottom, left, right };
        Window { kernel: self.kernel, stride: self.stride, padding }.resolve(self.input).as_ref() == Ok(self)
    }

    /// Number of pixels of one input map.
    pub fn input_pixels(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// Number of pixels of one output map.
    pub fn output_pixels(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Number of positions inside the window.
    pub fn kernel_area(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Whether every window covers at least one pixel that is not padding. Pooling needs that: the maximum
    /// and the mean of nothing are undefined.
    pub fn every_window_sees_input(&self) -> bool {
        (0..2).all(|axis| {
            let last = (self.output[axis] - 1) * self.stride[axis];
            self.pad_before[axis] < self.kernel[axis] && last < self.input[axis] + self.pad_before[axis]
        })
    }

    /// The part of output position `at`'s window that lies inside the input along `axis` (0 rows, 1 columns):
    /// the input index where it starts, the window index where it starts, and its length.
    #[inline]
    pub(crate) fn clip(&self, axis: usize, at: usize) -> Clip {
        let start = at * self.stride[axis];
        let before = self.pad_before[axis];
        let kernel = before.saturating_sub(start).min(self.kernel[axis]);
        let end = (self.input[axis] + before).saturating_sub(start).min(self.kernel[axis]);
        Clip {
            input: (start + kernel).saturating_sub(before).min(self.input[axis]),
            kernel,
            len: end.saturating_sub(kernel),
        }
    }
}

/// Neighbouring pixels of a [covered input](Geometry::covered_input) along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CoveredRun {
    /// Index of the first in the input.
    pub(crate) input: usize,
    /// Its index in the covered input.
    pub(crate) covered: usize,
    /// How many there are; may be 0.
    pub(crate) len: usize,
}

/// One axis of a window, clipped to the pixels that are not padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clip {
    /// First input index under the window; at most the input's size.
    pub(crate) input: usize,
    /// Window index of that input.
    pub(crate) kernel: usize,
    /// How many indices of the input are under the window; may be 0.
    pub(crate) len: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_lecture_s_cases() {
        let output = |n, w: Window| w.resolve([n; 2]).map(|g| g.output[0]);
        assert_eq!(output(7, Window::square(3, 1, Padding::Valid)), Ok(5));
        assert_eq!(output(7, Window::square(3, 2, Padding::Valid)), Ok(3));
        assert_eq!(output(7, Window::square(3, 1, Padding::all(1))), Ok(7));
        assert_eq!(output(32, Window::square(5, 1, Padding::Valid)), Ok(28));
        assert_eq!(output(7, Window::square(2, 2, Padding::Same)), Ok(4));
        // 7, 3, 3 does not divide: two positions, and one row and column that no window covers.
        let floored = Window::square(3, 3, Padding::Valid).resolve([7, 7]).unwrap();
        assert_eq!((floored.output, floored.lost), ([2, 2], [1, 1]));
    }

    #[test]
    fn same_puts_the_odd_pixel_after() {
        let g = Window::square(2, 2, Padding::Same).resolve([7, 8]).unwrap();
        assert_eq!((g.pad_before, g.pad_after, g.output), ([0, 0], [1, 0], [4, 4]));
    }

    #[test]
    fn what_can_not_be_is_an_error() {
        assert_eq!(
            Window::square(5, 1, Padding::Valid).resolve([4, 9]),
            Err(WindowError::TooLarge { kernel: [5, 5], padded_input: [4, 9] })
        );
        assert_eq!(
            Window::square(0, 1, Padding::Same).resolve([4, 4]),
            Err(WindowError::ZeroSize { what: "kernel" })
        );
        assert_eq!(
            Window::square(1, 0, Padding::Same).resolve([4, 4]),
            Err(WindowError::ZeroSize { what: "stride" })
        );
        assert_eq!(
            Window::square(1, 1, Padding::Same).resolve([4, 0]),
            Err(WindowError::ZeroSize { what: "input" })
        );
        assert_eq!(
            Window::square(1, 1, Padding::all(usize::MAX)).resolve([4, 4]),
            Err(WindowError::OutOfRange { what: "padding", got: usize::MAX, expected: "at most 16384" })
        );
    }

    #[test]
    fn windows_of_padding_only_are_seen() {
        assert!(Window::square(2, 2, Padding::Same).resolve([7, 7]).unwrap().every_window_sees_input());
        assert!(!Window::square(2, 2, Padding::all(2)).resolve([7, 7]).unwrap().every_window_sees_input());
        assert!(Window::square(3, 1, Padding::all(2)).resolve([7, 7]).unwrap().every_window_sees_input());
    }

    prop_compose! {
        fn any_case()(
            input in [1usize..40, 1..40],
            kernel in [1usize..9, 1..9],
            stride in [1usize..6, 1..6],
            pads in [0usize..5, 0..5, 0..5, 0..5],
            kind in 0..3,
        ) -> (Window, [usize; 2]) {
            let padding = match kind {
                0 => Padding::Valid,
                1 => Padding::Same,
                _ => Padding::Explicit { top: pads[0], bottom: pads[1], left: pads[2], right: pads[3] },
            };
            (Window { kernel, stride, padding }, input)
        }
    }

    proptest! {
        #[test]
        fn the_formula_holds((w, input) in any_case()) {
            let Ok(g) = w.resolve(input) else {
                prop_assert!(!matches!(w.padding, Padding::Same), "`same` always fits");
                return Ok(());
            };
            for axis in 0..2 {
                let (f, s) = (w.kernel[axis], w.stride[axis]);
                let padded = g.padded_input()[axis];
                // Count the windows one by one instead of dividing.
                let windows = (0..padded).step_by(s).filter(|start| start + f <= padded).count();
                prop_assert_eq!(g.output[axis], windows);
                prop_assert_eq!((g.output[axis] - 1) * s + f + g.lost[axis], padded);
                prop_assert!(g.lost[axis] < s);
                if w.padding == Padding::Same {
                    prop_assert_eq!(g.output[axis], input[axis].div_ceil(s));
                    prop_assert!(g.pad_after[axis] - g.pad_before[axis] <= 1);
                    prop_assert!(g.every_window_sees_input());
                }
            }
        }

        #[test]
        fn the_covered_input_is_what_windows_see((w, input) in any_case()) {
            let Ok(g) = w.resolve(input) else { return Ok(()) };
            for axis in 0..2 {
                let (before, n) = (g.pad_before[axis], g.input[axis]);
                // Each index of the padded input that a window covers, in order.
                let covered: Vec<usize> = (0..g.padded_input()[axis])
                    .filter(|at| (0..g.output[axis]).any(|o| (o * g.stride[axis]..o * g.stride[axis] + g.kernel[axis]).contains(at)))
                    .collect();
                prop_assert_eq!(covered.len(), g.covered_input()[axis]);
                for o in 0..g.output[axis] {
                    prop_assert_eq!(covered[o * g.covered_stride()[axis]], o * g.stride[axis]);
                }
                let real: Vec<(usize, usize)> = (0..).zip(&covered)
                    .filter(|(_, at)| **at >= before && **at < before + n)
                    .map(|(covered, at)| (at - before, covered))
                    .collect();
                let runs = g.covered_runs(axis).flat_map(|run| (0..run.len).map(move |i| (run.input + i, run.covered + i)));
                prop_assert_eq!(runs.collect::<Vec<_>>(), real);
            }
        }

        #[test]
        fn clip_is_the_window_without_its_padding((w, input) in any_case()) {
            if let Ok(g) = w.resolve(input) {
                for axis in 0..2 {
                    for at in 0..g.output[axis] {
                        // Window indices whose padded position, counted from the padding's start, is real.
                        let real: Vec<usize> = (0..g.kernel[axis])
                            .filter(|k| {
                                let p = at * g.stride[axis] + k;
                                p >= g.pad_before[axis] && p < g.pad_before[axis] + g.input[axis]
                            })
                            .collect();
                        let clip = g.clip(axis, at);
                        prop_assert_eq!(clip.len, real.len());
                        if let Some(&first) = real.first() {
                            prop_assert_eq!(clip.kernel, first);
                            prop_assert_eq!(clip.input + g.pad_before[axis], at * g.stride[axis] + first);
                        }
                    }
                }
            }
        }
    }
}
