//! What a page may be asked for: networks and images within what a browser tab gives to one page.

use crate::{Error, Result};
use cnn::dataset::DatasetInfo;
use cnn::spec::Limits;

/// Bounds of a network: 1 GB to train it in, sizes up to 16,384, 200 layers.
pub const LIMITS: Limits = Limits::NONE.with_memory(1_000_000_000).with_size(16_384).with_layers(200);

/// Largest number of bytes that the images of one split may take: 1 GB.
pub const SPLIT_LIMIT: u64 = 1_000_000_000;

/// Checks that no split of a data set takes more than [`SPLIT_LIMIT`].
///
/// # Errors
/// [`Error::TooLarge`] with the bytes of the first split that does.
pub fn check_images(info: &DatasetInfo) -> Result<()> {
    let image = [info.height, info.width, info.channels];
    for count in [info.counts.train, info.counts.validation, info.counts.test] {
        let bytes = image.iter().fold(count as u64, |n, &d| n.saturating_mul(d as u64));
        if bytes > SPLIT_LIMIT {
            return Err(Error::TooLarge { what: "the images", bytes, limit: SPLIT_LIMIT });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::PRESETS;
    use cnn::dataset::Counts;
    use cnn::spec::{ModelSpec, outline_within};

    #[test]
    fn the_presets_are_within_and_what_is_not_is_an_error() {
        for preset in PRESETS {
            let spec = ModelSpec::parse_within(preset.spec, LIMITS).unwrap();
            assert_eq!(spec.check_batch(preset.batch_size), Ok(()), "{}", preset.name);
        }
        for (text, line, code) in [
            ("input 28x28x1\nflatten\ndense 16385\ndense 2", 3, "above_limit"),
            ("input 28x28x1\nflatten\ndense 16384\ndense 16384\ndense 2", 4, "too_large"),
            (&format!("input 1x1x1\n{}flatten\ndense 2", "relu\n".repeat(200)), 202, "above_limit"),
        ] {
            let error = ModelSpec::parse_within(text, LIMITS).unwrap_err();
            assert!(matches!(error, Error::Spec { line: found, .. } if found == line), "{error}");
            assert_eq!(error.code(), code, "{error}");
            assert_eq!(outline_within(text, LIMITS).error, Some(error));
            assert!(text.parse::<ModelSpec>().is_ok(), "without limits");
        }
    }

    #[test]
    fn a_split_of_more_than_a_gigabyte_is_an_error() {
        let info = |train, validation, test| DatasetInfo {
            name: "any".into(),
            height: 1000,
            width: 1000,
            channels: 1,
            classes: 2,
            counts: Counts { train, validation, test },
            block: 1,
        };
        assert_eq!(check_images(&info(1000, 1000, 1000)), Ok(()));
        for info in [info(1001, 0, 0), info(1, 1001, 0), info(1, 0, 1001)] {
            let bytes = 1_001_000_000;
            let expected = Error::TooLarge { what: "the images", bytes, limit: SPLIT_LIMIT };
            assert_eq!(check_images(&info), Err(expected));
        }
        assert_eq!(check_images(&info(usize::MAX, 0, 0)).unwrap_err().code(), "too_large");
    }
}
