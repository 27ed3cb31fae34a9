//! One image through one operation, with every argument checked: what the figures of a page call.
//!
//! Images are `[height, width, channels]`, row-major. The same kernels run here as in training.

use crate::{Error, Result};
use cnn::geometry::Window;
use cnn::kernels::{self, Conv2dDims, PoolDims, Scratch};
use cnn::layers::{Shape, pool_geometry};

/// Largest number of values that an operation gives: a quarter of a GB.
const MAX_VALUES: usize = 1 << 26;

/// A stack of maps.
#[derive(Clone, Debug, PartialEq)]
pub struct Maps {
    /// `[height, width, channels]`.
    pub shape: [usize; 3],
    /// The values, channels innermost.
    pub data: Vec<f32>,
}

/// Maps made smaller, and where each value came from.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxPooled {
    /// The maxima.
    pub maps: Maps,
    /// For each of them the index of the input value it is.
    pub argmax: Vec<u32>,
}

/// Slides `out_channels` filters over an image.
///
/// `weight` is `[kernel_h, kernel_w, in_channels, out_channels]`, `bias` `[out_channels]`.
///
/// # Errors
/// [`Error::ShapeMismatch`] for values that are not as many as their shape says, [`Error::TooLarge`] for a result
/// or an input with its padding of more than 268 MB, and those of [`Window::resolve`].
pub fn conv2d(
    input: &[f32],
    shape: [usize; 3],
    weight: &[f32],
    bias: Option<&[f32]>,
    out_channels: usize,
    window: &Window,
) -> Result<Maps> {
    let [height, width, in_channels] = shape;
    check_len("input", input.len(), &shape)?;
    let [kernel_h, kernel_w] = window.kernel;
    check_len("weight", weight.len(), &[kernel_h, kernel_w, in_channels, out_channels])?;
    if let Some(bias) = bias {
        check_len("bias", bias.len(), &[out_channels])?;
    }
    let geometry = window.resolve([height, width])?;
    // The kernel works on a copy with the padding around it.
    check_values(geometry.padded_input(), in_channels)?;
    let (shape, mut data) = zeros(geometry.output, out_channels)?;
    let dims = Conv2dDims { batch: 1, geometry, in_channels, out_channels };
    kernels::conv2d_forward(&dims, input, weight, bias, &mut data, &mut Scratch::default());
    Ok(Maps { shape, data })
}

/// The largest value under each window, for each channel on its own.
///
/// # Errors
/// [`Error::PoolTooLarge`], [`Error::PoolPaddingTooWide`], and as [`conv2d`].
pub fn max_pool2d(input: &[f32], shape: [usize; 3], window: &Window) -> Result<MaxPooled> {
    let dims = pool(input, shape, window)?;
    let (pooled, mut data) = zeros(dims.geometry.output, dims.channels)?;
    let mut places = vec![0; data.len()];
    kernels::max_pool2d_forward(&dims, input, &mut data, &mut places);
    let g = &dims.geometry;
    let argmax = places.iter().enumerate().map(|(i, &place)| {
        let (channel, pixel) = (i % dims.channels, i / dims.channels);
        let at = [pixel / g.output[1], pixel % g.output[1]];
        let place = [usize::from(place) / g.kernel[1], usize::from(place) % g.kernel[1]];
        let [y, x] = [0, 1].map(|axis| at[axis] * g.stride[axis] + place[axis] - g.pad_before[axis]);
        ((y * g.input[1] + x) * dims.channels + channel) as u32
    });
    Ok(MaxPooled { argmax: argmax.collect(), maps: Maps { shape: pooled, data } })
}

/// The gradient at the input of [`max_pool2d`]: each output's goes to where its maximum came from, and adds up
/// where windows overlap. `shape` is the input's.
///
/// # Errors
/// [`Error::ShapeMismatch`] if `argmax` and `d_output` are not equally long, [`Error::OutOfRange`] for an index
/// outside of the input, [`Error::TooLarge`] as [`conv2d`].
pub fn max_pool2d_backward(argmax: &[u32], d_output: &[f32], shape: [usize; 3]) -> Result<Vec<f32>> {
    check_len("d_output", d_output.len(), &[argmax.len()])?;
    let (_, mut d_input) = zeros([shape[0], shape[1]], shape[2])?;
    for (&index, d) in argmax.iter().zip(d_output) {
        let place = d_input.get_mut(index as usize);
        let outside =
            || Error::OutOfRange { what: "argmax", got: index.into(), expected: "inside the input" };
        *place.ok_or_else(outside)? += d;
    }
    Ok(d_input)
}

/// The mean of the values under each window, for each channel on its own; padding is not counted.
///
/// # Errors
/// As [`max_pool2d`].
pub fn avg_pool2d(input: &[f32], shape: [usize; 3], window: &Window) -> Result<Maps> {
    let dims = pool(input, shape, window)?;
    let (shape, mut data) = zeros(dims.geometry.output, dims.channels)?;
    kernels::avg_pool2d_forward(&dims, input, &mut data);
    Ok(Maps { shape, data })
}

/// The gradient at the input of [`avg_pool2d`]: each output's is spread evenly over the pixels it is the mean of,
/// and adds up where windows overlap. `shape` is the input's.
///
/// # Errors
/// [`Error::ShapeMismatch`] if `d_output` is not as long as the output, and as [`max_pool2d`].
pub fn avg_pool2d_backward(d_output: &[f32], shape: [usize; 3], window: &Window) -> Result<Vec<f32>> {
    let (_, mut d_input) = zeros([shape[0], shape[1]], shape[2])?;
    let dims = pool(&d_input, shape, window)?;
    let [height, width] = dims.geometry.output;
    check_len("d_output", d_output.len(), &[height, width, dims.channels])?;
    kernels::avg_pool2d_backward(&dims, d_output, &mut d_input);
    Ok(d_input)
}

/// max(0, x) of each value.
pub fn relu(input: &[f32]) -> Vec<f32> {
    let mut output = vec![0.0; input.len()];
    kernels::relu_forward(input, &mut output);
    output
}

fn pool(input: &[f32], shape: [usize; 3], window: &Window) -> Result<PoolDims> {
    check_len("input", input.len(), &shape)?;
    let geometry = pool_geometry(window, Shape::Map(shape), "maxpool")?;
    Ok(PoolDims { batch: 1, geometry, channels: shape[2] })
}

fn check_len(what: &'static str, got: usize, shape: &[usize]) -> Result<()> {
    if shape.contains(&0) {
        return Err(Error::ZeroSize { what });
    }
    let expected = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
    if expected != Some(got) {
        return Err(Error::ShapeMismatch { what, got: vec![got], expected: shape.to_vec() });
    }
    Ok(())
}

fn zeros([height, width]: [usize; 2], channels: usize) -> Result<([usize; 3], Vec<f32>)> {
    let len = check_values([height, width], channels)?;
    Ok(([height, width, channels], vec![0.0; len]))
}

/// How many values such maps have, if they are not too many.
fn check_values([height, width]: [usize; 2], channels: usize) -> Result<usize> {
    match [height, width, channels].iter().try_fold(1usize, |n, &d| n.checked_mul(d)) {
        Some(len) if len <= MAX_VALUES => Ok(len),
        len => {
            let bytes = len.map_or(u64::MAX, |len| (len as u64).saturating_mul(4));
            Err(Error::TooLarge { what: "the result", bytes, limit: 4 * MAX_VALUES as u64 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cnn::geometry::Padding;

    #[test]
    fn one_window_is_its_products_and_the_bias() {
        // 1·1 + 2·10 + 3·100 + 4·1000, and half of it.
        let input = [1.0, 2.0, 3.0, 4.0];
        let weight = [1.0, 0.5, 10.0, 5.0, 100.0, 50.0, 1000.0, 500.0];
        let maps =
            conv2d(&input, [2, 2, 1], &weight, Some(&[0.5, 0.0]), 2, &Window::square(2, 1, Padding::Valid))
                .unwrap();
        assert_eq!(maps, Maps { shape: [1, 1, 2], data: vec![4321.5, 2160.5] });
    }

    #[test]
    fn the_lecture_s_pooling() {
        let input = [1., 1., 2., 4., 5., 6., 7., 8., 3., 2., 1., 0., 1., 2., 3., 4.];
        let pooled = max_pool2d(&input, [4, 4, 1], &Window::square(2, 2, Padding::Valid)).unwrap();
        assert_eq!(pooled.maps, Maps { shape: [2, 2, 1], data: vec![6., 8., 3., 4.] });
        assert_eq!(pooled.argmax, [5, 7, 8, 15]);
        let d_input = max_pool2d_backward(&pooled.argmax, &[1., 2., 3., 4.], [4, 4, 1]).unwrap();
        assert_eq!(d_input, [0., 0., 0., 0., 0., 1., 0., 2., 3., 0., 0., 0., 0., 0., 0., 4.]);
        let mean = avg_pool2d(&input, [4, 4, 1], &Window::square(2, 2, Padding::Valid)).unwrap();
        assert_eq!(mean.data, [3.25, 5.25, 2.0, 2.0]);
    }

    #[test]
    fn every_maximum_is_where_its_index_says() {
        let shape = [7, 5, 3];
        let input: Vec<f32> = (0..105).map(|i| ((i * 37) % 101) as f32 - 50.0).collect();
        for padding in
            [Padding::Same, Padding::Valid, Padding::Explicit { top: 1, bottom: 0, left: 2, right: 1 }]
        {
            let window = Window { kernel: [2, 3], stride: [2, 1], padding };
            let pooled = max_pool2d(&input, shape, &window).unwrap();
            let at_argmax: Vec<f32> = pooled.argmax.iter().map(|&i| input[i as usize]).collect();
            assert_eq!(at_argmax, pooled.maps.data);
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let same = Window::square(2, 1, Padding::Same);
        let code = |result: Result<Maps>| result.unwrap_err().code();
        assert_eq!(code(conv2d(&[0.0; 3], [2, 2, 1], &[0.0; 4], None, 1, &same)), "shape_mismatch");
        assert_eq!(code(conv2d(&[0.0; 4], [2, 2, 1], &[0.0; 5], None, 1, &same)), "shape_mismatch");
        assert_eq!(code(conv2d(&[0.0; 4], [2, 2, 1], &[0.0; 4], Some(&[]), 1, &same)), "shape_mismatch");
        assert_eq!(code(conv2d(&[], [0, 2, 1], &[0.0; 4], None, 1, &same)), "zero_size");
        assert_eq!(code(conv2d(&[0.0; 4], [2, 2, 1], &[], None, 0, &same)), "zero_size");
        assert_eq!(
            code(conv2d(&[0.0], [1, 1, 1], &[0.0; 4], None, 1, &Window::square(2, 1, Padding::Valid))),
            "kernel_too_large"
        );
        let wide = Padding::Explicit { top: 16384, bottom: 0, left: 16384, right: 0 };
        assert_eq!(
            code(conv2d(&[0.0], [1, 1, 1], &[0.0], None, 1, &Window::square(1, 1, wide))),
            "too_large"
        );
        let far = Window::square(1, 16384, Padding::all(16384));
        assert_eq!(code(conv2d(&[0.0], [1, 1, 1], &[0.0], None, 1, &far)), "too_large");
        assert_eq!(
            code(avg_pool2d(&[0.0; 4], [2, 2, 1], &Window::square(2, 1, wide))),
            "pool_padding_too_wide"
        );
        assert_eq!(max_pool2d_backward(&[4], &[1.0], [2, 2, 1]).unwrap_err().code(), "out_of_range");
        // As many values as can be counted, and more bytes than that.
        let error = max_pool2d_backward(&[0], &[1.0], [1, 1, usize::MAX]).unwrap_err();
        let (bytes, limit) = ((usize::MAX as u64).saturating_mul(4), 1 << 28);
        assert_eq!(error, Error::TooLarge { what: "the result", bytes, limit });
    }

    #[test]
    fn the_mean_gives_each_pixel_its_share() {
        // 3×3 by 2 with `same`: windows of 4, 2, 2 and 1 pixels.
        let shares =
            avg_pool2d_backward(&[4.0, 2.0, 2.0, 1.0], [3, 3, 1], &Window::square(2, 2, Padding::Same))
                .unwrap();
        assert_eq!(shares, [1.0; 9]);
        // Overlapping windows add up, and the sum of the gradient stays.
        let overlapping =
            avg_pool2d_backward(&[1.0; 4], [3, 3, 1], &Window::square(2, 1, Padding::Valid)).unwrap();
        assert_eq!(overlapping, [0.25, 0.5, 0.25, 0.5, 1.0, 0.5, 0.25, 0.5, 0.25]);
        let short = avg_pool2d_backward(&[1.0; 3], [3, 3, 1], &Window::square(2, 1, Padding::Valid));
        assert_eq!(short.unwrap_err().code(), "shape_mismatch");
    }
}
