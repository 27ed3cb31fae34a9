//! Work in fixed pieces, spread over threads where there are any.
//!
//! Callers cut the work by its size alone, never by the number of threads, and each piece writes memory of
//! its own; sums over pieces are made afterwards, in the order of the pieces. So results are the same bit
//! for bit with any number of threads, and without them.

/// Runs `piece(0)`, …, `piece(pieces − 1)`, in any order and perhaps at the same time, and returns when all
/// are done.
pub fn pieces(pieces: usize, piece: impl Fn(usize) + Sync) {
    #[cfg(feature = "threads")]
    if pieces > 1 && rayon::current_num_threads() > 1 {
        use rayon::prelude::*;
        (0..pieces).into_par_iter().with_max_len(1).for_each(&piece);
        return;
    }
    (0..pieces).for_each(piece);
}

/// Number of threads that [`pieces`] spreads over.
pub fn threads() -> usize {
    #[cfg(feature = "threads")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "threads"))]
    1
}
