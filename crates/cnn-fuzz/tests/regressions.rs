//! Inputs that once broke something, and a few of every kind.

use cnn_fuzz::{Input, KINDS, judge};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// One test, as the account of the memory is one, and on one thread, as it is for that.
#[test]
fn nothing_breaks() {
    cnn::par::start(1).expect("one thread");
    what_once_broke_something_no_longer_does();
    inputs_of_every_kind_are_refused_and_taken();
    an_input_is_the_same_each_time_and_when_read_again();
}

fn what_once_broke_something_no_longer_does() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let mut tried = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            let input: Input = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{}:{number}: {error}", path.display()));
            judge(&input).unwrap_or_else(|why| panic!("{}:{number}: {why}", path.display()));
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} inputs: were they found?");
}

/// Neither are all refused, which would search nothing, nor does any kind fail to come.
fn inputs_of_every_kind_are_refused_and_taken() {
    let mut verdicts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for index in 0..400 {
        let input = Input::new(7, index);
        let verdict = judge(&input).unwrap_or_else(|why| panic!("input {index}: {why}\n{}", input.to_json()));
        let taken = matches!(verdict, "taken" | "trained");
        verdicts.entry(input.kind()).or_default()[usize::from(taken)] += 1;
    }
    for kind in KINDS {
        let [refused, taken] = verdicts.get(kind).copied().unwrap_or_default();
        assert!(refused > 0, "no input of the kind {kind} was refused");
        assert!(taken > 0 || kind == "bit", "no input of the kind {kind} was taken");
    }
}

fn an_input_is_the_same_each_time_and_when_read_again() {
    for index in 0..100 {
        let text = Input::new(3, index).to_json();
        assert_eq!(Input::new(3, index).to_json(), text);
        let read: Input = serde_json::from_str(&text).unwrap();
        assert_eq!(read.to_json(), text);
    }
}
