//! One region of work after the other: what the threads of a pool share, and how they agree.
//!
//! Whoever has work opens a *region*, works at its pieces itself and returns when all are done. *Helpers* join in if
//! they are there in time; nobody waits for one that is not. Between regions helpers look out for the next one for a
//! fraction of a millisecond, as waking a sleeping thread takes 20 to 50 µs, and then sleep.
//!
//! Each thread has a range of the pieces, its own in every region, and takes from the others' when that is done: so
//! what one layer has left in a core's cache, the next mostly finds there.

#[cfg(all(test, loom))]
mod models;

use super::sync::{AtomicBool, AtomicU32, AtomicUsize, Condvar, Mutex, MutexGuard, Slot};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};

/// How often a thread that waits looks before it sleeps: some 200 µs. WebAssembly has no instruction for a pause
/// between two looks, which elsewhere is most of the time.
/// A model of the pool has threads sleep at once.
const LOOKS: u32 = if cfg!(loom) {
    0
} else if cfg!(target_family = "wasm") {
    200_000
} else {
    5_000
};

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
pub(super) struct Shared {
    threads: usize,
    /// Someone has a region.
    busy: AtomicBool,
    /// [`OPEN`] and the number of helpers inside. While it is 0 the caller alone touches `job`.
    gate: AtomicU32,
    job: Slot<Job>,
    /// For each thread the next piece of its range.
    next: Box<[Apart<AtomicUsize>]>,
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

impl Shared {
    /// For so many threads, at least 1.
    pub(super) fn new(threads: usize) -> Self {
        let nothing: &(dyn Fn(usize) + Sync) = &|_| {};
        let threads = threads.max(1);
        Self {
            threads,
            busy: AtomicBool::new(false),
            gate: AtomicU32::new(0),
            job: Slot::new(Job { pieces: 0, piece: nothing }),
            next: (0..threads).map(|_| Apart(AtomicUsize::new(0))).collect(),
            ended: AtomicBool::new(false),
            helper_failed: AtomicBool::new(false),
            panic: Mutex::new(None),
            bed: Mutex::new(()),
            asleep: AtomicUsize::new(0),
            wake: Condvar::new(),
            waiting: AtomicBool::new(false),
            left: Condvar::new(),
        }
    }

    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// Lets the helpers go.
    pub(super) fn end(&self) {
        self.ended.store(true, SeqCst);
        drop(lock(&self.bed));
        self.wake.notify_all();
    }

    /// Says that a helper has died inside a region.
    pub(super) fn helper_failed(&self) {
        self.helper_failed.store(true, SeqCst);
        drop(lock(&self.bed));
        self.left.notify_all();
    }

    /// Runs all pieces, with whatever helpers come; returns false at once if a region is open.
    pub(super) fn run(&self, pieces: usize, piece: &(dyn Fn(usize) + Sync)) -> bool {
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
        unsafe { self.job.write(job) };
        self.next.iter().enumerate().for_each(|(i, next)| next.0.store(self.start(i, pieces), Relaxed));
        self.gate.store(OPEN, SeqCst);
        let asleep = self.asleep.load(SeqCst);
        if asleep > 0 {
            drop(lock(&self.bed));
            (1..pieces).take(asleep).for_each(|_| self.wake.notify_one());
        }
        self.work(0, job);
        self.wait_for_helpers();
        let panic = lock(&self.panic).take();
        self.busy.store(false, SeqCst);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
        true
    }

    /// Takes pieces as thread `index` until there are none, and then closes the gate.
    fn work(&self, index: usize, job: Job) {
        let all = catch_unwind(AssertUnwindSafe(|| {
            for range in (index..self.threads).chain(0..index) {
                let end = self.start(range + 1, job.pieces);
                loop {
                    let i = self.next[range].0.fetch_add(1, Relaxed);
                    if i >= end {
                        break;
                    }
                    (job.piece)(i);
                }
            }
        }));
        if let Err(panic) = all {
            // No further piece is begun.
            self.next.iter().for_each(|next| next.0.store(job.pieces, Relaxed));
            lock(&self.panic).get_or_insert(panic);
        }
        self.gate.fetch_and(!OPEN, SeqCst);
    }

    /// Where a thread's range of the pieces starts.
    fn start(&self, thread: usize, pieces: usize) -> usize {
        thread * pieces / self.threads
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

    /// The life of helper `index`.
    pub(super) fn help(&self, index: usize) {
        assert!((1..self.threads).contains(&index), "helper {index} of a pool of {} threads", self.threads);
        while !self.ended.load(SeqCst) {
            let gate = self.gate.load(SeqCst);
            if gate & OPEN != 0 {
                if self.gate.compare_exchange(gate, gate + HELPER, SeqCst, Relaxed).is_ok() {
                    // SAFETY: this thread is counted in `gate`, which keeps the caller from touching `job`.
                    self.work(index, unsafe { self.job.read() });
                    self.leave();
                }
            } else if !look_until(|| self.gate.load(Relaxed) & OPEN != 0) {
                self.sleep();
            }
        }
    }

    fn leave(&self) {
        let before = self.gate.fetch_sub(HELPER, SeqCst);
        // From here on the region may be over, but `self` is still borrowed.
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
