//! Vectors of `f32` lanes under one name on every target, and the choice of how many lanes a processor is given.
//!
//! A kernel that is worth it is written once, over any [`Vector`], and compiled for each instruction set that the target
//! may have; [`dispatch`] runs the one for the processor at hand. WebAssembly has one width, so there is nothing to choose.
//!
//! A product added with [`Vector::mul_add`] is rounded once (fused) or twice. Kernels give the same bits at every width,
//! since lanes never mix and the terms of a sum keep their order: all instruction sets that fuse agree with each other and
//! with WebAssembly's relaxed SIMD where the browser fuses, those that don't with its plain SIMD.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[path = "wasm.rs"]
mod imp;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
#[path = "neon.rs"]
mod imp;
#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "aarch64", target_feature = "neon")
)))]
#[path = "portable.rs"]
mod imp;
mod level;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

pub(crate) use imp::{F32x4, equal_bits};
pub use level::InstructionSet;

use std::ops::{Add, Div, Mul, Sub};

/// Some `f32` lanes. All functions work lane by lane.
pub(crate) trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// How many lanes.
    const LANES: usize;

    /// Yes or no for each lane.
    type Mask: Copy;

    /// The same value in every lane.
    fn splat(x: f32) -> Self;

    /// A byte in the bits of every lane: what [`Vector::select`] carries along and [`Vector::put_low_bytes`] gives back.
    #[inline(always)]
    fn splat_byte(byte: u8) -> Self {
        Self::splat(f32::from_bits(byte.into()))
    }

    /// # Safety
    /// `from` is readable for as many `f32` as there are lanes.
    unsafe fn load(from: *const f32) -> Self;

    /// One value in every lane.
    ///
    /// # Safety
    /// `from` is readable for one `f32`.
    unsafe fn load_splat(from: *const f32) -> Self;

    /// # Safety
    /// `to` is writable for as many `f32` as there are lanes.
    unsafe fn store(self, to: *mut f32);

    /// Stores the first `count` lanes, of which there are at least 1 and at most all.
    ///
    /// # Safety
    /// `to` is writable for as many `f32`.
    unsafe fn store_first(self, count: usize, to: *mut f32);

    /// `self * b + c`, rounded once or twice.
    fn mul_add(self, b: Self, c: Self) -> Self;

    /// Square root.
    fn sqrt(self) -> Self;

    /// `self > other`.
    fn gt(self, other: Self) -> Self::Mask;

    /// `self == other`.
    fn eq(self, other: Self) -> Self::Mask;

    /// `if mask { self } else { other }`.
    fn select(self, mask: Self::Mask, other: Self) -> Self;

    /// `if self < other { other } else { self }`.
    fn max(self, other: Self) -> Self;

    /// `if self < 0 { 0 } else { self }`: NaN stays NaN.
    fn relu(self) -> Self;

    /// Writes the lowest byte of each lane's bits to the first of `to`, or as many as there are.
    fn put_low_bytes(self, to: &mut [u8]);

    /// The first values of `from`.
    ///
    /// # Panics
    /// If there are fewer than lanes.
    #[inline(always)]
    fn take(from: &[f32]) -> Self {
        let values = &from[..Self::LANES];
        // SAFETY: there are as many.
        unsafe { Self::load(values.as_ptr()) }
    }

    /// Writes the lanes to the first of `to`, or as many as there are.
    #[inline(always)]
    fn put(self, to: &mut [f32]) {
        let count = to.len().min(Self::LANES);
        if count > 0 {
            // SAFETY: `to` has as many values.
            unsafe { self.store_first(count, to.as_mut_ptr()) };
        }
    }
}

/// Work over vectors of whatever width the processor has.
///
/// `run` must be `#[inline(always)]`, and so must be all that it calls with a vector: so they are compiled with the
/// instructions that belong to it. In closures it must not use vectors: they are functions of their own, of which some
/// are not inlined, and then each operation is a call.
pub(crate) trait Job {
    /// What comes of it.
    type Output;

    /// Does it.
    fn run<V: Vector>(self) -> Self::Output;
}

/// Runs a job with the widest vectors that this processor has, of those that [`InstructionSet::current`] allows.
#[inline(always)]
pub(crate) fn dispatch<J: Job>(job: J) -> J::Output {
    match InstructionSet::current() {
        // SAFETY: `current` gives only what the processor has.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512 => unsafe { x86::avx512(job) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => unsafe { x86::avx2(job) },
        InstructionSet::Baseline => job.run::<F32x4>(),
    }
}
