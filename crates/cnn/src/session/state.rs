//! A run as bytes: weights alone, or everything from which it goes on exactly.

use super::{OrderOrigin, Session, SessionConfig};
use crate::checkpoint::{self, Checkpoint, OPTIMIZER_PREFIX, Tensor};
use crate::dataset::Augment;
use crate::error::excerpt;
use crate::json::Value;
use crate::model::check_weights;
use crate::optim::{Optimizer, OptimizerConfig, Schedule};
use crate::rng::Rng;
use crate::spec::{Limits, ModelSpec};
use crate::{Error, Result};

/// Largest count in a snapshot: more than any run takes, and counting on from it overflows nothing.
const MAX_COUNT: u64 = 1 << 53;

/// What a snapshot holds besides the tensors.
#[derive(Debug)]
struct State {
    seed: u64,
    batch_size: usize,
    optimizer: OptimizerConfig,
    schedule: Schedule,
    /// The optimizer's own count of steps.
    t: u64,
    step: u64,
    epoch: u64,
    position: usize,
    rng: [u64; 4],
    order: Option<OrderOrigin>,
    /// 0 is not written, so that files without it stay as they are.
    label_smoothing: f32,
    /// Written if there is one.
    clip_norm: Option<f32>,
    /// Written if it is on, of its settings those that are not 0.
    augment: Augment,
}

impl State {
    fn to_json(&self) -> Value {
        let order = self.order.map_or(Value::NULL, |OrderOrigin { rng, images }| {
            Value::from([("rng", Value::from(&rng[..])), ("images", (images as u64).into())])
        });
        let mut state = Value::from([
            ("seed", self.seed.into()),
            ("batch_size", (self.batch_size as u64).into()),
            ("optimizer", rule(self.optimizer.settings())),
            ("schedule", rule(self.schedule.settings())),
            ("t", self.t.into()),
            ("step", self.step.into()),
            ("epoch", self.epoch.into()),
            ("position", (self.position as u64).into()),
            ("rng", Value::from(&self.rng[..])),
            ("order", order),
        ]);
        if self.label_smoothing > 0.0 {
            state.push("label_smoothing", self.label_smoothing.into());
        }
        if let Some(norm) = self.clip_norm {
            state.push("clip_norm", norm.into());
        }
        if !self.augment.is_off() {
            let on = self.augment.settings().into_iter().filter(|(_, number)| *number != 0.0);
            let on = on.map(|(name, number)| (name.to_owned(), number.into()));
            state.push("augment", Value::Object(on.collect()));
        }
        state
    }

    /// The inverse of [`to_json`](Self::to_json). An error says which field is not as it must be.
    fn from_json(json: &Value) -> Result<Self, String> {
        let Value::Object(properties) = json else { return Err("its state is no object".into()) };
        const NAMES: [&str; 13] = [
            "seed",
            "batch_size",
            "optimizer",
            "schedule",
            "t",
            "step",
            "epoch",
            "position",
            "rng",
            "order",
            "label_smoothing",
            "clip_norm",
            "augment",
        ];
        if let Some((name, _)) = properties.iter().find(|(name, _)| !NAMES.contains(&&name[..])) {
            return Err(format!("its state has an unknown `{}`", excerpt(name)));
        }
        fn need<'a>(json: &'a Value, name: &str) -> Result<&'a Value, String> {
            json.get(name).ok_or_else(|| format!("its state has no `{name}`"))
        }
        let wrong = |name: &str| format!("its state has no valid `{name}`");
        let whole = |json: &Value, name: &str| need(json, name)?.integer().ok_or_else(|| wrong(name));
        let count =
            |name: &str| Some(whole(json, name)?).filter(|&n| n <= MAX_COUNT).ok_or_else(|| wrong(name));
        let size = |json: &Value, name: &str| usize::try_from(whole(json, name)?).map_err(|_| wrong(name));
        let rng = |json: &Value| -> Result<[u64; 4], String> {
            need(json, "rng")?.integers().and_then(|words| words.try_into().ok()).ok_or_else(|| wrong("rng"))
        };
        let float = |name: &str| -> Result<Option<f32>, String> {
            json.get(name).map(|value| value.float().ok_or_else(|| wrong(name))).transpose()
        };
        let (optimizer, schedule) = (need(json, "optimizer")?, need(json, "schedule")?);
        let (kind, numbers) = settings(optimizer).ok_or_else(|| wrong("optimizer"))?;
        let optimizer = OptimizerConfig::from_settings(kind, &numbers)?;
        let (kind, numbers) = settings(schedule).ok_or_else(|| wrong("schedule"))?;
        let schedule = Schedule::from_settings(kind, &numbers)?;
        let augment = match json.get("augment") {
            None => Augment::OFF,
            Some(augment) => {
                Augment::from_settings(&numbers_of(augment, "").ok_or_else(|| wrong("augment"))?)?
            }
        };
        let order = match need(json, "order")? {
            &Value::NULL => None,
            order => Some(OrderOrigin { rng: rng(order)?, images: size(order, "images")? }),
        };
        Ok(Self {
            seed: whole(json, "seed")?,
            batch_size: size(json, "batch_size")?,
            optimizer,
            schedule,
            t: count("t")?,
            step: count("step")?,
            epoch: count("epoch")?,
            position: size(json, "position")?,
            rng: rng(json)?,
            order,
            label_smoothing: float("label_smoothing")?.unwrap_or(0.0),
            clip_norm: float("clip_norm")?,
            augment,
        })
    }
}

/// An optimizer or a schedule: its `kind` and its numbers.
fn rule((kind, numbers): (&'static str, Vec<(&'static str, f64)>)) -> Value {
    let mut properties = vec![("kind".to_owned(), kind.into())];
    for (name, number) in numbers {
        let whole = number as u64;
        // What is no whole number is an `f32`.
        let value = if whole as f64 == number { whole.into() } else { (number as f32).into() };
        properties.push((name.to_owned(), value));
    }
    Value::Object(properties)
}

/// The inverse of [`rule`].
fn settings(json: &Value) -> Option<(&str, Vec<(&str, f64)>)> {
    Some((json.get("kind")?.text()?, numbers_of(json, "kind")?))
}

/// An object's numbers by name; the property `except` is none of them.
fn numbers_of<'a>(json: &'a Value, except: &str) -> Option<Vec<(&'a str, f64)>> {
    let Value::Object(properties) = json else { return None };
    let others = properties.iter().filter(|(name, _)| name != except);
    let number = |value: &Value| value.integer().map(|n| n as f64).or(value.float().map(f64::from));
    others.map(|(name, value)| Some((&name[..], number(value)?))).collect()
}

impl Session {
    /// The whole run as a safetensors file: weights, what the optimizer remembers, counts and random state.
    ///
    /// A session that is restored from it goes on exactly as this one does, bit for bit.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the last step left a parameter infinite or NaN: there is no going on from there, and the
    /// snapshot before must not be replaced by this state.
    pub fn snapshot(&self) -> Result<Vec<u8>> {
        self.model.check_parameters()?;
        let state = State {
            seed: self.config.seed,
            batch_size: self.config.batch_size,
            optimizer: self.config.optimizer,
            schedule: self.config.schedule,
            t: self.optimizer.t(),
            step: self.step,
            epoch: self.epoch,
            position: self.position,
            rng: self.rng.state(),
            order: self.order_origin,
            label_smoothing: self.config.label_smoothing,
            clip_norm: self.config.clip_norm,
            augment: self.config.augment,
        };
        let mut tensors = self.model.tensors();
        let slots = self.config.optimizer.slots();
        for (index, named) in self.model.parameters().enumerate() {
            for (slot, values) in slots.iter().zip(self.optimizer.memory(index)) {
                let name = format!("{OPTIMIZER_PREFIX}{slot}.{}", named.name());
                tensors.push(Tensor { name, shape: &named.param.shape, values });
            }
        }
        Ok(checkpoint::write_with(Some(&self.config.spec.to_string()), Some(state.to_json()), &tensors))
    }

    /// A session from a [`snapshot`](Self::snapshot), without limits.
    ///
    /// # Errors
    /// An error of the checkpoint's if the bytes are damaged, altered or hold no snapshot, and those of
    /// [`Session::new`] if its numbers make no run.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self> {
        Self::from_snapshot_within(bytes, Limits::NONE)
    }

    /// [`from_snapshot`](Self::from_snapshot) whose network and batches must stay within these limits.
    ///
    /// # Errors
    /// Those of `from_snapshot`, and what [`ModelSpec::parse_within`] says of the network.
    pub fn from_snapshot_within(bytes: &[u8], limits: Limits) -> Result<Self> {
        let file = Checkpoint::read(bytes)?;
        let state = State::from_json(file.state()?).map_err(|reason| Error::CheckpointCorrupt { reason })?;
        let spec = ModelSpec::parse_within(file.spec().ok_or(Error::CheckpointNoState)?, limits)?;
        let State { seed, batch_size, optimizer, schedule, label_smoothing, clip_norm, augment, .. } = state;
        check_weights(&file, &spec)?;
        let config = SessionConfig {
            spec,
            seed,
            batch_size,
            optimizer,
            schedule,
            label_smoothing,
            clip_norm,
            augment,
        };
        let mut session = Self::new(config)?;
        session.model.load_checkpoint(&file)?;
        session.optimizer = read_optimizer(&file, &session, &state)?;
        session.step = state.step;
        session.epoch = state.epoch;
        session.position = state.position;
        session.rng = Rng::from_state(state.rng);
        session.order_origin = state.order;
        let batches = session.batches_per_epoch();
        if state.position > 0 && state.position >= batches {
            let reason = format!("batch {} of {batches}", state.position);
            return Err(Error::CheckpointCorrupt { reason });
        }
        Ok(session)
    }

    /// Replaces this run, its network too, by that of a [`snapshot`](Self::snapshot), within the [limits](ModelSpec::limits) of
    /// this run's spec.
    ///
    /// # Errors
    /// Those of [`from_snapshot_within`](Self::from_snapshot_within); this run then stays as it is.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<()> {
        *self = Self::from_snapshot_within(bytes, self.config.spec.limits())?;
        Ok(())
    }

    /// The weights and biases alone, as a safetensors file.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the last step left one of them infinite or NaN: no one could load such a file.
    pub fn save_weights(&self) -> Result<Vec<u8>> {
        self.model.save()
    }

    /// Replaces the weights and biases by those of a file: one of [`save_weights`](Self::save_weights), a
    /// snapshot, or any safetensors file with tensors of these names and shapes. Counts and data order go on; the
    /// optimizer forgets, as what it remembers was of other weights.
    ///
    /// # Errors
    /// An error of the checkpoint's if the bytes are damaged or are of another network; the run then stays as it
    /// is.
    pub fn load_weights(&mut self, bytes: &[u8]) -> Result<()> {
        self.model.load(bytes)?;
        self.optimizer = Optimizer::new(self.config.optimizer);
        Ok(())
    }

    /// 16 hexadecimal digits that differ when any bit of any parameter, or of what layers gather, does: FNV-1a over the values
    /// as 32-bit words, in order.
    pub fn fingerprint(&self) -> String {
        let values = self.model.parameters().chain(self.model.state()).flat_map(|named| &named.param.value);
        let hash = values.fold(0xcbf2_9ce4_8422_2325u64, |hash, value| {
            (hash ^ u64::from(value.to_bits())).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The optimizer of a snapshot, with its memory of each of the session's parameters.
fn read_optimizer(file: &Checkpoint<'_>, session: &Session, state: &State) -> Result<Optimizer> {
    let mut optimizer = Optimizer::new(state.optimizer);
    if state.t == 0 {
        return Ok(optimizer);
    }
    let mut memory = Vec::new();
    for named in session.model.parameters() {
        let mut of_parameter = Vec::new();
        for slot in state.optimizer.slots() {
            let mut values = vec![0.0; named.param.value.len()];
            let name = format!("{OPTIMIZER_PREFIX}{slot}.{}", named.name());
            file.copy_into(&name, &named.param.shape, &mut values)?;
            // A mean of squares may have become infinite; NaN is in no run's memory, and would soon be in the weights.
            if let Some(index) = values.iter().position(|value| value.is_nan()) {
                return Err(Error::TensorNotFinite { tensor: name, index });
            }
            of_parameter.push(values);
        }
        memory.push(of_parameter);
    }
    optimizer.resume(state.t, memory);
    Ok(optimizer)
}
