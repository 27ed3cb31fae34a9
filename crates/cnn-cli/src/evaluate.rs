//! `cnn evaluate`: saved weights on a data set.

use crate::args::{EvaluateArgs, SplitName, start_threads};
use crate::output::{bar, say};
use crate::train::percent;
use crate::{Outcome, idx_folder, interrupt, weights};
use anyhow::{Result, ensure};
use cnn::dataset::Split;
use cnn::metrics::Confusion;

/// Images from one look at Ctrl-C to the next.
const STRETCH: usize = 500;

/// Prints accuracy and loss, class by class too.
pub(crate) fn run(args: EvaluateArgs) -> Result<Outcome> {
    start_threads(args.data.threads);
    let mut session = weights::open(&args.weights)?;
    let data = idx_folder::load(&args.data.data, args.data.classes as usize, args.data.validation)?;
    let split = match args.split {
        SplitName::Train => Split::Train,
        SplitName::Validation => Split::Validation,
        SplitName::Test => Split::Test,
    };
    let count = data.count(split);
    ensure!(count > 0, "got no {} images, expected at least 1", split.name());
    interrupt::watch()?;
    let bar = bar(0, count as u64);
    let mut confusion = Confusion::new(data.info().classes);
    let mut loss = 0.0;
    for start in (0..count).step_by(STRETCH) {
        if interrupt::asked() {
            bar.finish_and_clear();
            return Ok(Outcome::Interrupted);
        }
        let range = start..(start + STRETCH).min(count);
        let labels = range.clone().map(|index| data.label(split, index)).collect::<cnn::Result<Vec<_>>>()?;
        let result = session.evaluate(&data, split, range.clone())?;
        loss += result.loss_sum;
        confusion.add(&labels, &result.predictions);
        bar.set_position(range.end as u64);
    }
    bar.finish_and_clear();
    let accuracy = percent(confusion.accuracy());
    say(format!("{count} {} images: accuracy {accuracy}, loss {:.4}", split.name(), loss / count as f64))?;
    let classes = confusion.classes();
    for label in 0..classes {
        let of_class: u32 = (0..classes).map(|prediction| confusion.count(label, prediction)).sum();
        let right = confusion.count(label, label);
        if of_class > 0 {
            let accuracy = percent(f64::from(right) / f64::from(of_class));
            say(format!("class {label:3}: {right:6} of {of_class:6} right, {accuracy:>8}"))?;
        }
    }
    if args.confusion {
        say("\nrows: labels; columns: what they were taken for")?;
        let line = |name: &str, cells: &mut dyn Iterator<Item = String>| {
            format!("{name:>5}{}", cells.map(|cell| format!("{cell:>7}")).collect::<String>())
        };
        say(line("", &mut (0..classes).map(|class| class.to_string())))?;
        for label in 0..classes {
            let cells = (0..classes).map(|prediction| confusion.count(label, prediction).to_string());
            say(line(&label.to_string(), &mut { cells }))?;
        }
    }
    Ok(Outcome::Done)
}
