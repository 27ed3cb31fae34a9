//! Every kernel against the naive loops of `kernels::reference`, over random shapes.
//!
//! A module of plain functions, so that the same checks run natively (`tests/kernels.rs`) and in a browser,
//! where another crate's test includes this file by its path. Outputs are poisoned with NaN before each
//! call: what a kernel leaves unwritten shows.

use cnn::geometry::{Geometry, Padding, Window};
use cnn::kernels::{self, AdamStep, Conv2dDims, DenseDims, PoolDims, Scratch, reference};

/// A check, given how many random cases to try.
pub(crate) type Check = fn(usize);

/// The checks by name.
pub(crate) const CHECKS: &[(&str, Check)] = &[
    ("conv2d", conv2d),
    ("conv2d_3x3", conv2d_3x3),
    ("conv2d_relu_max_pool", conv2d_relu_max_pool),
    ("conv2d_relu_max_pool_2x2", conv2d_relu_max_pool_2x2),
    ("pooling", pooling),
    ("ties_and_infinities", ties_and_infinities),
    ("dense", dense),
    ("long_sums", long_sums),
    ("values_that_are_not_finite", values_that_are_not_finite),
    ("elementwise", elementwise),
    ("adam", adam),
    ("batch_norm", batch_norm),
];

/// A small generator of its own (Marsaglia's xorshift64), so that the checks depend on nothing they check.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A whole number in `from..=to`.
    pub(crate) fn size(&mut self, from: usize, to: usize) -> usize {
        from + (self.next() >> 33) as usize % (to - from + 1)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.size(0, of.len() - 1)]
    }

    /// Numbers in −1..1, of which about one in `zeros` is exactly 0 (none if `zeros` is 0).
    pub(crate) fn values(&mut self, len: usize, zeros: usize) -> Vec<f32> {
        (0..len)
            .map(|_| {
                let x = (self.next() >> 40) as f32 / (1u64 << 23) as f32 - 1.0;
                if zeros > 0 && self.size(1, zeros) == 1 { 0.0 } else { x }
            })
            .collect()
    }

    fn padding(&mut self, most: usize) -> Padding {
        match self.size(0, 2) {
            0 => Padding::Valid,
            1 => Padding::Same,
            _ => Padding::Explicit {
                top: self.size(0, most),
                bottom: self.size(0, most),
                left: self.size(0, most),
                right: self.size(0, most),
            },
        }
    }

    /// A window and an input it fits into.
    fn geometry(&mut self, kernel: usize, input: usize) -> Geometry {
        loop {
            let window = Window {
                kernel: [self.size(1, kernel), self.size(1, kernel)],
                stride: [self.size(1, 3), self.size(1, 3)],
                padding: self.padding(kernel),
            };
            if let Ok(geometry) = window.resolve([self.size(1, input), self.size(1, input)]) {
                return geometry;
            }
        }
    }

    /// As [`Random::geometry`], and every window sees the input.
    fn pool_geometry(&mut self, kernel: usize, input: usize) -> Geometry {
        loop {
            let geometry = self.geometry(kernel, input);
            if geometry.every_window_sees_input() {
                return geometry;
            }
        }
    }
}

/// A slice full of NaN.
fn poison(len: usize) -> Vec<f32> {
    vec![f32::NAN; len]
}

/// Equal within the rounding of a sum of `terms` products of numbers in −1..1.
#[track_caller]
pub(crate) fn assert_close(
    what: &str,
    got: &[f32],
    expected: &[f32],
    terms: usize,
    case: &dyn std::fmt::Debug,
) {
    assert_eq!(got.len(), expected.len());
    let absolute = 1e-5 * (terms as f32 / 100.0).max(1.0).sqrt();
    for (i, (&a, &b)) in got.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= absolute + 1e-4 * b.abs(),
            "{what}[{i}]: got {a}, expected {b}, in {case:?}"
        );
    }
}

fn check_conv2d(r: &mut Random, d: &Conv2dDims, s: &mut Scratch) {
    let (input, weight) = (r.values(d.input_len(), 4), r.values(d.weight_len(), 0));
    let bias = (r.size(0, 1) == 1).then(|| r.values(d.out_channels, 0));
    let bias = bias.as_deref();
    let mut got = poison(d.output_len());
    let mut expected = got.clone();
    kernels::conv2d_forward(d, &input, &weight, bias, &mut got, s);
    reference::conv2d_forward(d, &input, &weight, bias, &mut expected);
    assert_close("output", &got, &expected, d.window_len(), d);

    let zeros = r.one_of(&[0, 2]);
    let d_output = r.values(d.output_len(), zeros);
    let mut got = poison(d.input_len());
    let mut expected = got.clone();
    kernels::conv2d_backward_input(d, &weight, &d_output, &mut got, s);
    reference::conv2d_backward_input(d, &weight, &d_output, &mut expected);
    assert_close("d_input", &got, &expected, d.geometry.kernel_area() * d.out_channels, d);

    let (mut got, mut got_bias) = (poison(d.weight_len()), poison(d.out_channels));
    let (mut expected, mut expected_bias) = (got.clone(), got_bias.clone());
    let terms = d.batch * d.geometry.output_pixels();
    kernels::conv2d_backward_weight(d, &input, &d_output, &mut got, bias.map(|_| &mut got_bias[..]), s);
    reference::conv2d_backward_weight(d, &input, &d_output, &mut expected, Some(&mut expected_bias));
    assert_close("d_weight", &got, &expected, terms, d);
    if bias.is_some() {
        assert_close("d_bias", &got_bias, &expected_bias, terms, d);
    }
}

/// Any window, stride, padding and number of channels.
pub(crate) fn conv2d(cases: usize) {
    let (mut r, mut s) = (Random::new(1), Scratch::default());
    for _ in 0..cases {
        let d = Conv2dDims {
            batch: r.size(1, 10),
            geometry: r.geometry(6, 12),
            in_channels: r.size(1, 9),
            out_channels: r.one_of(&[1, 2, 5, 7, 8, 12, 19, 27, 33]),
        };
        check_conv2d(&mut r, &d, &mut s);
    }
    // Windows of many values into few channels, and of few into many, by every stride.
    for (kernel, stride, in_channels, out_channels) in
        [(5, 1, 7, 7), (5, 2, 7, 7), (7, 3, 5, 8), (11, 2, 9, 5), (11, 4, 3, 7), (2, 3, 6, 40), (3, 1, 1, 50)]
    {
        for padding in [Padding::Same, Padding::Valid] {
            let window = Window { kernel: [kernel; 2], stride: [stride; 2], padding };
            let geometry = window.resolve([15, 17]).expect("11 fits into 15");
            check_conv2d(&mut r, &Conv2dDims { batch: 3, geometry, in_channels, out_channels }, &mut s);
        }
    }
    for in_channels in [13, 33, 50, 101] {
        let geometry = r.geometry(4, 7);
        let d = Conv2dDims { batch: 2, geometry, in_channels, out_channels: r.size(1, 70) };
        check_conv2d(&mut r, &d, &mut s);
    }
}

/// 3×3 windows at stride 1 over many channels, which have a path of their own.
pub(crate) fn conv2d_3x3(cases: usize) {
    let (mut r, mut s) = (Random::new(2), Scratch::default());
    for _ in 0..cases.div_ceil(4) {
        let padding = r.one_of(&[
            Padding::Same,
            Padding::Same,
            Padding::Valid,
            Padding::Explicit { top: 0, bottom: 2, left: 3, right: 1 },
        ]);
        let window = Window { kernel: [3, 3], stride: [1, 1], padding };
        let d = Conv2dDims {
            batch: r.size(1, 9),
            geometry: window.resolve([r.size(3, 15), r.size(3, 15)]).expect("3 fits into 3"),
            in_channels: r.one_of(&[16, 17, 19, 32, 48, 66]),
            out_channels: r.one_of(&[1, 8, 10, 16, 21, 64]),
        };
        check_conv2d(&mut r, &d, &mut s);
    }
}

fn check_fused(r: &mut Random, d: &Conv2dDims, pool: &Geometry, s: &mut Scratch) {
    let case = (d, pool);
    let (input, weight) = (r.values(d.input_len(), 4), r.values(d.weight_len(), 0));
    let bias = (r.size(0, 1) == 1).then(|| r.values(d.out_channels, 0));
    let bias = bias.as_deref();
    let len = d.batch * pool.output_pixels() * d.out_channels;
    let (mut got, mut got_argmax) = (poison(len), vec![u8::MAX; len]);
    let (mut expected, mut argmax) = (got.clone(), got_argmax.clone());
    kernels::conv2d_relu_max_pool_forward(
        d,
        pool,
        &input,
        &weight,
        bias,
        kernels::PooledOutput { output: &mut got, argmax: &mut got_argmax },
        s,
    );
    reference::conv2d_relu_max_pool_forward(
        d,
        pool,
        &input,
        &weight,
        bias,
        kernels::PooledOutput { output: &mut expected, argmax: &mut argmax },
    );
    assert_close("output", &got, &expected, d.window_len(), &case);

    // Two values nearly equal may be told apart differently: the position must be that of a maximum.
    let mut map = vec![0.0; d.output_len()];
    reference::conv2d_forward(d, &input, &weight, bias, &mut map);
    let mut rows = vec![f32::NAN; len];
    for (i, value) in rows.iter_mut().enumerate() {
        let (p, k) = (i / d.out_channels, i % d.out_channels);
        let (n, y, x) = (p / pool.output_pixels(), p / pool.output[1] % pool.output[0], p % pool.output[1]);
        let position = usize::from(got_argmax[i]);
        let row = y * pool.stride[0] + position / pool.kernel[1];
        let col = x * pool.stride[1] + position % pool.kernel[1];
        let at = row.checked_sub(pool.pad_before[0]).zip(col.checked_sub(pool.pad_before[1]));
        if expected[i] == 0.0 {
            *value = 0.0;
        } else if let Some((row, col)) = at.filter(|at| at.0 < pool.input[0] && at.1 < pool.input[1]) {
            *value = map[((n * pool.input[0] + row) * pool.input[1] + col) * d.out_channels + k];
        }
    }
    assert_close("value at argmax", &rows, &expected, d.window_len(), &case);

    // Backward from one and the same forward pass.
    let d_output = r.values(len, 0);
    let (mut got, mut got_bias) = (poison(d.weight_len()), poison(d.out_channels));
    let (mut d_weight, mut d_bias) = (got.clone(), got_bias.clone());
    let d_b = bias.map(|_| &mut got_bias[..]);
    kernels::conv2d_relu_max_pool_backward_weight(
        d,
        pool,
        &input,
        kernels::PooledGradient { output: &expected, argmax: &argmax, d_output: &d_output },
        &mut got,
        d_b,
        s,
    );
    let d_b = Some(&mut d_bias[..]);
    reference::conv2d_relu_max_pool_backward_weight(
        d,
        pool,
        &input,
        kernels::PooledGradient { output: &expected, argmax: &argmax, d_output: &d_output },
        &mut d_weight,
        d_b,
    );
    assert_close("d_weight", &got, &d_weight, len / d.out_channels, &case);
    if bias.is_some() {
        assert_close("d_bias", &got_bias, &d_bias, len / d.out_channels, &case);
    }

    let mut got = poison(d.input_len());
    let mut d_input = got.clone();
    kernels::conv2d_relu_max_pool_backward_input(
        d,
        pool,
        &weight,
        kernels::PooledGradient { output: &expected, argmax: &argmax, d_output: &d_output },
        &mut got,
        s,
    );
    reference::conv2d_relu_max_pool_backward_input(
        d,
        pool,
        &weight,
        kernels::PooledGradient { output: &expected, argmax: &argmax, d_output: &d_output },
        &mut d_input,
    );
    assert_close("d_input", &got, &d_input, d.geometry.kernel_area() * d.out_channels, &case);
}

/// Any convolution with any pooling, overlapping and lopsided ones too.
pub(crate) fn conv2d_relu_max_pool(cases: usize) {
    let (mut r, mut s) = (Random::new(3), Scratch::default());
    let mut done = 0;
    while done < cases {
        let geometry = r.geometry(5, 14);
        let window = Window {
            kernel: [r.size(1, 3), r.size(1, 4)],
            stride: [r.size(1, 3), r.size(1, 3)],
            padding: r.padding(2),
        };
        let Ok(pool) = window.resolve(geometry.output) else { continue };
        if pool.every_window_sees_input() {
            let (in_channels, out_channels) = (r.size(1, 9), r.size(1, 19));
            let d = Conv2dDims { batch: r.size(1, 5), geometry, in_channels, out_channels };
            check_fused(&mut r, &d, &pool, &mut s);
            done += 1;
        }
    }
    // Rows of a window that don't fit into registers at once.
    for (kernel, stride, in_channels) in [(11, 1, 9), (7, 2, 11), (5, 2, 7)] {
        let window = Window { kernel: [kernel; 2], stride: [stride; 2], padding: Padding::Same };
        let geometry = window.resolve([15, 13]).expect("`same` always fits");
        let window = Window { kernel: [2, 2], stride: [2, 2], padding: Padding::Same };
        let pool = window.resolve(geometry.output).expect("`same` always fits");
        check_fused(&mut r, &Conv2dDims { batch: 2, geometry, in_channels, out_channels: 70 }, &pool, &mut s);
    }
}

/// The lecture's kind: 3×3 at stride 1, pooled 2×2 by 2, from one channel and from many.
pub(crate) fn conv2d_relu_max_pool_2x2(cases: usize) {
    let (mut r, mut s) = (Random::new(4), Scratch::default());
    for _ in 0..cases.div_ceil(4) {
        let padding = r.one_of(&[Padding::Same, Padding::Same, Padding::Valid]);
        let window = Window { kernel: [3, 3], stride: [1, 1], padding };
        let geometry = window.resolve([r.size(4, 15), r.size(4, 15)]).expect("3 fits into 4");
        let window =
            Window { kernel: [2, 2], stride: [2, 2], padding: r.one_of(&[Padding::Same, Padding::Valid]) };
        let pool = window.resolve(geometry.output).expect("2 fits into 2");
        let d = Conv2dDims {
            batch: r.size(1, 9),
            geometry,
            in_channels: r.one_of(&[1, 1, 3, 16, 18, 32, 64]),
            out_channels: r.one_of(&[1, 4, 6, 8, 13, 32, 64]),
        };
        check_fused(&mut r, &d, &pool, &mut s);
    }
}

/// Both kinds of pooling, forward and backward.
pub(crate) fn pooling(cases: usize) {
    let mut r = Random::new(5);
    for _ in 0..cases {
        let d = PoolDims { batch: r.size(1, 4), geometry: r.pool_geometry(4, 12), channels: r.size(1, 19) };
        let input = r.values(d.input_len(), 0);
        let d_output = r.values(d.output_len(), 0);
        let (mut got, mut got_argmax) = (poison(d.output_len()), vec![u8::MAX; d.output_len()]);
        let (mut expected, mut argmax) = (got.clone(), got_argmax.clone());
        kernels::max_pool2d_forward(&d, &input, &mut got, &mut got_argmax);
        reference::max_pool2d_forward(&d, &input, &mut expected, &mut argmax);
        assert_eq!((&got, &got_argmax), (&expected, &argmax), "in {d:?}");

        let mut got = poison(d.input_len());
        let mut expected = got.clone();
        kernels::max_pool2d_backward(&d, &argmax, &d_output, &mut got);
        reference::max_pool2d_backward(&d, &argmax, &d_output, &mut expected);
        assert_close("d_input", &got, &expected, 9, &d);

        let mut got = poison(d.output_len());
        let mut expected = got.clone();
        kernels::avg_pool2d_forward(&d, &input, &mut got);
        reference::avg_pool2d_forward(&d, &input, &mut expected);
        assert_close("average", &got, &expected, 9, &d);

        let mut got = poison(d.input_len());
        let mut expected = got.clone();
        kernels::avg_pool2d_backward(&d, &d_output, &mut got);
        reference::avg_pool2d_backward(&d, &d_output, &mut expected);
        assert_close("d_input of the average", &got, &expected, 9, &d);
    }
}

/// The first index wins a tie, padding never wins, and a map of minus infinity has a position too.
pub(crate) fn ties_and_infinities(_: usize) {
    let window = Window { kernel: [2, 2], stride: [2, 2], padding: Padding::Same };
    for channels in [1, 3, 4, 9] {
        let d = PoolDims { batch: 1, geometry: window.resolve([3, 3]).expect("2 fits into 3"), channels };
        for value in [-2.5, 0.0, f32::NEG_INFINITY, f32::INFINITY] {
            let (mut output, mut argmax) = (poison(d.output_len()), vec![u8::MAX; d.output_len()]);
            kernels::max_pool2d_forward(&d, &vec![value; d.input_len()], &mut output, &mut argmax);
            assert_eq!(output, vec![value; d.output_len()]);
            assert_eq!(argmax, vec![0; d.output_len()]);
        }
    }
}

/// All three products of a dense layer, with and without zeros among the inputs.
pub(crate) fn dense(cases: usize) {
    let (mut r, mut s) = (Random::new(6), Scratch::default());
    for case in 0..cases.div_ceil(2) {
        let d = match case {
            0 => DenseDims { batch: 10, in_features: 313, out_features: 625 },
            1 => DenseDims { batch: 13, in_features: 625, out_features: 10 },
            2 => DenseDims { batch: 300, in_features: 131, out_features: 7 },
            _ => {
                DenseDims { batch: r.size(1, 20), in_features: r.size(1, 150), out_features: r.size(1, 130) }
            }
        };
        let zeros = r.one_of(&[0, 2]);
        let input = r.values(d.batch * d.in_features, zeros);
        let weight = r.values(d.in_features * d.out_features, 0);
        let bias = (r.size(0, 1) == 1).then(|| r.values(d.out_features, 0));
        let bias = bias.as_deref();
        let mut got = poison(d.batch * d.out_features);
        let mut expected = got.clone();
        kernels::dense_forward(&d, &input, &weight, bias, &mut got, &mut s);
        reference::dense_forward(&d, &input, &weight, bias, &mut expected);
        assert_close("output", &got, &expected, d.in_features, &d);

        let d_output = r.values(d.batch * d.out_features, zeros);
        let mut got = poison(d.batch * d.in_features);
        let mut expected = got.clone();
        kernels::dense_backward_input(&d, &weight, &d_output, &mut got, &mut s);
        reference::dense_backward_input(&d, &weight, &d_output, &mut expected);
        assert_close("d_input", &got, &expected, d.out_features, &d);

        let (mut got, mut got_bias) = (poison(weight.len()), poison(d.out_features));
        let (mut expected, mut expected_bias) = (got.clone(), got_bias.clone());
        let d_bias = bias.map(|_| &mut got_bias[..]);
        kernels::dense_backward_weight(&d, &input, &d_output, &mut got, d_bias, &mut s);
        reference::dense_backward_weight(&d, &input, &d_output, &mut expected, Some(&mut expected_bias));
        assert_close("d_weight", &got, &expected, d.batch, &d);
        if bias.is_some() {
            assert_close("d_bias", &got_bias, &expected_bias, d.batch, &d);
        }
    }
}

/// Sums of tens of thousands of equal terms, each of which a long sum rounds the same way: with all in one go, some
/// thousandths would be lost.
pub(crate) fn long_sums(_: usize) {
    const TERM: f64 = 0.1f32 as f64 * 0.7f32 as f64;
    let mut s = Scratch::default();
    let exact = |what: &str, got: &[f32], expected: f64| {
        for &x in got {
            let error = (f64::from(x) / expected - 1.0).abs();
            assert!(error < 1e-4, "{what}: {x} in place of {expected}, off by {error}");
        }
    };
    let pool = Window { kernel: [2, 2], stride: [2, 2], padding: Padding::Same };
    for (kernel, input, in_channels) in [
        ([1, 1], [2, 2], 40_000), // one run
        ([60, 2], [61, 3], 300),  // parts of runs
        ([300, 3], [301, 5], 40), // several runs a part
        ([3, 3], [4, 6], 16_000), // Winograd's
    ] {
        for out_channels in [5, 8] {
            let window = Window { kernel, stride: [1, 1], padding: Padding::Valid };
            let geometry = window.resolve(input).expect("fits");
            let d = Conv2dDims { batch: 1, geometry, in_channels, out_channels };
            let (input, weight) = (vec![0.1; d.input_len()], vec![0.7; d.weight_len()]);
            let expected = d.window_len() as f64 * TERM;
            let mut output = poison(d.output_len());
            kernels::conv2d_forward(&d, &input, &weight, Some(&vec![0.0; out_channels]), &mut output, &mut s);
            exact("convolution", &output, expected);
            let pool = pool.resolve(geometry.output).expect("fits");
            let mut output = poison(pool.output_pixels() * out_channels);
            let mut argmax = vec![0; output.len()];
            kernels::conv2d_relu_max_pool_forward(
                &d,
                &pool,
                &input,
                &weight,
                None,
                kernels::PooledOutput { output: &mut output, argmax: &mut argmax },
                &mut s,
            );
            exact("convolution and pooling", &output, expected);
        }
    }
    for (kernel, in_channels, out_channels) in [(1, 5, 40_000), (1, 1, 40_000), (3, 3, 9_000), (3, 20, 9_000)]
    {
        // The only pixel sees each filter once.
        let window = Window { kernel: [kernel; 2], stride: [1, 1], padding: Padding::Same };
        let geometry = window.resolve([1, 1]).expect("`same` always fits");
        let d = Conv2dDims { batch: 1, geometry, in_channels, out_channels };
        let (weight, d_output) = (vec![0.7; d.weight_len()], vec![0.1; d.output_len()]);
        let mut d_input = poison(d.input_len());
        kernels::conv2d_backward_input(&d, &weight, &d_output, &mut d_input, &mut s);
        exact("gradient at the input", &d_input, out_channels as f64 * TERM);
    }
    for (in_channels, out_channels) in [(2, 3), (70, 3)] {
        let geometry = Window { kernel: [1, 1], stride: [1, 1], padding: Padding::Valid };
        let geometry = geometry.resolve([200, 200]).expect("fits");
        let d = Conv2dDims { batch: 1, geometry, in_channels, out_channels };
        let (input, d_output) = (vec![0.7; d.input_len()], vec![0.1; d.output_len()]);
        let (mut d_weight, mut d_bias) = (poison(d.weight_len()), poison(out_channels));
        kernels::conv2d_backward_weight(&d, &input, &d_output, &mut d_weight, Some(&mut d_bias), &mut s);
        exact("gradient at the weight", &d_weight, 40_000.0 * TERM);
        exact("gradient at the bias", &d_bias, 40_000.0 * f64::from(0.1f32));
    }
    for [few, many] in [[3, 40_000], [70, 40_000]] {
        let d = DenseDims { batch: 1, in_features: many, out_features: few };
        let weight = vec![0.7; d.weight_len()];
        let mut output = poison(few);
        kernels::dense_forward(&d, &vec![0.1; many], &weight, None, &mut output, &mut s);
        exact("dense layer", &output, many as f64 * TERM);
        let d = DenseDims { batch: 1, in_features: few, out_features: many };
        let mut d_input = poison(few);
        kernels::dense_backward_input(&d, &weight, &vec![0.1; many], &mut d_input, &mut s);
        exact("dense layer's gradient at the input", &d_input, many as f64 * TERM);
        let d = DenseDims { batch: many, in_features: 3, out_features: few };
        let (mut d_weight, mut d_bias) = (poison(d.weight_len()), poison(few));
        let (input, d_output) = (vec![0.7; d.input_len()], vec![0.1; d.output_len()]);
        kernels::dense_backward_weight(&d, &input, &d_output, &mut d_weight, Some(&mut d_bias), &mut s);
        exact("dense layer's gradient at the weight", &d_weight, many as f64 * TERM);
    }
}

/// A value that is not finite is seen in every output whose window it lies in, and nowhere but in their tiles.
pub(crate) fn values_that_are_not_finite(_: usize) {
    let mut s = Scratch::default();
    for (kernel, in_channels) in [(3, 16), (3, 4), (5, 16)] {
        let window = Window { kernel: [kernel; 2], stride: [1, 1], padding: Padding::Same };
        let geometry = window.resolve([9, 10]).expect("`same` always fits");
        let d = Conv2dDims { batch: 1, geometry, in_channels, out_channels: 8 };
        // Winograd's way, of 2×2 tiles.
        let tile = if (kernel, in_channels) == (3, 16) { 2 } else { 1 };
        let mut r = Random::new(10);
        let (clean, weight) = (r.values(d.input_len(), 0), r.values(d.weight_len(), 0));
        for (bad, pixel) in [(f32::INFINITY, [0, 0]), (f32::NEG_INFINITY, [4, 5]), (f32::NAN, [8, 9])] {
            let mut input = clean.clone();
            input[(pixel[0] * 10 + pixel[1]) * in_channels + 3] = bad;
            let (mut output, mut expected) = (poison(d.output_len()), poison(d.output_len()));
            kernels::conv2d_forward(&d, &input, &weight, None, &mut output, &mut s);
            reference::conv2d_forward(&d, &input, &weight, None, &mut expected);
            let wrong = |y: usize, x: usize| expected[(y * 10 + x) * 8..][..8].iter().any(|x| !x.is_finite());
            for (i, (got, expected)) in output.iter().zip(&expected).enumerate() {
                let (y, x) = (i / 8 / 10 / tile * tile, i / 8 % 10 / tile * tile);
                let in_tile = (y..9.min(y + tile)).any(|y| (x..10.min(x + tile)).any(|x| wrong(y, x)));
                if !expected.is_finite() {
                    assert!(!got.is_finite(), "{bad} at {pixel:?} is lost in output {i} of {d:?}");
                } else if !in_tile {
                    assert!((got - expected).abs() < 1e-3, "{bad} at {pixel:?} reaches output {i} of {d:?}");
                }
            }
        }
    }
}

/// ReLU and dropout's mask, over every remainder of lanes.
pub(crate) fn elementwise(_: usize) {
    let mut r = Random::new(7);
    for len in (0..20).chain([1000, 40_003]) {
        let (input, other) = (r.values(len, 5), r.values(len, 5));
        let (mut got, mut expected) = (poison(len), poison(len));
        kernels::relu_forward(&input, &mut got);
        reference::relu_forward(&input, &mut expected);
        assert_eq!(got, expected);

        let bytes: Vec<u8> = (0..len).map(|_| r.size(0, 255) as u8).collect();
        kernels::unit_from_bytes(&bytes, &mut got);
        reference::unit_from_bytes(&bytes, &mut expected);
        assert_eq!(got, expected);

        kernels::relu_forward(&input, &mut expected);
        let output = expected.clone();
        kernels::relu_backward(&output, &other, &mut got);
        reference::relu_backward(&output, &other, &mut expected);
        assert_eq!(got, expected);

        let mask: Vec<u8> = (0..len).map(|_| r.size(0, 1) as u8).collect();
        kernels::scale_by_mask(&input, &mask, 1.25, &mut got);
        reference::scale_by_mask(&input, &mask, 1.25, &mut expected);
        assert_eq!(got, expected);

        for rate in [0.0, 0.3, 0.5, 0.999_999] {
            let (mut mask, mut mask2) = (vec![2; len], vec![2; len]);
            kernels::dropout_forward(&input, rate, 5, &mut mask, &mut got);
            reference::dropout_forward(&input, rate, 5, &mut mask2, &mut expected);
            assert_eq!((&got, mask), (&expected, mask2), "rate {rate}");
        }

        assert!(kernels::all_finite(&input));
        for (at, bad) in [(0, f32::NAN), (len / 2, f32::INFINITY), (len.saturating_sub(1), f32::NEG_INFINITY)]
        {
            let mut values = input.clone();
            values.iter_mut().skip(at).take(1).for_each(|value| *value = bad);
            assert_eq!(kernels::all_finite(&values), len == 0, "{bad} at {at} of {len}");
        }
    }
    let mut got = vec![0.0];
    kernels::relu_forward(&[f32::NAN], &mut got);
    assert!(got[0].is_nan(), "NaN must not vanish in ReLU");
}

/// Several steps of Adam.
pub(crate) fn adam(_: usize) {
    let mut r = Random::new(8);
    for len in (1..20).chain([1003]) {
        let (mut m, mut v, mut param) = (vec![0.0; len], vec![0.0; len], r.values(len, 0));
        let (mut m2, mut v2, mut param2) = (m.clone(), v.clone(), param.clone());
        for t in 1..=5 {
            let step = AdamStep { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, t };
            let grad = r.values(len, 3);
            kernels::adam_step(step, &grad, &mut m, &mut v, &mut param);
            reference::adam_step(step, &grad, &mut m2, &mut v2, &mut param2);
        }
        assert_close("m", &m, &m2, 1, &len);
        assert_close("v", &v, &v2, 1, &len);
        assert_close("param", &param, &param2, 1, &len);
    }
}

/// The sums and products of batch normalization: channels that fill vectors and that do not, one row, several pieces; and
/// values far from 0, whose variance must not cancel out.
pub(crate) fn batch_norm(cases: usize) {
    let (mut r, mut s) = (Random::new(10), Scratch::default());
    for case in 0..cases {
        let channels = if r.size(0, 3) == 0 { r.size(60, 700) } else { r.size(1, 70) };
        let rows = if r.size(0, 2) == 0 { r.size(300, 3000) } else { r.size(1, 40) };
        let len = (rows * channels).min(60_000) / channels * channels;
        let offset = r.one_of(&[0.0, 3.0, -1000.0]);
        let shifted = |values: Vec<f32>| values.into_iter().map(|x| x + offset).collect::<Vec<_>>();
        let (input, d_output) = (shifted(r.values(len, 0)), r.values(len, 3));
        let [mut mean, mut variance, mut mean2, mut variance2] = [0; 4].map(|_| poison(channels));
        kernels::channel_moments(&input, &mut mean, &mut variance, &mut s);
        reference::channel_moments(&input, &mut mean2, &mut variance2);
        let about = (case, channels, len / channels, offset);
        assert_close("mean", &mean, &mean2, 1, &about);
        assert_close("variance", &variance, &variance2, 1, &about);

        let [mut sum, mut products, mut sum2, mut products2] = [0; 4].map(|_| poison(channels));
        kernels::channel_gradient_sums(&input, &d_output, &mean2, &mut sum, &mut products, &mut s);
        reference::channel_gradient_sums(&input, &d_output, &mean2, &mut sum2, &mut products2);
        assert_close("sum", &sum, &sum2, len / channels, &about);
        assert_close("products", &products, &products2, len / channels, &about);

        let [scale, shift, factor] = [0; 3].map(|_| r.values(channels, 0));
        let (mut got, mut expected) = (poison(len), poison(len));
        kernels::channel_affine(
            &input,
            kernels::ChannelAffine { mean: &mean, scale: &scale, shift: &shift },
            &mut got,
            &mut s,
        );
        reference::channel_affine(
            &input,
            kernels::ChannelAffine { mean: &mean, scale: &scale, shift: &shift },
            &mut expected,
        );
        assert_close("output", &got, &expected, 1, &about);
        got = poison(len);
        let affine = kernels::ChannelAffine { mean: &mean, scale: &scale, shift: &shift };
        kernels::channel_affine_backward(&input, &d_output, affine, &factor, &mut got, &mut s);
        reference::channel_affine_backward(&input, &d_output, affine, &factor, &mut expected);
        assert_close("d_input", &got, &expected, 1, &about);
    }
    let (mut mean, mut variance) = (poison(5), poison(5));
    kernels::channel_moments(&[], &mut mean, &mut variance, &mut s);
    assert_eq!((mean, variance), (vec![0.0; 5], vec![0.0; 5]));
}

/// The bits of what every kernel gives for one fixed load of work, cut into several pieces everywhere: the same
/// with any number of threads.
#[allow(dead_code, reason = "a build without threads has nothing to compare")]
pub(crate) fn bits_of_everything() -> Vec<u32> {
    let (mut r, mut s) = (Random::new(9), Scratch::default());
    let mut bits = Vec::new();
    let mut keep = |values: &[f32]| bits.extend(values.iter().map(|x| x.to_bits()));
    for (in_channels, out_channels, kernel, stride) in
        [(1, 9, 3, 1), (17, 20, 3, 1), (6, 10, 5, 1), (7, 7, 5, 2)]
    {
        let window = Window { kernel: [kernel; 2], stride: [stride; 2], padding: Padding::Same };
        let geometry = window.resolve([9, 8]).expect("fits");
        let d = Conv2dDims { batch: 21, geometry, in_channels, out_channels };
        let pool = Window { kernel: [2, 2], stride: [2, 2], padding: Padding::Same };
        let pool = pool.resolve(geometry.output).expect("fits");
        let (input, weight) = (r.values(d.input_len(), 3), r.values(d.weight_len(), 0));
        let bias = r.values(out_channels, 0);
        let (mut d_weight, mut d_bias) = (poison(d.weight_len()), poison(out_channels));
        let mut d_input = poison(d.input_len());

        let mut output = poison(d.output_len());
        let d_output = r.values(output.len(), 2);
        kernels::conv2d_forward(&d, &input, &weight, Some(&bias), &mut output, &mut s);
        keep(&output);
        kernels::conv2d_backward_input(&d, &weight, &d_output, &mut d_input, &mut s);
        keep(&d_input);
        kernels::conv2d_backward_weight(&d, &input, &d_output, &mut d_weight, Some(&mut d_bias), &mut s);
        keep(&d_weight);
        keep(&d_bias);

        let mut output = poison(d.batch * pool.output_pixels() * out_channels);
        let mut argmax = vec![u8::MAX; output.len()];
        let d_output = r.values(output.len(), 0);
        kernels::conv2d_relu_max_pool_forward(
            &d,
            &pool,
            &input,
            &weight,
            Some(&bias),
            kernels::PooledOutput { output: &mut output, argmax: &mut argmax },
            &mut s,
        );
        keep(&output);
        keep(&argmax.iter().map(|&a| f32::from(a)).collect::<Vec<_>>());
        kernels::conv2d_relu_max_pool_backward_input(
            &d,
            &pool,
            &weight,
            kernels::PooledGradient { output: &output, argmax: &argmax, d_output: &d_output },
            &mut d_input,
            &mut s,
        );
        keep(&d_input);
        kernels::conv2d_relu_max_pool_backward_weight(
            &d,
            &pool,
            &input,
            kernels::PooledGradient { output: &output, argmax: &argmax, d_output: &d_output },
            &mut d_weight,
            Some(&mut d_bias),
            &mut s,
        );
        keep(&d_weight);
        keep(&d_bias);
    }
    for out_features in [10, 101, 405] {
        let d = DenseDims { batch: 33, in_features: 300, out_features };
        let (input, weight) = (r.values(33 * 300, 2), r.values(300 * out_features, 0));
        let (mut output, mut d_input) = (poison(33 * out_features), poison(33 * 300));
        let (mut d_weight, mut d_bias) = (poison(300 * out_features), poison(out_features));
        kernels::dense_forward(&d, &input, &weight, None, &mut output, &mut s);
        keep(&output);
        kernels::dense_backward_input(&d, &weight, &output, &mut d_input, &mut s);
        keep(&d_input);
        kernels::dense_backward_weight(&d, &input, &output, &mut d_weight, Some(&mut d_bias), &mut s);
        keep(&d_weight);
        keep(&d_bias);
    }
    let len = 50_000;
    let (mut m, mut v, mut param) = (vec![0.0; len], vec![0.0; len], r.values(len, 0));
    let step = AdamStep { learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, t: 1 };
    kernels::adam_step(step, &r.values(len, 2), &mut m, &mut v, &mut param);
    keep(&param);
    let (mut mask, mut output) = (vec![2; len], poison(len));
    kernels::dropout_forward(&param, 0.3, 4, &mut mask, &mut output);
    keep(&output);
    for channels in [1, 10, 25, 500] {
        let (input, d_output) = (r.values(len, 0), r.values(len, 2));
        let [mut mean, mut variance, mut sum, mut products] = [0; 4].map(|_| poison(channels));
        kernels::channel_moments(&input, &mut mean, &mut variance, &mut s);
        kernels::channel_gradient_sums(&input, &d_output, &mean, &mut sum, &mut products, &mut s);
        let factors = [&mean[..], &variance, &sum, &products];
        let affine = kernels::ChannelAffine { mean: &mean, scale: &variance, shift: &sum };
        kernels::channel_affine_backward(&input, &d_output, affine, &products, &mut output, &mut s);
        factors.into_iter().chain([&output[..]]).for_each(&mut keep);
    }
    bits
}
