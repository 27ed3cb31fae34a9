//! Goes through many inputs, in a process of their own that may die of one.

mod work;

use clap::{Parser, Subcommand};
use cnn_fuzz::Input;
use std::path::PathBuf;

/// Gives the cnn crate inputs made to break it.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tries so many inputs; the exit status tells whether something broke.
    Run {
        /// How many.
        #[arg(long, default_value_t = 100_000)]
        inputs: u64,
        /// From which they follow.
        #[arg(long)]
        seed: u64,
        /// Where findings are written, a file each.
        #[arg(long, default_value = "target/fuzz")]
        findings: PathBuf,
    },
    /// Tries the inputs from one number to another; `run` starts it.
    #[command(hide = true)]
    Work { seed: u64, from: u64, to: u64, findings: PathBuf },
    /// Tries the inputs in these files.
    Again { files: Vec<PathBuf> },
    /// Writes inputs, a line of JSON each with what becomes of it here (null if something breaks), and before them a line
    /// with the runs that they are made from.
    Write {
        #[arg(long)]
        inputs: u64,
        #[arg(long)]
        seed: u64,
    },
}

fn main() {
    let fine = match Arguments::parse().command {
        Command::Run { inputs, seed, findings } => work::supervise(seed, inputs, &findings),
        Command::Work { seed, from, to, findings } => work::work(seed, from..to, &findings),
        Command::Again { files } => files.iter().filter(|file| !work::again(file)).count() == 0,
        Command::Write { inputs, seed } => write(seed, inputs),
    };
    std::process::exit(i32::from(!fine));
}

fn write(seed: u64, inputs: u64) -> bool {
    cnn::par::start(1).expect("one thread");
    work::watch_panics();
    let seeds: Vec<_> = cnn_fuzz::seeds()
        .iter()
        .map(|seed| serde_json::json!({ "snapshot": seed.snapshot, "weights": seed.weights, "info": seed.data.info() }))
        .collect();
    println!("{}", serde_json::json!({ "seeds": seeds }));
    for index in 0..inputs {
        let input = Input::new(seed, index);
        println!("{}", serde_json::json!({ "input": input, "verdict": work::verdict(&input) }));
    }
    true
}
