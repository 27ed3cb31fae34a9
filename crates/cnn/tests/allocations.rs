//! A training step allocates nothing, once each thread has the memory that it works in.

mod common;

use cnn::dataset::{Augment, ImageDataset};
use cnn::optim::OptimizerConfig;
#[cfg(feature = "threads")]
use cnn::par::Pool;
use cnn::session::{Session, SessionConfig};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
#[cfg(feature = "threads")]
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Counts the allocations of the threads that train: the test's harness has one of its own, which allocates when it
/// likes.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Whether this thread trains.
    static COUNTED: Cell<bool> = const { Cell::new(false) };
}

fn count() {
    if COUNTED.get() {
        COUNT.fetch_add(1, Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as the caller's.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of the first step, and of those three in a row, of so many threes, that allocate least.
fn counts(spec: &str, data: &ImageDataset, threes: usize) -> [usize; 2] {
    let config = common::config(1, 12, OptimizerConfig::default());
    let augment = Augment { shift: 1.0, rotation: 9.0, scaling: 0.1, thickness: 0.2, elastic: 1.0 };
    let mut session = Session::new(SessionConfig { spec: spec.parse().unwrap(), augment, ..config }).unwrap();
    let mut step = || {
        let before = COUNT.load(Relaxed);
        session.step(data).unwrap();
        COUNT.load(Relaxed) - before
    };
    let first = step();
    let mut least = usize::MAX;
    for _ in 0..threes {
        least = least.min(step() + step() + step());
        if least == 0 {
            break;
        }
    }
    [first, least]
}

/// [`counts()`] with so many threads, all of which are counted.
#[cfg(feature = "threads")]
fn counts_with(threads: usize, spec: &str, data: &ImageDataset, threes: usize) -> [usize; 2] {
    let pool = Arc::new(Pool::without_helpers(threads).unwrap());
    for index in 1..threads {
        let pool = pool.clone();
        std::thread::spawn(move || {
            COUNTED.set(true);
            pool.help(index);
        });
    }
    pool.install(|| counts(spec, data, threes))
}

#[test]
fn a_step_allocates_nothing_once_all_threads_have_worked() {
    COUNTED.set(true);
    let bars = common::bars(200, 0);
    let noise = common::noise(60);
    for (spec, data) in [
        (common::SPEC, &bars),
        (common::networks::LAB11_2, &noise),
        (common::networks::LAB11_3, &noise),
        (common::networks::NORMED, &noise),
    ] {
        // One thread has its memory after the first step. Of three, on a busy machine, one may be so late that the
        // others do its share of the first steps.
        for (threads, threes) in [(1, 1), (3, 50)] {
            #[cfg(feature = "threads")]
            let counts = counts_with(threads, spec, data, threes);
            #[cfg(not(feature = "threads"))]
            let counts = counts(spec, data, threes);
            assert!(counts[0] > 0, "the counter counts");
            let place = format!("three steps of\n{spec}\nwith {threads} threads");
            assert_eq!(counts[1], 0, "allocations of the {place}");
        }
    }
}
