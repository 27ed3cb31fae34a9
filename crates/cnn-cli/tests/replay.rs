//! A run of the page's, repeated natively, gives the bits that browsers compute: those of plain SIMD where products and
//! sums are rounded each, those of relaxed SIMD where they are fused. `docs/reliability.md` has the browsers' fingerprints;
//! `tests/browsers` takes them.

mod common;

use cnn::kernels::InstructionSet;
use common::{Said, cnn};
use std::path::Path;

const RUN: &str = "https://host/page/#take&lang=en&data=mnist&spec=lab11-2&train.seed=777&train.batch=100&train.optimizer=adam\
                   &train.rate=0.001&train.schedule=constant&engine=auto&replay=20-";
const SIMD: &str = "c38d0750b8e6ae98-simd";
const FUSED: &str = "af358cc9ea04ef9b-fused";

fn replay(set: InstructionSet, replay: &str, threads: &str) -> Said {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let link = format!("{RUN}{replay}");
    let mut command = cnn(&root);
    command.args(["replay", &link, "--threads", threads]).env("CNN_INSTRUCTION_SET", set.name());
    Said::of(command.output().unwrap())
}

#[test]
fn every_instruction_set_gives_the_bits_of_the_browsers_that_round_alike() {
    for &set in InstructionSet::ALL.iter().filter(|set| set.is_available()) {
        let (same, other) = if set.fuses() { (FUSED, SIMD) } else { (SIMD, FUSED) };
        for threads in ["1", "2"] {
            let out = replay(set, same, threads).ok();
            assert!(out.contains("the same weights to the last bit"), "{set:?}: {out}");
        }
        let said = replay(set, other, "2");
        assert_eq!(said.code, Some(1));
        assert!(said.out.contains("sums are rounded otherwise"), "{set:?}: {}", said.out);
    }
}
