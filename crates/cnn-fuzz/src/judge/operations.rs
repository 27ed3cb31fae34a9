//! Single operations, against the naive loops where they are taken.

use super::{SMALL, Verdict, hold, within};
use crate::operation::Operation;
use cnn::kernels::{Conv2dDims, reference};
use cnn_notebook::ops;

fn floats(bits: &[u32]) -> Vec<f32> {
    bits.iter().map(|&bits| f32::from_bits(bits)).collect()
}

pub(super) fn operation(operation: &Operation) -> Verdict {
    let Operation { name, input, shape, weight, bias, out_channels, argmax, window } = operation;
    let (input, weight, bias) = (floats(input), floats(weight), bias.as_deref().map(floats));
    let (shape, bias) = (*shape, bias.as_deref());
    // What goes in is there already; what comes out is at most a quarter of a GB, of which some is worked with twice.
    let limit = SMALL + 4 * (1 << 28);
    let result = within(limit, name, || match &name[..] {
        "conv2d" => ops::conv2d(&input, shape, &weight, bias, *out_channels, window).map(|maps| maps.data),
        "max_pool2d" => ops::max_pool2d(&input, shape, window).map(|pooled| {
            let there = pooled.argmax.iter().map(|&index| input[index as usize]);
            // A window of NaN has no maximum, but has a place all the same.
            there
                .zip(&pooled.maps.data)
                .map(|(there, value)| if there.is_nan() { there } else { *value })
                .collect()
        }),
        "max_pool2d_backward" => ops::max_pool2d_backward(argmax, &input, shape),
        "avg_pool2d" => ops::avg_pool2d(&input, shape, window).map(|maps| maps.data),
        "avg_pool2d_backward" => ops::avg_pool2d_backward(&input, shape, window),
        other => panic!("no operation {other}"),
    })?;
    let values = match result {
        Err(error) => return Ok(error.code()),
        Ok(values) => values,
    };
    if name.ends_with("backward") {
        hold(values.len() == shape.iter().product::<usize>(), || format!("{} values", values.len()))?;
    } else {
        let geometry = window.resolve([shape[0], shape[1]]).map_err(|error| error.to_string())?;
        let channels = if name == "conv2d" { *out_channels } else { shape[2] };
        let expected = geometry.output[0] * geometry.output[1] * channels;
        hold(values.len() == expected, || format!("{} values, not {expected}", values.len()))?;
        if name == "conv2d" && values.len() * window.kernel[0] * window.kernel[1] * shape[2] < 2_000_000 {
            let dims = Conv2dDims { batch: 1, geometry, in_channels: shape[2], out_channels: *out_channels };
            let mut expected = vec![0.0; values.len()];
            reference::conv2d_forward(&dims, &input, &weight, bias, &mut expected);
            close(&input, &weight, bias.unwrap_or(&[]), &values, &expected)?;
        }
    }
    Ok("taken")
}

/// Sums of so many products, whose rounding is that of the largest of them. Values of any kind are only looked at
/// where all are of a usual size.
fn close(input: &[f32], weight: &[f32], bias: &[f32], got: &[f32], expected: &[f32]) -> Result<(), String> {
    let largest = |values: &[f32]| {
        values.iter().fold(0f32, |most, x| if x.is_nan() { f32::MAX } else { most.max(x.abs()) })
    };
    let scale = (largest(input) * largest(weight)).max(largest(bias));
    if scale > 1e6 {
        return Ok(());
    }
    let terms = 1.0 + weight.len() as f32;
    let far = got.iter().zip(expected).find(|(got, expected)| {
        let error = (*got - *expected).abs();
        error.is_nan() || error > 1e-6 * scale * terms + 1e-30
    });
    hold(far.is_none(), || format!("{far:?} of {} products up to {scale}", weight.len()))
}
