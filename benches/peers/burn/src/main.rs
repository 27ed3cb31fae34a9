//! The lecture's two networks in burn, on Flex, its CPU backend; `RAYON_NUM_THREADS` threads.

use burn::module::{Initializer, Module};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::optim::{AdamConfig, GradientsParams};
use burn::prelude::*;
use burn::tensor::activation::relu;
use peer_timing::{BATCH, Bench, RATE, Times};

/// `lab11-2` or `lab11-3`.
#[derive(Module, Debug)]
struct Net {
    convolutions: Vec<Conv2d>,
    pools: Vec<MaxPool2d>,
    /// After each pooling; none in Lab11-2.
    dropouts: Vec<Dropout>,
    dense: Vec<Linear>,
    last_dropout: Dropout,
}

impl Net {
    fn new(name: &str, device: &Device) -> Self {
        let deep = name == "lab11-3";
        let channels: &[usize] = if deep { &[1, 32, 64, 128] } else { &[1, 32, 64] };
        let xavier = || Initializer::XavierUniform { gain: 1.0 };
        let convolution = |pair: &[usize]| {
            let initializer = if deep { xavier() } else { Initializer::Normal { mean: 0.0, std: 0.01 } };
            Conv2dConfig::new([pair[0], pair[1]], [3, 3])
                .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
                .with_bias(deep)
                .with_initializer(initializer)
                .init(device)
        };
        // TensorFlow's `same`: only the last pooling of Lab11-3, from 7×7 to 4×4, is padded, right and below.
        let pool = |i: usize| {
            let padding = if i == 2 { PaddingConfig2d::Explicit(0, 0, 1, 1) } else { PaddingConfig2d::Valid };
            MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).with_padding(padding).init()
        };
        let widths: &[usize] = if deep { &[2048, 625, 10] } else { &[3136, 10] };
        let dense =
            |pair: &[usize]| LinearConfig::new(pair[0], pair[1]).with_initializer(xavier()).init(device);
        Self {
            convolutions: channels.windows(2).map(convolution).collect(),
            pools: (0..channels.len() - 1).map(pool).collect(),
            dropouts: (0..if deep { 3 } else { 0 }).map(|_| DropoutConfig::new(0.3).init()).collect(),
            dense: widths.windows(2).map(dense).collect(),
            last_dropout: DropoutConfig::new(0.5).init(),
        }
    }

    fn forward(&self, mut x: Tensor<4>) -> Tensor<2> {
        for (i, (convolution, pool)) in self.convolutions.iter().zip(&self.pools).enumerate() {
            x = pool.forward(relu(convolution.forward(x)));
            if let Some(dropout) = self.dropouts.get(i) {
                x = dropout.forward(x);
            }
        }
        let mut x: Tensor<2> = x.flatten(1, 3);
        for (i, dense) in self.dense.iter().enumerate() {
            x = dense.forward(x);
            if i + 1 < self.dense.len() {
                x = self.last_dropout.forward(relu(x));
            }
        }
        x
    }
}

fn main() {
    Bench::from_args().print("0.22.1, Flex", times);
}

fn times(bench: &Bench, name: &str) -> Times {
    let device = Device::flex().autodiff();
    let images =
        |device: &Device| Tensor::<4>::from_data(TensorData::new(bench.images(), [BATCH, 1, 28, 28]), device);
    let labels: Vec<i64> = bench.labels.iter().map(|&label| label.into()).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [BATCH]), &device);
    let loss: CrossEntropyLoss = CrossEntropyLossConfig::new().init(&device);
    let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();
    let mut net = Some(Net::new(name, &device));
    let input = images(&device);
    let train = bench.time(|| {
        let model = net.take().expect("the network of the step before");
        let cost = loss.forward(model.forward(input.clone()), labels.clone());
        let grads = GradientsParams::from_grads(cost.backward(), &model);
        net = Some(optimizer.step(RATE, model, grads));
        cost.into_data()
    });
    let (net, input) = (net.expect("the network").valid(), images(&device.inner()));
    let infer = bench.time(|| net.forward(input.clone()).into_data());
    Times { train, infer }
}
