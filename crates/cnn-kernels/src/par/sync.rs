//! What the pool synchronizes with: the standard library's, or loom's where its models are checked (`--cfg loom`).
//!
//! [Loom](https://docs.rs/loom) runs a model again and again, each time with another order of its threads' steps and
//! other values that the memory model allows a load to give, until it has tried all of them, or all with so many
//! preemptions (`LOOM_MAX_PREEMPTIONS`). `region/models.rs` has the models. They do not cover:
//!
//! - the order that all sequentially consistent accesses have in common. Loom takes them for acquire and release, so
//!   that here each comes with sequentially consistent fences, which a compiler may use for it, too. The fences also
//!   order weaker accesses beside them, so that one of those that is too weak may pass;
//! - looking out for a while before going to sleep: a thread that finds nothing to do sleeps at once;
//! - wake-ups for no reason, and a helper that dies, which ends the program;
//! - [`Pool`](super::Pool), [`install`](super::Pool::install) and thread-local storage: all that a pool adds to a
//!   region is to join its threads.

#[cfg(loom)]
use loom::cell::UnsafeCell;
#[cfg(loom)]
pub(super) use loom::sync::{Condvar, Mutex, MutexGuard};
#[cfg(loom)]
pub(super) use modelled::{AtomicBool, AtomicU32, AtomicUsize};
#[cfg(not(loom))]
use std::cell::UnsafeCell;
#[cfg(not(loom))]
pub(super) use std::sync::{
    Condvar, Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU32, AtomicUsize},
};

/// A value that threads read and write without a lock, who may do so when being agreed on otherwise.
pub(super) struct Slot<T>(UnsafeCell<T>);

impl<T: Copy> Slot<T> {
    pub(super) fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// # Safety
    /// Nobody writes it meanwhile.
    pub(super) unsafe fn read(&self) -> T {
        // SAFETY: the caller's promise, which loom checks.
        #[cfg(loom)]
        return self.0.with(|value| unsafe { *value });
        // SAFETY: the caller's promise.
        #[cfg(not(loom))]
        unsafe {
            *self.0.get()
        }
    }

    /// # Safety
    /// Nobody else reads or writes it meanwhile.
    pub(super) unsafe fn write(&self, value: T) {
        // SAFETY: the caller's promise, which loom checks.
        #[cfg(loom)]
        self.0.with_mut(|to| unsafe { *to = value });
        // SAFETY: the caller's promise.
        #[cfg(not(loom))]
        unsafe {
            *self.0.get() = value;
        }
    }
}

#[cfg(loom)]
mod modelled {
    use loom::sync::atomic::{self, Ordering, Ordering::SeqCst, fence};

    /// Between a sequentially consistent store and a later load there is a fence on each side.
    fn fenced<T>(order: Ordering, access: impl FnOnce() -> T) -> T {
        if order == SeqCst {
            fence(SeqCst);
        }
        let result = access();
        if order == SeqCst {
            fence(SeqCst);
        }
        result
    }

    macro_rules! fenced {
        ($name:ident, $value:ty) => {
            #[derive(Debug)]
            pub(in super::super) struct $name(atomic::$name);

            #[allow(dead_code, reason = "not all are used of each")]
            impl $name {
                pub(in super::super) fn new(value: $value) -> Self {
                    Self(atomic::$name::new(value))
                }

                pub(in super::super) fn load(&self, order: Ordering) -> $value {
                    fenced(order, || self.0.load(order))
                }

                pub(in super::super) fn store(&self, value: $value, order: Ordering) {
                    fenced(order, || self.0.store(value, order));
                }

                pub(in super::super) fn swap(&self, value: $value, order: Ordering) -> $value {
                    fenced(order, || self.0.swap(value, order))
                }

                pub(in super::super) fn compare_exchange(
                    &self,
                    from: $value,
                    to: $value,
                    order: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    fenced(order, || self.0.compare_exchange(from, to, order, failure))
                }

                pub(in super::super) fn fetch_and(&self, value: $value, order: Ordering) -> $value {
                    fenced(order, || self.0.fetch_and(value, order))
                }
            }
        };
    }

    fenced!(AtomicBool, bool);
    fenced!(AtomicU32, u32);
    fenced!(AtomicUsize, usize);

    macro_rules! sums {
        ($name:ident, $value:ty) => {
            #[allow(dead_code, reason = "not all are used of each")]
            impl $name {
                pub(in super::super) fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                    fenced(order, || self.0.fetch_add(value, order))
                }

                pub(in super::super) fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                    fenced(order, || self.0.fetch_sub(value, order))
                }
            }
        };
    }

    sums!(AtomicU32, u32);
    sums!(AtomicUsize, usize);
}
