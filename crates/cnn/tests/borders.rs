//! Borders of images in memory that was worked in before: zeros, wherever they lie and however wide they are.

use cnn::geometry::{Padding, Window};
use cnn::kernels::{self, Conv2dDims, Scratch, reference};

fn values(len: usize, scale: f32) -> Vec<f32> {
    (0..len).map(|i| scale * ((i * 37 % 101) as f32 - 50.0) / 50.0).collect()
}

/// Forward, back to the weights and back to the input, each in the same memory.
fn passes(d: &Conv2dDims, scale: f32, scratch: &mut Scratch) -> [Vec<f32>; 3] {
    let [input, weight, d_output] =
        [d.input_len(), d.weight_len(), d.output_len()].map(|len| values(len, scale));
    let [mut output, mut d_weight, mut d_input] =
        [d.output_len(), d.weight_len(), d.input_len()].map(|len| vec![f32::NAN; len]);
    kernels::conv2d_forward(d, &input, &weight, None, &mut output, scratch);
    kernels::conv2d_backward_weight(d, &input, &d_output, &mut d_weight, None, scratch);
    kernels::conv2d_backward_input(d, &weight, &d_output, &mut d_input, scratch);
    [output, d_weight, d_input]
}

fn expected(d: &Conv2dDims) -> [Vec<f32>; 3] {
    let [input, weight, d_output] =
        [d.input_len(), d.weight_len(), d.output_len()].map(|len| values(len, 1.0));
    let [mut output, mut d_weight, mut d_input] =
        [d.output_len(), d.weight_len(), d.input_len()].map(|len| vec![f32::NAN; len]);
    reference::conv2d_forward(d, &input, &weight, None, &mut output);
    reference::conv2d_backward_weight(d, &input, &d_output, &mut d_weight, None);
    reference::conv2d_backward_input(d, &weight, &d_output, &mut d_input);
    [output, d_weight, d_input]
}

#[test]
fn a_border_is_zero_in_memory_that_was_used_before() {
    let explicit = |top, bottom, left, right| Padding::Explicit { top, bottom, left, right };
    for (input, kernel, stride, padding) in [
        // Two windows of 5, a pixel apart, cover 10 of the 11 pixels that 10 and their padding are.
        ([1, 10], [1, 5], [6, 6], Padding::Same),
        ([10, 1], [5, 1], [6, 6], Padding::Same),
        // A border of 4 in front, of which the only window of 3 sees a part and nothing else.
        ([6, 1], [3, 3], [3, 3], explicit(1, 0, 4, 0)),
        ([1, 6], [3, 3], [3, 3], explicit(4, 0, 1, 0)),
        ([2, 2], [2, 2], [1, 1], explicit(0, 0, 9, 0)),
    ] {
        for (in_channels, out_channels) in [(1, 1), (1, 8), (2, 5), (4, 8), (5, 20), (16, 16), (48, 9)] {
            for batch in [1, 3] {
                let geometry = Window { kernel, stride, padding }.resolve(input).unwrap();
                let d = Conv2dDims { batch, geometry, in_channels, out_channels };
                let mut scratch = Scratch::default();
                let wide = Window::square(3, 1, Padding::Same).resolve([12, 12]).unwrap();
                passes(
                    &Conv2dDims { batch: 3, geometry: wide, in_channels, out_channels },
                    1e6,
                    &mut scratch,
                );
                for (got, expected) in passes(&d, 1.0, &mut scratch).iter().zip(expected(&d)) {
                    for (got, expected) in got.iter().zip(&expected) {
                        assert!((got - expected).abs() < 1e-3, "{got}, not {expected}, for {d:?}");
                    }
                }
            }
        }
    }
}
