//! The lecture's two networks in candle, on its CPU backend; `RAYON_NUM_THREADS` threads.

use candle_core::{DType, Device, Module, Result, Tensor};
use candle_nn::{
    AdamW, Conv2d, Conv2dConfig, Init, Linear, Optimizer, ParamsAdamW, VarBuilder, VarMap, linear,
    loss::cross_entropy, ops::dropout,
};
use peer_timing::{BATCH, Bench, RATE, Times};

/// `lab11-2` or `lab11-3`.
struct Net {
    deep: bool,
    convolutions: Vec<Conv2d>,
    dense: Vec<Linear>,
}

impl Net {
    fn new(name: &str, variables: &VarBuilder) -> Result<Self> {
        let deep = name == "lab11-3";
        let channels: &[usize] = if deep { &[1, 32, 64, 128] } else { &[1, 32, 64] };
        let config = Conv2dConfig { padding: 1, ..Default::default() };
        let mut convolutions = Vec::new();
        for (i, pair) in channels.windows(2).enumerate() {
            let variables = variables.pp(format!("conv{i}"));
            let stdev = if deep { (2.0 / (9 * (pair[0] + pair[1])) as f64).sqrt() } else { 0.01 };
            let weight = variables.get_with_hints(
                (pair[1], pair[0], 3, 3),
                "weight",
                Init::Randn { mean: 0.0, stdev },
            )?;
            let bias =
                deep.then(|| variables.get_with_hints(pair[1], "bias", Init::Const(0.0))).transpose()?;
            convolutions.push(Conv2d::new(weight, bias, config));
        }
        let widths: &[usize] = if deep { &[2048, 625, 10] } else { &[3136, 10] };
        let dense = widths.windows(2).enumerate();
        let dense = dense.map(|(i, pair)| linear(pair[0], pair[1], variables.pp(format!("dense{i}"))));
        Ok(Self { deep, convolutions, dense: dense.collect::<Result<_>>()? })
    }

    fn forward(&self, x: &Tensor, training: bool) -> Result<Tensor> {
        let mut x = x.clone();
        for convolution in &self.convolutions {
            x = convolution.forward(&x)?.relu()?;
            // TensorFlow's `same`: an odd side is padded, right and below; after ReLU no zero wins over a value above 0.
            if x.dim(2)? % 2 == 1 {
                x = x.pad_with_zeros(2, 0, 1)?.pad_with_zeros(3, 0, 1)?;
            }
            x = x.max_pool2d(2)?;
            if self.deep && training {
                x = dropout(&x, 0.3)?;
            }
        }
        x = x.flatten_from(1)?;
        for (i, dense) in self.dense.iter().enumerate() {
            x = dense.forward(&x)?;
            if i + 1 < self.dense.len() {
                x = x.relu()?;
                if training {
                    x = dropout(&x, 0.5)?;
                }
            }
        }
        Ok(x)
    }
}

fn main() {
    Bench::from_args().print("0.11.1", |bench, name| times(bench, name).expect("candle"));
}

fn times(bench: &Bench, name: &str) -> Result<Times> {
    let device = Device::Cpu;
    let input = Tensor::from_vec(bench.images(), (BATCH, 1, 28, 28), &device)?;
    let labels: Vec<u32> = bench.labels.iter().map(|&label| label.into()).collect();
    let labels = Tensor::from_vec(labels, BATCH, &device)?;
    let variables = VarMap::new();
    let net = Net::new(name, &VarBuilder::from_varmap(&variables, DType::F32, &device))?;
    // Without weight decay AdamW is Adam.
    let params = ParamsAdamW { lr: RATE, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 };
    let mut optimizer = AdamW::new(variables.all_vars(), params)?;
    let train = bench.time(|| -> Result<f32> {
        let cost = cross_entropy(&net.forward(&input, true)?, &labels)?;
        optimizer.backward_step(&cost)?;
        cost.to_scalar()
    });
    let infer = bench.time(|| net.forward(&input, false)?.flatten_all()?.to_vec1::<f32>());
    Ok(Times { train, infer })
}
