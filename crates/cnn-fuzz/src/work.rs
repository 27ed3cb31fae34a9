//! The inputs one after the other, watched: for panics, for time, and for the death of the process.

use cnn_fuzz::account::Stopwatch;
use cnn_fuzz::{Input, judge};
use std::any::Any;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// Processor time that an input may take.
const TIME: Duration = Duration::from_secs(2);
/// Time after which an input is given up; longer than [`TIME`], as the machine may be busy with something else.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tries all inputs, in processes that go on after one has died.
pub(crate) fn supervise(seed: u64, inputs: u64, findings: &Path) -> bool {
    std::fs::create_dir_all(findings).expect("a folder for findings");
    let started = Instant::now();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let (mut from, mut found) = (0, 0);
    while from < inputs {
        let (next, of_worker, broken) = one_worker(seed, from..inputs, findings, &mut counts);
        found += of_worker;
        if let Some(why) = broken {
            report(seed, next - 1, &Input::new(seed, next - 1), &why, findings);
            found += 1;
        }
        from = next;
    }
    for (verdict, count) in &counts {
        println!("  {count:>8}  {verdict}");
    }
    let seconds = started.elapsed().as_secs();
    println!("{inputs} inputs of seed {seed} in {seconds} s: {found} findings");
    found == 0
}

/// Runs a worker until its end: the number of the next input, its findings, and why it died, if it did.
fn one_worker(
    seed: u64,
    range: Range<u64>,
    findings: &Path,
    counts: &mut BTreeMap<String, u64>,
) -> (u64, u64, Option<String>) {
    let mut worker = Command::new(std::env::current_exe().expect("the path of this program"))
        .args(["work", &seed.to_string(), &range.start.to_string(), &range.end.to_string()])
        .arg(findings)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a worker");
    let lines = BufReader::new(worker.stdout.take().expect("its output")).lines();
    let (send, lines_come) = mpsc::channel();
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
    let (mut at, mut found, mut silent) = (range.start, 0, false);
    loop {
        match lines_come.recv_timeout(PATIENCE) {
            Ok(line) => match line.split_once(' ') {
                Some(("begin", number)) => at = number.parse().expect("a number"),
                Some(("found", _)) => found += 1,
                Some((_, verdict)) => *counts.entry(verdict.to_owned()).or_default() += 1,
                None => {}
            },
            Err(mpsc::RecvTimeoutError::Timeout) => {
                silent = true;
                worker.kill().expect("a worker that can be ended");
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    _ = reader.join();
    let status = worker.wait().expect("an exit status");
    match (silent, status.code()) {
        (true, _) => (at + 1, found, Some(format!("not done after {} s", PATIENCE.as_secs()))),
        (false, Some(0 | 1)) => (range.end, found, None),
        (false, _) => (at + 1, found, Some(format!("the process died: {status}"))),
    }
}

/// Tries inputs in this process and prints what becomes of each.
pub(crate) fn work(seed: u64, range: Range<u64>, findings: &Path) -> bool {
    cnn::par::start(1).expect("one thread");
    watch_panics();
    let mut fine = true;
    for index in range {
        println!("begin {index}");
        let input = Input::new(seed, index);
        match try_one(&input) {
            Ok(verdict) => println!("end {} {verdict}", input.kind()),
            Err(why) => {
                println!("found {index}");
                report(seed, index, &input, &why, findings);
                fine = false;
            }
        }
    }
    fine
}

/// Tries the input in a file, or the many in its lines.
pub(crate) fn again(file: &Path) -> bool {
    cnn::par::start(1).expect("one thread");
    watch_panics();
    let text = std::fs::read_to_string(file).expect("a file that can be read");
    let mut fine = true;
    for line in text.lines() {
        let input: Input = serde_json::from_str(line).expect("an input");
        let verdict = try_one(&input);
        println!("{}: {verdict:?}", file.display());
        fine &= verdict.is_ok();
    }
    fine
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Keeps what a panic says, for the report.
pub(crate) fn watch_panics() {
    panic::set_hook(Box::new(|info| *LAST_PANIC.lock().expect("no panic in here") = info.to_string()));
}

fn try_one(input: &Input) -> Result<&'static str, String> {
    let watch = Stopwatch::start();
    let verdict = panic::catch_unwind(AssertUnwindSafe(|| judge(input)))
        .unwrap_or_else(|_: Box<dyn Any + Send>| Err(LAST_PANIC.lock().expect("no panic in here").clone()));
    let took = watch.elapsed();
    verdict.and_then(|verdict| if took > TIME { Err(format!("it took {took:?}")) } else { Ok(verdict) })
}

/// What becomes of an input, unless something breaks.
pub(crate) fn verdict(input: &Input) -> Option<&'static str> {
    try_one(input).ok()
}

/// Says what was found and keeps the input in a file, which `again` tries.
fn report(seed: u64, index: u64, input: &Input, why: &str, findings: &Path) {
    let path = findings.join(format!("{}-{seed}-{index}.json", input.kind()));
    std::fs::write(&path, input.to_json() + "\n").expect("a file for a finding");
    let mut shown = input.to_json();
    if let Some((end, _)) = shown.char_indices().nth(400) {
        shown.replace_range(end.., "…");
    }
    eprintln!("FOUND seed {seed} input {index}: {why}\n  {shown}\n  kept as {}", path.display());
}
