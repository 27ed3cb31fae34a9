//! Working space that only grows.

use super::gather::Entry;
use super::tile::Row;
use crate::par;
use std::sync::{Mutex, MutexGuard};

/// Working space of the kernels, owned by the caller and reused from call to call. It grows to what the
/// largest call needs and then stays, so that a training step allocates nothing after the first; with several threads,
/// after the first in which all of them were in time to work.
///
/// What is in it between two calls is unspecified; no result depends on it.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Weights in the order in which a kernel reads them.
    pub(super) packed: Vec<f32>,
    /// Lists of what is not zero, and where they begin.
    pub(super) entries: Vec<Entry>,
    pub(super) starts: Vec<u32>,
    /// Rows of a product in tiles.
    pub(super) rows: Vec<Row>,
    /// One partial result for each piece of work.
    pub(super) partials: Vec<f32>,
    /// Working space of each thread.
    pub(super) lanes: Lanes,
}

/// A [`Lane`] for each thread.
#[derive(Debug, Default)]
pub(super) struct Lanes(Vec<Mutex<Lane>>);

/// Working space of one thread.
#[derive(Debug, Default)]
pub(super) struct Lane {
    pub(super) floats: Vec<f32>,
    pub(super) entries: Vec<Entry>,
    pub(super) counts: Vec<u32>,
    pub(super) codes: Vec<[u8; 16]>,
}

impl Lanes {
    /// Makes room for each thread: so many floats, entries and counts.
    pub(super) fn reserve(&mut self, floats: usize, entries: usize, counts: usize) {
        self.for_each(|lane| {
            grown(&mut lane.floats, floats);
            grown(&mut lane.entries, entries);
            grown(&mut lane.counts, counts);
        });
    }

    /// Makes room for each thread: so many groups of codes.
    pub(super) fn reserve_codes(&mut self, codes: usize) {
        self.for_each(|lane| {
            grown(&mut lane.codes, codes);
        });
    }

    fn for_each(&mut self, visit: impl Fn(&mut Lane)) {
        let threads = par::threads().max(self.0.len());
        self.0.resize_with(threads, Mutex::default);
        for lane in &mut self.0 {
            visit(lane.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner()));
        }
    }

    /// The current thread's lane. Never contended: a thread runs one piece at a time.
    pub(super) fn current(&self) -> MutexGuard<'_, Lane> {
        self.0[par::current_thread()].lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The first `len` elements of `buffer`, which grows if it must, by no more than that. Their content is unspecified.
pub fn grown<T: Clone + Default>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    if buffer.len() < len {
        // What a spec may take is reckoned with it.
        buffer.reserve_exact(len - buffer.len());
        buffer.resize(len, T::default());
    }
    &mut buffer[..len]
}

/// A slice that several pieces of work write to at once, each to places of its own.
pub(super) struct Shared<T>(*mut T);

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
    pub(super) fn new(slice: &mut [T]) -> Self {
        Self(slice.as_mut_ptr())
    }

    /// The same memory, counted from `offset` on.
    pub(super) fn at(self, offset: usize) -> Self {
        Self(self.0.wrapping_add(offset))
    }

    /// The same memory as the part from `offset` on of something larger.
    pub(super) fn before(self, offset: usize) -> Self {
        Self(self.0.wrapping_sub(offset))
    }

    pub(super) fn get(self) -> *mut T {
        self.0
    }
}
