//! Repeats natively a run of the page's, from the link that its cell «take it with you» gives, and says whether the
//! weights come out the same to the last bit. `cnn replay` does the same with a progress bar.
//!
//! `cargo run --release --example replay -- 'https://…/#take&spec=lab11-2&train.seed=777&replay=20-af358cc9ea04ef9b-fused'`

use cnn::session::Session;
use cnn_cli::idx_folder;
use cnn_cli::link::Link;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let link = std::env::args().nth(1).ok_or("got no link, expected one that repeats a run")?;
    let link: Link = link.parse()?;
    // Before anything is computed: a browser fuses products and sums, or it does not.
    let instructions = link.arithmetic.choose();
    let data = idx_folder::load(&Path::new("data").join(&link.data), 10, None)?;

    let mut session = Session::new(link.config)?;
    while session.step_count() < link.steps {
        let step = session.step(&data)?;
        println!("step {}: loss {:.6}", step.step, step.loss);
    }
    let got = session.fingerprint();
    println!(
        "got {got} with {}, the browser had {} with {}",
        instructions.name(),
        link.fingerprint,
        link.arithmetic
    );
    if got == link.fingerprint { Ok(()) } else { Err("the weights differ".into()) }
}
