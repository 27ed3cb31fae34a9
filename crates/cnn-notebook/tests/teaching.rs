//! A person's own examples beside the data, the nearest images, and a step under the microscope.

#[path = "../../cnn/tests/common/mod.rs"]
mod common;

use cnn::dataset::{Augment, Counts, Dataset, DatasetInfo, ImageDataset, Split, TargetsMut};
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use cnn_notebook::microscope;
use cnn_notebook::teaching::{Run, TaughtImages};
use common::{bars, losses, session};

fn info(counts: [usize; 3]) -> DatasetInfo {
    let [train, validation, test] = counts;
    DatasetInfo {
        name: "tiny".into(),
        height: 2,
        width: 3,
        channels: 1,
        classes: 4,
        counts: Counts { train, validation, test },
        block: 2,
    }
}

fn learn(run: &mut Run, data: &TaughtImages, steps: usize) {
    for _ in 0..steps {
        run.step(data).unwrap();
    }
}

#[test]
fn taught_images_come_after_the_declared_ones() {
    let mut data = TaughtImages::new(ImageDataset::new(info([2, 1, 0])).unwrap());
    data.append_pixels(Split::Train, &[0, 1, 2, 3, 4, 5], &[1]).unwrap();
    assert_eq!(data.teach(&[0; 5], &[1]).unwrap_err().code(), "pixel_count");
    assert_eq!(data.teach(&[0; 6], &[4]).unwrap_err().code(), "label_out_of_range");
    data.teach(&[[8; 6], [9; 6]].concat(), &[0, 2]).unwrap();
    assert_eq!((data.taught(), data.count(Split::Train), data.available(Split::Train)), (2, 2, 1));
    // Their places do not depend on what has arrived; nothing is between them and what has not.
    assert_eq!(data.image(Split::Train, 1).unwrap_err().code(), "no_such_image");
    assert_eq!((data.image(Split::Train, 3), data.label(Split::Train, 3)), (Ok(&[9; 6][..]), Ok(2)));
    assert_eq!(data.image(Split::Train, 4).unwrap_err().code(), "no_such_image");
    assert_eq!(data.image(Split::Validation, 1).unwrap_err().code(), "no_such_image");
    // The next list replaces this one; a bad one does not.
    data.teach(&[7; 6], &[9]).unwrap_err();
    assert_eq!(data.taught(), 2);
    data.teach(&[], &[]).unwrap();
    assert_eq!((data.taught(), data.image(Split::Train, 2).is_err()), (0, true));
}

#[test]
fn full_ink_is_what_was_set_in_batches_and_nowhere_else() {
    let mut data = TaughtImages::new(ImageDataset::new(info([1, 0, 0])).unwrap());
    data.append_pixels(Split::Train, &[0, 1, 51, 102, 204, 255], &[1]).unwrap();
    data.teach(&[51; 6], &[2]).unwrap();
    let batch = |data: &TaughtImages| {
        let (mut inputs, mut labels) = ([0.0; 12], [0; 2]);
        data.fill(Split::Train, &[0, 1], &mut inputs, TargetsMut::Labels(&mut labels)).unwrap();
        assert_eq!(labels, [1, 2]);
        inputs
    };
    let unit = batch(&data);
    assert_eq!((unit[0], unit[5], unit[6]), (0.0, 1.0, 0.2));
    data.set_ink(255.0).unwrap();
    assert_eq!(batch(&data), unit.map(|pixel| pixel * 255.0));
    assert_eq!(data.pixels(Split::Train, 0).unwrap(), unit[..6]);
    for ink in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(data.set_ink(ink).unwrap_err().code(), "out_of_range");
    }
    assert_eq!(batch(&data)[5], 255.0);
}

#[test]
fn the_nearest_image_is_itself() {
    let mut data = TaughtImages::new(ImageDataset::new(info([3, 0, 0])).unwrap());
    let pixels: Vec<u8> = (0..18).collect();
    data.append_pixels(Split::Train, &pixels, &[0, 1, 2]).unwrap();
    let second: Vec<f32> = (6..12).map(|pixel| pixel as f32 / 255.0).collect();
    let nearest = data.nearest(&second, 2).unwrap();
    assert_eq!(nearest[0].0, 1);
    assert!(nearest[0].1 < 1e-6);
    // Every pixel of its neighbours is 6 levels away.
    assert!((nearest[1].1 - 6.0f32.sqrt() * 6.0 / 255.0).abs() < 1e-5, "{nearest:?}");
    data.teach(&[8; 6], &[2]).unwrap();
    let taught = data.nearest(&[8.0 / 255.0; 6], 9).unwrap();
    assert_eq!((taught.len(), taught[0]), (4, (3, 0.0)));
    assert_eq!(data.nearest(&second, 0), Ok(vec![]));
    assert_eq!(data.nearest(&second, usize::MAX).unwrap().len(), data.nearest(&second, 9).unwrap().len());
    assert_eq!(data.nearest(&[0.0; 5], 1).unwrap_err().code(), "pixel_count");
}

/// What is left out early is what is farther away: on large images, all distances against plain ones.
#[test]
fn the_nearest_are_those_of_a_plain_search() {
    let (height, count) = (40, 60);
    let info = DatasetInfo {
        height,
        width: 40,
        counts: Counts { train: count, ..info([1, 0, 0]).counts },
        ..info([1, 0, 0])
    };
    let mut data = TaughtImages::new(ImageDataset::new(info).unwrap());
    let mut rng = Rng::seed_from_u64(5);
    let mut random = |n: usize| -> Vec<u8> { (0..n).map(|_| rng.next_u64() as u8).collect() };
    let (pixels, query) = (random(count * 1600), random(1600));
    data.append_pixels(Split::Train, &pixels, &vec![0; count]).unwrap();
    let mut plain: Vec<(usize, f32)> = pixels
        .chunks_exact(1600)
        .map(|image| {
            image.iter().zip(&query).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum::<f64>()
        })
        .map(|squared| squared.sqrt() as f32 / 255.0)
        .enumerate()
        .collect();
    plain.sort_by(|a, b| a.1.total_cmp(&b.1));
    let query: Vec<f32> = query.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
    assert_eq!(data.nearest(&query, 7).unwrap(), plain[..7]);
}

/// Examples that say the opposite of the data: bars with another's label.
fn teach_wrong(data: &mut TaughtImages, count: usize) {
    let mut rng = Rng::seed_from_u64(1);
    let (pixels, labels): (Vec<_>, Vec<_>) = (0..count).map(|i| common::bar((i % 3) as u8, &mut rng)).unzip();
    let labels: Vec<u8> = labels.iter().map(|label| (label + 1) % 3).collect();
    data.teach(&pixels.concat(), &labels).unwrap();
}

#[test]
fn taught_examples_are_part_of_every_batch_from_the_next_on() {
    let mut data = TaughtImages::new(bars(40, 0));
    let (mut run, mut other) = (Run::new(session(1, 16)), Run::new(session(1, 16)));
    run.learn_taught(true);
    learn(&mut run, &data, 1);
    learn(&mut other, &data, 1);
    teach_wrong(&mut data, 12);
    let report = run.step(&data).unwrap();
    assert_eq!(report.count, 26);
    assert_eq!(run.batch().indices[16..], [50, 51, 40, 41, 42, 43, 44, 45, 46, 47]);
    assert_eq!(run.batch().labels.len(), 26);
    // Who was not told to learn them does not.
    assert_eq!(other.step(&data).unwrap().count, 16);
    // The epoch's own images are those that they would have been.
    assert_eq!(run.batch().indices[..16], other.batch().indices[..]);
    assert_eq!(report.batches_per_epoch, 3);

    // Going back is exact, and the microscope sees them too.
    let snapshot = run.snapshot().unwrap();
    let third = run.step(&data).unwrap();
    let after = run.fingerprint();
    run.restore(&snapshot).unwrap();
    let seen = run.step_under_microscope(&data).unwrap();
    assert_eq!((seen.report, run.fingerprint()), (third, after));
    assert_eq!(seen.indices[8..], [48, 49, 50, 51, 40, 41, 42, 43, 44, 45]);

    data.teach(&[], &[]).unwrap();
    assert_eq!(run.step(&data).unwrap().count, 16);
}

#[test]
fn what_is_taught_is_learnt() {
    let mut data = TaughtImages::new(bars(120, 0));
    let mut run = Run::new(session(1, 16));
    run.learn_taught(true);
    learn(&mut run, &data, 60);
    teach_wrong(&mut data, 1);
    let pixels = data.pixels(Split::Train, 120).unwrap();
    let wanted = usize::from(data.label(Split::Train, 120).unwrap());
    assert_ne!(run.predict(&pixels).unwrap().class, wanted);
    learn(&mut run, &data, 60);
    assert_eq!(run.predict(&pixels).unwrap().class, wanted);
}

#[test]
fn the_microscope_shows_a_step_and_changes_nothing_else() {
    let data = bars(60, 0);
    let (mut plain, mut close_up) = (session(1, 20), session(1, 20));
    losses(&mut plain, &data, 2);
    losses(&mut close_up, &data, 2);
    let old: Vec<Vec<f32>> = plain.model().parameters().map(|named| named.param.value.clone()).collect();
    let report = plain.step(&data).unwrap();
    let seen = microscope::step(&mut close_up, &data, &[]).unwrap();
    assert_eq!(seen.report, report);
    assert_eq!(close_up.snapshot().unwrap(), plain.snapshot().unwrap());
    assert_eq!(seen.indices, plain.batch().indices);
    assert_eq!((seen.before.losses.len(), seen.after.probabilities.len()), (20, 60));
    assert_ne!(seen.before, seen.after);
    for ((i, change), named) in seen.params.iter().enumerate().zip(plain.model().parameters()) {
        assert_eq!((&change.name, &change.value), (&named.name(), &named.param.value));
        assert_eq!(change.grad, named.grad);
        for ((new, old), update) in change.value.iter().zip(&old[i]).zip(&change.update) {
            assert_eq!(new - old, *update);
        }
        let slots: Vec<&str> = change.memory.iter().map(|(slot, _)| *slot).collect();
        assert_eq!(slots, ["m", "v"]);
        assert_eq!(change.memory[1].1, plain.optimizer().memory(i)[1]);
    }
    let after = close_up.evaluate(&data, Split::Train, 0..60).unwrap();
    for (i, &index) in seen.indices.iter().enumerate() {
        assert!((seen.after.losses[i] - after.losses[index as usize]).abs() < 1e-4);
    }
}

/// Without dropout the network says of the batch in inference what it said in training.
#[test]
fn the_microscope_asks_about_the_images_as_they_were_trained_on() {
    let data = bars(60, 0);
    let augment = Augment { shift: 1.0, rotation: 15.0, ..Augment::OFF };
    let config = SessionConfig {
        augment,
        ..SessionConfig::new("input 10x12x1\nflatten\ndense 3".parse().unwrap(), 1)
    };
    let mut session = Session::new(SessionConfig { batch_size: 20, ..config }).unwrap();
    session.step(&data).unwrap();
    let seen = microscope::step(&mut session, &data, &[]).unwrap();
    for (before, trained) in seen.before.losses.iter().zip(&session.batch().losses) {
        assert!((before - trained).abs() < 1e-5, "{before}, {trained}");
    }
}
