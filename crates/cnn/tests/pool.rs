//! The thread pool: every piece once, whatever the threads do.

#![cfg(feature = "threads")]

use cnn::par::{self, Pool};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

/// Runs a region and checks that each piece ran once, on a thread of the pool.
fn check_region(pieces: usize) {
    let counts: Vec<AtomicU32> = (0..pieces).map(|_| AtomicU32::new(0)).collect();
    par::pieces(pieces, |i| {
        assert!(par::current_thread() < par::threads());
        counts[i].fetch_add(1, SeqCst);
    });
    assert!(counts.iter().all(|count| count.load(SeqCst) == 1), "{pieces} pieces: {counts:?}");
}

#[test]
fn every_piece_runs_once_in_many_regions() {
    for threads in [1, 2, 3, 8] {
        Pool::new(threads).unwrap().install(|| {
            assert_eq!(par::threads(), threads);
            for round in 0..3000 {
                check_region(round % 13);
            }
            check_region(10_000);
        });
    }
}

#[test]
fn helpers_wake_up_again_after_a_sleep() {
    Pool::new(3).unwrap().install(|| {
        for _ in 0..30 {
            thread::sleep(Duration::from_millis(3));
            check_region(7);
        }
    });
}

#[test]
fn all_threads_of_a_pool_work_at_once() {
    Pool::new(4).unwrap().install(|| {
        // No piece ends before all four have begun.
        let meeting = Barrier::new(4);
        for _ in 0..50 {
            par::pieces(4, |_| {
                meeting.wait();
            });
        }
    });
}

#[test]
fn chunks_cover_a_slice_and_do_not_overlap() {
    Pool::new(3).unwrap().install(|| {
        for (len, chunk) in [(0, 4), (1, 4), (4, 4), (1000, 7), (1001, 1000)] {
            let (mut a, mut b) = (vec![0; len], vec![0; len]);
            par::chunks_mut(&mut a, chunk, |i, a| {
                a.iter_mut().enumerate().for_each(|(j, a)| *a += i * chunk + j + 1);
            });
            assert!(a.iter().copied().eq(1..=len), "{a:?}");
            par::chunks_mut2((&mut a, chunk), (&mut b, chunk), |_, a, b| b.copy_from_slice(a));
            assert_eq!(a, b);
        }
    });
    let uneven = catch_unwind(|| par::chunks_mut2((&mut [0; 4], 2), (&mut [0; 6], 2), |_, _, _| {}));
    assert!(uneven.is_err(), "three chunks for two");
}

#[test]
fn a_region_inside_a_piece_is_done_by_its_thread() {
    Pool::new(3).unwrap().install(|| {
        let inner = AtomicUsize::new(0);
        par::pieces(20, |_| {
            let thread = par::current_thread();
            par::pieces(10, |_| {
                assert_eq!(par::current_thread(), thread);
                inner.fetch_add(1, SeqCst);
            });
        });
        assert_eq!(inner.load(SeqCst), 200);
    });
}

#[test]
fn a_pool_inside_a_piece_is_its_own() {
    Pool::new(2).unwrap().install(|| {
        par::pieces(4, |_| {
            Pool::new(3).unwrap().install(|| {
                assert_eq!((par::threads(), par::current_thread()), (3, 0));
                check_region(30);
            });
            assert_eq!(par::threads(), 2);
        });
    });
}

#[test]
fn threads_that_share_a_pool_do_not_disturb_each_other() {
    let pool = Pool::new(3).unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| pool.install(|| (0..500).for_each(|round| check_region(round % 40))));
        }
    });
}

#[test]
fn a_panic_reaches_the_caller_and_the_pool_lives_on() {
    let pool = Pool::new(3).unwrap();
    pool.install(|| {
        for _ in 0..20 {
            let result = catch_unwind(AssertUnwindSafe(|| {
                par::pieces(50, |i| assert!(i != 31, "piece 31"));
            }));
            let message = result.expect_err("one of the pieces panics");
            assert_eq!(message.downcast_ref::<&str>(), Some(&"piece 31"));
            check_region(50);
        }
    });
    assert_eq!(par::current_thread(), 0);
}

#[test]
fn a_number_of_threads_that_no_pool_can_have_is_an_error() {
    for got in [0, par::MAX_THREADS + 1, 1000, usize::MAX] {
        let error = Pool::new(got).err().unwrap();
        assert_eq!(error.to_string(), format!("got {got} threads, but a pool has 1 to 512"));
        assert_eq!(Pool::without_helpers(got).err(), Some(error));
        assert_eq!(par::start(got), Err(error));
        let expected = cnn::Error::OutOfRange { what: "threads", got: got as f64, expected: "1 to 512" };
        assert_eq!(cnn::Error::from(error), expected);
    }
    assert_eq!(Pool::without_helpers(par::MAX_THREADS).unwrap().install(par::threads), 512);
    assert_eq!(par::MAX_THREADS, 512);
}

#[test]
fn helpers_may_come_late_or_never() {
    let pool = Arc::new(Pool::without_helpers(3).unwrap());
    pool.install(|| check_region(100));
    let late = {
        let pool = pool.clone();
        thread::spawn(move || pool.help(2))
    };
    let met = AtomicUsize::new(0);
    pool.install(|| {
        // Until the helper is there.
        while met.load(SeqCst) == 0 {
            par::pieces(8, |_| {
                met.fetch_add(usize::from(par::current_thread() == 2), SeqCst);
                thread::yield_now();
            });
        }
        check_region(100);
    });
    assert!(!late.is_finished(), "a helper stays until the pool ends");
}

#[test]
fn there_is_no_helper_0_and_none_past_the_last() {
    let pool = Pool::without_helpers(2).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| pool.help(0))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| pool.help(2))).is_err());
}
