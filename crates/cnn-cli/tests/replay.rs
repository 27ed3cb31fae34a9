//! A run of the page's, repeated natively, gives the bits that browsers compute: those of plain SIMD where products and
//! sums are rounded each, those of relaxed SIMD where they are fused. `docs/reliability.md` has the browsers' fingerprints;
//! `tests/browsers` takes them.

mod common;

use cnn::kernels::InstructionSet;
use common::{Said, cnn};
use std::path::Path;

const RUN: &str = "https://host/page/#take&lang=en&data=mnist&spec=lab11-2&train.seed=777&train.batch=100&train.optimizer=adam\
                   &train.rate=0.001&train.schedule=constant&engine=auto&replay=";
const SIMD: &str = "20-c38d0750b8e6ae98-simd";
const FUSED: &str = "20-af358cc9ea04ef9b-fused";
/// After one step, with the fingerprint of no weights.
const OTHERS: [&str; 2] = ["1-0000000000000000-simd", "1-0000000000000000-fused"];

/// Repeats the run with an instruction set, or with the one that the link calls for.
fn replay(set: Option<InstructionSet>, replay: &str, threads: &str) -> Said {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let link = format!("{RUN}{replay}");
    let mut command = cnn(&root);
    command.args(["replay", &link, "--threads", threads]).env_remove("CNN_INSTRUCTION_SET");
    if let Some(set) = set {
        command.env("CNN_INSTRUCTION_SET", set.name());
    }
    Said::of(command.output().unwrap())
}

#[test]
fn every_instruction_set_gives_the_bits_of_the_browsers_that_round_alike() {
    for &set in InstructionSet::ALL.iter().filter(|set| set.is_available()) {
        let link = if set.fuses() { FUSED } else { SIMD };
        let threads = if set == InstructionSet::Baseline { "1" } else { "2" };
        let out = replay(Some(set), link, threads).ok();
        assert!(out.contains("the same weights to the last bit"), "{set:?}: {out}");
    }
}

#[test]
fn a_link_calls_for_the_instruction_set_that_rounds_alike() {
    for (link, fused) in [(SIMD, false), (FUSED, true)] {
        if InstructionSet::ALL.iter().any(|set| set.is_available() && set.fuses() == fused) {
            assert!(replay(None, link, "2").ok().contains("the same weights to the last bit"), "{link}");
        }
    }
}

#[test]
fn weights_that_differ_are_told_and_why() {
    let set = InstructionSet::Baseline;
    for (link, fused) in OTHERS.into_iter().zip([false, true]) {
        let said = replay(Some(set), link, "2");
        assert_eq!(said.code, Some(1));
        assert!(
            said.out.contains("other weights: got ") && said.out.contains("expected 0000000000000000"),
            "{}",
            said.out
        );
        assert_eq!(said.out.contains("sums are rounded otherwise"), set.fuses() != fused, "{}", said.out);
    }
}
