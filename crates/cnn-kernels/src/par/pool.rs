//! A pool of threads for many short pieces of work: a training step is some dozens of regions of 0.05 to 5 ms.
//!
//! Whoever calls takes part, and helpers join in (see [`region`](super::region)). A helper that never started, or that
//! the operating system keeps waiting, costs speed and nothing else; a paused program costs nothing.
//!
//! There is no queue. Regions come one at a time; a second one meanwhile, from a piece or from another thread, is
//! done by its caller alone. Nothing is allocated for a region.

use super::region::Shared;
use super::{MAX_THREADS, ThreadCountError, check_threads};
use std::cell::{Cell, RefCell};
use std::sync::{Arc, OnceLock};
use std::thread;

thread_local! {
    /// Which of its pool's threads this is: 0 for those who call.
    static INDEX: Cell<usize> = const { Cell::new(0) };
    /// The pool that takes this thread's work in place of the process's.
    static INSTALLED: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

/// The process's pool.
static PROCESS: OnceLock<Pool> = OnceLock::new();

/// Threads that share work; see the [module](super).
pub struct Pool {
    shared: Arc<Shared>,
    handles: Vec<thread::JoinHandle<()>>,
}

impl Pool {
    /// A pool of so many threads: the one that calls, and helpers that are started here. Where the system refuses to start
    /// one, its share of the work is done by the others. WebAssembly can't start any.
    ///
    /// # Errors
    /// [`ThreadCountError`] unless there are 1 to [`MAX_THREADS`].
    pub fn new(threads: usize) -> Result<Self, ThreadCountError> {
        let mut pool = Self::without_helpers(threads)?;
        if cfg!(target_family = "wasm") {
            return Ok(pool);
        }
        let start = |index| {
            let shared = pool.shared.clone();
            thread::Builder::new().name(format!("cnn helper {index}")).spawn(move || help_in(shared, index))
        };
        pool.handles = (1..pool.shared.threads()).map_while(|index| start(index).ok()).collect();
        Ok(pool)
    }

    /// A pool of so many threads whose helpers come from elsewhere: each calls [`Pool::help`].
    ///
    /// # Errors
    /// [`ThreadCountError`] unless there are 1 to [`MAX_THREADS`].
    pub fn without_helpers(threads: usize) -> Result<Self, ThreadCountError> {
        Ok(Self { shared: Arc::new(Shared::new(check_threads(threads)?)), handles: Vec::new() })
    }

    /// Makes this thread helper `index` of the pool, from 1 to its number of threads − 1 and no two the same, until
    /// the pool is dropped.
    ///
    /// # Panics
    /// If there is no such helper.
    pub fn help(&self, index: usize) {
        help_in(self.shared.clone(), index);
    }

    /// Runs `f` on this thread, with its work going to this pool.
    pub fn install<R>(&self, f: impl FnOnce() -> R) -> R {
        let _place = Place::take(self.shared.clone(), 0);
        f()
    }
}

impl Drop for Pool {
    /// Ends the helpers, and waits for those that [`Pool::new`] started.
    fn drop(&mut self) {
        self.shared.end();
        for handle in self.handles.drain(..) {
            handle.join().expect("a helper catches what its pieces throw");
        }
    }
}

/// A thread's place in a pool; dropping it puts back the one before.
struct Place(usize, Option<Arc<Shared>>);

impl Place {
    fn take(shared: Arc<Shared>, index: usize) -> Self {
        Self(INDEX.replace(index), INSTALLED.replace(Some(shared)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        INDEX.set(self.0);
        INSTALLED.set(self.1.take());
    }
}

fn help_in(shared: Arc<Shared>, index: usize) {
    // What a piece itself wants to spread goes to this pool too: it is busy, so the piece does it alone.
    let _place = Place::take(shared.clone(), index);
    shared.help(index);
}

/// Makes the process's pool of so many threads. In a browser its helpers come from the page, by [`help`]; natively the
/// first work makes one of as many as the machine has, if there is none. Returns whether there was none yet; else that
/// one stays.
///
/// # Errors
/// [`ThreadCountError`] unless there are 1 to [`MAX_THREADS`].
pub fn start(threads: usize) -> Result<bool, ThreadCountError> {
    check_threads(threads)?;
    let mut new = false;
    PROCESS.get_or_init(|| {
        new = true;
        pool_of(threads)
    });
    Ok(new)
}

/// Makes this thread helper `index` of the process's pool; see [`Pool::help`].
pub fn help(index: usize) {
    process().help(index);
}

/// Says that a helper of the process's pool has died in the middle of a piece, as an exception of WebAssembly kills
/// it: work that it was at, and all work from now on, ends the program in place of waiting for it for ever.
pub fn helper_failed() {
    process().shared.helper_failed();
}

/// Number of threads that the work is spread over, at least 1.
pub fn threads() -> usize {
    INSTALLED.with_borrow(|pool| pool.as_ref().unwrap_or_else(|| &process().shared).threads())
}

/// Which of the [`threads`] this is, from 0: for working space of its own. Results must not depend on it.
pub fn current_thread() -> usize {
    INDEX.get()
}

/// See [`super::pieces`].
pub(super) fn run(pieces: usize, piece: &(dyn Fn(usize) + Sync)) {
    // The one in place is held by a handle of its own: a piece may install another.
    let pool = (pieces > 1).then(|| INSTALLED.with_borrow(Clone::clone));
    let shared = pool.as_ref().map(|pool| pool.as_ref().unwrap_or_else(|| &process().shared));
    if !shared.is_some_and(|pool| pool.threads() > 1 && pool.run(pieces, piece)) {
        (0..pieces).for_each(piece);
    }
}

fn process() -> &'static Pool {
    PROCESS.get_or_init(|| pool_of(thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS)))
}

/// A pool of a number of threads that was checked.
fn pool_of(threads: usize) -> Pool {
    Pool::new(threads).expect("1 to 512 threads")
}
