//! The kernels on the shapes of the lecture's two networks, a batch of 100, and on shapes that no special path
//! fits: `cargo bench -p cnn --bench kernels`. Throughput counts the multiplications and additions of the plain
//! definition, so that leaving some out shows as speed.

use cnn::geometry::{Geometry, Padding, Window};
use cnn::kernels::{self, AdamStep, Conv2dDims, DenseDims, Scratch};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const BATCH: usize = 100;

/// Numbers in −1..1 of which a share is 0, from a small generator (Marsaglia's xorshift64).
fn values(len: usize, zeros: f64) -> Vec<f32> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    (0..len)
        .map(|_| (2.0 * next() - 1.0, next()))
        .map(|(x, y)| if y < zeros { 0.0 } else { x as f32 })
        .collect()
}

fn same(kernel: usize, stride: usize, input: usize) -> Geometry {
    let window = Window { kernel: [kernel; 2], stride: [stride; 2], padding: Padding::Same };
    window.resolve([input; 2]).expect("`same` always fits")
}

fn blocks(c: &mut Criterion) {
    let mut group = c.benchmark_group("conv2d_relu_max_pool");
    for (size, in_channels, out_channels) in [(28, 1, 32), (14, 32, 64), (7, 64, 128)] {
        let d = Conv2dDims { batch: BATCH, geometry: same(3, 1, size), in_channels, out_channels };
        let pool = same(2, 2, size);
        let (input, weight) = (values(d.input_len(), 0.3), values(d.weight_len(), 0.0));
        let len = BATCH * pool.output_pixels() * out_channels;
        let (mut output, mut argmax, d_output) = (vec![0.0; len], vec![0; len], values(len, 0.0));
        let (mut d_weight, mut d_input) = (vec![0.0; d.weight_len()], vec![0.0; d.input_len()]);
        let mut s = Scratch::default();
        group.throughput(Throughput::Elements((2 * d.output_len() * d.window_len()) as u64));
        let name = format!("{size}x{size}x{in_channels}-{out_channels}");
        group.bench_function(BenchmarkId::new("forward", &name), |b| {
            b.iter(|| {
                kernels::conv2d_relu_max_pool_forward(
                    &d,
                    &pool,
                    &input,
                    &weight,
                    None,
                    kernels::PooledOutput { output: &mut output, argmax: &mut argmax },
                    &mut s,
                );
            });
        });
        group.bench_function(BenchmarkId::new("backward_weight", &name), |b| {
            b.iter(|| {
                kernels::conv2d_relu_max_pool_backward_weight(
                    &d,
                    &pool,
                    &input,
                    kernels::PooledGradient { output: &output, argmax: &argmax, d_output: &d_output },
                    &mut d_weight,
                    None,
                    &mut s,
                );
            });
        });
        group.bench_function(BenchmarkId::new("backward_input", &name), |b| {
            b.iter(|| {
                kernels::conv2d_relu_max_pool_backward_input(
                    &d,
                    &pool,
                    &weight,
                    kernels::PooledGradient { output: &output, argmax: &argmax, d_output: &d_output },
                    &mut d_input,
                    &mut s,
                );
            });
        });
    }
    group.finish();
}

fn convolutions(c: &mut Criterion) {
    let mut group = c.benchmark_group("conv2d");
    for (kernel, stride, size, in_channels, out_channels) in
        [(3, 1, 14, 32, 64), (5, 1, 14, 7, 20), (5, 2, 28, 7, 24), (1, 1, 14, 32, 64)]
    {
        let d = Conv2dDims { batch: BATCH, geometry: same(kernel, stride, size), in_channels, out_channels };
        let (input, weight) = (values(d.input_len(), 0.0), values(d.weight_len(), 0.0));
        let (mut output, d_output) = (vec![0.0; d.output_len()], values(d.output_len(), 0.5));
        let (mut d_weight, mut d_input) = (vec![0.0; d.weight_len()], vec![0.0; d.input_len()]);
        let mut s = Scratch::default();
        group.throughput(Throughput::Elements((2 * d.output_len() * d.window_len()) as u64));
        let name = format!("{kernel}x{kernel}/{stride} {size}x{size}x{in_channels}-{out_channels}");
        group.bench_function(BenchmarkId::new("forward", &name), |b| {
            b.iter(|| kernels::conv2d_forward(&d, &input, &weight, None, &mut output, &mut s));
        });
        group.bench_function(BenchmarkId::new("backward_weight", &name), |b| {
            b.iter(|| kernels::conv2d_backward_weight(&d, &input, &d_output, &mut d_weight, None, &mut s));
        });
        group.bench_function(BenchmarkId::new("backward_input", &name), |b| {
            b.iter(|| kernels::conv2d_backward_input(&d, &weight, &d_output, &mut d_input, &mut s));
        });
    }
    group.finish();
}

fn dense(c: &mut Criterion) {
    let mut group = c.benchmark_group("dense");
    for (in_features, out_features) in [(3136, 10), (2048, 625), (625, 10)] {
        let d = DenseDims { batch: BATCH, in_features, out_features };
        let (input, weight) = (values(BATCH * in_features, 0.5), values(in_features * out_features, 0.0));
        let (mut output, d_output) = (vec![0.0; BATCH * out_features], values(BATCH * out_features, 0.5));
        let (mut d_weight, mut d_input) = (vec![0.0; weight.len()], vec![0.0; input.len()]);
        let mut s = Scratch::default();
        group.throughput(Throughput::Elements((2 * BATCH * weight.len()) as u64));
        let name = format!("{in_features}-{out_features}");
        group.bench_function(BenchmarkId::new("forward", &name), |b| {
            b.iter(|| kernels::dense_forward(&d, &input, &weight, None, &mut output, &mut s));
        });
        group.bench_function(BenchmarkId::new("backward_weight", &name), |b| {
            b.iter(|| kernels::dense_backward_weight(&d, &input, &d_output, &mut d_weight, None, &mut s));
        });
        group.bench_function(BenchmarkId::new("backward_input", &name), |b| {
            b.iter(|| kernels::dense_backward_input(&d, &weight, &d_output, &mut d_input, &mut s));
        });
    }
    group.finish();
}

fn batch_norm(c: &mut Criterion) {
    let mut group = c.benchmark_group("batch_norm");
    for (size, channels) in [(28, 32), (26, 10), (14, 64), (1, 625)] {
        let len = BATCH * size * size * channels;
        let (input, d_output) = (values(len, 0.0), values(len, 0.5));
        let (mut output, mut sums) = (vec![0.0; len], vec![0.0; 4 * channels]);
        let mut s = Scratch::default();
        group.throughput(Throughput::Elements(len as u64));
        let name = format!("{size}x{size}x{channels}");
        group.bench_function(BenchmarkId::new("forward", &name), |b| {
            b.iter(|| {
                let (mean, variance) = sums[..2 * channels].split_at_mut(channels);
                kernels::channel_moments(&input, mean, variance, &mut s);
                kernels::channel_affine(
                    &input,
                    kernels::ChannelAffine { mean, scale: variance, shift: mean },
                    &mut output,
                    &mut s,
                );
            });
        });
        group.bench_function(BenchmarkId::new("backward", &name), |b| {
            b.iter(|| {
                let (mean, rest) = sums.split_at_mut(channels);
                let (sum, products) = rest[..2 * channels].split_at_mut(channels);
                kernels::channel_gradient_sums(&input, &d_output, mean, sum, products, &mut s);
                let affine = kernels::ChannelAffine { mean, scale: products, shift: sum };
                kernels::channel_affine_backward(&input, &d_output, affine, mean, &mut output, &mut s);
            });
        });
    }
    group.finish();
}

fn adam(c: &mut Criterion) {
    let len = 2048 * 625;
    let (grad, mut param) = (values(len, 0.0), values(len, 0.0));
    let (mut m, mut v) = (vec![0.0; len], vec![0.0; len]);
    let mut p = AdamStep { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, t: 0 };
    let mut group = c.benchmark_group("adam");
    group.throughput(Throughput::Elements(len as u64));
    group.bench_function("step", |b| {
        b.iter(|| {
            p.t += 1;
            kernels::adam_step(p, &grad, &mut m, &mut v, &mut param);
        });
    });
    group.finish();
}

criterion_group!(benches, blocks, convolutions, dense, batch_norm, adam);
criterion_main!(benches);
