//! After the first batch a training step allocates nothing.

mod common;

use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use cnn::spec::PRESETS;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller's.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_step_after_the_first_allocates_nothing() {
    let bars = common::bars(200, 0);
    let noise = common::noise(60);
    // One thread: the pool itself may allocate when it hands out work.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let networks = [(common::SPEC, &bars), (PRESETS[0].spec, &noise), (PRESETS[1].spec, &noise)];
    for (spec, data) in networks {
        let counts = pool.install(|| {
            let config = common::config(1, 12, OptimizerConfig::default());
            let mut session = Session::new(SessionConfig { spec: spec.parse().unwrap(), ..config }).unwrap();
            let mut count = || {
                let before = COUNT.get();
                session.step(data).unwrap();
                COUNT.get() - before
            };
            [count(), count(), count(), count()]
        });
        assert!(counts[0] > 0, "the counter counts");
        assert_eq!(counts[1..], [0, 0, 0], "allocations of the second, third and fourth step of\n{spec}");
    }
}
