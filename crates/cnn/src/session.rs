//! A training run: model, loss, optimizer and data, one step at a time.
//!
//! The session alone owns step count, epoch, random numbers and the order of the data. The same configuration,
//! data and build give the same losses bit for bit, with any number of threads.
//!
//! Two streams of random numbers come from the seed: one for the parameters, one for the run. The run draws the
//! order of each epoch's images and one number a step, which the dropout masks are made from. So two networks
//! with the same seed see the same batches, and one with dropout sees the same as its twin without. How images are
//! distorted ([`Augment`]) is worked out from the seed and the step's number, and draws from neither.

mod look;
mod report;
mod state;

pub use crate::model::Prediction;
pub use report::{Batch, Evaluation, StepReport};

use crate::dataset::{Augment, Dataset, Split, TargetKind, TargetsMut, epoch_order, indices};
use crate::layers::Shape;
use crate::loss::{SoftmaxCrossEntropy, check_labels, cross_entropy_row};
use crate::metrics::argmax;
use crate::model::{Mark, Model, Phase, Workspace};
use crate::optim::{Optimizer, OptimizerConfig, Schedule, clip_gradients};
use crate::rng::Rng;
use crate::spec::ModelSpec;
use crate::{Error, Result};
use std::ops::Range;

/// Check the parameters for NaN and infinity every so many steps: an infinite one before a ReLU shows neither in the loss
/// nor in a gradient. A check costs about 0.5 % of a step.
const HIDDEN_STEPS: u64 = 16;

/// Everything that decides how a run goes.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionConfig {
    /// The network.
    pub spec: ModelSpec,
    /// Names the run: parameters, order of the data and dropout masks.
    pub seed: u64,
    /// Images a step, at least 1; an epoch's last batch holds what is left.
    pub batch_size: usize,
    /// The rule that moves the parameters.
    pub optimizer: OptimizerConfig,
    /// How its learning rate changes over the epochs.
    pub schedule: Schedule,
    /// The part of each target that all classes share alike, 0 to below 1; 0 for hard targets. The losses of steps are those
    /// of the smoothed labels, the losses of evaluations are not. See
    /// [`SoftmaxCrossEntropy::with_label_smoothing`](crate::loss::SoftmaxCrossEntropy::with_label_smoothing).
    pub label_smoothing: f32,
    /// Largest norm of all gradients together, above 0: larger ones are scaled down to it. See [`clip_gradients`].
    pub clip_norm: Option<f32>,
    /// How the images of each batch are distorted before the network sees them; off for none. What is evaluated and
    /// predicted stays as it is.
    pub augment: Augment,
}

impl SessionConfig {
    /// The lecture's settings: batches of 100, Adam with a constant rate of 0.001, hard targets, no clipping, no augmentation.
    pub fn new(spec: ModelSpec, seed: u64) -> Self {
        Self {
            spec,
            seed,
            batch_size: 100,
            optimizer: OptimizerConfig::default(),
            schedule: Schedule::Constant,
            label_smoothing: 0.0,
            clip_norm: None,
            augment: Augment::OFF,
        }
    }
}

/// A training run.
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    model: Model,
    optimizer: Optimizer,
    rng: Rng,
    step: u64,
    epoch: u64,
    /// Batches of this epoch that were trained on.
    position: usize,
    /// Where this epoch's order came from; `None` until its first step.
    order_origin: Option<OrderOrigin>,
    /// This epoch's images in order; empty until they are needed.
    order: Vec<u32>,
    input: Vec<f32>,
    /// The batch before it was distorted, where it is.
    source: Vec<f32>,
    d_logits: Vec<f32>,
    last: Batch,
    evaluation: Workspace,
    loss: SoftmaxCrossEntropy,
}

/// What an epoch's order is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct OrderOrigin {
    rng: [u64; 4],
    images: usize,
}

impl Session {
    /// A run that has not taken a step.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for numbers outside their ranges, [`Error::TooLarge`] for a batch that would need more
    /// memory than the spec's [`limits`](ModelSpec::limits) allow, and [`Error::NothingToDistort`] for augmentation of
    /// images of one pixel.
    pub fn new(config: SessionConfig) -> Result<Self> {
        config.spec.check_batch(config.batch_size)?;
        config.optimizer.validate()?;
        config.schedule.validate()?;
        config.augment.validate(config.spec.input())?;
        let loss = SoftmaxCrossEntropy::with_label_smoothing(config.label_smoothing)?;
        if let Some(got) = config.clip_norm.filter(|norm| !(*norm > 0.0 && norm.is_finite())) {
            return Err(Error::OutOfRange { what: "clip_norm", got: got.into(), expected: "above 0" });
        }
        let model = Model::new(&config.spec, &mut Rng::seed_from_u64(config.seed))?;
        Ok(Self {
            optimizer: Optimizer::new(config.optimizer),
            // Another stream than the parameters': how many numbers those take must not shift the data's order.
            rng: Rng::seed_from_u64(!config.seed),
            config,
            model,
            step: 0,
            epoch: 0,
            position: 0,
            order_origin: None,
            order: Vec::new(),
            input: Vec::new(),
            source: Vec::new(),
            d_logits: Vec::new(),
            last: Batch::default(),
            evaluation: Workspace::default(),
            loss,
        })
    }

    /// The configuration, with the learning rate as it is now.
    pub fn config(&self) -> &SessionConfig {
        &self.config
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The model, for one that is not to be trained any more.
    pub fn into_model(self) -> Model {
        self.model
    }

    /// The optimizer, with what it remembers of each parameter.
    pub fn optimizer(&self) -> &Optimizer {
        &self.optimizer
    }

    /// Steps taken.
    pub fn step_count(&self) -> u64 {
        self.step
    }

    /// The epoch that the next step belongs to, counted from 0: the number of epochs completed.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The next step's batch in its epoch, counted from 0.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Changes η, before the schedule's factor, from the next step on.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless it is above 0 and finite; the old one then stays.
    pub fn set_learning_rate(&mut self, learning_rate: f32) -> Result<()> {
        let mut optimizer = self.config.optimizer;
        optimizer.set_learning_rate(learning_rate);
        optimizer.validate()?;
        self.config.optimizer = optimizer;
        self.optimizer.set_learning_rate(learning_rate);
        Ok(())
    }

    /// Whether the images of the next batch have all arrived.
    pub fn ready(&mut self, data: &dyn Dataset) -> bool {
        self.check_data(data).is_ok() && {
            let batch = self.next_batch(data);
            let available = data.available(Split::Train);
            self.order[batch].iter().all(|&index| (index as usize) < available)
        }
    }

    /// Trains on the next batch.
    ///
    /// # Errors
    /// [`Error::DataMismatch`] if the data does not fit the network, [`Error::NoSuchImage`] if the batch has not
    /// all arrived, and [`Error::NotFinite`] if the loss or a gradient is NaN or infinite, or a parameter, which is
    /// looked for every 16 steps. After each of them the run is as it was before the step.
    pub fn step(&mut self, data: &dyn Dataset) -> Result<StepReport> {
        self.step_with(data, &[], &mut |_| {})
    }

    /// [`step`](Self::step) that calls `mark` after each part of it, for those who time them.
    ///
    /// # Errors
    /// As `step`.
    pub fn step_marked(&mut self, data: &dyn Dataset, mark: &mut dyn FnMut(Mark)) -> Result<StepReport> {
        self.step_with(data, &[], mark)
    }

    /// [`step_marked`](Self::step_marked) on the next batch and on the training examples `extra` besides, which may lie
    /// outside of the split's count if the data has them. The order of the data stays as it is.
    ///
    /// # Errors
    /// As `step`.
    pub fn step_with(
        &mut self,
        data: &dyn Dataset,
        extra: &[u32],
        mark: &mut dyn FnMut(Mark),
    ) -> Result<StepReport> {
        self.check_data(data)?;
        let batch = self.next_batch(data);
        let available = data.available(Split::Train);
        if let Some(&index) = self.order[batch.clone()].iter().find(|&&index| index as usize >= available) {
            return Err(Error::NoSuchImage { split: "train", index: index as usize, available });
        }
        self.last.indices.clear();
        self.last.indices.extend_from_slice(&self.order[batch]);
        self.last.indices.extend_from_slice(extra);
        let count = self.last.indices.len();
        let classes = self.model.classes();
        self.input.resize(count * self.model.input_len(), 0.0);
        self.last.resize(count, classes);
        let Batch { indices, labels, predictions, losses, probabilities } = &mut self.last;
        let augment = self.config.augment;
        if augment.is_off() {
            data.fill(Split::Train, indices, &mut self.input, TargetsMut::Labels(labels))?;
        } else {
            self.source.resize(self.input.len(), 0.0);
            data.fill(Split::Train, indices, &mut self.source, TargetsMut::Labels(labels))?;
            let (seed, shape) = (self.config.seed, self.config.spec.input());
            augment.batch(seed, self.step, shape, &mut self.source, &mut self.input);
        }
        check_labels(labels, classes)?;
        mark(Mark::of(Phase::Data));

        let mut rng = self.rng.clone();
        let logits = self.model.forward_marked(&self.input, rng.next_u64(), mark);
        self.d_logits.resize(logits.len(), 0.0);
        let loss = self.loss.evaluate_into(logits, labels, losses, probabilities, &mut self.d_logits);
        for (prediction, row) in predictions.iter_mut().zip(logits.chunks_exact(logits.len() / count)) {
            *prediction = argmax(row) as u8;
        }
        if !loss.is_finite() {
            return Err(self.model.first_not_finite().unwrap_or_else(|| self.model.loss_not_finite()));
        }
        mark(Mark::of(Phase::Loss));
        self.model.backward_marked(&self.d_logits, mark);
        if let Some(error) = self.model.gradient_not_finite() {
            return Err(error);
        }
        if self.step.is_multiple_of(HIDDEN_STEPS)
            && let Some(error) = self.model.parameter_not_finite()
        {
            return Err(error);
        }
        if let Some(max_norm) = self.config.clip_norm {
            clip_gradients(&mut self.model, max_norm)?;
        }
        mark(Mark::of(Phase::Check));
        let learning_rate = self.learning_rate();
        self.optimizer.step_at(learning_rate, &mut self.model);
        mark(Mark::of(Phase::Update));

        self.rng = rng;
        self.step += 1;
        let batches_per_epoch = self.batches_per_epoch();
        let report = StepReport {
            step: self.step,
            epoch: self.epoch,
            batch: self.position,
            batches_per_epoch,
            count,
            loss,
            correct: crate::metrics::correct(&self.last.predictions, &self.last.labels),
            learning_rate,
        };
        self.position += 1;
        if self.position == batches_per_epoch {
            self.epoch += 1;
            self.position = 0;
            self.order_origin = None;
            self.order.clear();
        }
        Ok(report)
    }

    /// The batch of the last step; empty before the first.
    pub fn batch(&self) -> &Batch {
        &self.last
    }

    /// The inputs of the last step's batch as they were trained on, distorted where that is, `[batch, height, width,
    /// channels]`; empty before the first.
    pub fn batch_inputs(&self) -> &[f32] {
        &self.input
    }

    /// η of the next step, with the schedule's factor.
    pub fn learning_rate(&self) -> f32 {
        let batches = self.batches_per_epoch().max(1);
        let epochs = self.epoch as f64 + self.position as f64 / batches as f64;
        (f64::from(self.config.optimizer.learning_rate()) * self.config.schedule.factor(epochs)) as f32
    }

    /// How the network does on the images `range` of a split, in inference. The run is not changed.
    ///
    /// # Errors
    /// [`Error::DataMismatch`] and [`Error::NoSuchImage`].
    pub fn evaluate(&mut self, data: &dyn Dataset, split: Split, range: Range<usize>) -> Result<Evaluation> {
        self.check_data(data)?;
        let classes = self.model.classes();
        let mut result = Evaluation::default();
        let (mut input, mut labels, mut probabilities) = (Vec::new(), Vec::new(), vec![0.0; classes]);
        for indices in indices(data, split, range)?.chunks(self.model.images_a_pass()) {
            input.resize(indices.len() * self.model.input_len(), 0.0);
            labels.resize(indices.len(), 0);
            data.fill(split, indices, &mut input, TargetsMut::Labels(&mut labels))?;
            check_labels(&labels, classes)?;
            let logits = self.model.infer_with(&mut self.evaluation, &input);
            for (row, &label) in logits.chunks_exact(classes).zip(&labels) {
                let loss = cross_entropy_row(row, usize::from(label), &mut probabilities);
                let prediction = argmax(row);
                result.count += 1;
                result.correct += usize::from(prediction == usize::from(label));
                result.loss_sum += f64::from(loss);
                result.predictions.push(prediction as u8);
                result.confidences.push(probabilities[prediction]);
                result.losses.push(loss);
            }
        }
        Ok(result)
    }

    /// What the network says of one image: `pixels` is `[height, width, channels]` in 0..=1. Allocates less than
    /// [`Model::predict`], which is the same but for that.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if they are not as many as the network's input has.
    pub fn predict(&mut self, pixels: &[f32]) -> Result<Prediction> {
        let expected = self.model.input_len();
        if pixels.len() != expected {
            return Err(Error::PixelCount { got: pixels.len(), expected });
        }
        Ok(Prediction::of(self.model.infer_with(&mut self.evaluation, pixels).to_vec()))
    }

    /// Places in the training split of the examples that the next batch has.
    ///
    /// # Errors
    /// [`Error::DataMismatch`] if the data does not fit the network.
    pub fn next_indices(&mut self, data: &dyn Dataset) -> Result<&[u32]> {
        self.check_data(data)?;
        let batch = self.next_batch(data);
        Ok(&self.order[batch])
    }

    fn check_data(&self, data: &dyn Dataset) -> Result<()> {
        let TargetKind::Classes(data_classes) = data.targets() else {
            return Err(Error::TargetsMismatch { got: "values", expected: "labels" });
        };
        let (input, data_input) = (self.config.spec.input(), data.input_shape());
        let classes = self.model.classes();
        if Shape::Map(input) != data_input || classes != data_classes {
            return Err(Error::DataMismatch {
                input,
                classes,
                data_input: data_input.as_map(),
                data_classes,
            });
        }
        match data.count(Split::Train) {
            0 => Err(Error::ZeroSize { what: "the number of training images" }),
            _ => Ok(()),
        }
    }

    /// The places of the next batch in the epoch's order, which is made if it is not there.
    fn next_batch(&mut self, data: &dyn Dataset) -> Range<usize> {
        if self.order.is_empty() {
            let images = data.count(Split::Train);
            // A restored run may meet fewer images than it knew: then its epoch is shorter, or over.
            self.order_origin = self.order_origin.filter(|origin| origin.images <= images);
            let origin =
                *self.order_origin.get_or_insert_with(|| OrderOrigin { rng: self.rng.state(), images });
            let mut rng = Rng::from_state(origin.rng);
            self.order = epoch_order(origin.images, data.block().max(1), self.epoch, &mut rng);
            if self.position >= self.batches_per_epoch() {
                self.position = 0;
            }
            if self.position == 0 {
                self.rng = rng;
            }
        }
        let start = self.position * self.config.batch_size;
        start..(start + self.config.batch_size).min(self.order.len())
    }

    /// Batches in this epoch; 0 before its order is known.
    fn batches_per_epoch(&self) -> usize {
        self.order_origin.map_or(0, |origin| origin.images.div_ceil(self.config.batch_size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Counts, DatasetInfo, ImageDataset};

    /// A ReLU cuts off what comes of it: loss and gradients stay finite.
    #[test]
    fn an_infinite_bias_in_front_of_a_relu_is_found() {
        let mut data = ImageDataset::new(DatasetInfo {
            name: "two".into(),
            height: 1,
            width: 2,
            channels: 1,
            classes: 2,
            counts: Counts { train: 2, validation: 0, test: 0 },
            block: 2,
        })
        .unwrap();
        data.append_pixels(Split::Train, &[0, 255, 255, 0], &[0, 1]).unwrap();
        let spec = "input 1x2x1\nflatten\ndense 3\nrelu\ndense 2".parse().unwrap();
        let (optimizer, schedule) = (OptimizerConfig::adam(0.01), Schedule::Constant);
        let mut session =
            Session::new(SessionConfig { batch_size: 2, optimizer, schedule, ..SessionConfig::new(spec, 1) })
                .unwrap();
        session.step(&data).unwrap();
        session.model.parameters_mut().nth(1).unwrap().value[2] = f32::NEG_INFINITY;
        // Its gradient is 0, and Adam's memory moves it nowhere.
        (1..HIDDEN_STEPS).for_each(|_| assert!(session.step(&data).unwrap().loss.is_finite()));
        let before = session.fingerprint();
        let error = Error::NotFinite { layer: 1, kind: "dense", what: "bias" };
        assert_eq!(session.step(&data), Err(error));
        assert_eq!((session.step_count(), session.fingerprint()), (HIDDEN_STEPS, before));
    }
}
