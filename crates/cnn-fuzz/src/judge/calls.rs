//! Requests to a run, one after the other: whatever is refused changes nothing.

use super::{Verdict, hold};
use crate::call::Call;
use crate::seeds;
use cnn::Result;
use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use cnn_notebook::limits::check_images;
use cnn_notebook::nudge;
use cnn_notebook::teaching::{Run, TaughtImages};

fn floats(bits: &[u32]) -> Vec<f32> {
    bits.iter().map(|&bits| f32::from_bits(bits)).collect()
}

fn numbers(bits: &[(String, u64)]) -> Vec<(&str, f64)> {
    bits.iter().map(|(name, bits)| (&name[..], f64::from_bits(*bits))).collect()
}

/// Everything that decides how a run goes on.
fn state(session: &Session, data: &TaughtImages) -> (String, u64, u64, usize, u32, usize) {
    let rate = session.learning_rate().to_bits();
    (session.fingerprint(), session.step_count(), session.epoch(), session.position(), rate, data.taught())
}

pub(super) fn calls(seed: usize, calls: &[Call]) -> Verdict {
    let seed = &seeds::all()[seed];
    let (mut session, mut data) = (Run::new(seed.session()), TaughtImages::new(seed.data.clone()));
    let mut verdict = "taken";
    for (number, call) in calls.iter().enumerate() {
        let before = state(&session, &data);
        if let Err(code) =
            one(&mut session, &mut data, call).map_err(|finding| format!("call {number}: {finding}"))?
        {
            hold(state(&session, &data) == before, || {
                format!("call {number}, refused ({code}), changed the run")
            })?;
            verdict = code;
        }
    }
    Ok(verdict)
}

/// The code of the error by which the call was refused, if it was.
fn one(
    session: &mut Run,
    data: &mut TaughtImages,
    call: &Call,
) -> std::result::Result<std::result::Result<(), &'static str>, String> {
    let done = |result: Result<()>| result.map_err(|error| error.code());
    Ok(match call {
        Call::Step => done(session.step(data).map(drop)),
        Call::Microscope => done(session.step_under_microscope(data).map(drop)),
        Call::LearningRate { rate } => done(session.set_learning_rate(f32::from_bits(*rate))),
        Call::LearnTaught { on } => {
            session.learn_taught(*on);
            Ok(())
        }
        Call::Teach { pixels, labels } => done(data.teach(pixels, labels)),
        Call::Predict { pixels } => done(session.predict(&floats(pixels)).map(drop)),
        Call::Look { pixels, layer, class } => {
            let pixels = floats(pixels);
            let looks = [
                session.trace(&pixels).map(drop),
                session.grad_cam(&pixels, *layer, *class).map(drop),
                session.image_gradient(&pixels, *class).map(drop),
                session.model().loss_gradients(&pixels, *class).map(drop),
            ];
            _ = nudge::loss(session, &pixels, *class, *layer, 0, 0.01);
            done(looks.into_iter().collect())
        }
        Call::Evaluate { split, start, count } => {
            let range = *start..start.saturating_add(*count);
            match split.parse::<Split>().and_then(|split| session.evaluate(data, split, range)) {
                Ok(found) => {
                    hold(found.count == *count && found.correct <= found.count, || {
                        format!("{} of {count}", found.count)
                    })?;
                    Ok(())
                }
                Err(error) => Err(error.code()),
            }
        }
        Call::Activity { indices } => done(session.relu_activity(data, Split::Train, indices).map(drop)),
        Call::Nearest { pixels, n } => match data.nearest(&floats(pixels), *n) {
            Ok(found) => {
                let there = data.available(Split::Train) + data.taught();
                hold(found.len() == there.min(*n), || {
                    format!("{} nearest of {there}, {n} wanted", found.len())
                })?;
                hold(found.is_sorted_by(|a, b| a.1 <= b.1), || "not nearest first".into())?;
                Ok(())
            }
            Err(error) => Err(error.code()),
        },
        Call::New { optimizer, numbers: of_optimizer, schedule, schedule_numbers, batch_size } => {
            let optimizer = OptimizerConfig::from_settings(optimizer, &numbers(of_optimizer));
            let schedule = Schedule::from_settings(schedule, &numbers(schedule_numbers));
            let (Ok(optimizer), Ok(schedule)) = (optimizer, schedule) else { return Ok(Err("settings")) };
            let spec = session.config().spec.clone();
            match Session::new(SessionConfig {
                batch_size: *batch_size,
                optimizer,
                schedule,
                ..SessionConfig::new(spec, 3)
            }) {
                Err(error) => Err(error.code()),
                Ok(mut new) => {
                    for _ in 0..3 {
                        let rate = new.learning_rate();
                        hold(rate >= 0.0, || format!("a learning rate of {rate}"))?;
                        if let Err(error) = new.step(data) {
                            hold(error.code() == "not_finite", || format!("a new run: {error}"))?;
                            break;
                        }
                    }
                    if let Ok(kept) = new.snapshot() {
                        Session::from_snapshot(&kept)
                            .map_err(|error| format!("its snapshot is refused: {error}"))?;
                    }
                    Ok(())
                }
            }
        }
        Call::Data { shape: [height, width, channels], classes, counts, block } => {
            let [train, validation, test] = *counts;
            let counts = Counts { train, validation, test };
            let (height, width, channels, classes, block) = (*height, *width, *channels, *classes, *block);
            let info = DatasetInfo { name: "any".into(), height, width, channels, classes, counts, block };
            match check_images(&info).and_then(|()| ImageDataset::new(info)) {
                Err(error) => Err(error.code()),
                Ok(data) => {
                    hold(data.available(Split::Train) == 0, || "images that nobody brought".into())?;
                    Ok(())
                }
            }
        }
    })
}
