//! A person's own examples, learnt beside the data.

use super::Session;
use crate::dataset::{Dataset, Split};
use std::ops::Range;

/// Taught examples in one batch, at most: enough to be learnt soon, few enough not to crowd the data out.
const TAUGHT_A_BATCH: usize = 10;

impl Session {
    /// Whether the run also learns the [taught](Dataset::teach) examples: each batch then has up to 10 of them
    /// besides its own images, more taking turns. At first it does not. A snapshot does not tell.
    pub fn learn_taught(&mut self, on: bool) {
        self.learns_taught = on;
    }

    /// The images of a batch: those of the epoch's order, and the taught examples whose turn it is.
    pub(super) fn list_batch(&self, data: &Dataset, batch: Range<usize>, indices: &mut Vec<u32>) {
        indices.clear();
        indices.extend_from_slice(&self.order[batch]);
        let taught = if self.learns_taught { data.taught() } else { 0 };
        let count = taught.min(TAUGHT_A_BATCH);
        let first = data.count(Split::Train);
        // The turn follows from the step alone, so that going back in time is exact.
        let turn = (self.step % taught.max(1) as u64) as usize * count;
        indices.extend((turn..turn + count).map(|i| (first + i % taught) as u32));
    }
}
