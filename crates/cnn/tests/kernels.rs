//! The kernels against their oracle, natively; see `kernels_suite`.

mod kernels_suite;

use kernels_suite as suite;

const CASES: usize = 200;

#[test]
fn conv2d() {
    suite::conv2d(CASES);
}

#[test]
fn conv2d_3x3() {
    suite::conv2d_3x3(CASES);
}

#[test]
fn conv2d_relu_max_pool() {
    suite::conv2d_relu_max_pool(CASES);
}

#[test]
fn conv2d_relu_max_pool_2x2() {
    suite::conv2d_relu_max_pool_2x2(CASES);
}

#[test]
fn pooling() {
    suite::pooling(CASES);
}

#[test]
fn ties_and_infinities() {
    suite::ties_and_infinities(CASES);
}

#[test]
fn dense() {
    suite::dense(CASES);
}

#[test]
fn elementwise() {
    suite::elementwise(CASES);
}

#[test]
fn adam() {
    suite::adam(CASES);
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

#[test]
fn every_check_is_run_here() {
    let source = include_str!("kernels.rs");
    for (name, _) in suite::CHECKS {
        assert!(source.contains(&format!("suite::{name}(CASES)")), "{name} is not run");
    }
}
