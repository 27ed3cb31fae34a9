//! From the layer of a spec to the layer that runs.

use crate::geometry::Window;
use crate::init::Init;
use crate::layers::{
    AvgPool2d, BatchNorm, Conv2d, Dense, Dropout, Flatten, Layer, MaxPool2d, Param, Relu, Shape,
};
use crate::rng::Rng;
use crate::spec::LayerSpec;
use crate::{Error, Result};

/// The layer of a spec on this input, its parameters drawn in order, each weight before its bias.
pub(super) fn layer(spec: &LayerSpec, input: Shape, rng: &mut Rng) -> Result<Box<dyn Layer>> {
    Ok(match *spec {
        LayerSpec::Conv2d { kernel, out_channels, stride, padding, bias, init } => {
            let [_, _, in_channels] = input.map("conv")?;
            let window = Window { kernel, stride, padding };
            check_parameters(&[kernel[0], kernel[1], in_channels, out_channels])?;
            let mut conv = Conv2d::new(window, in_channels, out_channels, bias.is_some());
            draw(&mut conv.weight, conv.bias.as_mut(), [init, bias.unwrap_or(Init::Zeros)], rng);
            Box::new(conv)
        }
        LayerSpec::MaxPool2d { window } => Box::new(MaxPool2d::new(window)),
        LayerSpec::AvgPool2d { window } => Box::new(AvgPool2d::new(window)),
        LayerSpec::Relu => Box::new(Relu::new()),
        LayerSpec::Dropout { rate } => Box::new(Dropout::new(rate)?),
        LayerSpec::BatchNorm { momentum, eps } => Box::new(BatchNorm::with(input.channels(), momentum, eps)?),
        LayerSpec::Flatten => Box::new(Flatten::new()),
        LayerSpec::Dense { units, bias, init } => {
            let features = input.vector("dense")?;
            check_parameters(&[features, units])?;
            let mut dense = Dense::new(features, units, bias.is_some());
            draw(&mut dense.weight, dense.bias.as_mut(), [init, bias.unwrap_or(Init::Zeros)], rng);
            Box::new(dense)
        }
    })
}

/// Checks that weights of this shape can be addressed, before there is a place for them: a network in code has no limits.
fn check_parameters(shape: &[usize]) -> Result<()> {
    let (bytes, limit) = (shape.iter().fold(4u64, |n, &d| n.saturating_mul(d as u64)), isize::MAX as u64);
    if bytes > limit { Err(Error::TooLarge { what: "parameters", bytes, limit }) } else { Ok(()) }
}

fn draw(weight: &mut Param, bias: Option<&mut Param>, [of_weight, of_bias]: [Init; 2], rng: &mut Rng) {
    of_weight.fill(&weight.shape, &mut weight.value, rng);
    if let Some(bias) = bias {
        of_bias.fill(&bias.shape, &mut bias.value, rng);
    }
}
