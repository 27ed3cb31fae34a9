//! The gradient at a convolution's output as lists of what is not zero, output pixel by output pixel: what both
//! ways to the gradient at its input read.

use crate::geometry::Geometry;
use crate::kernels::Conv2dDims;
use crate::kernels::conv::gradient::Gradient;
use crate::kernels::memory::offset::Offset;
use crate::kernels::memory::scratch::{Lane, Lanes, Room};
use crate::kernels::micro::gather::Entry;
use crate::kernels::simd::equal_bits;

/// How each image's live gradients are to be listed.
pub(crate) struct PixelLists<'a> {
    pub(crate) d: &'a Conv2dDims,
    pub(crate) gradient: &'a Gradient<'a>,
    /// What each column of the output adds to an entry's offset, counted from the last, where it adds nothing.
    pub(crate) column_step: usize,
    /// What each output channel adds.
    pub(crate) channel_step: usize,
}

/// One image's live gradients in the order of the output pixels.
pub(crate) struct PixelList<'a> {
    entries: &'a [Entry],
    starts: &'a [u32],
}

impl PixelList<'_> {
    /// The entries of output pixels `from..to`.
    pub(crate) fn between(&self, from: usize, to: usize) -> &[Entry] {
        &self.entries[self.starts[from] as usize..self.starts[to] as usize]
    }
}

impl PixelLists<'_> {
    fn offset(&self, x: usize, channel: usize) -> Offset {
        Offset::new((self.d.geometry.output[1] - 1 - x) * self.column_step + channel * self.channel_step)
    }

    /// Entries, starts and codes that one image needs.
    fn lens(&self) -> [usize; 3] {
        [
            self.gradient.values_per_map(self.d) * self.d.out_channels + 1,
            self.d.geometry.output_pixels() + 2,
            self.gradient.pooled_width() * self.d.out_channels.div_ceil(16),
        ]
    }

    /// Makes room for each thread: an image's list, and so many floats.
    pub(crate) fn reserve(&self, lanes: &mut Lanes, floats: usize) {
        let [entries, starts, codes] = self.lens();
        lanes.reserve(Room { floats, entries, counts: starts, codes });
    }

    /// Lists image `n` in `lane`; gives its floats back, too.
    pub(crate) fn fill<'l>(&self, n: usize, lane: &'l mut Lane) -> (PixelList<'l>, &'l mut [f32]) {
        let [entries, starts, codes] = self.lens();
        let (entries, starts) = (&mut lane.entries[..entries], &mut lane.counts[..starts]);
        fill(self, n, starts, entries, &mut lane.codes[..codes]);
        (PixelList { entries, starts }, &mut lane.floats)
    }
}

/// Those of pixel `p` are `entries[starts[p]..starts[p + 1]]`.
fn fill(lists: &PixelLists<'_>, n: usize, starts: &mut [u32], entries: &mut [Entry], codes: &mut [[u8; 16]]) {
    let (d, offset) = (lists.d, |x, k| lists.offset(x, k));
    let width = d.geometry.output[1];
    match *lists.gradient {
        Gradient::Pooled { pool, output, argmax, d_output }
            if pool.stride[0] >= pool.kernel[0] && pool.stride[1] >= pool.kernel[1] =>
        {
            let len = pool.output_pixels() * d.out_channels;
            let part = n * len..(n + 1) * len;
            let maps = (&output[part.clone()], &argmax[part.clone()], &d_output[part]);
            list_tiles(d, pool, maps, starts, entries, codes, offset);
        }
        Gradient::Pooled { .. } => {
            // A counting sort: how many each pixel has, where each pixel's begin, then each to its place. Counts
            // are kept two further on, so that what is counted up while placing ends as the next one's start.
            starts.fill(0);
            lists.gradient.visit(d, n, [width, 1], |place, _, _, live| {
                if live {
                    starts[place + 2] += 1;
                }
            });
            for p in 2..starts.len() {
                starts[p] += starts[p - 1];
            }
            lists.gradient.visit(d, n, [width, 1], |place, k, g, live| {
                if live {
                    let at = &mut starts[place + 1];
                    entries[*at as usize] = Entry { offset: offset(place % width, k), value: g };
                    *at += 1;
                }
            });
        }
        Gradient::Dense(d_output) => {
            let pixels = d.geometry.output_pixels();
            let mut count = 0;
            let image = d_output[n * pixels * d.out_channels..].chunks_exact(d.out_channels);
            for ((p, pixel), start) in image.take(pixels).enumerate().zip(&mut *starts) {
                *start = count as u32;
                for (k, &g) in pixel.iter().enumerate() {
                    entries[count] = Entry { offset: offset(p % width, k), value: g };
                    count += usize::from(g != 0.0);
                }
            }
            starts[pixels] = count as u32;
        }
    }
}

/// [`fill`] where pooling windows do not overlap: each row of them holds all gradients of its rows of
/// pixels, so that the pixels can be gone through in order, and a pixel's channels found 16 at a time by
/// comparing positions.
fn list_tiles(
    d: &Conv2dDims,
    pool: &Geometry,
    (output, argmax, d_output): (&[f32], &[u8], &[f32]),
    starts: &mut [u32],
    entries: &mut [Entry],
    codes: &mut [[u8; 16]],
    offset: impl Fn(usize, usize) -> Offset,
) {
    /// No position: a window has at most 255.
    const DEAD: u8 = u8::MAX;
    let [height, width] = d.geometry.output;
    let channels = d.out_channels;
    let groups = channels.div_ceil(16);
    // Pixels before `next` have their start.
    let (mut count, mut next) = (0, 0);
    codes.as_flattened_mut().fill(DEAD);
    for py in 0..pool.output[0] {
        let row = py * pool.output[1] * channels..(py + 1) * pool.output[1] * channels;
        let maps = output[row.clone()].chunks_exact(channels).zip(argmax[row.clone()].chunks_exact(channels));
        for (codes, (values, positions)) in codes.chunks_exact_mut(groups).zip(maps) {
            let codes = codes.as_flattened_mut().iter_mut();
            for (code, (&value, &position)) in codes.zip(values.iter().zip(positions)) {
                *code = if value > 0.0 { position } else { DEAD };
            }
        }
        for ky in 0..pool.kernel[0] {
            let y = (py * pool.stride[0] + ky).wrapping_sub(pool.pad_before[0]);
            if y >= height {
                continue;
            }
            let d_row = d_output[row.clone()].chunks_exact(channels);
            for ((px, codes), d_pixel) in codes.chunks_exact(groups).enumerate().zip(d_row) {
                for kx in 0..pool.kernel[1] {
                    let x = (px * pool.stride[1] + kx).wrapping_sub(pool.pad_before[1]);
                    if x >= width {
                        continue;
                    }
                    starts[next..=y * width + x].fill(count as u32);
                    next = y * width + x + 1;
                    for (group, codes) in codes.iter().enumerate() {
                        let mut bits = equal_bits(codes, (ky * pool.kernel[1] + kx) as u8);
                        while bits != 0 {
                            let k = group * 16 + bits.trailing_zeros() as usize;
                            entries[count] = Entry { offset: offset(x, k), value: d_pixel[k] };
                            count += 1;
                            bits &= bits - 1;
                        }
                    }
                }
            }
        }
    }
    starts[next..=height * width].fill(count as u32);
}
