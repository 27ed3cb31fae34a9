//! A training loop written by hand: a model in code, a loss, an optimizer with a schedule, clipping.
//!
//! `cargo run --release -p cnn --example 05_own_loop`

use cnn::dataset::{Batches, Dataset, Examples, Split, TargetsMut};
use cnn::layers::Shape;
use cnn::loss::{Loss, SoftmaxCrossEntropy, Targets};
use cnn::model::{Model, Workspace};
use cnn::optim::{Optimizer, OptimizerConfig, Schedule, clip_gradients};
use cnn::rng::Rng;

const EPOCHS: u64 = 30;

fn main() -> cnn::Result<()> {
    let data = spirals(600)?;
    let mut model = Model::builder(2).dense(32).relu().dense(32).relu().dense(3).seed(777).build()?;
    let mut optimizer = Optimizer::new(OptimizerConfig::adamw(0.01, 1e-3));
    let schedule = Schedule::WarmupCosine { warmup_epochs: 2, epochs: EPOCHS as u32 };
    let loss = SoftmaxCrossEntropy::with_label_smoothing(0.05)?;

    let mut batches = Batches::new(&data, 30, 777)?;
    let (mut losses, mut gradient) = (Vec::new(), Vec::new());
    while batches.epoch() < EPOCHS {
        let rate = optimizer.config().learning_rate() * schedule.factor(batches.epoch() as f64) as f32;
        let (mut sum, mut count, mut clipped) = (0.0, 0, 0);
        while let Some(batch) = batches.next_batch()? {
            let outputs = model.forward(batch.inputs, optimizer.t());
            losses.resize(batch.count(), 0.0);
            gradient.resize(outputs.len(), 0.0);
            sum += loss.evaluate(outputs, batch.targets, &mut losses, &mut gradient)?;
            count += 1;
            model.backward(&gradient);
            clipped += u32::from(clip_gradients(&mut model, 1.0)?.clipped);
            optimizer.step_at(rate, &mut model);
        }
        if batches.epoch() % 5 == 0 {
            let mean = sum / count as f32;
            println!(
                "epoch {:2}: rate {rate:.4}, loss {mean:.4}, clipped {clipped} of {count}, {:.1} % right",
                batches.epoch(),
                100.0 * accuracy(&model, &data)?
            );
        }
    }
    Ok(())
}

/// Points on three arms of a spiral.
fn spirals(count: usize) -> cnn::Result<Examples> {
    let mut data = Examples::with_labels(Shape::Vector(2), 3)?;
    let mut rng = Rng::seed_from_u64(1);
    for i in 0..count {
        let (arm, radius) = (i % 3, rng.uniform());
        let angle = 4.0 * radius + arm as f32 * std::f32::consts::TAU / 3.0 + 0.1 * rng.normal();
        data.append_labelled(Split::Train, &[radius * angle.cos(), radius * angle.sin()], &[arm as u8])?;
    }
    Ok(data)
}

/// Share of the training examples that are classified right.
fn accuracy(model: &Model, data: &Examples) -> cnn::Result<f64> {
    let count = data.count(Split::Train);
    let indices: Vec<u32> = (0..count as u32).collect();
    let (mut inputs, mut labels) = (vec![0.0; 2 * count], vec![0; count]);
    data.fill(Split::Train, &indices, &mut inputs, TargetsMut::Labels(&mut labels))?;
    let mut work = Workspace::default();
    let outputs = model.infer_with(&mut work, &inputs);
    let (mut losses, mut gradient) = (vec![0.0; count], vec![0.0; outputs.len()]);
    let mean =
        SoftmaxCrossEntropy::new().evaluate(outputs, Targets::Labels(&labels), &mut losses, &mut gradient)?;
    assert!(mean.is_finite());
    let right = outputs
        .chunks_exact(3)
        .zip(&labels)
        .filter(|(row, label)| cnn::metrics::argmax(row) == usize::from(**label));
    Ok(right.count() as f64 / count as f64)
}
