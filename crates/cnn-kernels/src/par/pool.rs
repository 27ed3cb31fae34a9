//! A pool of threads for many short pieces of work: a training step is some dozens of *regions* of 0.05 to 5 ms.
//!
//! Whoever calls [`run`] opens a region, works at its pieces itself and returns when all are done. The others, the
//! pool's *helpers*, join in if they are there in time; nobody waits for one that is not. So a helper that never
//! started, or that the operating system keeps waiting, costs speed and nothing else. Between regions helpers look
//! out for the next one for a fraction of a millisecond, as waking a sleeping thread takes 20 to 50 µs, and then
//! sleep: a paused program costs nothing.
//!
//! There is no queue. Regions come one at a time; a second one meanwhile, from a piece or from another thread, is
//! done by its caller alone. Nothing is allocated for a region.

use std::any::Any;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

/// How often a thread that waits looks before it sleeps: some 200 µs. WebAssembly has no instruction for a pause
/// between two looks, which elsewhere is most of the time.
const LOOKS: u32 = if cfg!(target_family = "wasm") { 200_000 } else { 5_000 };

/// Bit of [`Shared::gate`]: the region may have pieces left.
const OPEN: u32 = 1;
/// [`Shared::gate`] counts the helpers inside in units of this.
const HELPER: u32 = 2;

/// The work of a region.
#[derive(Clone, Copy)]
struct Job {
    pieces: usize,
    piece: &'static (dyn Fn(usize) + Sync),
}

/// What the threads of a pool share.
struct Shared {
    threads: usize,
    /// Someone has a region.
    busy: AtomicBool,
    /// [`OPEN`] and the number of helpers inside. While it is 0 the caller alone touches `job`.
    gate: AtomicU32,
    job: UnsafeCell<Job>,
    next: Apart<AtomicUsize>,
    /// The pool's end has come.
    ended: AtomicBool,
    /// A helper has died inside a region and will never leave it.
    helper_failed: AtomicBool,
    /// What the first piece that panicked said.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    /// Held while going to sleep and while waking, so that no call is missed.
    bed: Mutex<()>,
    /// Helpers asleep, and what wakes them.
    asleep: AtomicUsize,
    wake: Condvar,
    /// Whether the caller sleeps until the last helper has left, and what wakes it.
    waiting: AtomicBool,
    left: Condvar,
}

/// On a cache line of its own (two, as processors fetch pairs).
#[repr(align(128))]
struct Apart<T>(T);

// SAFETY: all fields but `job` are `Sync` by themselves. `job` is written only by the one thread that has set `busy`,
// while `gate` is 0, and read by helpers only between joining and leaving, when `gate` is not 0; joining acquires
// what opening the gate released, and the caller acquires what leaving released.
unsafe impl Sync for Shared {}

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
    /// A pool of so many threads, at least 1: the one that calls, and helpers that are started here. Where the
    /// system refuses to start one, its share of the work is done by the others. WebAssembly can't start any.
    pub fn new(threads: usize) -> Self {
        let mut pool = Self::without_helpers(threads);
        if cfg!(target_family = "wasm") {
            return pool;
        }
        let start = |index| {
            let shared = pool.shared.clone();
            thread::Builder::new().name(format!("cnn helper {index}")).spawn(move || shared.help(index))
        };
        pool.handles = (1..pool.shared.threads).map_while(|index| start(index).ok()).collect();
        pool
    }

    /// A pool of so many threads, at least 1, whose helpers come from elsewhere: each calls [`Pool::help`].
    pub fn without_helpers(threads: usize) -> Self {
        let nothing: &(dyn Fn(usize) + Sync) = &|_| {};
        let shared = Shared {
            threads: threads.max(1),
            busy: AtomicBool::new(false),
            gate: AtomicU32::new(0),
            job: UnsafeCell::new(Job { pieces: 0, piece: nothing }),
            next: Apart(AtomicUsize::new(0)),
            ended: AtomicBool::new(false),
            helper_failed: AtomicBool::new(false),
            panic: Mutex::new(None),
            bed: Mutex::new(()),
            asleep: AtomicUsize::new(0),
            wake: Condvar::new(),
            waiting: AtomicBool::new(false),
            left: Condvar::new(),
        };
        Self { shared: Arc::new(shared), handles: Vec::new() }
    }

    /// Makes this thread helper `index` of the pool, from 1 to its number of threads − 1 and no two the same, until
    /// the pool is dropped.
    ///
    /// # Panics
    /// If there is no such helper.
    pub fn help(&self, index: usize) {
        self.shared.clone().help(index);
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
        self.shared.ended.store(true, SeqCst);
        drop(lock(&self.shared.bed));
        self.shared.wake.notify_all();
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

/// Makes the process's pool: so many threads, 0 for as many as the machine has. In a browser its helpers come from
/// the page, by [`help`]. Returns whether there was none yet; else that one stays.
pub fn start(threads: usize) -> bool {
    let threads = if threads == 0 { machine_threads() } else { threads };
    let mut new = false;
    PROCESS.get_or_init(|| {
        new = true;
        Pool::new(threads)
    });
    new
}

/// Makes this thread helper `index` of the process's pool; see [`Pool::help`].
pub fn help(index: usize) {
    process().help(index);
}

/// Says that a helper of the process's pool has died in the middle of a piece, as an exception of WebAssembly kills
/// it: work that it was at, and all work from now on, ends the program in place of waiting for it for ever.
pub fn helper_failed() {
    let shared = &process().shared;
    shared.helper_failed.store(true, SeqCst);
    drop(lock(&shared.bed));
    shared.left.notify_all();
}

/// Number of threads that the work is spread over, at least 1.
pub fn threads() -> usize {
    INSTALLED.with_borrow(|pool| pool.as_ref().unwrap_or_else(|| &process().shared).threads)
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
    if !shared.is_some_and(|pool| pool.threads > 1 && pool.run(pieces, piece)) {
        (0..pieces).for_each(piece);
    }
}

fn process() -> &'static Pool {
    PROCESS.get_or_init(|| Pool::new(machine_threads()))
}

fn machine_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

impl Shared {
    /// Runs all pieces, with whatever helpers come; returns false at once if a region is open.
    fn run(&self, pieces: usize, piece: &(dyn Fn(usize) + Sync)) -> bool {
        if self.busy.swap(true, Acquire) {
            return false;
        }
        self.check_helpers();
        // SAFETY: only the lifetime changes. Nobody calls it once `gate` is back at 0, which this function waits for
        // on every way out: a panic of a piece is caught, and there is none where a helper has died.
        let piece =
            unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(piece) };
        let job = Job { pieces, piece };
        // SAFETY: this thread has set `busy`, and `gate` is 0: nobody else is at it.
        unsafe { *self.job.get() = job };
        self.next.0.store(0, Relaxed);
        self.gate.store(OPEN, SeqCst);
        let asleep = self.asleep.load(SeqCst);
        if asleep > 0 {
            drop(lock(&self.bed));
            (1..pieces).take(asleep).for_each(|_| self.wake.notify_one());
        }
        self.work(job);
        self.wait_for_helpers();
        let panic = lock(&self.panic).take();
        self.busy.store(false, SeqCst);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
        true
    }

    /// Takes pieces until there are none, and then closes the gate.
    fn work(&self, job: Job) {
        let all = catch_unwind(AssertUnwindSafe(|| {
            loop {
                let i = self.next.0.fetch_add(1, Relaxed);
                if i >= job.pieces {
                    break;
                }
                (job.piece)(i);
            }
        }));
        if let Err(panic) = all {
            // No further piece is begun.
            self.next.0.store(job.pieces, Relaxed);
            lock(&self.panic).get_or_insert(panic);
        }
        self.gate.fetch_and(!OPEN, SeqCst);
    }

    fn wait_for_helpers(&self) {
        if look_until(|| self.gate.load(SeqCst) == 0) {
            return;
        }
        let mut bed = lock(&self.bed);
        self.waiting.store(true, SeqCst);
        while self.gate.load(SeqCst) != 0 {
            self.check_helpers();
            bed = self.left.wait(bed).unwrap_or_else(PoisonError::into_inner);
        }
        self.waiting.store(false, SeqCst);
    }

    /// Ends the program if a helper has died.
    fn check_helpers(&self) {
        /// No panic gets out of a function with this interface: the dead helper still counts as one that may use
        /// what the caller's frames hold.
        extern "C" fn give_up() -> ! {
            panic!("a helper of the thread pool has died");
        }
        if self.helper_failed.load(SeqCst) {
            give_up();
        }
    }

    /// The life of a helper.
    fn help(self: Arc<Self>, index: usize) {
        assert!((1..self.threads).contains(&index), "helper {index} of a pool of {} threads", self.threads);
        // What a piece itself wants to spread goes to this pool too: it is busy, so the piece does it alone.
        let _place = Place::take(self.clone(), index);
        while !self.ended.load(SeqCst) {
            let gate = self.gate.load(SeqCst);
            if gate & OPEN != 0 {
                if self.gate.compare_exchange(gate, gate + HELPER, SeqCst, Relaxed).is_ok() {
                    // SAFETY: this thread is counted in `gate`, which keeps the caller from touching `job`.
                    self.work(unsafe { *self.job.get() });
                    self.leave();
                }
            } else if !look_until(|| self.gate.load(Relaxed) & OPEN != 0) {
                self.sleep();
            }
        }
    }

    fn leave(&self) {
        let before = self.gate.fetch_sub(HELPER, SeqCst);
        // From here on the region may be over, but `self` is kept alive by this thread's `Arc`.
        if before & !OPEN == HELPER && self.waiting.load(SeqCst) {
            drop(lock(&self.bed));
            self.left.notify_all();
        }
    }

    /// Sleeps until a region opens or the pool ends; may wake for nothing.
    fn sleep(&self) {
        let bed = lock(&self.bed);
        self.asleep.fetch_add(1, SeqCst);
        // Whoever opens the gate looks at `asleep` afterwards: one of the two sees the other.
        if self.gate.load(SeqCst) & OPEN == 0 && !self.ended.load(SeqCst) {
            drop(self.wake.wait(bed));
        }
        self.asleep.fetch_sub(1, SeqCst);
    }
}

/// Looks for a while; tells whether it became true.
fn look_until(ready: impl Fn() -> bool) -> bool {
    (0..LOOKS).any(|_| {
        std::hint::spin_loop();
        ready()
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
