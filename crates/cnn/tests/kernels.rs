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
    elementwise
    adam
}

#[cfg(feature = "threads")]
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let with = |threads| {
        let pool = cnn::par::Pool::new(threads);
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
