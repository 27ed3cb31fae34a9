//! Four `f32` lanes under one name on every target.
//!
//! On wasm32 with `simd128` this is a `v128`, and [`F32x4::mul_add`] is one fused instruction where the build
//! has `relaxed-simd`. Elsewhere it is an array whose loops the compiler turns into vector instructions, so
//! that native tests run the same kernels line for line.
//!
//! A product added with `mul_add` is rounded once or twice depending on the build: results agree between
//! builds within rounding, and bit for bit only within one build.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[path = "wasm.rs"]
mod imp;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[path = "portable.rs"]
mod imp;

pub(crate) use imp::{F32x4, equal_bits};

impl F32x4 {
    /// The first four values of `from`.
    #[inline(always)]
    pub(crate) fn take(from: &[f32]) -> Self {
        let four: &[f32; 4] = from.first_chunk().expect("four values");
        // SAFETY: it holds four values.
        unsafe { Self::load(four.as_ptr()) }
    }

    /// Writes the lanes to the first four of `to`, or as many as there are.
    #[inline(always)]
    pub(crate) fn put(self, to: &mut [f32]) {
        let count = to.len().min(4);
        if count > 0 {
            // SAFETY: `to` has as many values.
            unsafe { self.store_first(count, to.as_mut_ptr()) };
        }
    }
}
