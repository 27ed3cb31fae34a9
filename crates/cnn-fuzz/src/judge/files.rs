//! Files of weights and of runs.

use super::{SMALL, Verdict, hold, within};
use crate::seeds::{self, Seed, images};
use cnn::ensemble::Ensemble;
use cnn::model::Model;
use cnn::session::Session;
use cnn_notebook::limits::LIMITS;
use safetensors::SafeTensors;

/// Bytes that reading a file may take for each of its own: a header of short properties is many small pieces.
const FOR_EACH_BYTE: usize = 100;

fn memory(file: &[u8]) -> usize {
    SMALL + FOR_EACH_BYTE * file.len()
}

/// Whether a file says that it is unaltered: it has our metadata with a checksum. Read by other programs than ours.
fn has_sum(file: &[u8]) -> bool {
    let Ok((_, header)) = SafeTensors::read_metadata(file) else { return false };
    let Some(metadata) = header.metadata().as_ref().and_then(|all| all.get("cnn_notebook")) else {
        return false;
    };
    let metadata: Result<serde_json::Value, _> = serde_json::from_str(metadata);
    metadata.is_ok_and(|metadata| metadata.get("sum").is_some())
}

/// A file of weights, for the network of a seed, for a new model and for an ensemble.
pub(super) fn weights(seed: usize, file: &[u8]) -> Verdict {
    let seed = &seeds::all()[seed];
    let mut session = seed.session();
    let before = session.snapshot().map_err(|error| error.to_string())?;
    let verdict = match within(memory(file), "loading weights", || session.load_weights(file))? {
        Err(error) => {
            let after = session.snapshot().map_err(|error| error.to_string())?;
            hold(after == before, || format!("refused weights changed the run: {error}"))?;
            goes_on(&mut session, seed, Some(&before))?;
            error.code()
        }
        Ok(()) => {
            let name = session.fingerprint();
            let known = || seeds::all().iter().any(|seed| seed.fingerprint == name);
            hold(!has_sum(file) || known(), || "altered weights with a checksum were taken".into())?;
            let saved =
                session.save_weights().map_err(|error| format!("taken weights can't be saved: {error}"))?;
            let mut again = seed.session();
            again.load_weights(&saved).map_err(|error| format!("saved weights can't be loaded: {error}"))?;
            hold(again.fingerprint() == name, || "saved weights are others when loaded".into())?;
            goes_on(&mut session, seed, None)?;
            "taken"
        }
    };
    model(seed, file)?;
    Ok(verdict)
}

/// The file as a model of its own, and as a member of an ensemble.
fn model(seed: &Seed, file: &[u8]) -> Result<(), String> {
    let loaded = within(memory(file), "making a model", || Model::from_safetensors_within(file, LIMITS))?;
    if let Ok(model) = &loaded {
        let bits = |model: &Model| {
            model
                .parameters()
                .flat_map(|named| named.param.value.iter().map(|x| x.to_bits()))
                .collect::<Vec<_>>()
        };
        let known = || seeds::all().iter().any(|seed| bits(seed.session().model()) == bits(model));
        hold(!has_sum(file) || known(), || "an altered model with a checksum was taken".into())?;
        let answer = model.predict(&vec![0.5; model.input_len()]).map_err(|error| error.to_string())?;
        hold(answer.class < model.classes(), || "no class of the network".into())?;
    }
    let mut ensemble = Ensemble::new();
    let pixels = vec![0.25; seed.data.image_len()];
    let ask = |ensemble: &mut Ensemble| ensemble.predict(&pixels).map_err(|error| error.to_string());
    ensemble.push_file(&seed.weights).map_err(|error| error.to_string())?;
    let before = ask(&mut ensemble)?;
    let pushed = Model::from_safetensors_within(file, LIMITS).and_then(|model| ensemble.push(model));
    hold(loaded.is_ok() || pushed.is_err(), || "an ensemble took what a model refused".into())?;
    let after = ask(&mut ensemble)?;
    match pushed {
        Err(error) => hold(after == before, || format!("a refused member changed the ensemble: {error}")),
        Ok(()) => hold(after.votes.len() == 2, || format!("{} votes of two members", after.votes.len())),
    }
}

/// A file of a run, restored into a run of a seed.
pub(super) fn snapshot(seed: usize, file: &[u8]) -> Verdict {
    let seed = &seeds::all()[seed];
    let mut session = seed.session();
    let before = session.snapshot().map_err(|error| error.to_string())?;
    if let Err(error) = within(memory(file), "restoring a run", || session.restore(file))? {
        let after = session.snapshot().map_err(|error| error.to_string())?;
        hold(after == before, || format!("a refused snapshot changed the run: {error}"))?;
        goes_on(&mut session, seed, Some(&before))?;
        return Ok(error.code());
    }
    let again = session.snapshot().map_err(|error| format!("a restored run can't be kept: {error}"))?;
    let known = || seeds::all().iter().any(|seed| seed.snapshot == again);
    hold(!has_sum(file) || known(), || "an altered snapshot with a checksum was taken".into())?;
    let twin =
        Session::from_snapshot(&again).map_err(|error| format!("a kept run can't be restored: {error}"))?;
    let kept = twin.snapshot().map_err(|error| error.to_string())?;
    hold(kept == again, || "a run is another after it was kept and restored".into())?;
    let rate = session.learning_rate();
    hold(!rate.is_nan() && rate >= 0.0, || format!("the next learning rate is {rate}"))?;
    let spec = session.config().spec.clone();
    let data = images(&spec, 7, 0);
    let mut twin = twin;
    for _ in 0..3 {
        let (one, other) = (session.step(&data), twin.step(&data));
        let same = match (&one, &other) {
            (Ok(one), Ok(other)) => one.loss.to_bits() == other.loss.to_bits() && one.step == other.step,
            (one, other) => one == other,
        };
        hold(same, || format!("a restored run goes on otherwise: {one:?} and {other:?}"))?;
        if one.is_err() {
            break;
        }
    }
    Ok("taken")
}

/// A file of ours in which one bit is another.
pub(super) fn one_bit(seed: usize, snapshot: bool, file: &[u8]) -> Verdict {
    let seed = &seeds::all()[seed];
    if snapshot {
        return match Session::from_snapshot(file) {
            Ok(_) => Err("a snapshot with one changed bit was taken".into()),
            Err(error) => Ok(error.code()),
        };
    }
    hold(Model::from_safetensors(file).is_err(), || "a model with one changed bit was taken".into())?;
    let mut session = seed.session();
    let before = session.snapshot().map_err(|error| error.to_string())?;
    match session.load_weights(file) {
        // The key under which our metadata stands is no longer ours: another program's file, with the same weights.
        Ok(()) => {
            hold(session.fingerprint() == seed.fingerprint, || {
                "weights with one changed bit were taken".into()
            })?;
            hold(!has_sum(file), || "a changed bit beside the checksum was not seen".into())?;
            Ok("taken")
        }
        Err(error) => {
            let after = session.snapshot().map_err(|error| error.to_string())?;
            hold(after == before, || format!("refused weights changed the run: {error}"))?;
            Ok(error.code())
        }
    }
}

/// The run can be trained; where it should be that of a snapshot, exactly as that is.
fn goes_on(session: &mut Session, seed: &Seed, as_kept: Option<&[u8]>) -> Result<(), String> {
    let one = session.step(&seed.data);
    if let Some(kept) = as_kept {
        let mut twin = Session::from_snapshot(kept).map_err(|error| error.to_string())?;
        let other = twin.step(&seed.data);
        hold(one.is_ok() && one == other, || format!("it goes on otherwise: {one:?} and {other:?}"))?;
        return hold(session.fingerprint() == twin.fingerprint(), || "it goes on to other weights".into());
    }
    match one {
        Err(error) if error.code() != "not_finite" => Err(format!("taken weights can't be trained: {error}")),
        _ => Ok(()),
    }
}
