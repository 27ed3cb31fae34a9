//! Four lanes of 64-bit ARM, which always has them, fused.
//!
//! `unsafe` around an intrinsic that reads and writes no memory is for its target feature, which the whole build has: it is
//! a condition of this module.

use super::Vector;
use core::arch::aarch64::*;

/// Four `f32` lanes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x4(float32x4_t);

/// Four lanes of all ones or all zeros.
#[derive(Clone, Copy)]
pub(crate) struct Mask(uint32x4_t);

impl Vector for F32x4 {
    const LANES: usize = 4;
    type Mask = Mask;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: the build has NEON.
        Self(unsafe { vdupq_n_f32(x) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise, and the build has NEON.
        Self(unsafe { vld1q_f32(from) })
    }

    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: the caller's promise, and the build has NEON.
        Self(unsafe { vld1q_dup_f32(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise, and the build has NEON.
        unsafe { vst1q_f32(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, count: usize, to: *mut f32) {
        // SAFETY: the caller's promise, and the build has NEON. Comparisons, the most frequent first: of a `match` LLVM
        // makes a jump table.
        unsafe {
            if count >= 4 {
                self.store(to);
            } else if count == 1 {
                vst1q_lane_f32::<0>(to, self.0);
            } else {
                vst1_f32(to, vget_low_f32(self.0));
                if count == 3 {
                    vst1q_lane_f32::<2>(to.add(2), self.0);
                }
            }
        }
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        // SAFETY: the build has NEON.
        Self(unsafe { vfmaq_f32(c.0, self.0, b.0) })
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        // SAFETY: the build has NEON.
        Self(unsafe { vsqrtq_f32(self.0) })
    }

    #[inline(always)]
    fn gt(self, other: Self) -> Mask {
        // SAFETY: the build has NEON.
        Mask(unsafe { vcgtq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn eq(self, other: Self) -> Mask {
        // SAFETY: the build has NEON.
        Mask(unsafe { vceqq_f32(self.0, other.0) })
    }

    #[inline(always)]
    fn select(self, mask: Mask, other: Self) -> Self {
        // SAFETY: the build has NEON.
        Self(unsafe { vbslq_f32(mask.0, self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // Not `vmaxq_f32`, which gives NaN where one of them is, and 0 for −0 and 0.
        other.select(other.gt(self), self)
    }

    #[inline(always)]
    fn relu(self) -> Self {
        self.max(Self::splat(0.0))
    }

    #[inline(always)]
    fn put_low_bytes(self, to: &mut [u8]) {
        let bytes = self.low_bytes();
        if let Some(to) = to.first_chunk_mut::<4>() {
            *to = bytes;
        } else {
            to.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
        }
    }
}

impl F32x4 {
    /// Which of the four 16-bit parts of `bits`, the lowest first, are at least `threshold`, which is at most 2¹⁶.
    #[inline(always)]
    pub(crate) fn halves_at_least(bits: u64, threshold: u32) -> Mask {
        // SAFETY: the build has NEON.
        Mask(unsafe { vcgeq_u32(vmovl_u16(vcreate_u16(bits)), vdupq_n_u32(threshold)) })
    }

    /// The lowest byte of each lane's bits.
    #[inline(always)]
    pub(crate) fn low_bytes(self) -> [u8; 4] {
        // SAFETY: the build has NEON.
        let bytes = unsafe {
            let halves = vmovn_u32(vreinterpretq_u32_f32(self.0));
            vget_lane_u32::<0>(vreinterpret_u32_u8(vmovn_u16(vcombine_u16(halves, halves))))
        };
        bytes.to_le_bytes()
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
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: sixteen bytes each, and the build has NEON.
    unsafe {
        let equal = vceqq_u8(vld1q_u8(bytes.as_ptr()), vdupq_n_u8(value));
        let bits = vandq_u8(equal, vld1q_u8(BITS.as_ptr()));
        u16::from(vaddv_u8(vget_low_u8(bits))) | u16::from(vaddv_u8(vget_high_u8(bits))) << 8
    }
}

/// An operator of two vectors by its intrinsic.
macro_rules! operator {
    ($name:ident, $function:ident, $intrinsic:ident) => {
        impl core::ops::$name for F32x4 {
            type Output = Self;
            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                // SAFETY: the build has NEON.
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        }
    };
}
operator!(Add, add, vaddq_f32);
operator!(Sub, sub, vsubq_f32);
operator!(Mul, mul, vmulq_f32);
operator!(Div, div, vdivq_f32);
