//! Memory: where large blocks of it begin, offsets into it that are checked once, working space, copies of a few values.

pub(crate) mod copy;
pub(crate) mod offset;
pub(crate) mod scratch;

use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator, with large blocks beginning at a cache line.
///
/// The kernels load four values at once; where a block begins in the middle of 16 bytes, as WebAssembly's allocator
/// lets it, one load in four straddles two lines and costs twice. A program that wants speed makes this its
/// `#[global_allocator]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineAligned;

const LINE: usize = 64;

/// Bytes from which a block is large.
const LARGE: usize = 1024;

/// What is asked of the system for a layout: a function of it alone, so that a block goes back as it came.
fn on_lines(layout: Layout) -> Layout {
    let large = layout.size() >= LARGE && layout.align() < LINE;
    if large { Layout::from_size_align(layout.size(), LINE).unwrap_or(layout) } else { layout }
}

// SAFETY: each request goes to the system's allocator with a layout of the same size and at least the same alignment,
// and goes back with just that layout.
unsafe impl GlobalAlloc for LineAligned {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the size is the caller's, not 0.
        unsafe { System.alloc(on_lines(layout)) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(on_lines(layout)) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the block was allocated with this layout.
        unsafe { System.dealloc(at, on_lines(layout)) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller vouches for the new size.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if on_lines(new).align() == on_lines(layout).align() {
            // SAFETY: the block was allocated with this layout, and its alignment stays.
            return unsafe { System.realloc(at, on_lines(layout), size) };
        }
        // SAFETY: a new block, to which as much is copied as both hold; the old one then goes back.
        unsafe {
            let to = self.alloc(new);
            if !to.is_null() {
                std::ptr::copy_nonoverlapping(at, to, layout.size().min(size));
                self.dealloc(at, layout);
            }
            to
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_blocks_begin_at_a_line_and_keep_what_they_hold() {
        let sizes = [16, 1000, 1024, 5000, 300, 2048, 8];
        let layout = |size| Layout::from_size_align(size, 4).unwrap();
        for zeroed in [false, true] {
            // SAFETY: sizes are not 0, each block is used within its size and goes back with its layout.
            unsafe {
                let mut at =
                    if zeroed { LineAligned.alloc_zeroed(layout(16)) } else { LineAligned.alloc(layout(16)) };
                at.write_bytes(7, 8);
                for pair in sizes.windows(2) {
                    at = LineAligned.realloc(at, layout(pair[0]), pair[1]);
                    assert!(
                        pair[1] < LARGE || (at as usize).is_multiple_of(LINE),
                        "{} bytes at {at:?}",
                        pair[1]
                    );
                    assert_eq!(*at.cast::<[u8; 8]>(), [7; 8]);
                }
                LineAligned.dealloc(at, layout(8));
                let large = LineAligned.alloc_zeroed(layout(4096));
                assert!((large as usize).is_multiple_of(LINE));
                assert_eq!(*large.cast::<[u8; 4096]>(), [0; 4096]);
                LineAligned.dealloc(large, layout(4096));
            }
        }
    }
}
