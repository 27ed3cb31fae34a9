//! Which instructions the kernels use.

#[cfg(target_arch = "x86_64")]
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// 0 until it is chosen, then one more than the place in [`InstructionSet::ALL`].
#[cfg(target_arch = "x86_64")]
static CURRENT: AtomicU8 = AtomicU8::new(0);

/// The instruction sets that the kernels are compiled for on this target.
///
/// The first use of a kernel chooses the widest that the processor has, for the whole process. The environment variable
/// `CNN_INSTRUCTION_SET` with the name of one chooses that instead, if the processor has it: so tests run all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum InstructionSet {
    /// What the target promises: four lanes, fused where it promises that.
    Baseline,
    /// AVX2 with FMA: eight lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 (F, BW, DQ and VL) beside these: sixteen lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl InstructionSet {
    /// All that there are on this target, the narrowest first.
    pub const ALL: &'static [Self] = &[
        Self::Baseline,
        #[cfg(target_arch = "x86_64")]
        Self::Avx2,
        #[cfg(target_arch = "x86_64")]
        Self::Avx512,
    ];

    /// `"baseline"`, `"avx2"` or `"avx512"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
        }
    }

    /// Whether a product added to a sum is rounded once: such instruction sets give the same bits as each other, and as
    /// WebAssembly's relaxed SIMD on processors that fuse.
    pub fn fuses(self) -> bool {
        match self {
            Self::Baseline => cfg!(any(
                target_feature = "fma",
                all(target_arch = "aarch64", target_feature = "neon"),
                all(target_arch = "wasm32", target_feature = "relaxed-simd")
            )),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 | Self::Avx512 => true,
        }
    }

    /// Whether this processor has it.
    pub fn is_available(self) -> bool {
        match self {
            Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
    }

    /// Makes the kernels of this process use this one, whatever the environment says. Returns whether they do: not if the
    /// processor does not have it, or if the first use of a kernel, or a call of this, has chosen another.
    pub fn choose(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        if self.is_available() {
            let place = Self::ALL.iter().position(|set| *set == self).unwrap_or(0);
            let _ = CURRENT.compare_exchange(0, place as u8 + 1, Relaxed, Relaxed);
        }
        Self::current() == self
    }

    /// What the kernels of this process use.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub fn current() -> Self {
        #[cold]
        fn choose() -> u8 {
            let all = InstructionSet::ALL;
            let asked = std::env::var("CNN_INSTRUCTION_SET").ok();
            let asked = all.iter().position(|set| asked.as_deref() == Some(set.name()) && set.is_available());
            let widest = all.iter().rposition(|set| set.is_available());
            let chosen = asked.or(widest).unwrap_or(0) as u8 + 1;
            // Whoever was first has chosen for all.
            CURRENT.compare_exchange(0, chosen, Relaxed, Relaxed).map_or_else(|first| first, |_| chosen)
        }
        match CURRENT.load(Relaxed) {
            0 => Self::ALL[usize::from(choose()) - 1],
            1 => Self::Baseline,
            2 => Self::Avx2,
            _ => Self::Avx512,
        }
    }

    /// What the kernels of this process use.
    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    pub fn current() -> Self {
        Self::Baseline
    }
}
