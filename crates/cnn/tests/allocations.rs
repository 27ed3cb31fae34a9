//! After the first batch a training step allocates nothing.

mod common;

use cnn::dataset::Dataset;
use cnn::optim::OptimizerConfig;
#[cfg(feature = "threads")]
use cnn::par::Pool;
use cnn::session::{Session, SessionConfig};
use cnn::spec::PRESETS;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Counts the allocations of all threads.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Relaxed);
        // SAFETY: as the caller's.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations of each of four steps.
fn counts(spec: &str, data: &Dataset) -> [usize; 4] {
    let config = common::config(1, 12, OptimizerConfig::default());
    let mut session = Session::new(SessionConfig { spec: spec.parse().unwrap(), ..config }).unwrap();
    [(); 4].map(|()| {
        let before = COUNT.load(Relaxed);
        session.step(data).unwrap();
        COUNT.load(Relaxed) - before
    })
}

#[test]
fn a_step_after_the_first_allocates_nothing() {
    let bars = common::bars(200, 0);
    let noise = common::noise(60);
    for (spec, data) in [(common::SPEC, &bars), (PRESETS[0].spec, &noise), (PRESETS[1].spec, &noise)] {
        for threads in [1, 3] {
            #[cfg(feature = "threads")]
            let counts = Pool::new(threads).install(|| counts(spec, data));
            #[cfg(not(feature = "threads"))]
            let counts = counts(spec, data);
            assert!(counts[0] > 0, "the counter counts");
            let place = format!("second, third and fourth step of\n{spec}\nwith {threads} threads");
            assert_eq!(counts[1..], [0, 0, 0], "allocations of the {place}");
        }
    }
}
