//! The checks of the façade: lengths and sizes, before any kernel reads or writes.

use super::arguments::product;
use super::{Conv2dDims, DenseDims};
use crate::geometry::Geometry;

#[track_caller]
pub(super) fn check(what: &str, got: usize, expected: usize) {
    assert_eq!(got, expected, "length of `{what}`");
}

/// Kernels divide by these.
#[track_caller]
#[inline(never)]
pub(super) fn check_sizes(sizes: [usize; 2]) {
    assert!(!sizes.contains(&0), "no channels or features: {sizes:?}");
}

#[track_caller]
pub(super) fn check_optional(what: &str, got: Option<usize>, expected: usize) {
    if let Some(got) = got {
        check(what, got, expected);
    }
}

#[track_caller]
#[inline(never)]
pub(super) fn check_channels(values: usize, channels: usize) {
    check_sizes([channels; 2]);
    assert!(values.is_multiple_of(channels), "{values} values in {channels} channels");
}

#[track_caller]
pub(super) fn check_geometry(g: &Geometry) {
    assert!(g.comes_from_a_window(), "no window gives this geometry: {g:?}");
}

#[track_caller]
#[inline(never)]
pub(super) fn check_conv(d: &Conv2dDims) {
    check_geometry(&d.geometry);
    check_sizes([d.in_channels, d.out_channels]);
}

#[track_caller]
pub(super) fn check_dense(d: &DenseDims) {
    check_sizes([d.in_features, d.out_features]);
}

#[track_caller]
pub(super) fn check_pool(g: &Geometry, channels: usize) {
    check_geometry(g);
    check_sizes([channels; 2]);
    assert!(g.every_window_sees_input(), "a pooling window lies wholly in the padding: {g:?}");
    assert!(g.kernel_area() <= 255, "a pooling window has more than 255 positions: {g:?}");
}

#[track_caller]
pub(super) fn check_fused(d: &Conv2dDims, pool: &Geometry, output: usize, argmax: usize) {
    check_conv(d);
    check_pool(pool, d.out_channels);
    assert_eq!(pool.input, d.geometry.output, "input of the pooling");
    let len = product([d.batch, pool.output_pixels(), d.out_channels]);
    check("output", output, len);
    check("argmax", argmax, len);
}
