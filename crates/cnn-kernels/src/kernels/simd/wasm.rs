//! Four lanes as a `v128`.

use super::Vector;
use core::arch::wasm32::*;

/// Four `f32` lanes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x4(v128);

/// Four lanes of all ones or all zeros.
#[derive(Clone, Copy)]
pub(crate) struct Mask(v128);

impl Vector for F32x4 {
    const LANES: usize = 4;
    type Mask = Mask;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise; v128.load needs no alignment.
        Self(unsafe { v128_load(from.cast()) })
    }

    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { v128_load32_splat(from.cast()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise; v128.store needs no alignment.
        unsafe { v128_store(to.cast(), self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, count: usize, to: *mut f32) {
        // SAFETY: the caller's promise. Comparisons, the most frequent first: of a `match` LLVM makes a jump table.
        unsafe {
            if count >= 4 {
                self.store(to);
            } else if count == 1 {
                v128_store32_lane::<0>(self.0, to.cast());
            } else {
                v128_store64_lane::<0>(self.0, to.cast());
                if count == 3 {
                    v128_store32_lane::<2>(self.0, to.add(2).cast());
                }
            }
        }
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        return Self(f32x4_relaxed_madd(self.0, b.0, c.0));
        #[cfg(not(target_feature = "relaxed-simd"))]
        Self(f32x4_add(f32x4_mul(self.0, b.0), c.0))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    #[inline(always)]
    fn gt(self, other: Self) -> Mask {
        Mask(f32x4_gt(self.0, other.0))
    }

    #[inline(always)]
    fn select(self, mask: Mask, other: Self) -> Self {
        #[cfg(target_feature = "relaxed-simd")]
        return Self(i32x4_relaxed_laneselect(self.0, other.0, mask.0));
        #[cfg(not(target_feature = "relaxed-simd"))]
        Self(v128_bitselect(self.0, other.0, mask.0))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(f32x4_pmax(self.0, other.0))
    }

    #[inline(always)]
    fn eq(self, other: Self) -> Mask {
        Mask(f32x4_eq(self.0, other.0))
    }

    #[inline(always)]
    fn relu(self) -> Self {
        Self(f32x4_pmax(self.0, f32x4_splat(0.0)))
    }

    #[inline(always)]
    fn put_low_bytes(self, to: &mut [u8]) {
        let bytes = self.gather_low_bytes();
        if let Some(to) = to.first_chunk_mut::<4>() {
            // SAFETY: four bytes.
            unsafe { v128_store32_lane::<0>(bytes, to.as_mut_ptr().cast()) };
        } else {
            // One by one: of a loop LLVM makes a copy, which is a call.
            let bytes = u32x4_extract_lane::<0>(bytes).to_le_bytes();
            for i in 0..3 {
                if i < to.len() {
                    to[i] = bytes[i];
                }
            }
        }
    }
}

impl F32x4 {
    /// Which of the four 16-bit parts of `bits`, the lowest first, are at least `threshold`, which is at most 2¹⁶.
    #[inline(always)]
    pub(crate) fn halves_at_least(bits: u64, threshold: u32) -> Mask {
        let lanes = u32x4_extend_low_u16x8(u64x2_splat(bits));
        Mask(i32x4_ge(lanes, u32x4_splat(threshold)))
    }

    /// The lowest byte of each lane's bits.
    #[inline(always)]
    pub(crate) fn low_bytes(self) -> [u8; 4] {
        u32x4_extract_lane::<0>(self.gather_low_bytes()).to_le_bytes()
    }

    /// The lowest byte of each lane's bits in the first lane. One instruction; LLVM makes seven of two that narrow.
    #[inline(always)]
    fn gather_low_bytes(self) -> v128 {
        i8x16_shuffle::<0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12>(self.0, self.0)
    }

    #[inline(always)]
    pub(crate) fn to_array(self) -> [f32; 4] {
        let mut lanes = [0.0; 4];
        // SAFETY: `lanes` holds four `f32`.
        unsafe { self.store(lanes.as_mut_ptr()) };
        lanes
    }
}

/// Bit `i` tells whether `bytes[i]` is `value`.
#[inline(always)]
pub(crate) fn equal_bits(bytes: &[u8; 16], value: u8) -> u16 {
    // SAFETY: `bytes` holds sixteen bytes; v128.load needs no alignment.
    let bytes = unsafe { v128_load(bytes.as_ptr().cast()) };
    i8x16_bitmask(u8x16_eq(bytes, u8x16_splat(value)))
}

impl core::ops::Add for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }
}

impl core::ops::Sub for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }
}

impl core::ops::Mul for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }
}

impl core::ops::Div for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(f32x4_div(self.0, other.0))
    }
}
