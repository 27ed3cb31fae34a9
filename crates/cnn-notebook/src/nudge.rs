//! What becomes of a loss where one weight is another: the proof that a gradient says the truth.
//!
//! Computed in plain loops over `f64` and not by the kernels: in `f32` the digits that two such losses differ by are lost.

use crate::{Error, Result};
use cnn::geometry::{Padding, Window};
use cnn::session::Session;
use cnn::spec::LayerSpec;

/// The cross-entropy of one image of class `label` in inference with weight `index` of a layer, in the order of its values,
/// changed by `by`, all else as it is. `pixels` is `[height, width, channels]` in 0..=1. The run is not changed. Slow where
/// the network is large: some five million multiplications for the lecture's.
///
/// # Errors
/// [`Error::PixelCount`], and [`Error::OutOfRange`] for a class, a layer with weights or a weight that the network does not
/// have.
pub fn loss(
    session: &Session,
    pixels: &[f32],
    label: usize,
    layer: usize,
    index: usize,
    by: f64,
) -> Result<f64> {
    let (model, spec) = (session.model(), &session.config().spec);
    let (got, expected) = (pixels.len(), model.input_len());
    if got != expected {
        return Err(Error::PixelCount { got, expected });
    }
    let mut parameters = model.parameters().map(|named| &named.param.value[..]);
    // Running mean and variance of each batch normalization.
    let mut state = model.state().map(|named| &named.param.value[..]);
    let mut next = |is_there: bool| if is_there { parameters.next().unwrap_or_default() } else { &[] };
    let mut x: Vec<f64> = vec![0.0; got];
    x.iter_mut().zip(pixels).for_each(|(x, &pixel)| *x = pixel.into());
    let mut shape = spec.input();
    let mut left = Some(layer);
    for (i, each) in spec.layers().iter().enumerate() {
        let mut of = |bias| {
            let (weight, bias) = (next(true), next(bias));
            let nudge = if i == layer { Some((index, by)) } else { None };
            Rule::Weighted { weight, bias, nudge }
        };
        let (window, channels, rule) = match *each {
            LayerSpec::Conv2d { kernel, out_channels, stride, padding, bias, .. } => {
                (Window { kernel, stride, padding }, out_channels, of(bias.is_some()))
            }
            // A vector is a map of one pixel.
            LayerSpec::Dense { units, bias, .. } => {
                (Window::square(1, 1, Padding::Valid), units, of(bias.is_some()))
            }
            LayerSpec::MaxPool2d { window } => (window, shape[2], Rule::Largest),
            LayerSpec::AvgPool2d { window } => (window, shape[2], Rule::Mean),
            LayerSpec::Relu => {
                x.iter_mut().for_each(|x| *x = x.max(0.0));
                continue;
            }
            LayerSpec::BatchNorm { eps, .. } => {
                let learned = [next(true), next(true)];
                let running = [(); 2].map(|()| state.next().unwrap_or_default());
                let nudge = if i == layer { Some((index, by)) } else { None };
                if nudge.is_some() {
                    if index >= learned[0].len() {
                        return out_of_range("weight", index, "a weight of the layer");
                    }
                    left = None;
                }
                normalize(&mut x, running, eps, learned, nudge);
                continue;
            }
            LayerSpec::Dropout { .. } => continue,
            LayerSpec::Flatten => {
                shape = [1, 1, x.len()];
                continue;
            }
            _ => return out_of_range("layer", i, "of a kind that a nudge is computed through"),
        };
        if let Rule::Weighted { weight, nudge: Some(_), .. } = rule {
            if index >= weight.len() {
                return out_of_range("weight", index, "a weight of the layer");
            }
            left = None;
        }
        (x, shape) = slide(&x, shape, &window, channels, &rule)?;
    }
    if let Some(layer) = left {
        return out_of_range("layer", layer, "a layer with weights");
    }
    let Some(score) = x.get(label) else {
        return out_of_range("class", label, "a class of the network");
    };
    let max = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = x.iter().map(|z| libm::exp(z - max)).sum();
    Ok(libm::log(sum) - (score - max))
}

fn out_of_range<T>(what: &'static str, got: usize, expected: &'static str) -> Result<T> {
    Err(Error::OutOfRange { what, got: got as f64, expected })
}

/// Values of maps or of a vector, channels innermost, through a batch normalization in inference: by its running means and
/// variances, then by its weights, one of which something is added to, and its biases.
fn normalize(
    x: &mut [f64],
    [mean, variance]: [&[f32]; 2],
    eps: f32,
    [weight, bias]: [&[f32]; 2],
    nudge: Option<(usize, f64)>,
) {
    for (i, x) in x.iter_mut().enumerate() {
        let c = i % mean.len();
        let by = nudge.map_or(0.0, |(index, by)| if index == c { by } else { 0.0 });
        let root = (f64::from(variance[c]).max(0.0) + f64::from(eps)).sqrt();
        *x = (*x - f64::from(mean[c])) / root * (f64::from(weight[c]) + by) + f64::from(bias[c]);
    }
}

/// What a window makes of the values that it covers.
enum Rule<'a> {
    /// Products with weights `[kernel_h, kernel_w, in_channels, out_channels]`, added to biases, which may be none; what is
    /// added to one of the weights.
    Weighted { weight: &'a [f32], bias: &'a [f32], nudge: Option<(usize, f64)> },
    /// The largest value of each channel.
    Largest,
    /// The mean of each channel; padding is not counted.
    Mean,
}

/// Values `[height, width, channels]` through a window; with their new shape.
fn slide(
    x: &[f64],
    [height, width, depth]: [usize; 3],
    window: &Window,
    channels: usize,
    rule: &Rule<'_>,
) -> Result<(Vec<f64>, [usize; 3])> {
    let g = window.resolve([height, width])?;
    let mut output = vec![0.0; g.output[0] * g.output[1] * channels];
    for (at, out) in output.chunks_exact_mut(channels).enumerate() {
        match rule {
            Rule::Weighted { bias, .. } => out.iter_mut().zip(*bias).for_each(|(out, &b)| *out = b.into()),
            Rule::Largest => out.fill(f64::NEG_INFINITY),
            Rule::Mean => {}
        }
        let mut covered = 0;
        for place in 0..g.kernel[0] * g.kernel[1] {
            // Padding before the first row or column wraps around to far behind the last one.
            let row = (at / g.output[1] * g.stride[0] + place / g.kernel[1]).wrapping_sub(g.pad_before[0]);
            let col = (at % g.output[1] * g.stride[1] + place % g.kernel[1]).wrapping_sub(g.pad_before[1]);
            if row >= height || col >= width {
                continue;
            }
            covered += 1;
            for c in 0..depth {
                let x = x[(row * width + col) * depth + c];
                match rule {
                    Rule::Weighted { weight, nudge, .. } => {
                        let first = (place * depth + c) * channels;
                        let weights = &weight[first..][..channels];
                        out.iter_mut().zip(weights).for_each(|(out, &w)| *out += x * f64::from(w));
                        if let Some((index, by)) = nudge
                            && let Some(out) = out.get_mut(index.wrapping_sub(first))
                        {
                            *out += x * by;
                        }
                    }
                    Rule::Largest => out[c] = out[c].max(x),
                    Rule::Mean => out[c] += x,
                }
            }
        }
        if let Rule::Mean = rule {
            out.iter_mut().for_each(|out| *out /= f64::from(covered));
        }
    }
    Ok((output, [g.output[0], g.output[1], channels]))
}
