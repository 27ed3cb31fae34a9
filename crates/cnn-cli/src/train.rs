//! `cnn train`: a run from its start or from a checkpoint.

use crate::args::{CLASSES, OptimizerName, ScheduleName, TrainArgs, start_threads};
use crate::network::{Network, limits};
use crate::output::{bar, note, say};
use crate::{Outcome, idx_folder, interrupt, weights};
use anyhow::{Context, Result, bail};
use cnn::dataset::{ImageDataset, Split};
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use indicatif::ProgressBar;
use std::path::{Path, PathBuf};

/// Epochs of a network that is no preset, as the page's schedules have.
const EPOCHS: u32 = 10;
/// λ of AdamW, as its paper's experiments and PyTorch have it.
const WEIGHT_DECAY: f32 = 0.01;

/// Trains, and says how it went.
pub(crate) fn run(args: TrainArgs) -> Result<Outcome> {
    start_threads(args.data.threads);
    let (session, network) = match &args.resume {
        Some(checkpoint) => resumed(checkpoint)?,
        None => begun(&args)?,
    };
    let data = idx_folder::load(&args.data.data, args.data.classes as usize, args.data.validation)?;
    let out = args.out.clone().unwrap_or_else(|| format!("{}.safetensors", network.name).into());
    let checkpoint = args.checkpoint.clone().unwrap_or_else(|| out.with_extension("checkpoint.safetensors"));
    weights::check_writable(&out)?;
    weights::check_writable(&checkpoint)?;
    interrupt::watch()?;
    let epochs = epochs(&args, &network);
    let mut run =
        Run { session, data, epochs: epochs.into(), steps: args.steps.unwrap_or(u64::MAX), checkpoint };
    match run.train()? {
        Outcome::Interrupted => run.say_how_to_go_on(&args, &out)?,
        _ => return run.finish(&out),
    }
    Ok(Outcome::Interrupted)
}

/// Epochs to train.
fn epochs(args: &TrainArgs, network: &Network) -> u32 {
    args.epochs.unwrap_or_else(|| network.preset.map_or(EPOCHS, |preset| preset.epochs))
}

/// The run of a checkpoint.
fn resumed(path: &Path) -> Result<(Session, Network)> {
    let session = Session::from_snapshot_within(&weights::read(path)?, limits())
        .with_context(|| path.display().to_string())?;
    let network = Network::unnamed(session.config().spec.clone());
    Ok((session, network))
}

/// A run that has not taken a step.
fn begun(args: &TrainArgs) -> Result<(Session, Network)> {
    let network = Network::find(args.network.as_deref().unwrap_or_default())?;
    let usual = network.preset.map(|preset| preset.session_config(args.seed));
    let optimizer = match (args.optimizer, &usual) {
        (None, Some(usual)) => usual.optimizer,
        (name, _) => usual_optimizer(name.unwrap_or(OptimizerName::Adam), args.weight_decay)?,
    };
    let schedule = match (args.schedule, &usual) {
        (None, Some(usual)) => usual.schedule,
        (kind, _) => schedule(kind, args.schedule_epochs.unwrap_or_else(|| epochs(args, &network)), args),
    };
    let usual = usual.unwrap_or_else(|| SessionConfig::new(network.spec.clone(), args.seed));
    let batch_size = args.batch.map_or(usual.batch_size, |batch| batch as usize);
    let label_smoothing = args.label_smoothing.unwrap_or(usual.label_smoothing);
    let mut config = SessionConfig {
        batch_size,
        optimizer,
        schedule,
        label_smoothing,
        clip_norm: args.clip_norm,
        spec: network.spec.clone(),
        augment: args.augment.unwrap_or(usual.augment),
        ..usual
    };
    if let Some(rate) = args.lr {
        config.optimizer.set_learning_rate(rate);
    }
    Ok((Session::new(config)?, network))
}

/// A rule with the learning rate that it usually starts from.
fn usual_optimizer(name: OptimizerName, weight_decay: Option<f32>) -> Result<OptimizerConfig> {
    if weight_decay.is_some() && name != OptimizerName::Adamw {
        bail!("got --weight-decay with an optimizer that has none, expected --optimizer adamw");
    }
    Ok(match name {
        OptimizerName::Sgd => OptimizerConfig::sgd(0.1),
        OptimizerName::Momentum => OptimizerConfig::momentum(0.01),
        OptimizerName::Rmsprop => OptimizerConfig::rmsprop(0.001),
        OptimizerName::Adam => OptimizerConfig::adam(0.001),
        OptimizerName::Adamw => OptimizerConfig::adamw(0.001, weight_decay.unwrap_or(WEIGHT_DECAY)),
    })
}

fn schedule(kind: Option<ScheduleName>, epochs: u32, args: &TrainArgs) -> Schedule {
    let warmup_epochs = args.warmup_epochs.unwrap_or(1);
    match kind {
        None | Some(ScheduleName::Constant) => Schedule::Constant,
        Some(ScheduleName::Step) => Schedule::Step { every_epochs: epochs, factor: 0.5 },
        Some(ScheduleName::Cosine) => Schedule::Cosine { epochs },
        Some(ScheduleName::OneCycle) => Schedule::OneCycle { epochs },
        Some(ScheduleName::Warmup) => Schedule::Warmup { warmup_epochs },
        Some(ScheduleName::WarmupCosine) => Schedule::WarmupCosine { warmup_epochs, epochs },
    }
}

/// A run on its data, and where it ends.
struct Run {
    session: Session,
    data: ImageDataset,
    /// Epochs from the start of the run.
    epochs: u64,
    /// Steps from the start of the run, at most.
    steps: u64,
    checkpoint: PathBuf,
}

/// What an epoch's line tells, of the steps that were taken here.
#[derive(Default)]
struct Sums {
    images: usize,
    correct: usize,
    loss: f64,
}

impl Run {
    /// Trains to the end, or to Ctrl-C, and keeps a checkpoint after each epoch and there.
    fn train(&mut self) -> Result<Outcome> {
        let batches = self.data.count(Split::Train).div_ceil(self.session.config().batch_size) as u64;
        let all = batches.saturating_mul(self.epochs).min(self.steps);
        let bar = bar(self.session.step_count(), all);
        let mut sums = Sums::default();
        while self.session.epoch() < self.epochs && self.session.step_count() < self.steps {
            if interrupt::asked() {
                bar.finish_and_clear();
                self.keep()?;
                return Ok(Outcome::Interrupted);
            }
            let step = self.session.step(&self.data)?;
            sums.images += step.count;
            sums.correct += step.correct;
            sums.loss += f64::from(step.loss) * step.count as f64;
            bar.set_prefix(format!("epoch {}/{}", step.epoch + 1, self.epochs));
            bar.set_message(sums.text());
            bar.set_position(step.step);
            if step.batch + 1 == step.batches_per_epoch {
                self.end_epoch(&bar, std::mem::take(&mut sums))?;
            }
        }
        bar.finish_and_clear();
        if self.session.position() > 0 {
            self.keep()?;
        }
        Ok(Outcome::Done)
    }

    /// Says how an epoch went and keeps a checkpoint.
    fn end_epoch(&mut self, bar: &ProgressBar, sums: Sums) -> Result<()> {
        self.keep()?;
        let validation = match self.data.count(Split::Validation) {
            0 => String::new(),
            count => {
                let result = self.session.evaluate(&self.data, Split::Validation, 0..count)?;
                format!(", validation accuracy {}", percent(result.accuracy()))
            }
        };
        let line = format!("epoch {}/{}: {}{validation}", self.session.epoch(), self.epochs, sums.text());
        bar.suspend(|| say(line))
    }

    fn keep(&self) -> Result<()> {
        weights::write(&self.checkpoint, &self.session.snapshot()?)
    }

    /// Writes the weights and says what became of the run.
    fn finish(&mut self, out: &Path) -> Result<Outcome> {
        weights::write(out, &self.session.save_weights()?)?;
        let count = self.data.count(Split::Test);
        if count > 0 {
            let test = self.session.evaluate(&self.data, Split::Test, 0..count)?;
            say(format!("test accuracy {}, loss {:.4}", percent(test.accuracy()), test.mean_loss()))?;
        }
        let (step, fingerprint) = (self.session.step_count(), self.session.fingerprint());
        say(format!("weights after {step} steps: {}, fingerprint {fingerprint}", out.display()))?;
        Ok(Outcome::Done)
    }

    fn say_how_to_go_on(&self, args: &TrainArgs, out: &Path) -> Result<()> {
        let checkpoint = self.checkpoint.display();
        note(format!("interrupted after {} steps; to go on exactly from there:", self.session.step_count()));
        let data = args.data.data.display();
        let mut command = format!("cnn train --resume {checkpoint} --epochs {} --data {data}", self.epochs);
        if args.data.classes != CLASSES {
            command += &format!(" --classes {}", args.data.classes);
        }
        if let Some(validation) = args.data.validation {
            command += &format!(" --validation {validation}");
        }
        if let Some(steps) = args.steps {
            command += &format!(" --steps {steps}");
        }
        note(format!("  {command} --out {}", out.display()));
        Ok(())
    }
}

impl Sums {
    /// Mean loss and accuracy over the images.
    fn text(&self) -> String {
        let images = self.images.max(1) as f64;
        format!("loss {:.4}, accuracy {}", self.loss / images, percent(self.correct as f64 / images))
    }
}

/// A share as people read it.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}
