//! Work in fixed pieces, spread over threads where there are any.
//!
//! Callers cut the work by its size alone, never by the number of threads, and each piece writes memory of
//! its own; sums over pieces are made afterwards, in the order of the pieces. So results are the same bit
//! for bit with any number of threads, and without them.

#[cfg(feature = "threads")]
use rayon::prelude::*;

/// Runs `piece(0)`, …, `piece(pieces − 1)`, in any order and perhaps at the same time, and returns when all
/// are done.
pub fn pieces(pieces: usize, piece: impl Fn(usize) + Sync) {
    #[cfg(feature = "threads")]
    if pieces > 1 && threads() > 1 {
        (0..pieces).into_par_iter().with_max_len(1).for_each(&piece);
        return;
    }
    (0..pieces).for_each(piece);
}

/// Cuts `data` into chunks of `len` (the last may be shorter) and runs `piece(i, chunk)` for each, like
/// [`pieces()`].
pub fn chunks_mut<T: Send>(data: &mut [T], len: usize, piece: impl Fn(usize, &mut [T]) + Sync) {
    #[cfg(feature = "threads")]
    if data.len() > len && threads() > 1 {
        data.par_chunks_mut(len).with_max_len(1).enumerate().for_each(|(i, chunk)| piece(i, chunk));
        return;
    }
    data.chunks_mut(len).enumerate().for_each(|(i, chunk)| piece(i, chunk));
}

/// [`chunks_mut`] over two slices that are cut into equally many chunks, `a` by `len_a` and `b` by `len_b`.
pub fn chunks_mut2<A: Send, B: Send>(
    (a, len_a): (&mut [A], usize),
    (b, len_b): (&mut [B], usize),
    piece: impl Fn(usize, &mut [A], &mut [B]) + Sync,
) {
    debug_assert_eq!(a.len().div_ceil(len_a), b.len().div_ceil(len_b));
    #[cfg(feature = "threads")]
    if a.len() > len_a && threads() > 1 {
        let b = b.par_chunks_mut(len_b).with_max_len(1);
        a.par_chunks_mut(len_a).with_max_len(1).zip(b).enumerate().for_each(|(i, (a, b))| piece(i, a, b));
        return;
    }
    a.chunks_mut(len_a).zip(b.chunks_mut(len_b)).enumerate().for_each(|(i, (a, b))| piece(i, a, b));
}

/// Number of threads that the work is spread over, at least 1.
pub fn threads() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}

/// Which of the [`threads`] this is, from 0: for working space of its own. Results must not depend on it.
pub fn current_thread() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_thread_index().unwrap_or(0);
    #[cfg(not(feature = "threads"))]
    0
}
