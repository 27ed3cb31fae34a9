//! Texts of networks, and the networks that they are of.

use super::{SMALL, Verdict, hold, within};
use crate::seeds::images;
use cnn::optim::OptimizerConfig;
use cnn::session::{Session, SessionConfig};
use cnn::spec::{ModelSpec, outline_within};
use cnn_notebook::limits::LIMITS;

/// Multiply-adds of a step, forward and back, and values that it touches, up to which a network is trained: well under
/// a second in a checked build.
const WORK: u64 = 40_000_000;
/// Bytes that the reading of a text may take for each of its own.
const FOR_EACH_BYTE: usize = 200;

/// A text, which is read and written, and the network, if it is one, trained.
pub(super) fn spec(text: &str, batch_size: usize) -> Verdict {
    let limit = SMALL + FOR_EACH_BYTE * text.len();
    let parsed = within(limit, "reading a spec", || ModelSpec::parse_within(text, LIMITS))?;
    let outline = within(limit, "an outline", || outline_within(text, LIMITS))?;
    let spec = match parsed {
        Err(error) => {
            hold(outline.error.as_ref() == Some(&error), || format!("{error}, but {:?}", outline.error))?;
            // Its words quote the text, however that is.
            hold(error.to_string().len() < 1000, || format!("a message of {}", error.to_string().len()))?;
            return Ok(error.code());
        }
        Ok(spec) => spec,
    };
    let summary = spec.summary();
    hold(outline.error.is_none() && outline.summary == summary, || "the outline is another".into())?;
    let written = spec.to_string();
    let again: ModelSpec = written.parse().map_err(|error| format!("written, it is refused: {error}"))?;
    hold(again == spec, || format!("written, it is another: {written}"))?;
    hold(again.to_string() == written, || format!("written twice, it is another: {written}"))?;
    let made = ModelSpec::new(spec.input(), spec.layers().to_vec());
    hold(made.as_ref() == Ok(&spec), || format!("made of its layers: {made:?}"))?;
    hold((2..=256).contains(&spec.classes()), || format!("{} classes", spec.classes()))?;
    hold(summary.memory_bytes(1) <= LIMITS.memory, || "it is too large".into())?;
    match spec.check_batch(batch_size) {
        Err(error) => Ok(error.code()),
        Ok(()) => {
            let work = 3 * summary.multiply_adds + summary.activation_bytes + summary.parameters;
            let steps = work.saturating_mul(batch_size as u64);
            if steps <= WORK { train(&spec, batch_size) } else { Ok("read, not trained") }
        }
    }
}

/// Two steps of a network in the memory that was said, and what can be asked of it.
fn train(spec: &ModelSpec, batch_size: usize) -> Verdict {
    let data = images(spec, batch_size + 1, 0);
    let optimizer = OptimizerConfig::adam(0.001);
    let config = SessionConfig { batch_size, optimizer, ..SessionConfig::new(spec.clone(), 1) };
    // A tenth for what is rounded up to whole vectors, and half a megabyte for all that is small.
    let said = spec.summary().memory_bytes(batch_size) as usize;
    let limit = said + said / 10 + 500_000;
    let (mut session, losses) = within(limit, &format!("training, where {said} were said,"), || {
        let mut session = Session::new(config).expect("a valid configuration");
        // Who keeps the report of a step has it beside that of the next.
        let losses = [(); 2].map(|()| session.step(&data).map(|report| report.loss));
        (session, losses)
    })?;
    for loss in &losses {
        match loss {
            Ok(loss) => hold(loss.is_finite(), || format!("a loss of {loss}"))?,
            Err(error) => hold(error.code() == "not_finite", || format!("training: {error}"))?,
        }
    }
    let pixels = data.pixels(cnn::dataset::Split::Train, 0).map_err(|error| error.to_string())?;
    let trace = session.trace(&pixels).map_err(|error| error.to_string())?;
    for (layer, activation) in spec.summary().layers.iter().zip(&trace) {
        let same = layer.output.to_vec() == activation.shape && layer.output.len() == activation.data.len();
        hold(same, || format!("layer {} is {:?}", layer.index, activation.shape))?;
    }
    session.image_gradient(&pixels, 0).map_err(|error| error.to_string())?;
    for layer in 0..spec.layers().len() {
        _ = session.grad_cam(&pixels, layer, 1);
    }
    if losses.iter().any(Result::is_err) {
        return Ok("not_finite");
    }
    let Ok(kept) = session.snapshot() else { return Ok("not_finite") };
    let mut twin =
        Session::from_snapshot(&kept).map_err(|error| format!("its snapshot is refused: {error}"))?;
    let (one, other) = (session.step(&data), twin.step(&data));
    hold(one == other && session.fingerprint() == twin.fingerprint(), || {
        format!("restored, it goes on otherwise: {one:?} and {other:?}")
    })?;
    Ok("trained")
}
