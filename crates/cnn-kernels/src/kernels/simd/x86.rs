//! Four, eight and sixteen lanes of x86-64 processors that have AVX2 and FMA, and AVX-512.
//!
//! Only [`avx2`], [`avx512`] and functions with the same target features may run what is in here: the vectors' functions
//! are inlined into them, and the intrinsics with them.

use super::{Job, Vector};
use core::arch::x86_64::*;
use std::ops::{Add, Div, Mul, Sub};

/// Runs a job with eight lanes.
///
/// # Safety
/// The processor has AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn avx2<J: Job>(job: J) -> J::Output {
    job.run::<F32x8>()
}

/// Runs a job with sixteen lanes.
///
/// # Safety
/// The processor has AVX2, FMA and AVX-512 F, BW, DQ and VL.
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) unsafe fn avx512<J: Job>(job: J) -> J::Output {
    job.run::<F32x16>()
}

/// Four lanes, fused.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x4Fma(__m128);

/// Eight lanes, fused.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x8(__m256);

/// Sixteen lanes, fused.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x16(__m512);

/// Four lanes of all ones or all zeros.
#[derive(Clone, Copy)]
pub(crate) struct Mask4(__m128);

/// Eight lanes of all ones or all zeros.
#[derive(Clone, Copy)]
pub(crate) struct Mask8(__m256);

/// A bit for each of sixteen lanes.
#[derive(Clone, Copy)]
pub(crate) struct Mask16(__mmask16);

/// The functions that differ between the widths in an intrinsic's name only. `unsafe` around each intrinsic is for its
/// target feature, which the module's callers have.
macro_rules! alike {
    ($vector:ident, $lanes:literal, $mask:ty, $set1:ident, $load:ident, $store:ident, $fmadd:ident, $sqrt:ident, $max:ident,
     $zero:ident, $add:ident, $sub:ident, $mul:ident, $div:ident, { $($own:item)* }) => {
        impl Vector for $vector {
            const LANES: usize = $lanes;
            type Mask = $mask;

            #[inline(always)]
            fn splat(x: f32) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $set1(x) })
            }

            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: the caller's promise.
                Self(unsafe { $load(from) })
            }

            #[inline(always)]
            unsafe fn load_splat(from: *const f32) -> Self {
                // SAFETY: the caller's promise.
                Self(unsafe { $set1(*from) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: the caller's promise.
                unsafe { $store(to, self.0) }
            }

            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $fmadd(self.0, b.0, c.0) })
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $sqrt(self.0) })
            }

            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // The instruction gives its second operand where neither is larger.
                // SAFETY: see the module.
                Self(unsafe { $max(other.0, self.0) })
            }

            #[inline(always)]
            fn relu(self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $max($zero(), self.0) })
            }

            $($own)*
        }

        impl Add for $vector {
            type Output = Self;
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $add(self.0, other.0) })
            }
        }

        impl Sub for $vector {
            type Output = Self;
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $sub(self.0, other.0) })
            }
        }

        impl Mul for $vector {
            type Output = Self;
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $mul(self.0, other.0) })
            }
        }

        impl Div for $vector {
            type Output = Self;
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                // SAFETY: see the module.
                Self(unsafe { $div(self.0, other.0) })
            }
        }
    };
}

/// Writes the first bytes of `from`, as many as `to` takes.
#[inline(always)]
fn put_bytes<const N: usize>(from: [u8; N], to: &mut [u8]) {
    match to.first_chunk_mut::<N>() {
        Some(to) => *to = from,
        None => to.copy_from_slice(&from[..to.len()]),
    }
}

/// Stores the first `count` lanes, 1 to 4. AVX's masked stores take some AMD processors dozens of cycles.
#[inline(always)]
unsafe fn store_first_of_4(lanes: __m128, count: usize, mut to: *mut f32) {
    // SAFETY: the caller promises that `to` is writable for `count` values.
    unsafe {
        let mut lanes = lanes;
        if count >= 4 {
            _mm_storeu_ps(to, lanes);
            return;
        }
        if count >= 2 {
            _mm_storel_pd(to.cast(), _mm_castps_pd(lanes));
            lanes = _mm_movehl_ps(lanes, lanes);
            to = to.add(2);
        }
        if count % 2 == 1 {
            _mm_store_ss(to, lanes);
        }
    }
}

alike!(
    F32x4Fma,
    4,
    Mask4,
    _mm_set1_ps,
    _mm_loadu_ps,
    _mm_storeu_ps,
    _mm_fmadd_ps,
    _mm_sqrt_ps,
    _mm_max_ps,
    _mm_setzero_ps,
    _mm_add_ps,
    _mm_sub_ps,
    _mm_mul_ps,
    _mm_div_ps,
    {
        #[inline(always)]
        unsafe fn store_first(self, count: usize, to: *mut f32) {
            // SAFETY: the caller's promise.
            unsafe { store_first_of_4(self.0, count, to) }
        }

        #[inline(always)]
        fn gt(self, other: Self) -> Mask4 {
            // SAFETY: see the module.
            Mask4(unsafe { _mm_cmp_ps::<_CMP_GT_OQ>(self.0, other.0) })
        }

        #[inline(always)]
        fn eq(self, other: Self) -> Mask4 {
            // SAFETY: see the module.
            Mask4(unsafe { _mm_cmp_ps::<_CMP_EQ_OQ>(self.0, other.0) })
        }

        #[inline(always)]
        fn select(self, mask: Mask4, other: Self) -> Self {
            // SAFETY: see the module.
            Self(unsafe { _mm_blendv_ps(other.0, self.0, mask.0) })
        }

        #[inline(always)]
        fn put_low_bytes(self, to: &mut [u8]) {
            // SAFETY: see the module.
            let bytes = unsafe {
                let first = _mm_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
                _mm_cvtsi128_si32(_mm_shuffle_epi8(_mm_castps_si128(self.0), first))
            };
            put_bytes(bytes.to_le_bytes(), to);
        }
    }
);

alike!(
    F32x8,
    8,
    Mask8,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_fmadd_ps,
    _mm256_sqrt_ps,
    _mm256_max_ps,
    _mm256_setzero_ps,
    _mm256_add_ps,
    _mm256_sub_ps,
    _mm256_mul_ps,
    _mm256_div_ps,
    {
        #[inline(always)]
        unsafe fn store_first(self, count: usize, to: *mut f32) {
            // SAFETY: the caller's promise.
            unsafe {
                if count >= 8 {
                    self.store(to);
                } else if count > 4 {
                    _mm_storeu_ps(to, _mm256_castps256_ps128(self.0));
                    store_first_of_4(_mm256_extractf128_ps::<1>(self.0), count - 4, to.add(4));
                } else {
                    store_first_of_4(_mm256_castps256_ps128(self.0), count, to);
                }
            }
        }

        #[inline(always)]
        fn gt(self, other: Self) -> Mask8 {
            // SAFETY: see the module.
            Mask8(unsafe { _mm256_cmp_ps::<_CMP_GT_OQ>(self.0, other.0) })
        }

        #[inline(always)]
        fn eq(self, other: Self) -> Mask8 {
            // SAFETY: see the module.
            Mask8(unsafe { _mm256_cmp_ps::<_CMP_EQ_OQ>(self.0, other.0) })
        }

        #[inline(always)]
        fn select(self, mask: Mask8, other: Self) -> Self {
            // SAFETY: see the module.
            Self(unsafe { _mm256_blendv_ps(other.0, self.0, mask.0) })
        }

        #[inline(always)]
        fn put_low_bytes(self, to: &mut [u8]) {
            // SAFETY: see the module.
            let bytes = unsafe {
                let bits = _mm256_castps_si256(self.0);
                let first = _mm_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
                let low = _mm_shuffle_epi8(_mm256_castsi256_si128(bits), first);
                let high = _mm_shuffle_epi8(_mm256_extracti128_si256::<1>(bits), first);
                _mm_cvtsi128_si64(_mm_unpacklo_epi32(low, high))
            };
            put_bytes(bytes.to_le_bytes(), to);
        }
    }
);

alike!(
    F32x16,
    16,
    Mask16,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_fmadd_ps,
    _mm512_sqrt_ps,
    _mm512_max_ps,
    _mm512_setzero_ps,
    _mm512_add_ps,
    _mm512_sub_ps,
    _mm512_mul_ps,
    _mm512_div_ps,
    {
        #[inline(always)]
        unsafe fn store_first(self, count: usize, to: *mut f32) {
            // SAFETY: the caller's promise.
            unsafe {
                if count >= 16 {
                    self.store(to);
                } else {
                    _mm512_mask_storeu_ps(to, (1 << count) - 1, self.0);
                }
            }
        }

        #[inline(always)]
        fn gt(self, other: Self) -> Mask16 {
            // SAFETY: see the module.
            Mask16(unsafe { _mm512_cmp_ps_mask::<_CMP_GT_OQ>(self.0, other.0) })
        }

        #[inline(always)]
        fn eq(self, other: Self) -> Mask16 {
            // SAFETY: see the module.
            Mask16(unsafe { _mm512_cmp_ps_mask::<_CMP_EQ_OQ>(self.0, other.0) })
        }

        #[inline(always)]
        fn select(self, mask: Mask16, other: Self) -> Self {
            // SAFETY: see the module.
            Self(unsafe { _mm512_mask_blend_ps(mask.0, other.0, self.0) })
        }

        #[inline(always)]
        fn put_low_bytes(self, to: &mut [u8]) {
            let mut bytes = [0; 16];
            // SAFETY: see the module; `bytes` holds sixteen.
            unsafe {
                let low = _mm512_cvtepi32_epi8(_mm512_castps_si512(self.0));
                _mm_storeu_si128(bytes.as_mut_ptr().cast(), low);
            }
            put_bytes(bytes, to);
        }
    }
);
