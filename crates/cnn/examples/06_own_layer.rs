//! A layer of one's own, Swish with a learned factor, with its gradient check, trained among the built-in layers.
//!
//! Ramachandran, Zoph & Le, *Searching for activation functions*, 2017: `x · σ(βx)`.
//!
//! `cargo run --release -p cnn --example 06_own_layer`

use cnn::dataset::{Batches, Examples, Split};
use cnn::layers::{Backward, Context, Layer, Param, Shape, gradient_check};
use cnn::loss::{Loss, MeanSquaredError};
use cnn::model::Model;
use cnn::optim::{Optimizer, OptimizerConfig};

/// `x · σ(βx)` for every value, with one β that is learned.
#[derive(Clone, Debug)]
struct Swish {
    beta: Param,
}

impl Swish {
    fn new() -> Self {
        Self { beta: Param::from_values(&[1], vec![1.0]) }
    }

    fn sigmoid(&self, x: f32) -> f32 {
        1.0 / (1.0 + (-self.beta.value[0] * x).exp())
    }
}

impl Layer for Swish {
    fn name(&self) -> &'static str {
        "swish"
    }

    fn output_shape(&self, input: Shape) -> cnn::Result<Shape> {
        Ok(input)
    }

    fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        output.iter_mut().zip(input).for_each(|(y, &x)| *y = x * self.sigmoid(x));
    }

    fn backward(&self, _: &mut Context<'_>, pass: Backward<'_>) {
        let beta = self.beta.value[0];
        if let Some([d_beta]) = pass.d_params {
            let sum = pass.input.iter().zip(pass.d_output).map(|(&x, d)| {
                let s = self.sigmoid(x);
                d * x * x * s * (1.0 - s)
            });
            d_beta[0] = sum.sum();
        }
        if let Some(d_input) = pass.d_input {
            for ((d_in, &x), d) in d_input.iter_mut().zip(pass.input).zip(pass.d_output) {
                let s = self.sigmoid(x);
                *d_in = d * (s + beta * x * s * (1.0 - s));
            }
        }
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        visit("beta", &self.beta);
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        visit("beta", &mut self.beta);
    }
}

fn main() -> cnn::Result<()> {
    let check = gradient_check(&Swish::new(), Shape::Map([4, 3, 2]), 2, 777)?;
    println!(
        "{} derivatives, the worst {:.4} % off, at {:?}",
        check.checked,
        100.0 * check.worst,
        check.place
    );
    assert!(check.worst < 0.01);

    // One period of a sine.
    let mut data = Examples::with_values(Shape::Vector(1), 1)?;
    for i in 0..200 {
        let x = i as f32 / 100.0 - 1.0;
        data.append_valued(Split::Train, &[x], &[(std::f32::consts::PI * x).sin()])?;
    }
    let mut model =
        Model::builder(1).dense(24).layer(Swish::new()).dense(24).layer(Swish::new()).dense(1).build()?;
    let mut optimizer = Optimizer::new(OptimizerConfig::adam(0.01));
    let mut batches = Batches::new(&data, 20, 1)?;
    let (mut losses, mut gradient) = (Vec::new(), Vec::new());
    let mut mean = 0.0;
    while batches.epoch() < 100 {
        mean = 0.0;
        while let Some(batch) = batches.next_batch()? {
            let outputs = model.forward(batch.inputs, optimizer.t());
            losses.resize(batch.count(), 0.0);
            gradient.resize(outputs.len(), 0.0);
            mean +=
                MeanSquaredError::new().evaluate(outputs, batch.targets, &mut losses, &mut gradient)? / 10.0;
            model.backward(&gradient);
            optimizer.step(&mut model);
        }
    }
    println!("mean squared error after 100 epochs: {mean:.6}");
    for named in model.parameters().filter(|named| named.role == "beta") {
        println!("{} = {:.3}", named.name(), named.param.value[0]);
    }
    Ok(())
}
