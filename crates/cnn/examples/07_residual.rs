//! A residual network on images made up here: blocks that add to what they get, the last with a shortcut of its own.
//!
//! `cargo run --release -p cnn --example 07_residual`

use cnn::dataset::{Batches, Dataset, Examples, Split, TargetsMut};
use cnn::geometry::Padding;
use cnn::init::Init;
use cnn::layers::Shape;
use cnn::loss::{Loss, SoftmaxCrossEntropy};
use cnn::metrics::argmax;
use cnn::model::{Model, ModelBuilder, Workspace};
use cnn::optim::{Optimizer, OptimizerConfig, Schedule, clip_gradients};
use cnn::rng::Rng;
use cnn::spec::LayerSpec;

const SIDE: usize = 12;
const EPOCHS: u64 = 6;

/// A convolution with a stride.
fn strided(kernel: usize, filters: usize) -> LayerSpec {
    LayerSpec::Conv2d {
        kernel: [kernel; 2],
        out_channels: filters,
        stride: [2, 2],
        padding: Padding::Same,
        bias: Some(Init::Zeros),
        init: Init::HeUniform,
    }
}

/// relu → conv → relu → conv, before which the input is set aside and after which it is added.
fn block(layers: ModelBuilder, filters: usize) -> ModelBuilder {
    layers.residual(move |body| {
        let body = body.relu().conv2d([3, 3], filters, Padding::Same);
        // From 0 on the block begins as the identity.
        body.relu().spec(LayerSpec::Conv2d {
            kernel: [3, 3],
            out_channels: filters,
            stride: [1, 1],
            padding: Padding::Same,
            bias: Some(Init::Zeros),
            init: Init::Zeros,
        })
    })
}

fn main() -> cnn::Result<()> {
    // Half the size and twice the channels, on the way past the body too.
    let narrower = |layers: ModelBuilder| {
        layers.residual_with(
            |body| body.relu().spec(strided(3, 16)).relu().conv2d([3, 3], 16, Padding::Same),
            |shortcut| shortcut.spec(strided(1, 16)),
        )
    };
    let layers = Model::builder([SIDE, SIDE, 1]).conv2d([3, 3], 8, Padding::Same);
    let layers = block(narrower(block(layers, 8)), 16);
    let mut model = layers.relu().global_avg_pool().dense(3).seed(777).build()?;
    let parameters: usize = model.parameters().map(|named| named.param.value.len()).sum();
    println!("{parameters} parameters, among them {}", model.parameters().nth(4).expect("a block's").name());

    let data = shapes(900, 300)?;
    let mut optimizer = Optimizer::new(OptimizerConfig::adamw(0.005, 1e-3));
    let schedule = Schedule::OneCycle { epochs: EPOCHS as u32 };
    let (mut losses, mut gradient) = (Vec::new(), Vec::new());
    let mut batches = Batches::new(&data, 30, 777)?;
    let steps = 30.0;
    while batches.epoch() < EPOCHS {
        let (mut sum, mut step) = (0.0, 0.0);
        while let Some(batch) = batches.next_batch()? {
            let outputs = model.forward(batch.inputs, optimizer.t());
            losses.resize(batch.count(), 0.0);
            gradient.resize(outputs.len(), 0.0);
            sum += SoftmaxCrossEntropy::new().evaluate(outputs, batch.targets, &mut losses, &mut gradient)?;
            model.backward(&gradient);
            clip_gradients(&mut model, 1.0)?;
            let epochs = (optimizer.t() as f64) / steps;
            optimizer
                .step_at(optimizer.config().learning_rate() * schedule.factor(epochs) as f32, &mut model);
            step += 1.0;
        }
        println!(
            "epoch {}: loss {:.4}, {:.1} % of the test images right",
            batches.epoch(),
            sum / step,
            100.0 * accuracy(&model, &data)?
        );
    }
    Ok(())
}

/// Squares, discs and crosses of any size anywhere, in noise.
fn shapes(train: usize, test: usize) -> cnn::Result<Examples> {
    let mut data = Examples::with_labels(Shape::Map([SIDE, SIDE, 1]), 3)?;
    let mut rng = Rng::seed_from_u64(2);
    for (split, count) in [(Split::Train, train), (Split::Test, test)] {
        for i in 0..count {
            let label = i % 3;
            let radius = 2.0 + 2.0 * rng.uniform();
            let centre = [(); 2].map(|()| radius + (SIDE as f32 - 1.0 - 2.0 * radius) * rng.uniform());
            let image: Vec<f32> = (0..SIDE * SIDE)
                .map(|p| {
                    let [y, x] = [p / SIDE, p % SIDE].map(|at| at as f32);
                    let [dy, dx] = [(y - centre[0]).abs(), (x - centre[1]).abs()];
                    let inside = match label {
                        0 => dy.max(dx) <= radius,
                        1 => dy * dy + dx * dx <= radius * radius,
                        _ => dy.min(dx) <= 0.7 && dy.max(dx) <= radius,
                    };
                    f32::from(u8::from(inside)) + 0.2 * rng.normal()
                })
                .collect();
            data.append_labelled(split, &image, &[label as u8])?;
        }
    }
    Ok(data)
}

/// Share of the test images that are classified right.
fn accuracy(model: &Model, data: &Examples) -> cnn::Result<f64> {
    let count = data.count(Split::Test);
    let indices: Vec<u32> = (0..count as u32).collect();
    let (mut inputs, mut labels) = (vec![0.0; SIDE * SIDE * count], vec![0; count]);
    data.fill(Split::Test, &indices, &mut inputs, TargetsMut::Labels(&mut labels))?;
    let mut work = Workspace::default();
    let outputs = model.infer_with(&mut work, &inputs);
    let right =
        outputs.chunks_exact(3).zip(&labels).filter(|(row, label)| argmax(row) == usize::from(**label));
    Ok(right.count() as f64 / count as f64)
}
