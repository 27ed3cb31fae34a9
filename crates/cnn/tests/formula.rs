//! The output size, three ways, over every case that the page offers: windows placed one by one and counted, the
//! geometry that everything is built on, and the length of a map really computed.

use cnn::geometry::{Padding, Window, WindowError};
use cnn::layers::{Conv2d, Standalone};
use ndarray::{Array1, Array4};

/// Where a window of `f` begins on `length` values, found by sliding it.
fn places(length: usize, f: usize, s: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut start = 0;
    while start + f <= length {
        places.push(start);
        start += s;
    }
    places
}

/// Padding before and after along the axis under test.
fn pads(padding: Padding, axis: usize, n: usize, f: usize, s: usize) -> (usize, usize) {
    match padding {
        Padding::Valid => (0, 0),
        // One output for every `s`-th value. Pixels are added one by one, the first after the input, until there are as
        // many places for the window.
        Padding::Same => {
            let outputs = (0..n).step_by(s).count();
            let (mut before, mut after) = (0, 0);
            while places(n + before + after, f, s).len() < outputs {
                *(if before < after { &mut before } else { &mut after }) += 1;
            }
            (before, after)
        }
        Padding::Explicit { top, bottom, left, right } => [(top, bottom), (left, right)][axis],
    }
}

/// All ways of padding a window of this size: none, `same`, the rule (F − 1)/2, one side only, more than needed.
fn paddings(f: usize) -> [Padding; 5] {
    let explicit =
        |before, after| Padding::Explicit { top: before, bottom: after, left: before, right: after };
    [Padding::Valid, Padding::Same, explicit((f - 1) / 2, (f - 1) / 2), explicit(0, 1), explicit(f, 2)]
}

#[test]
fn placed_windows_geometry_and_computed_maps_agree() {
    let mut fitting = 0;
    let mut refused = 0;
    for n in 1..=64 {
        for f in 1..=11 {
            for s in 1..=8 {
                for padding in paddings(f) {
                    for axis in 0..2 {
                        let along = |size| if axis == 0 { [size, 1] } else { [1, size] };
                        // The other axis is one pixel without padding, so that the maps stay small.
                        let padding = match padding {
                            Padding::Explicit { top, bottom, .. } if axis == 0 => {
                                Padding::Explicit { top, bottom, left: 0, right: 0 }
                            }
                            Padding::Explicit { left, right, .. } => {
                                Padding::Explicit { top: 0, bottom: 0, left, right }
                            }
                            other => other,
                        };
                        let window = Window { kernel: along(f), stride: along(s), padding };
                        let (before, after) = pads(padding, axis, n, f, s);
                        let resolved = window.resolve(along(n));

                        let places = places(n + before + after, f, s);
                        let Some(last) = places.last() else {
                            assert!(
                                matches!(resolved, Err(WindowError::TooLarge { .. })),
                                "{n} {f} {s} {padding:?}"
                            );
                            refused += 1;
                            continue;
                        };
                        let expected = places.len();
                        let geometry = resolved.expect("a window that fits");
                        assert_eq!(geometry.output, along(expected), "{n} {f} {s} {padding:?}");
                        assert_eq!(
                            (geometry.pad_before[axis], geometry.pad_after[axis]),
                            (before, after),
                            "{n} {f} {s} {padding:?}"
                        );
                        // What no window covers, for want of room for another step.
                        let left_over = n + before + after - (last + f);
                        assert_eq!(geometry.lost[axis], left_over, "{n} {f} {s} {padding:?}");

                        let [kernel_h, kernel_w] = window.kernel;
                        let weight = Array4::ones((kernel_h, kernel_w, 1, 1));
                        let conv =
                            Conv2d::from_arrays(weight, None::<Array1<f32>>, window.stride, padding).unwrap();
                        let [height, width] = along(n);
                        let map =
                            Standalone::new(conv).infer(Array4::ones((1, height, width, 1)).view()).unwrap();
                        let [out_h, out_w] = along(expected);
                        assert_eq!(map.shape(), [1, out_h, out_w, 1], "{n} {f} {s} {padding:?}");
                        fitting += 1;
                    }
                }
            }
        }
    }
    // 5,632 cases of N, F and stride, five paddings, two axes; those that can't be are windows without padding or
    // with too little of it.
    assert_eq!(fitting + refused, 64 * 11 * 8 * 5 * 2);
    assert!(fitting > 50_000, "only {fitting} cases fit");
}
