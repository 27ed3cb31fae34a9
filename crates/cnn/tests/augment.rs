//! Augmentation: what it does to an image, and that a run with it repeats itself as one without.

mod common;

use cnn::Error;
use cnn::dataset::{Augment, Distortion, LATTICE, Split};
use cnn::optim::OptimizerConfig;
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use common::{bars, config, losses};
use proptest::prelude::*;

const ALL: Augment = Augment { shift: 1.5, rotation: 20.0, scaling: 0.15, thickness: 0.5, elastic: 1.2 };

fn noise(shape: [usize; 3], seed: u64) -> Vec<f32> {
    let mut rng = Rng::seed_from_u64(seed);
    (0..shape.iter().product()).map(|_| rng.uniform()).collect()
}

fn distorted(distortion: &Distortion, shape: [usize; 3], image: &[f32]) -> Vec<f32> {
    let mut output = vec![f32::NAN; image.len()];
    distortion.apply(shape, &mut image.to_vec(), &mut output);
    output
}

/// The value of an image at a place, from the nearest pixel inside.
fn at([height, width, channels]: [usize; 3], image: &[f32], y: i64, x: i64, channel: usize) -> f64 {
    let (y, x) = (y.clamp(0, height as i64 - 1), x.clamp(0, width as i64 - 1));
    image[(y as usize * width + x as usize) * channels + channel].into()
}

/// The same by the definitions, in double precision: each pixel on its own, the spline by its four weights.
fn expected(distortion: &Distortion, shape: [usize; 3], image: &[f32]) -> Vec<f32> {
    let [height, width, channels] = shape;
    let stroke = f64::from(distortion.thickness);
    let thickened = |y: i64, x: i64, channel: usize| {
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (y + dy, x + dx)));
        let around = around.map(|(y, x)| at(shape, image, y, x, channel));
        let most =
            if stroke > 0.0 { around.fold(f64::MIN, f64::max) } else { around.fold(f64::MAX, f64::min) };
        let own = at(shape, image, y, x, channel);
        own + stroke.abs() * (most - own)
    };
    let weights = |t: f64| {
        let weight = [
            (1.0 - t).powi(3),
            3.0 * t.powi(3) - 6.0 * t.powi(2) + 4.0,
            3.0 * (1.0 - t).powi(3) - 6.0 * (1.0 - t).powi(2) + 4.0,
            t.powi(3),
        ];
        weight.map(|weight| weight / 6.0)
    };
    let displacement = |y: usize, x: usize, axis: usize| {
        let Some(lattice) = distortion.elastic else { return 0.0 };
        let (v, u) = (4.0 * (y as f64 + 0.5) / height as f64, 4.0 * (x as f64 + 0.5) / width as f64);
        let (row, column) = ((v as usize).min(3), (u as usize).min(3));
        let (down, across) = (weights(v - row as f64), weights(u - column as f64));
        let mut sum = 0.0;
        for (i, wy) in down.iter().enumerate() {
            for (j, wx) in across.iter().enumerate() {
                sum += wy * wx * f64::from(lattice[(row + i) * LATTICE + column + j][axis]);
            }
        }
        sum
    };
    let (centre_y, centre_x) = ((height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0);
    let (sin, cos) = f64::from(distortion.rotation).to_radians().sin_cos();
    let mut output = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let y = row as f64 - centre_y - f64::from(distortion.shift[0]);
            let x = column as f64 - centre_x - f64::from(distortion.shift[1]);
            let from_y = (x * sin + y * cos) / f64::from(distortion.scale[0]) + centre_y;
            let from_x = (x * cos - y * sin) / f64::from(distortion.scale[1]) + centre_x;
            let from_y = (from_y + displacement(row, column, 0)).clamp(0.0, height as f64 - 1.0);
            let from_x = (from_x + displacement(row, column, 1)).clamp(0.0, width as f64 - 1.0);
            let (y, x) = (from_y.floor(), from_x.floor());
            let (down, right) = (from_y - y, from_x - x);
            for channel in 0..channels {
                let pixel = |dy, dx| thickened(y as i64 + dy, x as i64 + dx, channel);
                let top = (1.0 - right) * pixel(0, 0) + right * pixel(0, 1);
                let bottom = (1.0 - right) * pixel(1, 0) + right * pixel(1, 1);
                output.push(((1.0 - down) * top + down * bottom) as f32);
            }
        }
    }
    output
}

fn shapes() -> impl Strategy<Value = [usize; 3]> {
    [1usize..16, 1usize..16, 1usize..4]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn an_image_is_distorted_as_defined(
        shape in shapes(),
        augment in (0f32..4.0, 0f32..180.0, 0f32..0.6, 0f32..1.0, 0f32..3.0),
        seed: u64,
    ) {
        let (shift, rotation, scaling, thickness, elastic) = augment;
        let augment = Augment { shift, rotation, scaling, thickness, elastic };
        let (image, distortion) = (noise(shape, seed), augment.distortion(seed, 3, 5));
        let (got, expected) = (distorted(&distortion, shape, &image), expected(&distortion, shape, &image));
        for (i, (got, expected)) in got.iter().zip(&expected).enumerate() {
            prop_assert!((got - expected).abs() < 1e-4, "{got} for {expected} at {i} of {shape:?}: {distortion:?}");
        }
    }

    #[test]
    fn nothing_changes_nothing(shape in shapes(), seed: u64) {
        let image = noise(shape, seed);
        prop_assert_eq!(distorted(&Distortion::NONE, shape, &image), image.clone());
        prop_assert_eq!(Augment::OFF.distortion(seed, 1, 2), Distortion::NONE);
    }

    #[test]
    fn a_shift_by_whole_pixels_is_exact(shape in shapes(), down in -5i64..6, right in -5i64..6, seed: u64) {
        let image = noise(shape, seed);
        let distortion = Distortion { shift: [down as f32, right as f32], ..Distortion::NONE };
        let output = distorted(&distortion, shape, &image);
        for (i, &value) in output.iter().enumerate() {
            let (pixel, channel) = (i / shape[2], i % shape[2]);
            let (y, x) = ((pixel / shape[1]) as i64, (pixel % shape[1]) as i64);
            prop_assert_eq!(f64::from(value), at(shape, &image, y - down, x - right, channel));
        }
    }
}

#[test]
fn a_quarter_turn_moves_pixels_counter_clockwise() {
    let shape = [9, 9, 2];
    let image = noise(shape, 1);
    let quarter = Distortion { rotation: 90.0, ..Distortion::NONE };
    let turned = distorted(&quarter, shape, &image);
    for y in 0..9 {
        for x in 0..9 {
            for channel in 0..2 {
                // The right column becomes the upper row.
                let (got, expected) =
                    (turned[(y * 9 + x) * 2 + channel], image[(x * 9 + 8 - y) * 2 + channel]);
                assert!((got - expected).abs() < 1e-5, "{got} for {expected} at {y}, {x}");
            }
        }
    }
    let whole = (0..3).fold(turned, |turned, _| distorted(&quarter, shape, &turned));
    assert!(whole.iter().zip(&image).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn thickness_reaches_the_largest_and_the_smallest_neighbour() {
    let shape = [3, 4, 1];
    let mut image = vec![0.25; 12];
    (image[5], image[7]) = (1.0, 0.0);
    let of = |thickness| distorted(&Distortion { thickness, ..Distortion::NONE }, shape, &image);
    assert_eq!(of(1.0), [1.0, 1.0, 1.0, 0.25, 1.0, 1.0, 1.0, 0.25, 1.0, 1.0, 1.0, 0.25]);
    assert_eq!(of(-1.0), [0.25, 0.25, 0.0, 0.0, 0.25, 0.25, 0.0, 0.0, 0.25, 0.25, 0.0, 0.0]);
    assert_eq!(of(0.5)[..4], [0.625, 0.625, 0.625, 0.25]);
}

/// The displacement is read from a picture whose brightness is the place: what is taken from elsewhere says from where.
#[test]
fn elastic_bends_by_its_root_mean_square_and_smoothly() {
    let (size, elastic) = (64usize, 1.4);
    let ramp: Vec<f32> = (0..size * size).map(|i| (i % size) as f32).collect();
    let (mut squares, mut steps, mut count) = (0.0, 0.0, 0.0);
    for seed in 0..300 {
        let distortion = Augment { elastic, ..Augment::OFF }.distortion(seed, 0, 0);
        let output = distorted(&distortion, [size, size, 1], &ramp);
        // Away from the borders, which nothing is taken from beyond.
        for y in 8..size - 8 {
            for x in 8..size - 8 {
                let displacement = |x: usize| f64::from(output[y * size + x] - x as f32);
                squares += displacement(x).powi(2);
                steps += (displacement(x + 1) - displacement(x)).powi(2);
                count += 1.0;
            }
        }
    }
    let (rms, step) = ((squares / count).sqrt(), (steps / count).sqrt());
    assert!((rms - 1.4).abs() < 0.1, "root mean square {rms}");
    // Smoothed with a Gaussian of σ pixels neighbours differ by 1/(√2 σ) of that.
    let sigma = rms / step / std::f64::consts::SQRT_2;
    assert!((sigma / (size as f64 / 6.93) - 1.0).abs() < 0.15, "σ {sigma}");
}

#[test]
fn amounts_are_uniform_between_their_limits_and_do_not_depend_on_each_other() {
    let n = 4000;
    let drawn: Vec<Distortion> = (0..n).map(|place| ALL.distortion(7, 11, place)).collect();
    let uniform = |what: &str, middle: f32, limit: f32, amount: &dyn Fn(&Distortion) -> f32| {
        let values: Vec<f64> = drawn.iter().map(|d| f64::from((amount(d) - middle) / limit)).collect();
        assert!(values.iter().all(|value| value.abs() <= 1.0 + 1e-6), "{what}");
        let mean = values.iter().sum::<f64>() / n as f64;
        let square = values.iter().map(|value| value * value).sum::<f64>() / n as f64;
        assert!(mean.abs() < 0.04 && (square - 1.0 / 3.0).abs() < 0.03, "{what}: {mean}, {square}");
    };
    uniform("down", 0.0, ALL.shift, &|d| d.shift[0]);
    uniform("right", 0.0, ALL.shift, &|d| d.shift[1]);
    uniform("rotation", 0.0, ALL.rotation, &|d| d.rotation);
    uniform("height", 1.0, ALL.scaling, &|d| d.scale[0]);
    uniform("width", 1.0, ALL.scaling, &|d| d.scale[1]);
    uniform("thickness", 0.0, ALL.thickness, &|d| d.thickness);
    let other = Augment { rotation: 0.0, elastic: 0.0, shift: 3.0, ..ALL };
    for (place, all) in drawn.iter().enumerate() {
        let some = other.distortion(7, 11, place);
        assert_eq!((some.rotation, some.elastic), (0.0, None));
        assert_eq!((some.scale, some.thickness), (all.scale, all.thickness));
        assert_eq!(some.shift, all.shift.map(|shift| 2.0 * shift));
    }
    // Another seed, step or place is another image.
    let one = ALL.distortion(7, 11, 0);
    for other in [ALL.distortion(8, 11, 0), ALL.distortion(7, 12, 0), ALL.distortion(7, 11, 1)] {
        assert_ne!(one, other);
    }
}

/// Also in WebAssembly (`cnn-wasm/tests/engine.rs`).
#[test]
fn a_batch_has_the_same_bits_everywhere() {
    assert_eq!(common::augmented::print(), common::augmented::PRINT);
}

fn augmented(seed: u64, augment: Augment) -> Session {
    let config = config(seed, 16, OptimizerConfig::adam(0.003));
    Session::new(SessionConfig { augment, ..config }).unwrap()
}

#[test]
fn a_session_trains_on_the_distorted_batch_and_evaluates_on_the_images_as_they_are() {
    let data = bars(70, 30);
    let mut session = augmented(5, ALL);
    let plain = common::session(5, 16).evaluate(&data, Split::Test, 0..30).unwrap();
    assert_eq!(session.evaluate(&data, Split::Test, 0..30).unwrap(), plain);
    for step in 0..7 {
        session.step(&data).unwrap();
        let inputs = session.batch_inputs();
        for (place, (&index, input)) in
            session.batch().indices.iter().zip(inputs.chunks_exact(120)).enumerate()
        {
            let bytes = data.image(Split::Train, index as usize).unwrap();
            let image: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect();
            assert_eq!(input, distorted(&ALL.distortion(5, step, place), [10, 12, 1], &image));
            assert_ne!(input, image);
        }
    }
}

#[test]
fn with_augmentation_off_a_run_is_what_it_was_and_with_it_another() {
    let data = bars(70, 0);
    let plain = losses(&mut common::session(5, 16), &data, 12);
    assert_eq!(losses(&mut augmented(5, Augment::OFF), &data, 12), plain);
    let shifted = Augment { shift: 1.0, ..Augment::OFF };
    let (mut once, mut again) = (augmented(5, shifted), augmented(5, shifted));
    let run = losses(&mut once, &data, 12);
    assert_ne!(run, plain);
    assert_eq!((losses(&mut again, &data, 12), again.fingerprint()), (run, once.fingerprint()));
    // The order of the data is that of the run without.
    let mut without = common::session(5, 16);
    losses(&mut without, &data, 12);
    assert_eq!(without.batch().indices, once.batch().indices);
}

#[cfg(feature = "threads")]
#[test]
fn the_same_bits_with_any_number_of_threads() {
    let data = bars(70, 0);
    let run = |threads: usize| {
        cnn::par::Pool::new(threads).unwrap().install(|| {
            let mut session = augmented(11, ALL);
            let losses = losses(&mut session, &data, 8);
            let inputs: Vec<u32> = session.batch_inputs().iter().map(|value| value.to_bits()).collect();
            (losses, inputs, session.fingerprint())
        })
    };
    let alone = run(1);
    for threads in [2, 3, 4] {
        assert_eq!(run(threads), alone, "{threads} threads");
    }
}

#[test]
fn a_snapshot_holds_the_settings_and_undo_is_exact() {
    let data = bars(50, 0);
    for augment in [ALL, Augment { rotation: 12.5, ..Augment::OFF }] {
        let mut session = augmented(3, augment);
        losses(&mut session, &data, 5);
        let snapshot = session.snapshot().unwrap();
        let ahead = losses(&mut session, &data, 6);
        session.restore(&snapshot).unwrap();
        assert_eq!(session.config().augment, augment);
        assert_eq!(losses(&mut session, &data, 6), ahead);
        let mut reloaded = Session::from_snapshot(&snapshot).unwrap();
        assert_eq!(losses(&mut reloaded, &data, 6), ahead);
        assert_eq!(reloaded.fingerprint(), session.fingerprint());
    }
    // A run without says nothing of it, as files of before.
    let plain = common::session(3, 16).snapshot().unwrap();
    assert!(!plain.windows(7).any(|bytes| bytes == b"augment"));
    let altered = |from: &str, to: &str| {
        let file = augmented(3, Augment { shift: 2.0, ..Augment::OFF }).snapshot().unwrap();
        let file = common::rewritten(&common::without_sum(&file), |header| {
            assert!(header.contains(from), "{header}");
            header.replace(from, to)
        });
        Session::from_snapshot(&file).unwrap_err()
    };
    let (shift, of) = (r#"\"shift\":2"#, "augment");
    assert!(matches!(altered(shift, r#"\"shift\":-2"#), Error::OutOfRange { what: "shift", got: -2.0, .. }));
    let unknown = altered(shift, r#"\"shear\":2"#).to_string();
    assert!(unknown.contains("got the distortion `shear`, expected shift"), "{unknown}");
    assert!(altered(shift, r#"\"shift\":\"far\""#).to_string().contains(of));
}

#[test]
fn what_can_t_be_is_said() {
    let message = |augment: Augment, spec: &str| {
        let config = SessionConfig { augment, ..SessionConfig::new(spec.parse().unwrap(), 1) };
        Session::new(config).unwrap_err().to_string()
    };
    let (off, digits) = (Augment::OFF, "input 28x28x1\nflatten\ndense 10");
    for (augment, expected) in [
        (Augment { shift: -1.0, ..off }, "shift is -1, but must be 0 to 1000 pixels"),
        (Augment { shift: f32::NAN, ..off }, "shift is NaN, but must be 0 to 1000 pixels"),
        (Augment { rotation: 200.0, ..off }, "rotation is 200, but must be 0 to 180 degrees"),
        (Augment { scaling: 1.0, ..off }, "scaling is 1, but must be 0 to 0.9: it is a part of the size"),
        (Augment { thickness: 2.0, ..off }, "thickness is 2, but must be 0 to 1: it is a part of the way"),
        (Augment { elastic: f32::INFINITY, ..off }, "elastic is inf, but must be 0 to 100 pixels"),
    ] {
        assert_eq!(message(augment, digits), expected);
    }
    assert_eq!(
        message(Augment { rotation: 5.0, ..off }, "input 1x1x3\nflatten\ndense 2"),
        "augmentation is on for images of 1×1×3, but must be off for those: one pixel looks the same however it is \
         shifted, turned, scaled or bent"
    );
    assert_eq!(off.validate([1, 1, 3]), Ok(()));
    assert_eq!(ALL.validate([1, 2, 1]), Ok(()));
}

#[test]
fn settings_are_read_as_they_are_written() {
    let numbers = ALL.settings().map(|(name, number)| (name, f64::from(number)));
    assert_eq!(Augment::from_settings(&numbers), Ok(ALL));
    assert_eq!(Augment::from_settings(&[]), Ok(Augment::OFF));
    assert!(Augment::from_settings(&[("blur", 1.0)]).unwrap_err().contains("`blur`"));
    let json = serde_json::to_string(&ALL).unwrap();
    assert_eq!(serde_json::from_str::<Augment>(&json).unwrap(), ALL);
    let shifted = Augment { shift: 2.0, ..Augment::OFF };
    assert_eq!(serde_json::from_str::<Augment>(r#"{"shift":2}"#).unwrap(), shifted);
    assert!(serde_json::from_str::<Augment>(r#"{"blur":2}"#).is_err());
}
