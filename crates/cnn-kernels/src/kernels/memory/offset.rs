//! Offsets of 32 bits, as lists and tiles hold them, and shares of a whole: sums that must not wrap around.
//!
//! What reads memory by an [`Offset`] does so without further checks. It can be made here only, where a number that
//! has more bits is refused and never cut off.

/// An offset into a buffer, counted in its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Offset(u32);

impl Offset {
    /// # Panics
    /// If `at` has more than 32 bits: a buffer of more than 16 GiB.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn new(at: usize) -> Self {
        match u32::try_from(at) {
            Ok(at) => Self(at),
            Err(_) => too_large(at),
        }
    }

    #[inline(always)]
    pub(crate) fn get(self) -> usize {
        self.0 as usize
    }
}

#[cold]
#[track_caller]
fn too_large(at: usize) -> ! {
    panic!("an offset of {at} values has more than 32 bits")
}

/// Where share `i` of `count` even shares of `whole` begins: `i · whole / count`, whose product may have more bits
/// than a `usize`.
///
/// # Panics
/// If `count` is 0.
#[inline(always)]
pub(crate) fn share(i: usize, whole: usize, count: usize) -> usize {
    // At most `whole` where `i` is at most `count`.
    (i as u64 * whole as u64 / count as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_exact_or_refused() {
        assert_eq!(Offset::new(u32::MAX as usize).get(), u32::MAX as usize);
        if let Some(larger) = (u32::MAX as usize).checked_add(1) {
            assert!(std::panic::catch_unwind(|| Offset::new(larger)).is_err());
        }
    }

    #[test]
    fn shares_are_even_and_do_not_wrap_around() {
        for (whole, count) in [(10, 3), (3, 10), (0, 4), (1, 1)] {
            let starts: Vec<usize> = (0..=count).map(|i| share(i, whole, count)).collect();
            assert_eq!((starts[0], starts[count]), (0, whole));
            let lens: Vec<usize> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(lens.iter().max().unwrap() - lens.iter().min().unwrap() <= 1);
        }
        // The product has 50 bits.
        assert_eq!(share(20_000_000, 40_000_000, 20_000_001), 39_999_998);
    }
}
