//! The kernels against their oracle, natively; see `kernels_suite`.

mod kernels_suite;

use cnn::kernels::{self, Scratch};
use kernels_suite as suite;

const CASES: usize = 200;

/// A test for each check of the suite, and one that none is missing.
macro_rules! checks {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            suite::$name(CASES);
        })*

        #[test]
        fn every_check_of_the_suite_is_a_test() {
            let names: Vec<&str> = suite::CHECKS.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

checks! {
    conv2d
    conv2d_3x3
    conv2d_relu_max_pool
    conv2d_relu_max_pool_2x2
    pooling
    ties_and_infinities
    dense
    long_sums
    values_that_are_not_finite
    elementwise
    adam
    batch_norm
}

#[cfg(feature = "threads")]
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let with = |threads| {
        let pool = cnn::par::Pool::new(threads).unwrap();
        pool.install(suite::bits_of_everything)
    };
    let one = with(1);
    assert!(one.iter().all(|&bits| !f32::from_bits(bits).is_nan()), "something was left unwritten");
    for threads in [2, 3, 8] {
        assert!(with(threads) == one, "{threads} threads give other bits than one");
    }
}

/// Fields of a geometry can be set by anyone; what reads memory by them must not believe it.
#[test]
fn a_geometry_that_no_window_gives_is_refused() {
    use cnn::geometry::{Geometry, Padding, Window};
    use cnn::kernels::{Conv2dDims, PoolDims};
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let honest = Window::square(3, 1, Padding::Same).resolve([6, 6]).unwrap();
    let run = |geometry: Geometry| {
        let d = Conv2dDims { batch: 1, geometry, in_channels: 1, out_channels: 1 };
        let pool = PoolDims { batch: 1, geometry, channels: 1 };
        let mut image = vec![0.0; 36];
        let (zeros, mut weight, mut s) = (vec![0.0; 36], vec![0.0; 9], Scratch::default());
        let mut refused = 0;
        let mut call = |f: &mut dyn FnMut(&mut Scratch)| {
            refused += usize::from(catch_unwind(AssertUnwindSafe(|| f(&mut s))).is_err());
        };
        call(&mut |s| kernels::conv2d_forward(&d, &zeros, &[0.0; 9], None, &mut image, s));
        call(&mut |s| kernels::conv2d_backward_input(&d, &[0.0; 9], &zeros, &mut image, s));
        call(&mut |s| kernels::conv2d_backward_weight(&d, &zeros, &zeros, &mut weight, None, s));
        call(&mut |_| kernels::max_pool2d_forward(&pool, &zeros, &mut image, &mut [0; 36]));
        call(&mut |_| kernels::avg_pool2d_forward(&pool, &zeros, &mut image));
        refused
    };
    assert_eq!(run(honest), 0);
    assert_eq!(run(Geometry { stride: [1 << 12, 1], ..honest }), 5);
    assert_eq!(run(Geometry { pad_after: [0, 0], ..honest }), 5);
    assert_eq!(run(Geometry { lost: [1, 0], ..honest }), 5);
}

#[test]
#[should_panic(expected = "a length is a usize")]
fn a_length_does_not_wrap_around() {
    let d = kernels::DenseDims { batch: usize::MAX / 2 + 1, in_features: 2, out_features: 1 };
    kernels::dense_forward(&d, &[], &[0.0; 2], None, &mut [], &mut Scratch::default());
}

/// Whether a call panics.
fn refused(f: impl FnOnce()) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).is_err()
}

/// Kernels divide by the numbers of channels and features: none of them is said, not found out by dividing.
#[test]
fn no_channels_and_no_features_are_refused() {
    use cnn::geometry::{Padding, Window};
    use cnn::kernels::{Conv2dDims, DenseDims, PoolDims};

    let geometry = Window::square(3, 1, Padding::Same).resolve([4, 4]).unwrap();
    let s = || Scratch::default();
    for [inputs, outputs] in [[0, 3], [3, 0], [0, 0]] {
        let message = |f: &mut dyn FnMut()| {
            let panic =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).expect_err("none are refused");
            assert!(
                panic.downcast_ref::<String>().expect("a message").starts_with("no channels or features")
            );
        };
        let (i, o) = (vec![0.0; 2 * inputs], vec![0.0; 2 * outputs]);
        let d = DenseDims { batch: 2, in_features: inputs, out_features: outputs };
        message(&mut || kernels::dense_forward(&d, &i, &[], None, &mut o.clone(), &mut s()));
        message(&mut || kernels::dense_backward_input(&d, &[], &o, &mut i.clone(), &mut s()));
        message(&mut || kernels::dense_backward_weight(&d, &i, &o, &mut [], None, &mut s()));
        let (i, o) = (vec![0.0; 32 * inputs], vec![0.0; 32 * outputs]);
        let d = Conv2dDims { batch: 2, geometry, in_channels: inputs, out_channels: outputs };
        message(&mut || kernels::conv2d_forward(&d, &i, &[], None, &mut o.clone(), &mut s()));
        message(&mut || kernels::conv2d_backward_input(&d, &[], &o, &mut i.clone(), &mut s()));
        message(&mut || kernels::conv2d_backward_weight(&d, &i, &o, &mut [], None, &mut s()));
        let mut argmax = vec![0; 32 * outputs];
        message(&mut || {
            let (output, s) = (&mut o.clone(), &mut s());
            kernels::conv2d_relu_max_pool_forward(
                &d,
                &geometry,
                &i,
                &[],
                None,
                kernels::PooledOutput { output, argmax: &mut argmax },
                s,
            );
        });
        message(&mut || {
            let (i, s) = (&mut i.clone(), &mut s());
            kernels::conv2d_relu_max_pool_backward_input(
                &d,
                &geometry,
                &[],
                kernels::PooledGradient { output: &o, argmax: &argmax, d_output: &o },
                i,
                s,
            );
        });
        message(&mut || {
            let (weight, s) = (&mut [], &mut s());
            kernels::conv2d_relu_max_pool_backward_weight(
                &d,
                &geometry,
                &i,
                kernels::PooledGradient { output: &o, argmax: &argmax, d_output: &o },
                weight,
                None,
                s,
            );
        });
        let d = PoolDims { batch: 2, geometry, channels: 0 };
        message(&mut || kernels::max_pool2d_forward(&d, &[], &mut [], &mut []));
        message(&mut || kernels::max_pool2d_backward(&d, &[], &[], &mut []));
        message(&mut || kernels::avg_pool2d_forward(&d, &[], &mut []));
        message(&mut || kernels::avg_pool2d_backward(&d, &[], &mut []));
        message(&mut || kernels::channel_moments(&[1.0], &mut [], &mut [], &mut s()));
        message(&mut || {
            kernels::channel_affine(
                &[1.0],
                kernels::ChannelAffine { mean: &[], scale: &[], shift: &[] },
                &mut [0.0],
                &mut s(),
            )
        });
    }
}

#[test]
fn a_batch_of_none_gives_none_and_gradients_of_0() {
    use cnn::geometry::{Padding, Window};
    use cnn::kernels::{Conv2dDims, DenseDims};

    let mut s = Scratch::default();
    for (in_features, out_features) in [(5, 7), (5, 40), (60, 500)] {
        let d = DenseDims { batch: 0, in_features, out_features };
        let weight = vec![0.5; d.weight_len()];
        let (mut d_weight, mut d_bias) = (vec![f32::NAN; d.weight_len()], vec![f32::NAN; out_features]);
        kernels::dense_forward(&d, &[], &weight, None, &mut [], &mut s);
        kernels::dense_backward_input(&d, &weight, &[], &mut [], &mut s);
        kernels::dense_backward_weight(&d, &[], &[], &mut d_weight, Some(&mut d_bias), &mut s);
        assert!(d_weight.iter().chain(&d_bias).all(|&x| x == 0.0), "{d:?}");
    }
    for (kernel, in_channels, out_channels) in [(3, 1, 4), (3, 16, 8), (5, 7, 9), (5, 2, 9), (2, 40, 50)] {
        let geometry = Window::square(kernel, 1, Padding::Same).resolve([6, 6]).unwrap();
        let pool = Window::square(2, 2, Padding::Same).resolve([6, 6]).unwrap();
        let d = Conv2dDims { batch: 0, geometry, in_channels, out_channels };
        let weight = vec![0.5; d.weight_len()];
        let (mut d_weight, mut d_bias) = (vec![f32::NAN; d.weight_len()], vec![f32::NAN; out_channels]);
        kernels::conv2d_forward(&d, &[], &weight, None, &mut [], &mut s);
        kernels::conv2d_relu_max_pool_forward(
            &d,
            &pool,
            &[],
            &weight,
            None,
            kernels::PooledOutput { output: &mut [], argmax: &mut [] },
            &mut s,
        );
        kernels::conv2d_backward_input(&d, &weight, &[], &mut [], &mut s);
        kernels::conv2d_backward_weight(&d, &[], &[], &mut d_weight, Some(&mut d_bias), &mut s);
        assert!(d_weight.iter().chain(&d_bias).all(|&x| x == 0.0), "{d:?}");
    }
}

#[test]
fn numbers_that_give_no_step_and_no_mask_are_refused() {
    use cnn::kernels::AdamStep;

    let right = AdamStep { learning_rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, t: 1 };
    let step = |p| kernels::adam_step(p, &[1.0], &mut [0.0], &mut [0.0], &mut [1.0]);
    assert!(!refused(|| step(right)));
    assert!(refused(|| step(AdamStep { t: 0, ..right })));
    for beta in [1.0, -0.1, f32::NAN] {
        assert!(refused(|| step(AdamStep { beta1: beta, ..right })), "{beta}");
        assert!(refused(|| step(AdamStep { beta2: beta, ..right })), "{beta}");
    }
    let dropout = |rate| kernels::dropout_forward(&[1.0], rate, 1, &mut [0], &mut [0.0]);
    assert!(!refused(|| dropout(0.0)) && !refused(|| dropout(0.999_999)));
    for rate in [1.0, 1.5, -0.1, f32::NAN, f32::INFINITY] {
        assert!(refused(|| dropout(rate)), "{rate}");
    }
}
