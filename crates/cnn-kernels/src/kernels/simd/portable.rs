//! Four lanes as an array, whose loops the compiler turns into vector instructions.

use super::Vector;

/// Four `f32` lanes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct F32x4([f32; 4]);

/// Four lanes of yes or no.
#[derive(Clone, Copy)]
pub(crate) struct Mask([bool; 4]);

/// One value a lane. Written out: `array::map` is not always inlined, and then costs fifty times the work.
#[inline(always)]
fn lanes<T>(lane: impl Fn(usize) -> T) -> [T; 4] {
    [lane(0), lane(1), lane(2), lane(3)]
}

impl Vector for F32x4 {
    const LANES: usize = 4;
    type Mask = Mask;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self([x; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_splat(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self([unsafe { *from }; 4])
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, count: usize, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe {
            match count {
                1..4 => std::ptr::copy_nonoverlapping(self.0.as_ptr(), to, count),
                _ => self.store(to),
            }
        }
    }

    #[inline(always)]
    fn mul_add(self, b: Self, c: Self) -> Self {
        // `f32::mul_add` is a call into the C library where the target has no such instruction.
        #[cfg(target_feature = "fma")]
        return Self(lanes(|i| self.0[i].mul_add(b.0[i], c.0[i])));
        #[cfg(not(target_feature = "fma"))]
        Self(lanes(|i| self.0[i] * b.0[i] + c.0[i]))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(lanes(|i| self.0[i].sqrt()))
    }

    #[inline(always)]
    fn gt(self, other: Self) -> Mask {
        Mask(lanes(|i| self.0[i] > other.0[i]))
    }

    #[inline(always)]
    fn select(self, mask: Mask, other: Self) -> Self {
        Self(lanes(|i| if mask.0[i] { self.0[i] } else { other.0[i] }))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(lanes(|i| if self.0[i] < other.0[i] { other.0[i] } else { self.0[i] }))
    }

    #[inline(always)]
    fn eq(self, other: Self) -> Mask {
        Mask(lanes(|i| self.0[i] == other.0[i]))
    }

    #[inline(always)]
    fn relu(self) -> Self {
        Self(lanes(|i| if self.0[i] < 0.0 { 0.0 } else { self.0[i] }))
    }

    #[inline(always)]
    fn put_low_bytes(self, to: &mut [u8]) {
        to.iter_mut().zip(self.low_bytes()).for_each(|(to, x)| *to = x);
    }
}

impl F32x4 {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(lanes(|i| f(self.0[i], other.0[i])))
    }

    /// Which of the four 16-bit parts of `bits`, the lowest first, are at least `threshold`, which is at most 2¹⁶.
    #[inline(always)]
    pub(crate) fn halves_at_least(bits: u64, threshold: u32) -> Mask {
        Mask(lanes(|i| (bits >> (16 * i)) as u32 & 0xffff >= threshold))
    }

    /// The lowest byte of each lane's bits.
    #[inline(always)]
    pub(crate) fn low_bytes(self) -> [u8; 4] {
        lanes(|i| self.0[i].to_bits() as u8)
    }

    #[inline(always)]
    pub(crate) fn to_array(self) -> [f32; 4] {
        self.0
    }
}

/// Bit `i` tells whether `bytes[i]` is `value`.
#[inline(always)]
pub(crate) fn equal_bits(bytes: &[u8; 16], value: u8) -> u16 {
    bytes.iter().rev().fold(0, |bits, &byte| bits << 1 | u16::from(byte == value))
}

impl core::ops::Add for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl core::ops::Sub for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl core::ops::Mul for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl core::ops::Div for F32x4 {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
}
