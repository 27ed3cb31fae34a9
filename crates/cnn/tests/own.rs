//! Layers, losses and data of a program's own, through the same model as the built-in ones; and what is wrong with them.

use cnn::dataset::{Batches, Dataset, Examples, Split, TargetKind, TargetsMut};
use cnn::geometry::{Padding, Window};
use cnn::layers::{
    AvgPool2d, Backward, BatchNorm, Context, Conv2d, ConvReluPool, Dense, Dropout, Flatten, GlobalAvgPool,
    Kept, Layer, MaxPool2d, Param, Relu, Residual, Sequence, Shape, gradient_check,
};
use cnn::loss::{Loss, MeanSquaredError, SoftmaxCrossEntropy};
use cnn::model::Model;
use cnn::optim::{Optimizer, OptimizerConfig, clip_gradients};
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use cnn::{Error, Result};

/// Multiplies each channel with a factor, in training with the batch's own mean taken away, of which a running mean is
/// kept: a layer with a parameter and a state.
#[derive(Clone, Debug)]
struct Centre {
    factor: Param,
    mean: Param,
}

impl Centre {
    fn new(channels: usize) -> Self {
        Self { factor: Param::from_values(&[channels], vec![1.5; channels]), mean: Param::zeros(&[channels]) }
    }
}

impl Layer for Centre {
    fn name(&self) -> &'static str {
        "centre"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        let (got, expected) = (input.channels(), self.factor.value.len());
        if got != expected {
            return Err(Error::ShapeMismatch { what: "input", got: vec![got], expected: vec![expected] });
        }
        Ok(input)
    }

    fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let channels = self.factor.value.len();
        for (i, (y, x)) in output.iter_mut().zip(input).enumerate() {
            *y = (x - self.mean.value[i % channels]) * self.factor.value[i % channels];
        }
    }

    fn forward(&self, at: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        let channels = self.factor.value.len();
        at.kept.floats.clear();
        at.kept.floats.resize(channels, 0.0);
        let share = channels as f32 / input.len() as f32;
        input.iter().enumerate().for_each(|(i, x)| at.kept.floats[i % channels] += x * share);
        for (i, (y, x)) in output.iter_mut().zip(input).enumerate() {
            *y = (x - at.kept.floats[i % channels]) * self.factor.value[i % channels];
        }
    }

    fn backward(&self, at: &mut Context<'_>, pass: Backward<'_>) {
        let channels = self.factor.value.len();
        let mean = |i: usize| if at.training { at.kept.floats[i] } else { self.mean.value[i] };
        if let Some([d_factor]) = pass.d_params {
            d_factor.fill(0.0);
            for (i, (d, x)) in pass.d_output.iter().zip(pass.input).enumerate() {
                d_factor[i % channels] += d * (x - mean(i % channels));
            }
        }
        if let Some(d_input) = pass.d_input {
            let mut sums = vec![0.0; channels];
            if at.training {
                pass.d_output.iter().enumerate().for_each(|(i, d)| sums[i % channels] += d);
            }
            let share = channels as f32 / d_input.len() as f32;
            for (i, (d_in, d)) in d_input.iter_mut().zip(pass.d_output).enumerate() {
                *d_in = (d - sums[i % channels] * share) * self.factor.value[i % channels];
            }
        }
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        visit("factor", &self.factor);
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        visit("factor", &mut self.factor);
    }

    fn state<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        visit("mean", &self.mean);
    }

    fn state_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        visit("mean", &mut self.mean);
    }

    fn update_state(&mut self, kept: &Kept) {
        self.mean
            .value
            .iter_mut()
            .zip(&kept.floats)
            .for_each(|(mean, batch)| *mean = 0.5 * *mean + 0.5 * batch);
    }
}

/// Points of two features, above or below the diagonal, and how far from it.
fn points(values: bool) -> Examples {
    let input = Shape::Map([1, 1, 2]);
    let data = if values { Examples::with_values(input, 1) } else { Examples::with_labels(input, 2) };
    let mut data = data.unwrap();
    let mut rng = Rng::seed_from_u64(3);
    for _ in 0..200 {
        let [x, y] = [rng.uniform() + 3.0, rng.uniform() + 3.0];
        match values {
            true => data.append_valued(Split::Train, &[x, y], &[x - y]).unwrap(),
            false => data.append_labelled(Split::Train, &[x, y], &[u8::from(x > y)]).unwrap(),
        }
    }
    data
}

fn model() -> Model {
    Model::builder([1, 1, 2])
        .layer(Centre::new(2))
        .flatten()
        .dense(8)
        .relu()
        .dense(2)
        .seed(5)
        .build()
        .unwrap()
}

/// A loop by hand: the mean loss of the last epoch.
fn train(model: &mut Model, data: &dyn Dataset, loss: &dyn Loss, epochs: u64) -> f32 {
    let mut optimizer = Optimizer::new(OptimizerConfig::adamw(0.02, 1e-3));
    let mut batches = Batches::new(data, 20, 1).unwrap();
    let (mut losses, mut gradient, mut sum) = (Vec::new(), Vec::new(), 0.0);
    while batches.epoch() < epochs {
        sum = 0.0;
        while let Some(batch) = batches.next_batch().unwrap() {
            let outputs = model.forward(batch.inputs, optimizer.t());
            losses.resize(batch.count(), 0.0);
            gradient.resize(outputs.len(), 0.0);
            sum += loss.evaluate(outputs, batch.targets, &mut losses, &mut gradient).unwrap() / 10.0;
            model.backward(&gradient);
            clip_gradients(model, 1.0).unwrap();
            optimizer.step(model);
        }
    }
    sum
}

#[test]
fn an_own_layer_is_trained_in_a_loop_by_hand() {
    let mut model = model();
    let loss = train(&mut model, &points(false), &SoftmaxCrossEntropy::new(), 40);
    assert!(loss < 0.2, "{loss}");
    assert_eq!(model.spec(), None);
    // Its state has followed the data, whose mean is 3.5; its parameter was trained.
    let state: Vec<f32> = model.state().flat_map(|named| named.param.value.clone()).collect();
    assert!(state.iter().all(|mean| (mean - 3.5).abs() < 0.3), "{state:?}");
    let names: Vec<String> = model.parameters().chain(model.state()).map(|named| named.name()).collect();
    assert_eq!(names[0], "layer0.factor");
    assert_eq!(names.last().unwrap(), "layer0.mean");
    assert_ne!(model.parameters().next().unwrap().param.value, [1.5; 2]);

    // Saved and loaded into another of its kind, state and all.
    let file = model.save().unwrap();
    let mut other = self::model();
    other.load(&file).unwrap();
    assert_eq!(other.predict(&[3.2, 3.9]), model.predict(&[3.2, 3.9]));
    assert_eq!(Model::from_safetensors(&file).unwrap_err().code(), "checkpoint_no_spec");
    let mut another = Model::builder([1, 1, 2]).layer(Centre::new(2)).flatten().dense(3).build().unwrap();
    assert_eq!(another.load(&file).unwrap_err().code(), "tensor_shape");
}

#[test]
fn an_own_target_is_learned() {
    let mut model = Model::builder([1, 1, 2]).flatten().dense(8).relu().dense(1).seed(2).build().unwrap();
    let loss = train(&mut model, &points(true), &MeanSquaredError::new(), 60);
    assert!(loss < 0.01, "{loss}");
}

#[test]
fn every_layer_s_gradients_are_its_derivatives() {
    let map = Shape::Map([6, 5, 3]);
    let window = |size, stride| Window::square(size, stride, Padding::Same);
    let mut rng = Rng::seed_from_u64(4);
    let mut conv = |channels| {
        let mut conv = Conv2d::new(window(3, 1), 3, channels, true);
        conv.params_mut(&mut |_, param| param.value.iter_mut().for_each(|x| *x = rng.normal() * 0.3));
        conv
    };
    let mut body = Sequence::new(map);
    let layers: [Box<dyn Layer>; 4] =
        [Box::new(BatchNorm::new(3)), Box::new(conv(4)), Box::new(Centre::new(4)), Box::new(Relu::new())];
    for layer in layers {
        body.push(layer).unwrap();
    }
    let mut shortcut = Sequence::new(map);
    shortcut.push(Box::new(conv(4))).unwrap();
    let residual = Residual::with_shortcut(body, shortcut).unwrap();
    let mut names = Vec::new();
    residual.params(&mut |name, _| names.push(name));
    let body = ["body0.weight", "body0.bias", "body1.weight", "body1.bias", "body2.factor"];
    assert_eq!(names, [&body[..], &["shortcut0.weight", "shortcut0.bias"]].concat());
    let mut names = Vec::new();
    residual.state(&mut |name, _| names.push(name));
    assert_eq!(names, ["body0.running_mean", "body0.running_var", "body2.mean"]);
    let mut plain = Sequence::new(map);
    plain.push(Box::new(conv(3))).unwrap();
    let mut dense = Dense::new(7, 4, true);
    dense.params_mut(&mut |_, param| param.value.iter_mut().for_each(|x| *x = 0.5));
    let layers: [(Box<dyn Layer>, Shape); 13] = [
        (Box::new(conv(2)), map),
        (Box::new(ConvReluPool::new(conv(2), MaxPool2d::new(window(2, 2)))), map),
        (Box::new(MaxPool2d::new(window(2, 2))), map),
        (Box::new(AvgPool2d::new(window(3, 2))), map),
        (Box::new(Relu::new()), map),
        (Box::new(Dropout::new(0.4).unwrap()), map),
        (Box::new(Flatten::new()), map),
        (Box::new(GlobalAvgPool::new()), map),
        (Box::new(Residual::new(plain).unwrap()), map),
        (Box::new(residual), map),
        (Box::new(Centre::new(3)), map),
        (Box::new(BatchNorm::new(3)), map),
        (Box::new(dense), Shape::Vector(7)),
    ];
    for (layer, input) in &layers {
        let found = gradient_check(&**layer, *input, 2, 9).unwrap();
        assert!(found.worst < 0.01, "{}: {found:?}", layer.name());
        assert!(found.checked >= 2 * input.len());
    }
    assert_eq!(gradient_check(&Flatten::new(), Shape::Vector(3), 1, 1).unwrap_err().code(), "needs_map");
}

/// A layer with a mistake.
#[derive(Clone, Debug, Default)]
struct Wrong {
    output: Option<Shape>,
    identity: bool,
    params: Vec<(&'static str, Param)>,
    hides: bool,
    doubles: bool,
}

impl Layer for Wrong {
    fn name(&self) -> &'static str {
        "wrong"
    }

    fn output_shape(&self, input: Shape) -> Result<Shape> {
        Ok(self.output.unwrap_or(input))
    }

    fn is_identity(&self, _: bool) -> bool {
        self.identity
    }

    fn infer(&self, _: &mut Context<'_>, input: &[f32], output: &mut [f32]) {
        output.iter_mut().zip(input).for_each(|(y, x)| *y = 2.0 * x);
    }

    fn backward(&self, _: &mut Context<'_>, pass: Backward<'_>) {
        let factor = if self.doubles { 4.0 } else { 2.0 };
        if let Some(d_input) = pass.d_input {
            d_input.iter_mut().zip(pass.d_output).for_each(|(d_in, d)| *d_in = factor * d);
        }
    }

    fn params<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a Param)) {
        self.params.iter().for_each(|(name, param)| visit(name, param));
    }

    fn params_mut<'a>(&'a mut self, visit: &mut dyn FnMut(&'a str, &'a mut Param)) {
        let count = self.params.len() - usize::from(self.hides);
        self.params[..count].iter_mut().for_each(|(name, param)| visit(name, param));
    }
}

#[test]
fn a_layer_with_a_mistake_is_refused_with_what_was_got_and_expected() {
    let param = || Param::zeros(&[2]);
    let refused = |layer: Wrong| Model::builder(3).layer(layer).build().unwrap_err();
    let code = |layer: Wrong| refused(layer).code();
    assert_eq!(code(Wrong { output: Some(Shape::Vector(0)), ..Wrong::default() }), "zero_size");
    assert_eq!(code(Wrong { output: Some(Shape::Map([usize::MAX, 2, 1])), ..Wrong::default() }), "too_large");
    let shorter = Wrong { output: Some(Shape::Vector(2)), identity: true, ..Wrong::default() };
    assert!(refused(shorter).to_string().contains("has shape 2, but must have 3"));
    let mut long = param();
    long.value.push(0.0);
    assert!(refused(Wrong { params: vec![("a", long)], ..Wrong::default() }).to_string().contains("3"));
    let twice = Wrong { params: vec![("a", param()), ("a", param())], ..Wrong::default() };
    assert_eq!(code(twice), "name_twice");
    let hides = Wrong { params: vec![("a", param())], hides: true, ..Wrong::default() };
    assert_eq!(code(hides), "shape_mismatch");
    // A layer before it that gives another shape than it takes.
    let error = Model::builder([1, 1, 3]).layer(Centre::new(2)).build().unwrap_err();
    assert_eq!(error, Error::ShapeMismatch { what: "input", got: vec![3], expected: vec![2] });
    assert_eq!(Model::builder([0, 1, 3]).build().unwrap_err().code(), "zero_size");
    // Sizes that no weights can have, and none at all.
    assert_eq!(Model::builder(3).dense(usize::MAX).build().unwrap_err().code(), "too_large");
    let filters = |n| Model::builder([2, 2, 3]).conv2d([2, 2], n, Padding::Same).build();
    assert_eq!(filters(usize::MAX / 9).unwrap_err().code(), "too_large");
    assert_eq!(filters(0).unwrap_err().code(), "zero_size");
    assert_eq!(Model::builder(3).dense(0).build().unwrap_err().code(), "zero_size");
    // A wrong gradient is found out, a right one passes.
    assert!(gradient_check(&Wrong::default(), Shape::Vector(3), 2, 1).unwrap().worst < 0.01);
    assert!(
        gradient_check(&Wrong { doubles: true, ..Wrong::default() }, Shape::Vector(3), 2, 1).unwrap().worst
            > 0.4
    );
}

#[test]
fn a_model_in_code_is_the_one_of_its_text() {
    let text =
        "input 9x7x2\nconv 3x3 4 padding same init he\nrelu\nmaxpool 2x2 padding same\nflatten\ndense 3";
    let built = Model::builder([9, 7, 2])
        .conv2d([3, 3], 4, Padding::Same)
        .relu()
        .max_pool2d([2, 2])
        .flatten()
        .dense(3)
        .seed(7)
        .build()
        .unwrap();
    let read = Model::new(&text.parse().unwrap(), &mut Rng::seed_from_u64(7)).unwrap();
    assert_eq!(built.spec(), read.spec());
    assert_eq!(built.save().unwrap(), read.save().unwrap());
    assert_eq!(Model::from_safetensors(&built.save().unwrap()).unwrap().spec(), read.spec());
    let error = Model::builder(4).conv2d([3, 3], 4, Padding::Same).build().unwrap_err();
    assert_eq!(error, Error::NeedsMap { layer: "conv", got: 4 });
}

/// Several blocks one after the other, with and without a shortcut: each is what was written for it.
#[test]
fn residual_blocks_in_a_row_are_built_as_written() {
    let model = Model::builder([8, 8, 1])
        .conv2d([3, 3], 4, Padding::Same)
        .residual(|body| body.relu().conv2d([3, 3], 4, Padding::Same).relu().conv2d([3, 3], 4, Padding::Same))
        .residual_with(
            |body| body.relu().conv2d([3, 3], 6, Padding::Same).relu().conv2d([3, 3], 6, Padding::Same),
            |shortcut| shortcut.conv2d([1, 1], 6, Padding::Same),
        )
        .residual(|body| body.relu().conv2d([1, 1], 6, Padding::Same))
        .global_avg_pool()
        .dense(3)
        .build()
        .unwrap();
    let shapes: Vec<(String, Vec<usize>)> = model
        .parameters()
        .filter(|named| named.role.ends_with("weight"))
        .map(|named| (named.name(), named.param.shape.clone()))
        .collect();
    let expected: [(&str, &[usize]); 8] = [
        ("layer0.weight", &[3, 3, 1, 4]),
        ("layer1.body1.weight", &[3, 3, 4, 4]),
        ("layer1.body3.weight", &[3, 3, 4, 4]),
        ("layer2.body1.weight", &[3, 3, 4, 6]),
        ("layer2.body3.weight", &[3, 3, 6, 6]),
        ("layer2.shortcut0.weight", &[1, 1, 4, 6]),
        ("layer3.body1.weight", &[1, 1, 6, 6]),
        ("layer5.weight", &[6, 3]),
    ];
    assert_eq!(shapes.len(), expected.len());
    for ((name, shape), (right, sizes)) in shapes.iter().zip(expected) {
        assert_eq!((&name[..], &shape[..]), (right, sizes));
    }
}

/// Data that claims more than it has.
struct Liar {
    label: u8,
    count: usize,
}

impl Dataset for Liar {
    fn input_shape(&self) -> Shape {
        Shape::Map([1, 1, 2])
    }

    fn targets(&self) -> TargetKind {
        TargetKind::Classes(2)
    }

    fn count(&self, _: Split) -> usize {
        self.count
    }

    fn fill(&self, _: Split, _: &[u32], inputs: &mut [f32], targets: TargetsMut<'_>) -> Result<()> {
        inputs.fill(1.0);
        targets.labels()?.fill(self.label);
        Ok(())
    }
}

#[test]
fn data_with_a_mistake_is_refused_and_the_run_stays() {
    let spec = "input 1x1x2\nflatten\ndense 2".parse().unwrap();
    let (optimizer, schedule) = (OptimizerConfig::adam(0.01), cnn::optim::Schedule::Constant);
    let config = SessionConfig { batch_size: 4, optimizer, schedule, ..SessionConfig::new(spec, 1) };
    let mut session = Session::new(config).unwrap();
    let before = session.snapshot().unwrap();
    let label = session.step(&Liar { label: 2, count: 9 }).unwrap_err();
    assert_eq!(label, Error::LabelOutOfRange { index: 0, label: 2, classes: 2 });
    assert_eq!(session.evaluate(&Liar { label: 2, count: 9 }, Split::Test, 0..3).unwrap_err(), label);
    assert_eq!(session.step(&Liar { label: 0, count: 0 }).unwrap_err().code(), "zero_size");
    assert_eq!(session.step(&points(true)).unwrap_err().code(), "targets_mismatch");
    assert_eq!(session.fingerprint(), Session::from_snapshot(&before).unwrap().fingerprint());
    assert_eq!(session.step_count(), 0);
    session.step(&points(false)).unwrap();

    let data = points(false);
    assert_eq!(Batches::new(&data, 0, 1).unwrap_err().code(), "out_of_range");
    assert_eq!(Batches::new(&Liar { label: 0, count: 0 }, 1, 1).unwrap_err().code(), "zero_size");
    let mut wrong = [0.0; 3];
    let room = data.fill(Split::Train, &[0, 1], &mut wrong, TargetsMut::Labels(&mut [0; 2]));
    assert_eq!(room.unwrap_err().code(), "shape_mismatch");
    let far = data.fill(Split::Train, &[900], &mut [0.0; 2], TargetsMut::Labels(&mut [0]));
    assert_eq!(far.unwrap_err().code(), "no_such_image");
    let model = model();
    assert_eq!(model.batch_of(&[0.0; 4]), Ok(2));
    assert_eq!(model.batch_of(&[]).unwrap_err(), Error::PixelCount { got: 0, expected: 2 });
    assert_eq!(model.batch_of(&[0.0; 5]).unwrap_err(), Error::PixelCount { got: 5, expected: 6 });
}

/// Smoothing and clipping are part of a run: a snapshot has them, and a run without them is written as before.
#[test]
fn smoothing_and_clipping_go_into_snapshots() {
    let spec: cnn::spec::ModelSpec = "input 1x1x2\nflatten\ndense 2".parse().unwrap();
    let run = |label_smoothing, clip_norm| {
        let (optimizer, schedule) = (
            OptimizerConfig::adamw(0.01, 0.1),
            cnn::optim::Schedule::WarmupCosine { warmup_epochs: 1, epochs: 4 },
        );
        let base = SessionConfig::new(spec.clone(), 1);
        Session::new(SessionConfig {
            batch_size: 20,
            optimizer,
            schedule,
            label_smoothing,
            clip_norm,
            ..base
        })
    };
    let data = points(false);
    let (mut plain, mut other) = (run(0.0, None).unwrap(), run(0.1, Some(0.01)).unwrap());
    for (smoothing, norm) in
        [(1.0, None), (-0.1, None), (f32::NAN, None), (0.0, Some(0.0)), (0.0, Some(f32::NAN))]
    {
        assert_eq!(run(smoothing, norm).unwrap_err().code(), "out_of_range");
    }
    (0..12).for_each(|_| assert_ne!(plain.step(&data).unwrap().loss, other.step(&data).unwrap().loss));
    assert!(!String::from_utf8_lossy(&plain.snapshot().unwrap()).contains("label_smoothing"));
    let kept = other.snapshot().unwrap();
    let mut twin = Session::from_snapshot(&kept).unwrap();
    (0..20).for_each(|_| assert_eq!(twin.step(&data), other.step(&data)));
    assert_eq!(twin.snapshot().unwrap(), other.snapshot().unwrap());
}

#[cfg(feature = "std")]
#[test]
fn a_model_goes_through_files_and_streams() {
    let mut model = model();
    let mut stream = Vec::new();
    model.save_to(&mut stream).unwrap();
    assert_eq!(stream, model.save().unwrap());
    let folder = std::env::temp_dir().join(format!("cnn-own-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("model.safetensors");
    model.save_file(&path).unwrap();
    train(&mut model, &points(false), &SoftmaxCrossEntropy::new(), 1);
    assert_ne!(model.save().unwrap(), stream);
    model.load_file(&path).unwrap();
    assert_eq!(model.save().unwrap(), stream);
    train(&mut model, &points(false), &SoftmaxCrossEntropy::new(), 1);
    model.load_from(&stream[..]).unwrap();
    assert_eq!(model.save().unwrap(), stream);
    let none = folder.join("none.safetensors");
    assert!(matches!(Model::open(&none), Err(Error::Io { what, .. }) if what.ends_with("none.safetensors")));
    assert_eq!(model.save_file(folder.join("no/such/folder")).unwrap_err().code(), "io");
    assert_eq!(Model::open(&path).unwrap_err().code(), "checkpoint_no_spec");
    std::fs::remove_dir_all(folder).unwrap();
}
