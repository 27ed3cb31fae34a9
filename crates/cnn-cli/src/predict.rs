//! `cnn predict`: what saved weights take images for.

use crate::args::{PredictArgs, start_threads};
use crate::output::say;
use crate::train::percent;
use crate::{Outcome, image_file, weights};
use anyhow::Result;

/// Classes named for each image.
const BEST: usize = 3;
/// From nothing to full ink.
const SHADES: &[u8] = b" .:-=+*#%@";

/// Prints a line an image.
pub(crate) fn run(args: PredictArgs) -> Result<Outcome> {
    // An image takes no time.
    start_threads(Some(1));
    let mut session = weights::open(&args.weights)?;
    let input = session.config().spec.input();
    for path in &args.images {
        let pixels = image_file::prepare(path, input, args.as_is)?;
        if args.show {
            show(&pixels, input[1] * input[2])?;
        }
        let probabilities = session.predict(&pixels)?.probabilities;
        let mut classes: Vec<usize> = (0..probabilities.len()).collect();
        // The first of equals first, as everywhere.
        classes.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
        let best = classes.iter().take(BEST);
        let named: Vec<_> =
            best.map(|&class| format!("{class} ({})", percent(probabilities[class].into()))).collect();
        say(format!("{}: {}", path.display(), named.join(", ")))?;
    }
    Ok(Outcome::Done)
}

/// An image as text, two characters a value.
fn show(pixels: &[f32], width: usize) -> Result<()> {
    for row in pixels.chunks(width) {
        let shade =
            |x: &f32| char::from(SHADES[(x.clamp(0.0, 1.0) * (SHADES.len() - 1) as f32).round() as usize]);
        say(row.iter().map(shade).flat_map(|shade| [shade, shade]).collect::<String>().trim_end())?;
    }
    Ok(())
}
