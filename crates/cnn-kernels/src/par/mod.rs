//! Work in fixed pieces, spread over threads where there are any.
//!
//! Callers cut the work by its size alone, never by the number of threads, and each piece writes memory of
//! its own; sums over pieces are made afterwards, in the order of the pieces. So results are the same bit
//! for bit with any number of threads, and without them.
//!
//! Work goes to the process's pool, which [`start`] makes and, natively, the first work does; [`Pool::install`]
//! puts another one in its place for a while. In a browser threads can't be made from here: a page starts
//! workers and has each call [`help`].
//!
//! `./build.sh test loom` checks models of how the threads agree (`sync.rs` says what they leave out), `asan` runs the
//! kernels on several threads under AddressSanitizer, and `wasm` trains on two and three threads of a browser.

#[cfg(feature = "threads")]
mod pool;
#[cfg(feature = "threads")]
mod region;
#[cfg(feature = "threads")]
mod sync;

#[cfg(feature = "threads")]
pub use pool::{Pool, current_thread, help, helper_failed, start, threads};

use std::marker::PhantomData;

/// Most threads of a pool: more than one for each core of any machine only costs.
pub const MAX_THREADS: usize = 512;

/// A number of threads that no pool can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("got {got} threads, but a pool has 1 to 512")]
#[non_exhaustive]
pub struct ThreadCountError {
    /// The number given.
    pub got: usize,
}

/// Checks that a pool can have so many threads: 1 to [`MAX_THREADS`].
fn check_threads(got: usize) -> Result<usize, ThreadCountError> {
    if (1..=MAX_THREADS).contains(&got) { Ok(got) } else { Err(ThreadCountError { got }) }
}

/// Runs `piece(0)`, …, `piece(pieces − 1)`, in any order and perhaps at the same time, and returns when all
/// are done. A piece that calls this again does all of that work itself.
pub fn pieces(pieces: usize, piece: impl Fn(usize) + Sync) {
    #[cfg(feature = "threads")]
    pool::run(pieces, &piece);
    #[cfg(not(feature = "threads"))]
    (0..pieces).for_each(piece);
}

/// Cuts `data` into chunks of `len` (the last may be shorter) and runs `piece(i, chunk)` for each, like
/// [`pieces()`].
///
/// # Panics
/// If `len` is 0.
pub fn chunks_mut<T: Send>(data: &mut [T], len: usize, piece: impl Fn(usize, &mut [T]) + Sync) {
    let data = Cut::new(data, len);
    pieces(data.count(), |i| {
        // SAFETY: `pieces` runs each piece once.
        piece(i, unsafe { data.chunk(i) })
    });
}

/// [`chunks_mut`] over two slices that are cut into equally many chunks, `a` by `len_a` and `b` by `len_b`.
///
/// # Panics
/// If a length is 0 or there are not as many chunks of the one as of the other.
pub fn chunks_mut2<A: Send, B: Send>(
    (a, len_a): (&mut [A], usize),
    (b, len_b): (&mut [B], usize),
    piece: impl Fn(usize, &mut [A], &mut [B]) + Sync,
) {
    let (a, b) = (Cut::new(a, len_a), Cut::new(b, len_b));
    assert_eq!(a.count(), b.count(), "chunks of the two slices");
    pieces(a.count(), |i| {
        // SAFETY: `pieces` runs each piece once.
        unsafe { piece(i, a.chunk(i), b.chunk(i)) }
    });
}

/// Makes the process's pool: without the feature `threads` there is none to make.
///
/// # Errors
/// [`ThreadCountError`] for a number that no pool can have.
#[cfg(not(feature = "threads"))]
pub fn start(threads: usize) -> Result<bool, ThreadCountError> {
    check_threads(threads).map(|_| true)
}

/// Number of threads that the work is spread over, at least 1.
#[cfg(not(feature = "threads"))]
pub fn threads() -> usize {
    1
}

/// Which of the [`threads`] this is, from 0: for working space of its own. Results must not depend on it.
#[cfg(not(feature = "threads"))]
pub fn current_thread() -> usize {
    0
}

/// A slice that is handed out in chunks, each to whoever runs its piece.
struct Cut<'a, T> {
    data: *mut T,
    len: usize,
    chunk: usize,
    borrowed: PhantomData<&'a mut [T]>,
}

// SAFETY: all that can be had through a shared `Cut` is a chunk that nobody else has (see `chunk`), which is as
// good as sending that chunk there.
unsafe impl<T: Send> Sync for Cut<'_, T> {}

impl<'a, T> Cut<'a, T> {
    fn new(data: &'a mut [T], chunk: usize) -> Self {
        assert!(chunk > 0, "chunks of length 0");
        Self { len: data.len(), data: data.as_mut_ptr(), chunk, borrowed: PhantomData }
    }

    fn count(&self) -> usize {
        self.len.div_ceil(self.chunk)
    }

    /// # Safety
    /// Nobody else has chunk `i`.
    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "the caller sees to it that there is one of each")]
    unsafe fn chunk(&self, i: usize) -> &mut [T] {
        let start = (i * self.chunk).min(self.len);
        let len = self.chunk.min(self.len - start);
        // SAFETY: a part of the slice that is borrowed for `'a`; chunks don't overlap, and by the caller's promise
        // this one is nobody else's.
        unsafe { std::slice::from_raw_parts_mut(self.data.add(start), len) }
    }
}
