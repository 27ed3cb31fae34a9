//! From the layers of a spec to a model's blocks.

use super::Block;
use crate::Result;
use crate::geometry::Window;
use crate::init::Init;
use crate::layers::{
    AvgPool2d, Conv2d, ConvReluPool, Dense, Dropout, Flatten, Layer, MaxPool2d, Param, Relu, Shape,
};
use crate::rng::Rng;
use crate::spec::{LayerSpec, ModelSpec};

/// A block for each layer, its parameters drawn in order, each weight before its bias.
pub(super) fn blocks(spec: &ModelSpec, rng: &mut Rng) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut input = Shape::Map(spec.input());
    for (first, layer_spec) in spec.layers().iter().enumerate() {
        let (mut layer, starts) = build(layer_spec, input)?;
        input = layer.stage().output_shape(input)?;
        if let Some([weight_start, bias_start]) = starts {
            let (weight, bias) = layer.params_mut();
            for (param, start) in [(weight, weight_start), (bias, bias_start)] {
                if let Some(Param { value, shape, .. }) = param {
                    start.fill(shape, value, rng);
                }
            }
        }
        blocks.push(Block { first, layer });
    }
    Ok(blocks)
}

/// The layer of a spec on this input, and how its weight and bias start.
fn build(spec: &LayerSpec, input: Shape) -> Result<(Layer, Option<[Init; 2]>)> {
    let starts = |weight: Init, bias: Option<Init>| Some([weight, bias.unwrap_or(Init::Zeros)]);
    Ok(match *spec {
        LayerSpec::Conv2d { kernel, out_channels, stride, padding, bias, init } => {
            let [_, _, in_channels] = input.map("conv")?;
            let window = Window { kernel, stride, padding };
            let conv = Conv2d::new(window, in_channels, out_channels, bias.is_some());
            (Layer::Conv2d(conv), starts(init, bias))
        }
        LayerSpec::MaxPool2d { window } => (Layer::MaxPool2d(MaxPool2d::new(window)), None),
        LayerSpec::AvgPool2d { window } => (Layer::AvgPool2d(AvgPool2d::new(window)), None),
        LayerSpec::Relu => (Layer::Relu(Relu::new()), None),
        LayerSpec::Dropout { rate } => (Layer::Dropout(Dropout::new(rate)?), None),
        LayerSpec::Flatten => (Layer::Flatten(Flatten::new()), None),
        LayerSpec::Dense { units, bias, init } => {
            (Layer::Dense(Dense::new(input.len(), units, bias.is_some())), starts(init, bias))
        }
    })
}

/// Puts conv → relu → maxpool into one block wherever they follow each other.
pub(super) fn fuse(blocks: Vec<Block>) -> Vec<Block> {
    let mut fused: Vec<Block> = Vec::new();
    for block in blocks {
        let before = fused.len().saturating_sub(2);
        match (&fused[before..], &block.layer) {
            (
                [Block { layer: Layer::Conv2d(_), .. }, Block { layer: Layer::Relu(_), .. }],
                Layer::MaxPool2d(pool),
            ) => {
                let pool = pool.clone();
                fused.pop();
                let Some(Block { first, layer: Layer::Conv2d(conv) }) = fused.pop() else {
                    unreachable!("matched above");
                };
                fused.push(Block { first, layer: Layer::ConvReluPool(ConvReluPool::new(conv, pool)) });
            }
            _ => fused.push(block),
        }
    }
    fused
}
