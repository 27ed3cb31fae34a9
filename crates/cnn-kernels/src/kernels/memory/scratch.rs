//! Working space that only grows.

use crate::kernels::micro::gather::Entry;
use crate::kernels::micro::tile::Row;
use crate::par;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Working space of the kernels, owned by the caller and reused from call to call. It grows to what the
/// largest call needs and then stays, so that a training step allocates nothing after the first; with several threads,
/// after the first in which all of them were in time to work.
///
/// What is in it between two calls is unspecified; no result depends on it.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Weights in the order in which a kernel reads them.
    pub(crate) packed: Vec<f32>,
    /// Lists of what is not zero, and where they begin.
    pub(crate) entries: Vec<Entry>,
    pub(crate) starts: Vec<u32>,
    /// Rows of a product in tiles.
    pub(crate) rows: Vec<Row>,
    /// One partial result for each piece of work.
    pub(crate) partials: Vec<f32>,
    /// Working space of each thread.
    pub(crate) lanes: Lanes,
}

/// A [`Lane`] for each thread, or for several to take turns with where lanes are so large that all of them together
/// would take more than [`LANES_BYTES`].
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Vec<Mutex<Lane>>,
    /// How many of them have the room that was last asked for.
    used: usize,
}

/// Most bytes that the working space of all threads together may take, unless that of the first alone takes more.
pub const LANES_BYTES: usize = 1 << 27;

/// Working space of one thread.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    pub(crate) floats: Vec<f32>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) counts: Vec<u32>,
    pub(crate) codes: Vec<[u8; 16]>,
}

/// Room in a [`Lane`]: so many elements of each kind.
#[derive(Clone, Copy, Default)]
pub(crate) struct Room {
    pub(crate) floats: usize,
    pub(crate) entries: usize,
    pub(crate) counts: usize,
    pub(crate) codes: usize,
}

impl Room {
    /// Its bytes; as many as there can be where a `usize` does not hold them.
    #[inline(never)]
    fn bytes(self) -> usize {
        let bytes =
            [(self.floats, 4), (self.entries, size_of::<Entry>()), (self.counts, 4), (self.codes, 16)];
        bytes.iter().fold(0, |sum: usize, &(len, size)| sum.saturating_add(len.saturating_mul(size)))
    }
}

impl Lane {
    fn room(&self) -> Room {
        Room {
            floats: self.floats.len(),
            entries: self.entries.len(),
            counts: self.counts.len(),
            codes: self.codes.len(),
        }
    }
}

impl Lanes {
    /// Makes room for each thread: so many floats.
    #[inline(never)]
    pub(crate) fn reserve_floats(&mut self, floats: usize) {
        self.reserve(Room { floats, ..Room::default() });
    }

    /// Makes room for each thread, as far as [`LANES_BYTES`] go.
    #[inline(never)]
    pub(crate) fn reserve(&mut self, room: Room) {
        self.reserve_within(room, par::threads(), LANES_BYTES);
    }

    #[inline(never)]
    fn reserve_within(&mut self, room: Room, threads: usize, most: usize) {
        self.lanes.resize_with(threads.max(self.lanes.len()), Mutex::default);
        self.used = 0;
        let mut total = 0;
        for lane in &mut self.lanes {
            total += lane.get_mut().unwrap_or_else(PoisonError::into_inner).room().bytes();
        }
        for lane in self.lanes.iter_mut().take(threads) {
            let lane = lane.get_mut().unwrap_or_else(PoisonError::into_inner);
            let has = lane.room();
            let grown_to = Room {
                floats: has.floats.max(room.floats),
                entries: has.entries.max(room.entries),
                counts: has.counts.max(room.counts),
                codes: has.codes.max(room.codes),
            };
            total = (total - has.bytes()).saturating_add(grown_to.bytes());
            if self.used > 0 && total > most && grown_to.bytes() > has.bytes() {
                break;
            }
            resize_at_least(&mut lane.floats, room.floats);
            resize_at_least(&mut lane.entries, room.entries);
            resize_at_least(&mut lane.counts, room.counts);
            resize_at_least(&mut lane.codes, room.codes);
            self.used += 1;
        }
    }

    /// The current thread's lane. A thread runs one piece at a time, so that who waits here waits for another's piece.
    pub(crate) fn current(&self) -> MutexGuard<'_, Lane> {
        let lane = par::current_thread() % self.used;
        self.lanes[lane].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first `len` elements of `buffer`, which is resized to so many if it has fewer. Their content is unspecified.
pub fn resize_at_least<T: Clone + Default>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    if buffer.len() < len {
        // What a spec may take is reckoned with it.
        buffer.reserve_exact(len - buffer.len());
        buffer.resize(len, T::default());
    }
    &mut buffer[..len]
}

/// A slice that several pieces of work write to at once, each to places of its own.
pub(crate) struct Shared<T>(*mut T);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

// SAFETY: it is only a pointer; those who write through it promise to keep to places of their own.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(slice: &mut [T]) -> Self {
        Self(slice.as_mut_ptr())
    }

    /// The same memory, counted from `offset` on.
    pub(crate) fn at(self, offset: usize) -> Self {
        Self(self.0.wrapping_add(offset))
    }

    /// The same memory as the part from `offset` on of something larger.
    pub(crate) fn before(self, offset: usize) -> Self {
        Self(self.0.wrapping_sub(offset))
    }

    pub(crate) fn get(self) -> *mut T {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_take_no_more_than_they_may() {
        let bytes = |lanes: &mut Lanes| -> Vec<usize> {
            lanes.lanes.iter_mut().map(|lane| lane.get_mut().unwrap().room().bytes()).collect()
        };
        let floats = |floats| Room { floats, ..Room::default() };
        let mut lanes = Lanes::default();
        lanes.reserve_within(floats(10), 4, 1000);
        assert_eq!((lanes.used, bytes(&mut lanes)), (4, vec![40; 4]));
        // Room for three, beside what the fourth has; then for none but the first.
        lanes.reserve_within(floats(75), 4, 1000);
        assert_eq!((lanes.used, bytes(&mut lanes)), (3, vec![300, 300, 300, 40]));
        lanes.reserve_within(Room { entries: 200, ..Room::default() }, 4, 1000);
        assert_eq!((lanes.used, bytes(&mut lanes)), (1, vec![1900, 300, 300, 40]));
        // What is there already is used, whatever there is.
        lanes.reserve_within(floats(75), 4, 1000);
        assert_eq!((lanes.used, bytes(&mut lanes)), (3, vec![1900, 300, 300, 40]));
    }
}
