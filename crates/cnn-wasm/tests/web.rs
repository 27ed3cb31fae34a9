//! The boundary, called as the page calls it, in a browser.
#![cfg(target_arch = "wasm32")]

use cnn_wasm::dataset::Dataset;
use cnn_wasm::lab::Ensemble;
use cnn_wasm::session::Session;
use cnn_wasm::{figures, picture};
use js_sys::{Array, Float32Array, JSON, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn js(json: &str) -> JsValue {
    JSON::parse(json).unwrap()
}

/// The property at a dotted path.
fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| Reflect::get(&value, &key.into()).unwrap())
}

fn number(value: &JsValue, path: &str) -> f64 {
    get(value, path).as_f64().unwrap_or_else(|| panic!("{path} is no number"))
}

fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn floats(value: &JsValue, path: &str) -> Vec<f32> {
    get(value, path).dyn_into::<Float32Array>().unwrap().to_vec()
}

/// The code and the details of what a call threw.
fn thrown<T>(result: Result<T, impl Into<JsValue>>) -> (String, JsValue) {
    let Err(error) = result else { panic!("nothing was thrown") };
    let error: JsValue = error.into();
    assert!(error.is_instance_of::<js_sys::Error>());
    assert!(!get(&error, "message").as_string().unwrap().is_empty());
    (get(&error, "code").as_string().unwrap(), get(&error, "details"))
}

const SPEC: &str =
    "input 6x6x1\nconv 3 4 padding same init he\nrelu\nmaxpool 2\ndropout 0.2\nflatten\ndense 3";

fn config() -> JsValue {
    js(&format!(
        r#"{{"spec": {}, "seed": 7, "batch_size": 8, "optimizer": {{"kind": "adam", "learning_rate": 0.01}}}}"#,
        json(&SPEC.into())
    ))
}

fn idx(magic: u32, sizes: &[u32], body: Vec<u8>) -> Vec<u8> {
    std::iter::once(&magic).chain(sizes).flat_map(|word| word.to_be_bytes()).chain(body).collect()
}

/// Images of three kinds: light at the top, in the middle or at the bottom.
fn images(n: u32) -> Vec<u8> {
    let pixel = |i: u32| if i / 36 % 3 == i % 36 / 12 { 200 + (i % 50) as u8 } else { (i * 7 % 40) as u8 };
    idx(0x803, &[n, 6, 6], (0..n * 36).map(pixel).collect())
}

fn labels(n: u32) -> Vec<u8> {
    idx(0x801, &[n], (0..n).map(|i| (i % 3) as u8).collect())
}

fn dataset() -> Dataset {
    let info = r#"{"name": "bars", "height": 6, "width": 6, "channels": 1, "classes": 3,
        "counts": {"train": 48, "validation": 6, "test": 0}, "block": 24}"#;
    let mut data = Dataset::new(js(info)).unwrap();
    assert_eq!(data.append("train", &images(24), &labels(24)).unwrap(), 24);
    assert_eq!(data.append("train", &images(24), &labels(24)).unwrap(), 48);
    data.append("validation", &images(6), &labels(6)).unwrap();
    data
}

#[wasm_bindgen_test]
fn windows_in_every_form() {
    let output = |window: &str| json(&get(&figures::geometry(js("[7, 7]"), js(window)).unwrap(), "output"));
    assert_eq!(output(r#"{"kernel": [3, 3], "stride": [2, 2], "padding": "valid"}"#), "[3,3]");
    assert_eq!(output(r#"{"kernel": [2, 2], "stride": [2, 2], "padding": "same"}"#), "[4,4]");
    assert_eq!(output(r#"{"kernel": [3, 3], "stride": [1, 1], "padding": [1, 1, 0, 2]}"#), "[7,7]");
    let code = |window: &str| thrown(figures::geometry(js("[7, 7]"), js(window))).0;
    assert_eq!(code(r#"{"kernel": [9, 3], "stride": [1, 1], "padding": "valid"}"#), "kernel_too_large");
    assert_eq!(code(r#"{"kernel": [3, 3], "stride": [1, 1], "padding": "full"}"#), "bad_argument");
    assert_eq!(
        code(r#"{"kernel": [3, 3], "stride": [1, 1], "padding": "same", "dilation": 2}"#),
        "bad_argument"
    );
    assert_eq!(code(r#"{"kernel": [3, 3], "stride": [1, 1]}"#), "bad_argument");
    assert_eq!(code("null"), "bad_argument");
}

#[wasm_bindgen_test]
fn specs_are_summarized_or_refused_with_their_line() {
    let presets = figures::presets();
    for preset in presets.unchecked_ref::<Array>().iter() {
        let summary = figures::summarize(&get(&preset, "spec").as_string().unwrap(), Some(100)).unwrap();
        assert_eq!(get(&summary, "text"), get(&preset, "spec"));
        assert_eq!(number(&summary, "classes"), 10.0);
        assert!(number(&summary, "memory_bytes") > number(&summary, "activation_bytes"));
    }
    let lab11_2 = get(&presets, "0.spec").as_string().unwrap();
    let summary = figures::summarize(&lab11_2, None).unwrap();
    assert_eq!(json(&get(&summary, "layers.5.output")), "[7,7,64]");
    assert_eq!(json(&get(&summary, "layers.0.weight_shape")), "[3,3,1,32]");
    assert!(get(&summary, "layers.1.weight_shape").is_null());
    assert_eq!(json(&get(&presets, "0.optimizer.kind")), "\"adam\"");

    let (code, details) = thrown(figures::summarize("input 28x28x1\ndense 10", Some(100)));
    assert_eq!(
        (code.as_str(), json(&details).as_str()),
        ("needs_vector", r#"{"code":"needs_vector","layer":"dense","got":[28,28,1],"line":2}"#)
    );
    assert_eq!(thrown(figures::summarize(&lab11_2, Some(1_000_000))).0, "too_large");
    let normed = "input 4x4x1\nflatten\ndense 5\nbatchnorm\nrelu\ndense 3";
    assert_eq!(thrown(figures::summarize(normed, Some(1))).0, "batch_of_one");
    let summary = figures::summarize(normed, None).unwrap();
    assert_eq!(json(&get(&summary, "layers.2.running_shape")), "[5]");

    let outline = figures::outline("input 8x8x1\nconv 3 4\nconv 9 4");
    assert_eq!(json(&get(&outline, "summary.layers.0.output")), "[6,6,4]");
    assert_eq!(
        (json(&get(&outline, "error.code")), number(&outline, "error.details.line")),
        ("\"kernel_too_large\"".into(), 3.0)
    );
}

#[wasm_bindgen_test]
fn operations_on_one_image() {
    let window = || js(r#"{"kernel": [2, 2], "stride": [2, 2], "padding": "valid"}"#);
    let input = [1., 1., 2., 4., 5., 6., 7., 8., 3., 2., 1., 0., 1., 2., 3., 4.];
    let shape = || js("[4, 4, 1]");
    let sums = figures::conv2d(&input, shape(), &[1.0; 4], Some(vec![0.5]), 1, window()).unwrap();
    assert_eq!(
        (json(&get(&sums, "shape")).as_str(), floats(&sums, "data")),
        ("[2,2,1]", vec![13.5, 21.5, 8.5, 8.5])
    );
    let pooled = figures::max_pool2d(&input, shape(), window()).unwrap();
    assert_eq!(floats(&pooled, "data"), [6., 8., 3., 4.]);
    let argmax: js_sys::Uint32Array = get(&pooled, "argmax").unchecked_into();
    assert_eq!(argmax.to_vec(), [5, 7, 8, 15]);
    let d_input = figures::max_pool2d_backward(&argmax.to_vec(), &[1., 2., 3., 4.], shape()).unwrap();
    assert_eq!((d_input[5], d_input[15], d_input.iter().sum::<f32>()), (1.0, 4.0, 10.0));
    assert_eq!(
        floats(&figures::avg_pool2d(&input, shape(), window()).unwrap(), "data"),
        [3.25, 5.25, 2.0, 2.0]
    );
    assert_eq!(figures::relu(&[-1.0, 2.0]), [0.0, 2.0]);
    assert_eq!(
        thrown(figures::conv2d(&input[1..], shape(), &[1.0; 4], None, 1, window())).0,
        "shape_mismatch"
    );
}

#[wasm_bindgen_test]
fn drawings() {
    let mut rgba = [255; 4].repeat(100 * 60);
    for y in 10..50 {
        rgba[4 * (y * 100 + 70)..][..12].fill(0);
    }
    // Opaque again where the stroke was drawn.
    rgba.iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 255);
    let digit = picture::prepare_digit(&rgba, 100, 60).unwrap();
    assert_eq!(json(&get(&digit, "crop")), r#"{"x":70,"y":10,"width":3,"height":40}"#);
    assert_eq!((number(&digit, "fitted.width"), number(&digit, "fitted.height")), (2.0, 20.0));
    assert_eq!(floats(&digit, "pixels").len(), 784);
    assert_eq!(thrown(picture::prepare_digit(&[255; 400], 10, 10)).0, "digit_empty");
    assert_eq!(thrown(picture::prepare_digit(&[255; 4], 20_000, 20_000)).0, "image_size");
    assert_eq!(picture::resize_picture(&rgba, js("[60, 100]"), js("[2, 2]"), 3).unwrap().len(), 12);
}

#[wasm_bindgen_test]
fn bad_shards_change_nothing() {
    let mut data = dataset();
    assert_eq!(thrown(data.append("train", &images(1)[..9], &labels(1))).0, "idx_length");
    assert_eq!(thrown(data.append("train", &images(1), &labels(1))).0, "split_full");
    assert_eq!(thrown(data.append("tests", &images(1), &labels(1))).0, "unknown_split");
    assert_eq!(data.available("train").unwrap(), 48);
    assert_eq!(data.labels("train", &[0, 4]).unwrap(), [0, 1]);
    assert_eq!(data.images("train", &[1]).unwrap(), images(2)[16 + 36..]);
    assert_eq!(thrown(data.images("train", &[48])).0, "no_such_image");
    data.teach(&[9; 36], &[2]).unwrap();
    assert_eq!(data.labels("train", &[48]).unwrap(), [2]);
    let first: Vec<f32> = images(1)[16..].iter().map(|&p| f32::from(p) / 255.0).collect();
    assert_eq!(json(&get(&data.nearest(&first, 1).unwrap(), "labels")), r#"{"0":0}"#);
}

#[wasm_bindgen_test]
fn training_learns_and_undo_is_exact() {
    let (data, mut session) = (dataset(), Session::new(config()).unwrap());
    assert!(session.ready(&data));
    let first = session.step(&data).unwrap();
    assert_eq!((number(&first, "step"), number(&first, "batches_per_epoch")), (1.0, 6.0));
    let before = session.snapshot().ok().unwrap();
    let second = json(&session.step(&data).unwrap());
    let batch = session.batch();
    assert_eq!(get(&batch, "indices").unchecked_into::<js_sys::Uint32Array>().length(), 8);
    assert_eq!(floats(&batch, "probabilities").len(), 24);
    let after = session.fingerprint();
    session.restore(&before).unwrap();
    assert_ne!(session.fingerprint(), after);
    assert_eq!(json(&session.step(&data).unwrap()), second);
    assert_eq!(session.fingerprint(), after);
    let mut twin = Session::from_snapshot(&before).unwrap();
    let seen = twin.step_under_microscope(&data).unwrap();
    assert_eq!(json(&get(&seen, "report")), second);
    assert_eq!(floats(&seen, "parameters.0.memory.m").len(), 36);
    assert_eq!(twin.fingerprint(), after);
    assert_eq!(twin.dropout_mask(3).unwrap().len(), 8 * 3 * 3 * 4);
    assert!(twin.dropout_mask(1).is_none());

    for _ in 0..80 {
        session.step(&data).unwrap();
    }
    let evaluation = session.evaluate(&data, "validation", 0, 6).unwrap();
    assert_eq!((number(&evaluation, "count"), number(&evaluation, "correct")), (6.0, 6.0));
    assert_eq!(thrown(session.evaluate(&data, "validation", 0, 7)).0, "no_such_image");
    let info = session.info();
    assert_eq!((number(&info, "step"), number(&info, "epoch"), number(&info, "position")), (82.0, 13.0, 4.0));
}

#[wasm_bindgen_test]
fn a_batch_is_distorted_and_shown_as_it_was_trained_on() {
    let data = dataset();
    let with = |augment: &str| {
        let config = config();
        Reflect::set(&config, &"augment".into(), &js(augment)).unwrap();
        Session::new(config)
    };
    let mut session = with(r#"{"shift": 1.5, "rotation": 30}"#).ok().unwrap();
    assert_eq!(json(&get(&session.info(), "augment")), r#"{"shift":1.5,"rotation":30}"#);
    session.step(&data).unwrap();
    let indices = get(&session.batch(), "indices").unchecked_into::<js_sys::Uint32Array>().to_vec();
    let plain = data.images("train", &indices).unwrap();
    let values: Vec<f32> = plain.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    let made =
        figures::augmented(&values, js("[6, 6, 1]"), get(&session.info(), "augment"), 7.0, 0.0).ok().unwrap();
    let made: Vec<u8> = made.iter().map(|value| (value * 255.0).round() as u8).collect();
    assert_eq!(session.batch_images(100), made);
    assert_eq!(session.batch_images(2), made[..72]);
    assert_ne!(made, plain);
    let mut undistorted = with("{}").ok().unwrap();
    undistorted.step(&data).unwrap();
    assert_eq!(undistorted.batch_images(100), plain);
    assert_eq!(thrown(with(r#"{"shear": 1}"#)).0, "bad_argument");
    assert_eq!(thrown(with(r#"{"rotation": 200}"#)).0, "out_of_range");
    let shifted = figures::distorted(&values[..36], js("[6, 6, 1]"), js(r#"{"right": 1}"#)).ok().unwrap();
    assert_eq!(shifted[1..6], values[..5]);
}

#[wasm_bindgen_test]
fn what_a_network_says_can_be_looked_into() {
    let (data, mut session) = (dataset(), Session::new(config()).unwrap());
    session.step(&data).unwrap();
    let pixels: Vec<f32> =
        data.images("train", &[1]).unwrap().iter().map(|&p| f32::from(p) / 255.0).collect();
    let prediction = session.predict(&pixels).unwrap();
    assert!((floats(&prediction, "probabilities").iter().sum::<f32>() - 1.0).abs() < 1e-5);
    let trace = session.trace(&pixels).unwrap();
    assert_eq!(json(&get(&trace[2], "shape")), "[3,3,4]");
    // The trace runs layer by layer, the prediction fused blocks: sums in another order.
    let (traced, predicted) = (floats(&trace[5], "data"), floats(&prediction, "logits"));
    assert_eq!(traced.len(), predicted.len());
    assert!(traced.iter().zip(&predicted).all(|(a, b)| (a - b).abs() < 1e-5), "{traced:?} {predicted:?}");
    assert_eq!(session.parameters().len(), 4);
    assert_eq!(json(&get(&session.parameter("layer5.weight"), "shape")), "[36,3]");
    assert!(session.parameter("layer9.weight").is_undefined());
    assert_eq!(floats(&session.grad_cam(&pixels, 2, 1).unwrap(), "values").len(), 9);
    assert_eq!(session.image_gradient(&pixels, 1).unwrap().len(), 36);
    // The loss of one class with its derivatives, of the parameters those of one layer's weights.
    let found = session.loss_gradients(&pixels, 1, 0).unwrap();
    assert_eq!(Array::from(&get(&found, "gradients")).length(), trace.len() as u32);
    assert_eq!((floats(&found, "d_input").len(), floats(&found, "d_weight").len()), (36, 36));
    // Nudged, the loss answers so.
    let d = f64::from(floats(&found, "d_weight")[0]);
    let loss = |by| session.nudged_loss(&pixels, 1, 0, 0, by).unwrap();
    let slope = (loss(1e-6) - loss(-1e-6)) / 2e-6;
    assert!(d != 0.0 && (slope - d).abs() < 1e-5 + 1e-4 * d.abs(), "{slope} and {d}");
    assert_eq!(thrown(session.nudged_loss(&pixels, 1, 9, 0, 0.0)).0, "out_of_range");
    let activity = session.relu_activity(&data, "train", &[0, 1]).unwrap();
    assert_eq!(number(&activity[0], "values"), 72.0);
    assert_eq!(thrown(session.predict(&pixels[1..])).0, "pixel_count");
    assert_eq!(thrown(session.grad_cam(&pixels, 2, 3)).0, "out_of_range");
}

#[wasm_bindgen_test]
fn weights_go_out_and_in_and_wrong_files_change_nothing() {
    let (data, mut session) = (dataset(), Session::new(config()).unwrap());
    session.step(&data).unwrap();
    let (weights, print) = (session.save_weights().ok().unwrap(), session.fingerprint());
    let mut fresh = Session::new(config()).unwrap();
    assert_ne!(fresh.fingerprint(), print);
    fresh.load_weights(&weights).unwrap();
    assert_eq!(fresh.fingerprint(), print);

    assert_eq!(thrown(session.load_weights(&weights[..weights.len() - 1])).0, "checkpoint_corrupt");
    assert_eq!(thrown(session.load_weights(b"GIF89a")).0, "checkpoint_corrupt");
    assert_eq!(thrown(session.restore(&weights)).0, "checkpoint_no_state");
    let other = config();
    Reflect::set(&other, &"spec".into(), &SPEC.replace("conv 3 4", "conv 3 5").into()).unwrap();
    let other = Session::new(other).unwrap();
    let (code, details) = thrown(session.load_weights(&other.save_weights().ok().unwrap()));
    assert_eq!((code.as_str(), json(&get(&details, "tensor"))), ("tensor_shape", "\"layer0.weight\"".into()));
    assert_eq!(session.fingerprint(), print);

    let mut ensemble = Ensemble::new();
    ensemble.push(&weights).unwrap();
    ensemble.push(&Session::new(config()).unwrap().snapshot().ok().unwrap()).unwrap();
    assert_eq!(ensemble.length(), 2);
    let evaluation = ensemble.evaluate(&data, "validation", 0, 6).unwrap();
    assert_eq!(get(&evaluation, "votes.1").unchecked_into::<Uint8Array>().length(), 6);
    assert_eq!(json(&get(&ensemble.predict(&[0.0; 36]).unwrap(), "votes.length")), "2");
    assert_eq!(thrown(ensemble.push(b"")).0, "checkpoint_corrupt");
}

#[wasm_bindgen_test]
fn runs_that_can_not_be_are_refused() {
    let with = |key: &str, value: &str| {
        let config = config();
        Reflect::set(&config, &key.into(), &js(value)).unwrap();
        thrown(Session::new(config)).0
    };
    assert_eq!(with("batch_size", "0"), "out_of_range");
    assert_eq!(with("seed", "-1"), "bad_argument");
    assert_eq!(with("optimizer", r#"{"kind": "adam", "learning_rate": -1}"#), "out_of_range");
    assert_eq!(with("optimizer", r#"{"kind": "adam", "learning_rate": 1, "beta3": 1}"#), "bad_argument");
    assert_eq!(with("schedule", r#"{"kind": "cosine", "epochs": 0}"#), "out_of_range");
    assert_eq!(with("spec", r#""input 6x6x1\nflatten\ndense 0""#), "zero_size");
    assert_eq!(with("surprise", "1"), "bad_argument");
    // What is no number is not 0.
    for (key, value) in [
        ("label_smoothing", r#""0.1""#),
        ("label_smoothing", "[]"),
        ("label_smoothing", "true"),
        ("label_smoothing", "null"),
        ("batch_size", r#""8""#),
        ("batch_size", "1.5"),
        ("batch_size", "null"),
        ("seed", "{}"),
        ("optimizer", r#"{"kind": "adam", "learning_rate": "0.1"}"#),
        ("schedule", r#"{"kind": "cosine", "epochs": null}"#),
    ] {
        assert_eq!(with(key, value), "bad_argument", "{key}: {value}");
    }
    assert_eq!(with("label_smoothing", "1"), "out_of_range");
    let data = dataset();
    let other = config();
    Reflect::set(&other, &"spec".into(), &"input 6x6x1\nflatten\ndense 4".into()).unwrap();
    assert_eq!(thrown(Session::new(other).unwrap().step(&data)).0, "data_mismatch");
}

#[wasm_bindgen_test]
fn a_distortion_by_what_is_no_number_is_refused() {
    let by = |by: &str| figures::distorted(&[0.5; 4], js("[2, 2, 1]"), js(by));
    assert_eq!(by("{}").ok().unwrap(), [0.5; 4]);
    assert_eq!(thrown(by(r#"{"down": "1"}"#)).0, "bad_argument");
    assert_eq!(thrown(by(r#"{"rotation": true}"#)).0, "bad_argument");
}

#[wasm_bindgen_test]
fn schedules_are_drawn_from_their_factors() {
    let cosine = figures::schedule_factors(js(r#"{"kind": "cosine", "epochs": 2}"#), &[0.0, 1.0, 2.0]);
    let cosine = cosine.ok().unwrap();
    assert!(cosine.iter().zip([1.0, 0.5, 0.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{cosine:?}");
    let refused = figures::schedule_factors(js(r#"{"kind": "cosine", "epochs": 0}"#), &[]);
    assert_eq!(thrown(refused).0, "out_of_range");
}

#[wasm_bindgen_test]
fn a_digest_tells_bytes_apart() {
    assert_eq!(cnn_wasm::digest(b"abc"), "44bc2cf5ad770999");
    assert_ne!(cnn_wasm::digest(b"abd"), "44bc2cf5ad770999");
}

#[wasm_bindgen_test]
fn this_build_says_what_it_uses() {
    let info = cnn_wasm::engine_info();
    assert_eq!(get(&info, "simd"), JsValue::TRUE);
    assert_eq!(get(&info, "relaxed"), JsValue::from(cfg!(target_feature = "relaxed-simd")));
    assert_ne!(cnn_wasm::new_seed().ok(), cnn_wasm::new_seed().ok());
}
