//! Adam (Kingma & Ba, 2015, algorithm 1) in one pass over gradient, moments and parameter.

use crate::kernels::AdamStep;
use crate::kernels::elementwise::PIECE;
use crate::kernels::memory::scratch::Shared;
use crate::kernels::simd::{self, Job, Vector};
use crate::par;

/// The step's numbers as the loop needs them.
#[derive(Clone, Copy)]
struct Factors {
    beta1: f32,
    beta2: f32,
    rest1: f32,
    rest2: f32,
    /// `learning_rate / (1 − β₁ᵗ)`
    rate: f32,
    /// `1 / √(1 − β₂ᵗ)`
    root: f32,
    epsilon: f32,
}

pub(super) fn step(p: AdamStep, grad: &[f32], m: &mut [f32], v: &mut [f32], param: &mut [f32]) {
    let (beta1, beta2) = (f64::from(p.beta1), f64::from(p.beta2));
    let factors = Factors {
        beta1: p.beta1,
        beta2: p.beta2,
        rest1: (1.0 - beta1) as f32,
        rest2: (1.0 - beta2) as f32,
        rate: (f64::from(p.learning_rate) / (1.0 - power(beta1, p.t))) as f32,
        root: (1.0 / (1.0 - power(beta2, p.t)).sqrt()) as f32,
        epsilon: p.epsilon,
    };
    let v = Shared::new(v);
    par::chunks_mut2((param, PIECE), (m, PIECE), |i, param, m| {
        let grad = &grad[i * PIECE..][..param.len()];
        // SAFETY: the façade has checked that `v` is as long as `param`, and each piece takes its own part.
        let v = unsafe { std::slice::from_raw_parts_mut(v.at(i * PIECE).get(), param.len()) };
        simd::dispatch(Piece { factors, grad, m, v, param });
    });
}

/// `base^exponent` by squaring: the same bits on every platform, and half the code of `powf`.
fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result *= base;
        }
        base *= base;
        exponent /= 2;
    }
    result
}

/// Some of the parameters, and what belongs to them: all as long.
struct Piece<'a> {
    factors: Factors,
    grad: &'a [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
    param: &'a mut [f32],
}

impl Job for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Self { factors, grad, m, v, param } = self;
        let len = param.len();
        assert!(grad.len() == len && m.len() == len && v.len() == len);
        let whole = len / V::LANES * V::LANES;
        for i in (0..whole).step_by(V::LANES) {
            // SAFETY: `i + LANES` is at most the length of all four slices.
            unsafe {
                let at = [m.as_mut_ptr().add(i), v.as_mut_ptr().add(i), param.as_mut_ptr().add(i)];
                let old = [V::load(at[0]), V::load(at[1]), V::load(at[2])];
                let new = vector(factors, V::load(grad.as_ptr().add(i)), old);
                for k in 0..3 {
                    new[k].store(at[k]);
                }
            }
        }
        for i in whole..len {
            let old = [V::splat(m[i]), V::splat(v[i]), V::splat(param[i])];
            let new = vector(factors, V::splat(grad[i]), old);
            new[0].put(&mut m[i..=i]);
            new[1].put(&mut v[i..=i]);
            new[2].put(&mut param[i..=i]);
        }
    }
}

#[inline(always)]
fn vector<V: Vector>(f: Factors, grad: V, [m, v, param]: [V; 3]) -> [V; 3] {
    let m = m.mul_add(V::splat(f.beta1), grad * V::splat(f.rest1));
    let v = v.mul_add(V::splat(f.beta2), grad * grad * V::splat(f.rest2));
    let step = m * V::splat(f.rate) / v.sqrt().mul_add(V::splat(f.root), V::splat(f.epsilon));
    [m, v, param - step]
}
