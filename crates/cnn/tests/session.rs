//! A session's promises: it learns, it repeats itself exactly, it can be undone, and bad input costs nothing.

mod common;

use cnn::Error;
use cnn::dataset::{Augment, ImageDataset, Split};
use cnn::ensemble::Ensemble;
use cnn::metrics::argmax;
use cnn::model::Model;
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use common::{bars, config, losses, rewritten, session, without_sum};
use proptest::prelude::*;

#[test]
fn learns_the_bars() {
    let data = bars(300, 90);
    for optimizer in [
        OptimizerConfig::adam(0.003),
        OptimizerConfig::momentum(0.03),
        OptimizerConfig::rmsprop(0.001),
        OptimizerConfig::sgd(0.15),
    ] {
        let mut session = Session::new(config(1, 20, optimizer)).unwrap();
        let first = session.step(&data).unwrap().loss;
        while session.epoch() < 12 {
            session.step(&data).unwrap();
        }
        let test = session.evaluate(&data, Split::Test, 0..90).unwrap();
        let mean = test.mean_loss();
        assert!(test.accuracy() > 0.95, "{optimizer:?}: {} of 90 right", test.correct);
        assert!(mean < 0.3 * f64::from(first), "{optimizer:?}: loss {first}, then {mean}");
    }
}

#[test]
fn a_seed_names_a_run() {
    let data = bars(70, 0);
    let run = |seed| losses(&mut session(seed, 16), &data, 12);
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

#[cfg(feature = "threads")]
#[test]
fn the_same_bits_with_any_number_of_threads() {
    let data = bars(70, 30);
    let run = |threads: usize| {
        let pool = cnn::par::Pool::new(threads).unwrap();
        pool.install(|| {
            let mut session = session(11, 25);
            let losses = losses(&mut session, &data, 8);
            let evaluation = session.evaluate(&data, Split::Test, 0..30).unwrap();
            (losses, session.fingerprint(), evaluation.loss_sum.to_bits())
        })
    };
    let alone = run(1);
    for threads in [2, 3, 8] {
        assert_eq!(run(threads), alone, "{threads} threads");
    }
}

/// The lecture's own networks too, whose shapes take the kernels' special paths.
#[cfg(feature = "threads")]
#[test]
fn the_lecture_s_networks_give_the_same_bits_with_any_number_of_threads() {
    let data = common::noise(60);
    for text in common::networks::ALL {
        let run = |threads: usize| {
            let pool = cnn::par::Pool::new(threads).unwrap();
            pool.install(|| {
                let config = config(7, 20, OptimizerConfig::adam(0.001));
                let mut session =
                    Session::new(SessionConfig { spec: text.parse().unwrap(), ..config }).unwrap();
                (losses(&mut session, &data, 3), session.fingerprint())
            })
        };
        let alone = run(1);
        for threads in [2, 3, 8] {
            assert_eq!(run(threads), alone, "{threads} threads, {text}");
        }
    }
}

fn optimizers() -> impl Strategy<Value = OptimizerConfig> {
    prop_oneof![
        Just(OptimizerConfig::adam(0.01)),
        Just(OptimizerConfig::sgd(0.1)),
        Just(OptimizerConfig::momentum(0.05)),
        Just(OptimizerConfig::rmsprop(0.002)),
    ]
}

/// Networks for 10×12 images of 3 classes: up to two groups of layers on maps, then one or two dense layers.
fn specs() -> impl Strategy<Value = String> {
    let padding = prop_oneof![Just("same"), Just("valid")];
    let bias = prop_oneof![Just("none"), Just("zeros"), Just("normal 0.1")];
    let conv = (1usize..4, 1usize..4, 1usize..10, 1usize..3, padding, bias).prop_map(
        |(rows, columns, filters, stride, padding, bias)| {
            format!("conv {rows}x{columns} {filters} stride {stride} padding {padding} bias {bias}\n")
        },
    );
    let then = prop_oneof![
        Just(""),
        Just("relu\n"),
        Just("relu\nmaxpool 2x2 stride 2 padding same\n"),
        Just("maxpool 2x2 stride 1 padding same\ndropout 0.3\n"),
        Just("avgpool 2x2 stride 2 padding same\nrelu\n"),
        Just("batchnorm momentum 0.3\nrelu\n"),
    ];
    let group = (conv, then).prop_map(|(conv, then)| conv + then);
    let hidden =
        prop_oneof![Just(""), Just("dense 9 init he\nrelu\ndropout 0.5\n"), Just("dense 5 bias normal 1\n")];
    (proptest::collection::vec(group, 0..3), hidden)
        .prop_map(|(groups, hidden)| format!("input 10x12x1\n{}flatten\n{hidden}dense 3", groups.concat()))
        .prop_filter("no map too small for the next window or for a batch of one", |spec| {
            spec.parse::<ModelSpec>().is_ok_and(|spec| spec.check_batch(1).is_ok())
        })
}

fn schedules() -> impl Strategy<Value = Schedule> {
    prop_oneof![
        Just(Schedule::Constant),
        Just(Schedule::Step { every_epochs: 1, factor: 0.5 }),
        Just(Schedule::Cosine { epochs: 2 }),
        Just(Schedule::OneCycle { epochs: 3 }),
    ]
}

fn augmentations() -> impl Strategy<Value = Augment> {
    let bent = Augment { shift: 1.5, rotation: 20.0, scaling: 0.2, thickness: 0.4, elastic: 1.0 };
    prop_oneof![Just(Augment::OFF), Just(Augment { shift: 2.0, ..Augment::OFF }), Just(bent)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Snapshot, train on, restore, train again: the same losses bit for bit, over the ends of epochs too.
    #[test]
    fn undo_is_exact(
        spec in specs(),
        optimizer in optimizers(),
        schedule in schedules(),
        augment in augmentations(),
        seed: u64,
        batch_size in 1usize..40,
        before in 0usize..9,
        after in 1usize..9,
    ) {
        let data = bars(50, 0);
        let spec = spec.parse().unwrap();
        let config = SessionConfig { spec, schedule, augment, ..config(seed, batch_size, optimizer) };
        let mut session = Session::new(config).unwrap();
        losses(&mut session, &data, before);
        let (snapshot, print) = (session.snapshot().unwrap(), session.fingerprint());
        let ahead = losses(&mut session, &data, after);
        let end = session.fingerprint();

        session.restore(&snapshot).unwrap();
        prop_assert_eq!(session.fingerprint(), print);
        prop_assert_eq!(session.snapshot().unwrap(), snapshot.clone());
        prop_assert_eq!(losses(&mut session, &data, after), ahead.clone());
        prop_assert_eq!(session.fingerprint(), end.clone());

        // In another session too, as after a reload.
        let mut reloaded = Session::from_snapshot(&snapshot).unwrap();
        prop_assert_eq!(losses(&mut reloaded, &data, after), ahead);
        prop_assert_eq!(reloaded.fingerprint(), end);
    }
}

#[test]
fn an_epoch_visits_every_image_once() {
    let data = bars(70, 0);
    let mut session = session(3, 16);
    let mut orders = Vec::new();
    for epoch in 0..3 {
        let mut order = Vec::new();
        while session.epoch() == epoch {
            let report = session.step(&data).unwrap();
            assert_eq!((report.epoch, report.batches_per_epoch), (epoch, 5));
            assert_eq!(report.count, session.batch().indices.len());
            order.extend_from_slice(&session.batch().indices);
        }
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..70).collect::<Vec<u32>>());
        orders.push(order);
    }
    // The first epoch goes block by block, so that it can begin before everything has arrived.
    assert!(
        orders[0][..32].iter().all(|&i| i < 32) && orders[0][32..64].iter().all(|&i| (32..64).contains(&i))
    );
    assert!(orders[1][..32].iter().any(|&i| i >= 32));
    assert_ne!(orders[1], orders[2]);
}

#[test]
fn the_order_of_the_data_does_not_depend_on_the_network() {
    let data = bars(70, 0);
    let order = |spec: &str| {
        let config =
            SessionConfig { spec: spec.parse().unwrap(), ..config(4, 16, OptimizerConfig::sgd(0.01)) };
        let mut session = Session::new(config).unwrap();
        (0..12)
            .flat_map(|_| {
                session.step(&data).unwrap();
                session.batch().indices.clone()
            })
            .collect::<Vec<u32>>()
    };
    assert_eq!(order(common::SPEC), order("input 10x12x1\nflatten\ndense 3"));
}

#[test]
fn training_begins_before_all_shards_are_there() {
    let full = bars(70, 0);
    let mut data = ImageDataset::new(full.info().clone()).unwrap();
    let arrive = |data: &mut ImageDataset, range: std::ops::Range<usize>| {
        for i in range {
            let (image, label) = (full.image(Split::Train, i).unwrap(), full.label(Split::Train, i).unwrap());
            data.append_pixels(Split::Train, image, &[label]).unwrap();
        }
    };
    let mut early = session(8, 16);
    assert!(!early.ready(&data));
    assert_eq!(early.step(&data).unwrap_err().code(), "no_such_image");
    arrive(&mut data, 0..32);
    let mut got = Vec::new();
    while early.ready(&data) {
        got.extend(losses(&mut early, &data, 1));
    }
    assert_eq!(got.len(), 2);
    assert_eq!(early.step(&data).unwrap_err().code(), "no_such_image");
    arrive(&mut data, 32..70);
    got.extend(losses(&mut early, &data, 5));
    assert_eq!(got, losses(&mut session(8, 16), &full, 7));
}

#[test]
fn the_last_batch_can_be_looked_at() {
    let data = bars(60, 0);
    let mut session = session(9, 12);
    let report = session.step(&data).unwrap();
    let batch = session.batch();
    assert_eq!((report.count, batch.indices.len(), batch.probabilities.len()), (12, 12, 36));
    for (i, row) in batch.probabilities.chunks_exact(3).enumerate() {
        let label = data.label(Split::Train, batch.indices[i] as usize).unwrap();
        assert_eq!(batch.labels[i], label);
        assert_eq!(usize::from(batch.predictions[i]), argmax(row));
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!((batch.losses[i] + row[usize::from(label)].ln()).abs() < 1e-4);
    }
    let right = batch.predictions.iter().zip(&batch.labels).filter(|(p, l)| p == l).count();
    assert_eq!(report.correct, right);
    let mean = batch.losses.iter().sum::<f32>() / 12.0;
    assert!((report.loss - mean).abs() < 1e-5);
}

#[test]
fn dropout_masks_can_be_looked_at() {
    let data = bars(60, 0);
    let mut session = session(9, 12);
    assert_eq!(session.model().dropout_mask(3), None);
    session.step(&data).unwrap();
    // After the first pooling: 5×6 maps, 6 of them.
    let mask = session.model().dropout_mask(3).unwrap();
    assert_eq!(mask.len(), 12 * 5 * 6 * 6);
    let dropped = mask.iter().filter(|&&m| m == 0).count() as f64 / mask.len() as f64;
    assert!((dropped - 0.2).abs() < 0.04, "{dropped}");
    assert_eq!(session.model().dropout_mask(0), None);
}

/// Running means and variances: followed in steps alone, saved with the weights and in snapshots, and loaded.
#[test]
fn batch_normalization_is_kept_with_the_run() {
    let data = bars(65, 0);
    let spec: ModelSpec =
        "input 10x12x1\nconv 3x3 5 bias none init he\nbatchnorm\nrelu\nmaxpool 2x2\nflatten\n\
        dense 12 bias none init he\nbatchnorm momentum 0.2 eps 0.001\nrelu\ndense 3"
            .parse()
            .unwrap();
    let config = |seed| SessionConfig { spec: spec.clone(), ..config(seed, 16, OptimizerConfig::adam(0.01)) };
    let mut session = Session::new(config(4)).unwrap();
    let state = |session: &Session| -> Vec<(String, Vec<f32>)> {
        session.model().state().map(|named| (named.name(), named.param.value.clone())).collect()
    };
    let first = state(&session);
    let names: Vec<&str> = first.iter().map(|(name, _)| &name[..]).collect();
    let expected = ["layer1.running_mean", "layer1.running_var", "layer6.running_mean", "layer6.running_var"];
    assert_eq!(names, expected);
    assert_eq!((first[0].1.clone(), first[1].1.clone()), (vec![0.0; 5], vec![1.0; 5]));

    // The fifth batch of an epoch has one image.
    let counts: Vec<usize> = (0..35).map(|_| session.step(&data).unwrap().count).collect();
    assert_eq!(counts[..6], [16, 16, 16, 16, 1, 16]);
    let trained = state(&session);
    assert!(trained.iter().zip(&first).all(|(now, before)| now != before));
    assert!(trained.iter().skip(1).step_by(2).all(|(_, values)| values.iter().all(|&x| x > 0.0)));
    let evaluation = session.evaluate(&data, Split::Train, 0..65).unwrap();
    assert!(evaluation.accuracy() > 0.9, "{evaluation:?}");
    assert_eq!(state(&session), trained, "looking changes nothing");

    let file = session.save_weights().unwrap();
    let mut other = Session::new(config(5)).unwrap();
    other.load_weights(&file).unwrap();
    assert_eq!((state(&other), other.fingerprint()), (trained.clone(), session.fingerprint()));
    let model = Model::from_safetensors(&file).unwrap();
    let pixels = data.pixels(Split::Train, 7).unwrap();
    assert_eq!(model.predict(&pixels).unwrap(), session.predict(&pixels).unwrap());
    let mut restored = Session::from_snapshot(&session.snapshot().unwrap()).unwrap();
    assert_eq!(losses(&mut restored, &data, 7), losses(&mut session, &data, 7));
    assert_eq!(restored.fingerprint(), session.fingerprint());

    // Without them a file is of another network.
    let bare = "input 10x12x1\nflatten\ndense 3".parse().unwrap();
    let bare = Session::new(SessionConfig { spec: bare, ..config(1) }).unwrap().save_weights().unwrap();
    assert_eq!(session.load_weights(&bare).unwrap_err().code(), "tensor_missing");
    assert_eq!(restored.fingerprint(), session.fingerprint());
}

#[test]
fn a_batch_of_one_has_no_variance() {
    let spec = |text: &str| -> ModelSpec { text.parse().unwrap() };
    let vectors = spec("input 10x12x1\nflatten\ndense 5\nbatchnorm\nrelu\ndense 3");
    let config = config(1, 1, OptimizerConfig::default());
    let error = Session::new(SessionConfig { spec: vectors.clone(), ..config.clone() }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 4: with a batch size of 1, `batchnorm` gets one value for each channel, which has no variance to normalize \
         by: use a batch size of 2 or more"
    );
    assert!(vectors.check_batch(2).is_ok());
    // A map has a value at each place.
    let maps = spec("input 10x12x1\nbatchnorm\nflatten\ndense 3");
    let mut session = Session::new(SessionConfig { spec: maps, ..config }).unwrap();
    assert!(session.step(&bars(3, 0)).unwrap().loss.is_finite());
}

#[test]
fn evaluation_adds_up_and_changes_nothing() {
    let data = bars(60, 250);
    let mut session = session(2, 20);
    losses(&mut session, &data, 6);
    let snapshot = session.snapshot().unwrap();
    let all = session.evaluate(&data, Split::Test, 0..250).unwrap();
    let parts: Vec<_> = [0..7, 7..130, 130..130, 130..250]
        .map(|range| session.evaluate(&data, Split::Test, range).unwrap())
        .into();
    assert_eq!(parts.iter().map(|part| part.correct).sum::<usize>(), all.correct);
    assert_eq!(parts.iter().flat_map(|part| part.predictions.clone()).collect::<Vec<u8>>(), all.predictions);
    assert!((parts.iter().map(|part| part.loss_sum).sum::<f64>() - all.loss_sum).abs() < 1e-3);
    assert_eq!(session.snapshot().unwrap(), snapshot);

    let pixels = data.pixels(Split::Test, 3).unwrap();
    let prediction = session.predict(&pixels).unwrap();
    assert_eq!(prediction.class, usize::from(all.predictions[3]));
    let label = usize::from(data.label(Split::Test, 3).unwrap());
    assert!((prediction.probabilities[label].ln() + all.losses[3]).abs() < 1e-4);

    assert_eq!(session.evaluate(&data, Split::Test, 200..251).unwrap_err().code(), "no_such_image");
    assert_eq!(session.predict(&pixels[1..]).unwrap_err().code(), "pixel_count");
}

/// Of images whose activations take much memory, few go through the network at once: the results are the same.
#[test]
fn a_wide_network_is_evaluated_in_small_passes() {
    let data = bars(60, 30);
    let spec = "input 10x12x1\nconv 3 6000 padding same init he\nrelu\nmaxpool 10x12\nflatten\ndense 3";
    let spec: ModelSpec = spec.parse().unwrap();
    let mut session =
        Session::new(SessionConfig { spec, ..config(1, 1, OptimizerConfig::default()) }).unwrap();
    let result = session.evaluate(&data, Split::Test, 0..30).unwrap();
    for i in 0..30 {
        let prediction = session.predict(&data.pixels(Split::Test, i).unwrap()).unwrap();
        assert_eq!(usize::from(result.predictions[i]), prediction.class);
        assert_eq!(result.confidences[i], prediction.probabilities[prediction.class]);
    }
    let mut ensemble = Ensemble::new();
    ensemble.push(session.into_model()).unwrap();
    let together = ensemble.evaluate(&data, Split::Test, 0..30).unwrap();
    assert_eq!(together.predictions, result.predictions);
}

#[test]
fn the_learning_rate_can_be_changed_and_follows_its_schedule() {
    let data = bars(64, 0);
    let schedule = Schedule::Step { every_epochs: 1, factor: 0.5 };
    let config = SessionConfig { schedule, ..config(1, 32, OptimizerConfig::adam(0.01)) };
    let mut session = Session::new(config).unwrap();
    let mut rates = Vec::new();
    for step in 0..6 {
        if step == 3 {
            session.set_learning_rate(0.02).unwrap();
        }
        rates.push(session.step(&data).unwrap().learning_rate);
    }
    assert_eq!(rates, [0.01, 0.01, 0.005, 0.01, 0.005, 0.005]);
    assert_eq!(session.set_learning_rate(-1.0).unwrap_err().code(), "out_of_range");
    assert_eq!(session.config().optimizer.learning_rate(), 0.02);
}

#[test]
fn divergence_names_its_layer_and_leaves_a_way_back() {
    let data = bars(64, 0);
    let mut session = Session::new(config(1, 16, OptimizerConfig::sgd(0.05))).unwrap();
    losses(&mut session, &data, 3);
    let good = session.snapshot().unwrap();
    let next = losses(&mut session, &data, 1);
    session.set_learning_rate(1e30).unwrap();
    let error = (0..50).find_map(|_| session.step(&data).err()).expect("such steps diverge");
    assert!(matches!(error, Error::NotFinite { .. }), "{error:?}");
    // The same step fails in the same way: nothing was counted.
    let count = session.step_count();
    assert_eq!(session.step(&data).unwrap_err(), error);
    assert_eq!(session.step_count(), count);
    session.restore(&good).unwrap();
    assert_eq!(losses(&mut session, &data, 1), next);
}

#[test]
fn a_file_of_another_network_or_a_damaged_one_changes_nothing() {
    let data = bars(64, 0);
    let mut run = session(1, 16);
    losses(&mut run, &data, 2);
    let before = run.snapshot().unwrap();
    let other = Session::new(SessionConfig {
        spec: "input 10x12x1\nflatten\ndense 3".parse().unwrap(),
        ..config(1, 16, OptimizerConfig::default())
    })
    .unwrap();
    let weights = run.save_weights().unwrap();
    for (bytes, codes) in [
        (other.save_weights().unwrap(), ["tensor_missing", "checkpoint_no_state"]),
        (weights.clone(), ["", "checkpoint_no_state"]),
        (before[..before.len() - 1].to_vec(), ["checkpoint_corrupt"; 2]),
        (before[..100].to_vec(), ["checkpoint_corrupt"; 2]),
        (Vec::new(), ["checkpoint_corrupt"; 2]),
        (vec![0xff; 64], ["checkpoint_corrupt"; 2]),
    ] {
        let [load, restore] = codes;
        if !load.is_empty() {
            assert_eq!(run.load_weights(&bytes).unwrap_err().code(), load);
        }
        assert_eq!(run.restore(&bytes).unwrap_err().code(), restore);
        assert_eq!(run.snapshot().unwrap(), before);
    }
}

#[test]
fn counts_that_no_run_reaches_are_refused() {
    let data = bars(64, 0);
    let mut run = session(1, 16);
    losses(&mut run, &data, 5);
    let snapshot = without_sum(&run.snapshot().unwrap());
    for (from, to) in [("t\\\":5", "t\\\":"), ("step\\\":5", "step\\\":"), ("epoch\\\":1", "epoch\\\":")] {
        let with = |count: u64| {
            rewritten(&snapshot, |header| {
                assert!(header.contains(from), "{header}");
                header.replace(from, &format!("{to}{count}"))
            })
        };
        assert_eq!(Session::from_snapshot(&with(u64::MAX)).unwrap_err().code(), "checkpoint_corrupt");
        let mut late = Session::from_snapshot(&with(1 << 53)).unwrap();
        assert_eq!(losses(&mut late, &data, 5).len(), 5);
    }
}

/// It would turn the weights into NaN at the next step.
#[test]
fn an_optimizer_remembers_no_nan() {
    let data = bars(64, 0);
    let mut run = session(1, 16);
    losses(&mut run, &data, 1);
    let mut snapshot = without_sum(&run.snapshot().unwrap());
    let end = snapshot.len();
    // The square of a large gradient may be infinite: such a run goes on.
    snapshot[end - 4..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    losses(&mut Session::from_snapshot(&snapshot).unwrap(), &data, 3);
    snapshot[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = Error::TensorNotFinite { tensor: "optim.v.layer11.bias".into(), index: 2 };
    assert_eq!(Session::from_snapshot(&snapshot).unwrap_err(), error);
    // As weights it will do: they are whole.
    run.load_weights(&snapshot).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    /// A damaged snapshot with no checksum is refused or is that of a run that can go on, perhaps until it diverges.
    #[test]
    fn no_damaged_snapshot_panics(
        optimizer in optimizers(),
        schedule in schedules(),
        number: proptest::sample::Index,
        value in prop_oneof![
            Just("0"), Just("-1"), Just("1.5"), Just("1e30"), Just("16385"), Just("4294967296"),
            Just("9007199254740992"), Just("9223372036854775807"), Just("18446744073709551615"), Just("null"),
            Just("[]"), Just("[0,0,0,0]"), Just("{}"), Just(""),
        ],
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), 0u8..8), 0..3),
    ) {
        let data = bars(13, 0);
        let spec = "input 10x12x1\nconv 3x3 2 stride 3\nrelu\nflatten\ndropout 0.2\ndense 3".parse().unwrap();
        let mut run = Session::new(SessionConfig { spec, schedule, ..config(5, 4, optimizer) }).unwrap();
        losses(&mut run, &data, 6);
        let mut damaged = rewritten(&without_sum(&run.snapshot().unwrap()), |header| {
            let is_digit = |c: char| c.is_ascii_digit();
            let starts: Vec<usize> = header
                .match_indices(is_digit)
                .map(|(at, _)| at)
                .filter(|&at| !header[..at].ends_with(|c: char| is_digit(c) || c == '.'))
                .collect();
            let at = starts[number.index(starts.len())];
            let rest = header[at..].trim_start_matches(|c: char| is_digit(c) || c == '.');
            [&header[..at], value, rest].concat()
        });
        for (at, bit) in flips {
            let at = at.index(damaged.len());
            damaged[at] ^= 1 << bit;
        }
        if let Ok(mut run) = Session::from_snapshot(&damaged) {
            let _ = (run.ready(&data), run.learning_rate());
            for _ in 0..3 {
                let _ = run.step(&data);
            }
        }
    }
}

#[test]
fn weights_come_back() {
    let data = bars(64, 30);
    let mut trained = session(1, 16);
    losses(&mut trained, &data, 8);
    let mut fresh = session(2, 16);
    assert_ne!(fresh.fingerprint(), trained.fingerprint());
    fresh.load_weights(&trained.save_weights().unwrap()).unwrap();
    assert_eq!(fresh.fingerprint(), trained.fingerprint());
    assert_eq!(
        fresh.evaluate(&data, Split::Test, 0..30).unwrap(),
        trained.evaluate(&data, Split::Test, 0..30).unwrap()
    );
    // A network alone, for predicting; it needs the file alone.
    let model = Model::from_safetensors(&trained.save_weights().unwrap()).unwrap();
    assert_eq!(model.spec(), Some(&trained.config().spec));
    let pixels = vec![0.25; 120];
    assert_eq!(model.predict(&pixels), trained.predict(&pixels));
    assert_eq!(model.predict(&pixels[1..]).unwrap_err().code(), "pixel_count");
    let halved = &trained.save_weights().unwrap()[..2000];
    assert_eq!(Model::from_safetensors(halved).unwrap_err().code(), "checkpoint_corrupt");
    let nameless = cnn::checkpoint::write("", &[]);
    assert_eq!(Model::from_safetensors(&nameless).unwrap_err().code(), "missing_input");
    // A snapshot holds weights too.
    let mut other = session(3, 16);
    other.load_weights(&trained.snapshot().unwrap()).unwrap();
    assert_eq!(other.fingerprint(), trained.fingerprint());
    losses(&mut other, &data, 2);
}

/// A run that is restored beside a smaller data set goes on with the images there are.
#[test]
fn fewer_images_than_before_are_survived() {
    let data = bars(41, 0);
    let mut run = session(1, 8);
    // 41 images are six batches: stand before the sixth.
    losses(&mut run, &data, 5);
    let snapshot = run.snapshot().unwrap();
    let mut restored = Session::from_snapshot(&snapshot).unwrap();
    let fewer = bars(40, 0);
    assert_eq!(losses(&mut restored, &fewer, 7).len(), 7);
}

#[test]
fn what_makes_no_run_is_an_error() {
    let good = || config(1, 16, OptimizerConfig::default());
    let code = |config| Session::new(config).unwrap_err().code();
    assert_eq!(code(SessionConfig { batch_size: 0, ..good() }), "out_of_range");
    assert_eq!(code(SessionConfig { batch_size: usize::MAX, ..good() }), "too_large");
    assert_eq!(code(SessionConfig { optimizer: OptimizerConfig::adam(0.0), ..good() }), "out_of_range");
    assert_eq!(code(SessionConfig { schedule: Schedule::Cosine { epochs: 0 }, ..good() }), "out_of_range");

    let mut mnist =
        Session::new(SessionConfig { spec: "input 28x28x1\nflatten\ndense 10".parse().unwrap(), ..good() })
            .unwrap();
    let data = bars(40, 0);
    assert!(!mnist.ready(&data));
    assert_eq!(mnist.step(&data).unwrap_err().code(), "data_mismatch");
    assert_eq!(mnist.evaluate(&data, Split::Train, 0..1).unwrap_err().code(), "data_mismatch");
}
