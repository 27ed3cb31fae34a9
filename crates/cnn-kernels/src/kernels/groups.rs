//! Sums over the images of a batch, in groups: each group is a piece of work with a sum of its own.

use crate::par;

/// Images are summed in this many groups at most, and then the groups' sums in order: more would cost time
/// and memory to add up, fewer would leave threads without work.
pub(super) const GROUPS: usize = 8;

/// Values in a piece of adding up the groups.
const SUM_PIECE: usize = 1 << 11;

/// The sum of all groups, in their order, so that it is the same with any number of threads.
pub(super) fn add_groups(partials: &mut [f32], group_len: usize) -> &[f32] {
    let (total, rest) = partials.split_at_mut(group_len);
    par::chunks_mut(total, SUM_PIECE, |piece, total| {
        for group in rest.chunks_exact(group_len) {
            total.iter_mut().zip(&group[piece * SUM_PIECE..]).for_each(|(sum, x)| *sum += x);
        }
    });
    total
}
