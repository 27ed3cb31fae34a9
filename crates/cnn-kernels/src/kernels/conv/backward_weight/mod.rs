//! Gradient of a convolution at its weight: for each output channel a list of the gradients that are not
//! zero, and the windows they belong to summed with these weights.
//!
//! The image is copied with its padding, as far as windows cover it, into blocks of channels so narrow that the values under one row of
//! the window, contiguous in such a block, fit into the registers of one [`gather`]; a block of a 14×14
//! image is then 16 KiB and stays in L1 while all output channels pass over it.

mod outer;

use crate::kernels::Conv2dDims;
use crate::kernels::conv::gradient::Gradient;
use crate::kernels::conv::pad;
use crate::kernels::groups::{GROUPS, add_groups};
use crate::kernels::memory::offset::{Offset, share};
use crate::kernels::memory::scratch::{Room, Scratch, resize_at_least};
use crate::kernels::micro::gather::{self, Entry, Gather, MAX_VECTORS};
use crate::par;

/// Rows of filters in a piece of bringing the sums into their order.
const UNPACK_ROWS: usize = 16;

/// How one window row of one block of channels maps onto registers.
struct Plan {
    /// Channels of a block, and how many blocks there are; the last may be partly zeros.
    block: usize,
    blocks: usize,
    /// Vectors that cover the `kernel_w * block` values of a window row.
    row_vectors: usize,
    /// Window rows.
    rows: usize,
}

/// Some vectors of some window rows, summed in registers at once.
struct Step {
    first_row: usize,
    first_vector: usize,
    vectors: usize,
    kernel: Gather,
}

impl Plan {
    fn new(d: &Conv2dDims) -> Self {
        let [rows, cols] = d.geometry.kernel;
        // As many channels as fit, then evened out over the blocks and rounded up to whole vectors.
        let most = (4 * MAX_VECTORS / cols).max(1);
        let blocks = d.in_channels.div_ceil(if most >= 4 { most / 4 * 4 } else { most });
        let even = d.in_channels.div_ceil(blocks);
        let block = if blocks > 1 && most >= 4 { even.next_multiple_of(4) } else { even };
        let row_vectors = (cols * block).div_ceil(4);
        Self { block, blocks, row_vectors, rows }
    }

    /// The steps that cover all window rows of a block: one for all of them where they fit into registers.
    fn steps(&self) -> impl Iterator<Item = Step> {
        let (rows, row_vectors) = (self.rows, self.row_vectors);
        let whole = gather::rows(rows, row_vectors);
        let parts = if whole.is_some() { 0 } else { row_vectors.div_ceil(MAX_VECTORS) };
        let vectors = rows * row_vectors;
        let whole = whole.map(|kernel| Step { first_row: 0, first_vector: 0, vectors, kernel });
        let parts = (0..rows * parts).map(move |i| {
            let (first_row, part) = (i / parts, i % parts);
            let first_vector = share(part, row_vectors, parts);
            let vectors = share(part + 1, row_vectors, parts) - first_vector;
            Step { first_row, first_vector, vectors, kernel: gather::one_row(vectors) }
        });
        whole.into_iter().chain(parts)
    }

    /// Sums of one output channel in one block: `[kernel_h, 4 row_vectors]`.
    fn sums_len(&self, d: &Conv2dDims) -> usize {
        d.geometry.kernel[0] * self.row_vectors * 4
    }
}

pub(crate) fn conv2d(
    d: &Conv2dDims,
    input: &[f32],
    gradient: Gradient<'_>,
    d_weight: &mut [f32],
    d_bias: Option<&mut [f32]>,
    s: &mut Scratch,
) {
    if let Gradient::Dense(d_output) = gradient
        && outer::applies(d)
    {
        outer::conv2d(d, input, d_output, d_weight, d_bias, s);
        return;
    }
    let plan = Plan::new(d);
    let channels = d.out_channels;
    let covered = d.geometry.covered_input();
    // A gather reads whole vectors, up to 3 values past the last window.
    let image_len = plan.blocks * covered[0] * covered[1] * plan.block + 4;
    let list_len = gradient.values_per_map(d) + 1;
    let sums_len = plan.sums_len(d);
    // One group: [blocks, out, kernel_h, 4 row_vectors], then the bias [out].
    let weights_len = plan.blocks * channels * sums_len;
    let group_len = weights_len + channels;
    let groups = d.batch.clamp(1, GROUPS);

    s.lanes.reserve(Room { floats: image_len, entries: channels * list_len, counts: channels, codes: 0 });
    let lanes = &s.lanes;
    let partials = resize_at_least(&mut s.partials, groups * group_len);
    par::chunks_mut(partials, group_len, |group, sums| {
        let lane = &mut *lanes.current();
        let image = &mut lane.floats[..image_len];
        let lists = &mut lane.entries[..channels * list_len];
        let counts = &mut lane.counts[..channels];
        sums.fill(0.0);
        let (sums, bias) = sums.split_at_mut(weights_len);
        for n in group * d.batch / groups..(group + 1) * d.batch / groups {
            pad::into_blocks(d, input, n, plan.block, plan.blocks, image);
            fill_lists(d, &gradient, n, plan.block, lists, counts, bias);
            for (b, block_sums) in sums.chunks_exact_mut(channels * sums_len).enumerate() {
                let from = &image[b * covered[0] * covered[1] * plan.block..];
                accumulate(d, &plan, from, lists, counts, block_sums);
            }
        }
    });
    let total = add_groups(partials, group_len);
    let sums = &total[..weights_len];
    par::chunks_mut(d_weight, UNPACK_ROWS * channels, |piece, rows| {
        unpack(d, &plan, sums, piece * UNPACK_ROWS, rows);
    });
    if let Some(d_bias) = d_bias {
        d_bias.copy_from_slice(&total[weights_len..]);
    }
}

/// Each output channel's list: where in the padded block its live gradients' windows begin, and how much.
fn fill_lists(
    d: &Conv2dDims,
    gradient: &Gradient<'_>,
    n: usize,
    block: usize,
    lists: &mut [Entry],
    counts: &mut [u32],
    bias: &mut [f32],
) {
    let list_len = lists.len() / counts.len();
    let [step_y, step_x] = d.geometry.covered_stride();
    let steps = [step_y * d.geometry.covered_input()[1] * block, step_x * block];
    counts.fill(0);
    gradient.visit(d, n, steps, |place, k, g, live| {
        // Written in any case, kept if it counts: a branch here would be mispredicted half the time. A place is one in
        // the image only where it counts.
        let offset = Offset::new(if live { place } else { 0 });
        lists[k * list_len + counts[k] as usize] = Entry { offset, value: g };
        counts[k] += u32::from(live);
    });
    for ((sum, list), &count) in bias.iter_mut().zip(lists.chunks_exact(list_len)).zip(&*counts) {
        for part in list[..count as usize].chunks(gather::PART) {
            *sum += part.iter().map(|entry| entry.value).sum::<f32>();
        }
    }
}

/// Adds one image's windows, weighted by the lists, to one block's sums `[out, kernel_h, 4 row_vectors]`.
fn accumulate(d: &Conv2dDims, plan: &Plan, from: &[f32], lists: &[Entry], counts: &[u32], sums: &mut [f32]) {
    let [covered_h, covered_w] = d.geometry.covered_input();
    let row_step = covered_w * plan.block;
    let sums_len = plan.sums_len(d);
    let list_len = lists.len() / counts.len();
    assert!(from.len() >= covered_h * row_step + 4);
    for step in plan.steps() {
        let first = step.first_row * row_step + 4 * step.first_vector;
        let to = 4 * (step.first_row * plan.row_vectors + step.first_vector);
        for ((sums, list), &count) in
            sums.chunks_exact_mut(sums_len).zip(lists.chunks_exact(list_len)).zip(counts)
        {
            let sums = &mut sums[to..to + 4 * step.vectors];
            // SAFETY: an entry's offset is that of an output pixel's window, whose rows end at the latest with
            // the padded block; rounding up to whole vectors reads at most 3 values more, and `from` has 4.
            // `sums` has been cut to the step's vectors.
            unsafe {
                gather::run(
                    step.kernel,
                    &list[..count as usize],
                    from.as_ptr(),
                    first,
                    row_step,
                    sums.as_mut_ptr(),
                );
            }
        }
    }
}

/// From `[blocks, out, kernel_h, 4 row_vectors]` to HWIO: the rows of filters from `first` on.
fn unpack(d: &Conv2dDims, plan: &Plan, sums: &[f32], first: usize, rows: &mut [f32]) {
    let [_, cols] = d.geometry.kernel;
    let channels = d.out_channels;
    let sums_len = plan.sums_len(d);
    for (i, row) in (first..).zip(rows.chunks_exact_mut(channels)) {
        let (tap, c) = (i / d.in_channels, i % d.in_channels);
        let at = tap / cols * plan.row_vectors * 4 + tap % cols * plan.block + c % plan.block;
        let from = &sums[c / plan.block * channels * sums_len + at..];
        row.iter_mut().zip(from.iter().step_by(sums_len)).for_each(|(w, &sum)| *w = sum);
    }
}
