//! Copies of a few values: of a slice whose length is known only at run time, copying is a call out of WebAssembly,
//! which takes longer than the values do.

use crate::kernels::simd::{F32x4, Vector};

/// `to = from`, of the same length.
#[inline(always)]
pub(crate) fn copy(to: &mut [f32], from: &[f32]) {
    assert_eq!(to.len(), from.len());
    let len = from.len();
    // SAFETY: below, all that is read and written lies in the first `len` values of either.
    let four = |i: usize, to: &mut [f32]| unsafe {
        F32x4::load(from.as_ptr().add(i)).store(to.as_mut_ptr().add(i));
    };
    if len < 4 {
        for i in 0..3 {
            if i < len {
                to[i] = from[i];
            }
        }
        return;
    }
    // Eight at a time: of a loop that copies four, LLVM makes the call.
    let mut i = 0;
    while i + 8 <= len {
        four(i, to);
        four(i + 4, to);
        i += 8;
    }
    if i + 4 < len {
        four(i, to);
    }
    // The last four, some of them once more.
    if i < len {
        four(len - 4, to);
    }
}
