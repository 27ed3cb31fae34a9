//! `cnn replay`: a run of the page's, natively.

use crate::args::{CLASSES, ReplayArgs, start_threads};
use crate::link::Link;
use crate::network::Network;
use crate::output::{bar, say};
use crate::{Outcome, idx_folder, interrupt};
use anyhow::Result;
use cnn::session::Session;

/// Repeats the run and says whether the weights are the same to the last bit.
pub(crate) fn run(args: ReplayArgs) -> Result<Outcome> {
    let Link { data, config, steps, fingerprint, arithmetic } = args.link.parse()?;
    let instructions = arithmetic.choose();
    start_threads(args.threads);
    let folder = args.data.join(&data);
    let name = Network::unnamed(config.spec.clone()).name;
    say(format!(
        "{name}, seed {}, {steps} steps on {data}; {arithmetic}, here by {}",
        config.seed,
        instructions.name()
    ))?;
    let data = idx_folder::load(&folder, CLASSES as usize, None)?;
    let mut session = Session::new(config)?;
    interrupt::watch()?;
    let bar = bar(0, steps);
    while session.step_count() < steps {
        if interrupt::asked() {
            bar.finish_and_clear();
            return Ok(Outcome::Interrupted);
        }
        let step = session.step(&data)?;
        bar.set_message(format!("loss {:.4}", step.loss));
        bar.set_position(step.step);
    }
    bar.finish_and_clear();
    let got = session.fingerprint();
    if got == fingerprint {
        say(format!("the same weights to the last bit: {got}"))?;
        return Ok(Outcome::Done);
    }
    say(format!("other weights: got {got}, expected {fingerprint}"))?;
    if instructions.fuses() != arithmetic.fuses() {
        say(format!("here sums are rounded otherwise: the link's were {arithmetic}, this run's were not"))?;
    }
    Ok(Outcome::Differs)
}
