//! Single operations on one image, as figures call them.

use crate::draw::Draw;
use cnn::geometry::{Padding, Window};
use serde::{Deserialize, Serialize};

/// An operation with its arguments.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// `conv2d`, `max_pool2d`, `max_pool2d_backward`, `avg_pool2d` or `avg_pool2d_backward`.
    pub name: String,
    /// Bits of the input's values, or of the gradient at the output.
    pub input: Vec<u32>,
    /// `[height, width, channels]`.
    pub shape: [usize; 3],
    /// Bits of the weights.
    pub weight: Vec<u32>,
    /// Bits of the bias.
    pub bias: Option<Vec<u32>>,
    /// Filters.
    pub out_channels: usize,
    /// For `max_pool2d_backward`, where each maximum came from.
    pub argmax: Vec<u32>,
    /// The window.
    pub window: Window,
}

const NAMES: [&str; 6] =
    ["conv2d", "conv2d", "max_pool2d", "max_pool2d_backward", "avg_pool2d", "avg_pool2d_backward"];

fn small(draw: &mut Draw, most: usize) -> usize {
    if draw.percent(2) { draw.edge() as usize } else { draw.few(most) }
}

fn padding(draw: &mut Draw) -> Padding {
    let mut side = || if draw.percent(60) { 0 } else { small(draw, 6) };
    let [top, bottom, left, right] = [side(), side(), side(), side()];
    *draw.pick(&[Padding::Same, Padding::Valid, Padding::Explicit { top, bottom, left, right }])
}

/// How many values such an array has, if one of them is there.
fn length(draw: &mut Draw, sizes: &[usize]) -> usize {
    let length = sizes.iter().try_fold(1usize, |n, &size| n.checked_mul(size)).unwrap_or(usize::MAX);
    let length = if length > 20_000 { draw.below(64) } else { length };
    if draw.percent(3) { draw.below(length + 9) } else { length }
}

impl Operation {
    /// Any, most with arguments that fit each other.
    pub fn any(draw: &mut Draw) -> Self {
        let name = draw.pick(&NAMES).to_string();
        let shape = [small(draw, 20), small(draw, 20), small(draw, 6)];
        let square = draw.percent(60);
        let kernel = [small(draw, 5), small(draw, 5)];
        let stride = [small(draw, 4), small(draw, 4)];
        let kernel = if square { [kernel[0]; 2] } else { kernel };
        let stride = if square { [stride[0]; 2] } else { stride };
        let window = Window { kernel, stride, padding: padding(draw) };
        let out_channels = small(draw, 8);
        let output = match window.resolve([shape[0], shape[1]]) {
            Ok(geometry) => [geometry.output[0], geometry.output[1], shape[2]],
            Err(_) => [draw.few(4), draw.few(4), shape[2]],
        };
        let backward = name.ends_with("backward");
        let input = length(draw, if backward { &output } else { &shape });
        let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect();
        let weight = length(draw, &[kernel[0], kernel[1], shape[2], out_channels]);
        let weight = if name == "conv2d" { bits(draw.floats(weight)) } else { Vec::new() };
        let bias = (name == "conv2d" && draw.percent(60)).then(|| length(draw, &[out_channels]));
        let bias = bias.map(|len| bits(draw.floats(len)));
        let size = shape.iter().fold(1usize, |n, &size| n.saturating_mul(size)).clamp(1, 1 << 20);
        let argmax = if name == "max_pool2d_backward" { length(draw, &[input]) } else { 0 };
        let argmax = (0..argmax)
            .map(|_| if draw.percent(1) { draw.edge() as u32 } else { draw.below(size) as u32 })
            .collect();
        Self { name, input: bits(draw.floats(input)), shape, weight, bias, out_channels, argmax, window }
    }
}
