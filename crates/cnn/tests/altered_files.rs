//! Files of weights and snapshots that were altered: none is taken for a whole one.

mod common;

use cnn::Error;
use cnn::checkpoint::METADATA_KEY;
use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::model::Model;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use common::without_sum;
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

fn data() -> ImageDataset {
    let counts = Counts { train: 6, validation: 0, test: 0 };
    let (name, block) = ("six".into(), 4);
    let info = DatasetInfo { name, height: 2, width: 2, channels: 1, classes: 2, counts, block };
    let mut data = ImageDataset::new(info).unwrap();
    let pixels: Vec<u8> = (0..24).map(|i| (i * 37 % 251) as u8).collect();
    data.append_pixels(Split::Train, &pixels, &[0, 1, 1, 0, 1, 0]).unwrap();
    data
}

/// A run in the middle of an epoch.
fn run(optimizer: OptimizerConfig, schedule: Schedule) -> Session {
    let spec = "input 2x2x1\nflatten\ndense 2 init he".parse().unwrap();
    let mut run =
        Session::new(SessionConfig { batch_size: 2, optimizer, schedule, ..SessionConfig::new(spec, 5) })
            .unwrap();
    let data = data();
    (0..4).for_each(|_| _ = run.step(&data).unwrap());
    run
}

fn adam() -> Session {
    run(OptimizerConfig::adam(0.01), Schedule::Step { every_epochs: 2, factor: 0.5 })
}

/// A file with one bit changed, for each of its bits.
fn altered(file: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..8 * file.len()).map(|bit| {
        let mut altered = file.to_vec();
        altered[bit / 8] ^= 1 << (bit % 8);
        (bit, altered)
    })
}

#[test]
fn every_changed_bit_of_saved_weights_is_refused_or_changes_nothing() {
    let saved = adam();
    let file = saved.save_weights().unwrap();
    let mut refused = 0;
    for (bit, altered) in altered(&file) {
        let mut loaded = run(OptimizerConfig::sgd(0.1), Schedule::Constant);
        let before = loaded.snapshot().unwrap();
        match loaded.load_weights(&altered) {
            Ok(()) => assert_eq!(loaded.fingerprint(), saved.fingerprint(), "bit {bit}"),
            Err(_) => {
                assert_eq!(loaded.snapshot().unwrap(), before, "bit {bit}");
                refused += 1;
            }
        }
        // A network alone takes its text from the file too: nothing of it may pass.
        assert!(Model::from_safetensors(&altered).is_err(), "bit {bit}");
    }
    // The bits that change nothing are those of the key under which our metadata stands: without it the file is read
    // like another program's.
    assert_eq!(refused, 8 * file.len() - 8 * METADATA_KEY.len() + refused_keys(&file));
}

/// Bits of the metadata's key whose change gives no JSON.
fn refused_keys(file: &[u8]) -> usize {
    let at = file.windows(METADATA_KEY.len()).position(|part| part == METADATA_KEY.as_bytes()).unwrap();
    let damages = |byte: u8| !byte.is_ascii() || byte < b' ' || matches!(byte, b'"' | b'\\');
    let key = &file[at..at + METADATA_KEY.len()];
    key.iter().map(|byte| (0..8).filter(|bit| damages(byte ^ (1 << bit))).count()).sum()
}

#[test]
fn every_changed_bit_of_a_snapshot_is_refused() {
    let runs = [
        adam(),
        run(OptimizerConfig::rmsprop(0.01), Schedule::Cosine { epochs: 9 }),
        run(OptimizerConfig::momentum(0.01), Schedule::OneCycle { epochs: 9 }),
        run(OptimizerConfig::sgd(0.01), Schedule::Constant),
    ];
    for run in runs {
        let file = run.snapshot().unwrap();
        assert_eq!(Session::from_snapshot(&file).unwrap().snapshot().unwrap(), file);
        for (bit, altered) in altered(&file) {
            assert!(Session::from_snapshot(&altered).is_err(), "{:?}, bit {bit}", run.config().optimizer);
        }
    }
}

#[test]
fn changed_values_are_told_from_a_damaged_file() {
    let mut run = adam();
    let (weights, snapshot) = (run.save_weights().unwrap(), run.snapshot().unwrap());
    for mut file in [weights, snapshot.clone()] {
        *file.last_mut().unwrap() ^= 1;
        assert_eq!(run.load_weights(&file).unwrap_err().code(), "checkpoint_altered");
        assert_eq!(Model::from_safetensors(&file).unwrap_err().code(), "checkpoint_altered");
    }
    // The optimizer's count of steps, as another program may write it.
    let at = snapshot.windows(5).position(|part| part == b"t\\\":4").unwrap();
    let mut altered = snapshot;
    altered[at + 4] = b'5';
    let Error::CheckpointAltered { got, expected } = Session::from_snapshot(&altered).unwrap_err() else {
        panic!("a run that goes on otherwise");
    };
    assert_ne!(got, expected);
    assert_eq!((got.len(), expected.len()), (16, 16));
}

/// Files of earlier versions have no checksum.
#[test]
fn files_without_a_checksum_are_read() {
    let saved = adam();
    let mut loaded = run(OptimizerConfig::sgd(0.1), Schedule::Constant);
    loaded.load_weights(&without_sum(&saved.save_weights().unwrap())).unwrap();
    assert_eq!(loaded.fingerprint(), saved.fingerprint());
    let snapshot = saved.snapshot().unwrap();
    let restored = Session::from_snapshot(&without_sum(&snapshot)).unwrap();
    assert_eq!(restored.snapshot().unwrap(), snapshot);
}

/// The library sorts tensors by name and writes the header in its own way.
#[test]
fn a_file_that_another_program_copied_is_whole() {
    let saved = adam();
    let snapshot = saved.snapshot().unwrap();
    let theirs = SafeTensors::deserialize(&snapshot).unwrap();
    let (_, header) = SafeTensors::read_metadata(&snapshot).unwrap();
    let copy = safetensors::serialize(theirs.tensors(), header.metadata().clone()).unwrap();
    assert_ne!(copy, snapshot);
    assert_eq!(Session::from_snapshot(&copy).unwrap().snapshot().unwrap(), snapshot);

    // Other values under the old checksum are refused; without the metadata they are another program's weights.
    let bytes = [0; 8];
    let shape = vec![2];
    let tensors = || {
        theirs.tensors().into_iter().map(|(name, view)| match &name[..] {
            "layer1.bias" => (name, TensorView::new(view.dtype(), shape.clone(), &bytes).unwrap()),
            _ => (name, view),
        })
    };
    let changed = safetensors::serialize(tensors(), header.metadata().clone()).unwrap();
    let mut loaded = run(OptimizerConfig::sgd(0.1), Schedule::Constant);
    assert_eq!(loaded.load_weights(&changed).unwrap_err().code(), "checkpoint_altered");
    let foreign = safetensors::serialize(tensors(), None).unwrap();
    loaded.load_weights(&foreign).unwrap();
    let bias = loaded.model().parameters().find(|named| named.name() == "layer1.bias").unwrap();
    assert_eq!(bias.param.value, [0.0, 0.0]);
}

/// Its next step would fail, and so would every step of a run restored from it.
#[test]
fn a_state_from_which_no_run_goes_on_is_not_saved() {
    let data = data();
    let mut run = run(OptimizerConfig::Momentum { learning_rate: 1e-6, momentum: 0.999 }, Schedule::Constant);
    (0..400).for_each(|_| _ = run.step(&data).unwrap());
    let good = run.snapshot().unwrap();
    // The step itself is fine: its loss and gradients are finite. What it leaves is not.
    run.set_learning_rate(f32::MAX).unwrap();
    run.step(&data).unwrap();
    let error = Error::NotFinite { layer: 1, kind: "dense", what: "weight" };
    assert_eq!(run.snapshot().unwrap_err(), error);
    assert_eq!(run.save_weights().unwrap_err(), error);
    assert_eq!(run.step(&data).unwrap_err().code(), "not_finite");
    run.restore(&good).unwrap();
    run.step(&data).unwrap();
    run.snapshot().unwrap();
}
