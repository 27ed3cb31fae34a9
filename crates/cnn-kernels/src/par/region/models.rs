//! Regions under [loom](super::super::sync): every order of the threads' steps, with up to `LOOM_MAX_PREEMPTIONS` of
//! them interrupted.
//!
//! Loom fails a model in which threads wait for ever, access memory at the same time, or read what they need not see.

use super::Shared;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread::{self, JoinHandle};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Counts how often each piece was run, in memory that nothing but the region protects.
struct Counts(Vec<UnsafeCell<usize>>);

// SAFETY: loom sees to it that no two threads access one of them at the same time.
unsafe impl Sync for Counts {}

impl Counts {
    fn new(pieces: usize) -> Self {
        Self((0..pieces).map(|_| UnsafeCell::new(0)).collect())
    }

    fn add(&self, i: usize) {
        // SAFETY: loom sees to it that nobody else accesses it.
        self.0[i].with_mut(|count| unsafe { *count += 1 });
    }

    fn all(&self) -> Vec<usize> {
        // SAFETY: as above.
        self.0.iter().map(|count| count.with(|count| unsafe { *count })).collect()
    }
}

/// Runs a region, alone if another is open, and checks that each piece ran once.
fn region(shared: &Shared, pieces: usize) {
    let counts = Counts::new(pieces);
    if !shared.run(pieces, &|i| counts.add(i)) {
        (0..pieces).for_each(|i| counts.add(i));
    }
    assert_eq!(counts.all(), vec![1; pieces]);
}

/// A pool of so many threads and its helpers.
fn pool(threads: usize) -> (Arc<Shared>, Vec<JoinHandle<()>>) {
    let shared = Arc::new(Shared::new(threads));
    let helper = |index| {
        let shared = shared.clone();
        thread::spawn(move || shared.help(index))
    };
    let helpers = (1..threads).map(helper).collect();
    (shared, helpers)
}

/// Ends a pool as dropping it does.
fn end((shared, helpers): (Arc<Shared>, Vec<JoinHandle<()>>)) {
    shared.end();
    helpers.into_iter().for_each(|helper| helper.join().expect("a helper catches what its pieces throw"));
}

/// The helper joins in time, late, between the regions or never; it is awake or asleep.
#[test]
fn each_piece_of_two_regions_runs_once() {
    loom::model(|| {
        let pool = pool(2);
        region(&pool.0, 2);
        region(&pool.0, 3);
        end(pool);
    });
}

#[test]
fn two_helpers_share_a_region() {
    loom::model(|| {
        let pool = pool(3);
        region(&pool.0, 3);
        end(pool);
    });
}

#[test]
fn a_pool_ends_whatever_its_helpers_are_at() {
    loom::model(|| end(pool(3)));
}

/// A second caller finds the pool busy, or takes it over.
#[test]
fn two_callers_do_not_disturb_each_other() {
    loom::model(|| {
        let pool = pool(2);
        let shared = pool.0.clone();
        let other = thread::spawn(move || region(&shared, 2));
        region(&pool.0, 2);
        other.join().unwrap();
        end(pool);
    });
}

#[test]
fn a_panic_reaches_the_caller_and_the_next_region_runs() {
    loom::model(|| {
        let pool = pool(2);
        let counts = Counts::new(3);
        let result = catch_unwind(AssertUnwindSafe(|| {
            pool.0.run(3, &|i| {
                counts.add(i);
                if i == 1 {
                    // Unlike `panic!`, it prints nothing.
                    resume_unwind(Box::new("piece 1"));
                }
            })
        }));
        assert_eq!(result.expect_err("piece 1 panics").downcast_ref::<&str>(), Some(&"piece 1"));
        assert!(counts.all().iter().all(|&count| count <= 1) && counts.all()[1] == 1);
        region(&pool.0, 2);
        end(pool);
    });
}
