//! Where a native training step spends its time: each part's median beside the work of the plain algorithm, and the
//! processor's own speed at fused multiply-adds, on one thread.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml --bin parts -- 10 40 data/mnist`

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::kernels::InstructionSet;
use cnn::model::{Mark, Phase};
use cnn::session::Session;
use peer_timing::{BATCH, Bench, NETWORKS};
use std::time::Instant;

fn main() {
    cnn::par::start(1);
    let bench = Bench::from_args();
    let set = InstructionSet::current();
    let peak = peak(set);
    println!(
        "{}: {} of fused multiply-adds",
        set.name(),
        peak.map_or("?".into(), |peak| format!("{peak:.0} GFLOP/s"))
    );
    for name in NETWORKS {
        parts(&bench, name, peak);
    }
}

fn parts(bench: &Bench, name: &str, peak: Option<f64>) {
    let counts = Counts { train: BATCH, validation: 0, test: 0 };
    let info = DatasetInfo {
        name: "digits".into(),
        height: 28,
        width: 28,
        channels: 1,
        classes: 10,
        counts,
        block: BATCH,
    };
    let mut data = ImageDataset::new(info).expect("a data set");
    data.append_pixels(Split::Train, &bench.pixels, &bench.labels).expect("digits");
    let preset = cnn_notebook::presets::preset(name).expect("a preset");
    let mut session = Session::new(preset.session_config(777)).expect("a run");
    let layers = session.config().spec.summary().layers;
    // Every step has the same marks in the same order; the first steps warm up.
    let mut times: Vec<(Mark, Vec<f64>)> = Vec::new();
    for step in 0..bench.warmup + bench.steps {
        let (mut last, mut place) = (Instant::now(), 0);
        session
            .step_marked(&data, &mut |mark| {
                let now = Instant::now();
                if step == 0 {
                    times.push((mark, Vec::new()));
                }
                if step >= bench.warmup {
                    times[place].1.push(1e3 * (now - last).as_secs_f64());
                }
                place += 1;
                last = Instant::now();
            })
            .expect("a step");
    }
    println!("\n{name}\n{:>9}  {:>8}  {:>6}  part", "ms", "GFLOP/s", "% peak");
    let mut all = 0.0;
    for (mark, mut times) in times {
        times.sort_by(f64::total_cmp);
        let ms = times[times.len() / 2];
        all += ms;
        let layer = mark.layer.map(|layer| &layers[layer]);
        let work = layer.map_or(0, |layer| layer.multiply_adds) as f64 * 2.0 * BATCH as f64;
        let counted =
            work > 0.0 && matches!(mark.phase, Phase::Forward | Phase::BackwardParams | Phase::BackwardInput);
        let speed = if counted { work / ms / 1e6 } else { 0.0 };
        let share =
            peak.filter(|_| counted).map_or(String::new(), |peak| format!("{:.0}", 100.0 * speed / peak));
        let speed = if counted { format!("{speed:.0}") } else { String::new() };
        let text = layer.map_or(String::new(), |layer| layer.text.clone());
        println!("{ms:>9.3}  {speed:>8}  {share:>6}  {:?} {text}", mark.phase);
    }
    println!("{all:>9.3}  all parts");
}

/// Floating-point operations in a nanosecond of a loop that does nothing else.
#[cfg(target_arch = "x86_64")]
fn peak(set: InstructionSet) -> Option<f64> {
    use std::arch::x86_64::*;
    /// Chains of dependent operations: enough to hide the latency of each.
    const CHAINS: usize = 12;
    const ROUNDS: usize = 20_000_000;

    #[target_feature(enable = "avx512f")]
    fn avx512(rounds: usize) -> f32 {
        let (a, b) = (_mm512_set1_ps(0.999), _mm512_set1_ps(0.001));
        let mut chains: [__m512; CHAINS] = std::array::from_fn(|i| _mm512_set1_ps(i as f32));
        for _ in 0..rounds {
            for chain in &mut chains {
                *chain = _mm512_fmadd_ps(*chain, a, b);
            }
        }
        chains.into_iter().map(|chain| _mm512_reduce_add_ps(chain)).sum()
    }

    #[target_feature(enable = "avx2,fma")]
    fn avx2(rounds: usize) -> f32 {
        let (a, b) = (_mm256_set1_ps(0.999), _mm256_set1_ps(0.001));
        let mut chains: [__m256; CHAINS] = std::array::from_fn(|i| _mm256_set1_ps(i as f32));
        for _ in 0..rounds {
            for chain in &mut chains {
                *chain = _mm256_fmadd_ps(*chain, a, b);
            }
        }
        chains.into_iter().map(|chain| _mm256_cvtss_f32(chain)).sum()
    }

    let lanes = match set {
        InstructionSet::Avx512 => 16,
        InstructionSet::Avx2 => 8,
        _ => return None,
    };
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let began = Instant::now();
        // SAFETY: the kernels use this instruction set, so the processor has it.
        let sum = unsafe { if lanes == 16 { avx512(ROUNDS) } else { avx2(ROUNDS) } };
        std::hint::black_box(sum);
        best = best.min(began.elapsed().as_secs_f64());
    }
    Some((2 * lanes * CHAINS * ROUNDS) as f64 / best / 1e9)
}

/// Not measured elsewhere.
#[cfg(not(target_arch = "x86_64"))]
fn peak(_set: InstructionSet) -> Option<f64> {
    None
}
