//! Runs one golden case. Included by the native test and by that of the browser build.

use cnn::geometry::{Padding, Window};
use cnn::layers::{AvgPool2d, BatchNorm, Conv2d, Dense, Layer, MaxPool2d, Param, Standalone};
use cnn::loss::{Loss, SoftmaxCrossEntropy, Targets, softmax_cross_entropy};
use cnn::model::Model;
use cnn::optim::{Optimizer, OptimizerConfig};
use cnn::rng::Rng;
use cnn::spec::ModelSpec;
use ndarray::{Array1, Array2, Array4, ArrayBase, ArrayD, Data, Dimension};
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, String>;

/// A case's `case` metadata: the op and its hyperparameters. Unknown ones are errors.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
enum Case {
    Conv2d {
        stride: [usize; 2],
        padding: Value,
    },
    MaxPool2d {
        size: [usize; 2],
        stride: [usize; 2],
        padding: Value,
    },
    AvgPool2d {
        size: [usize; 2],
        stride: [usize; 2],
        padding: Value,
    },
    Dense {},
    BatchNorm {
        momentum: f32,
        epsilon: f32,
    },
    SoftmaxCrossEntropy {
        #[serde(default)]
        label_smoothing: f32,
    },
    Adam {
        learning_rate: f32,
        beta1: f32,
        beta2: f32,
        epsilon: f32,
    },
    #[serde(rename = "adamw")]
    AdamW {
        learning_rate: f32,
        beta1: f32,
        beta2: f32,
        epsilon: f32,
        weight_decay: f32,
    },
    Train {
        layers: Vec<Vec<Value>>,
        conv_bias: bool,
        batch_size: usize,
        optimizer: Value,
    },
}

/// Runs a case given as the bytes of its file. The report says what was compared; an error what differs, or what
/// the case has that is not known.
#[allow(unreachable_pub, reason = "included as a module by two tests")]
pub fn run_case(bytes: &[u8]) -> Result<String> {
    let mut file = File::read(bytes)?;
    let case: Case = serde_json::from_str(&file.case).map_err(|error| format!("{}: {error}", file.case))?;
    match case {
        Case::Conv2d { stride, padding } => conv2d(&mut file, stride, padding_of(&padding)?),
        Case::MaxPool2d { size, stride, padding } => {
            let window = Window { kernel: size, stride, padding: padding_of(&padding)? };
            let mut layer = Standalone::new(MaxPool2d::new(window));
            let output = layer.forward(file.array4("input")?.view()).map_err(text)?;
            file.compare("output", &output, 1)?;
            if let Some(d_output) = file.array4_if("d_output")? {
                let d_input = layer.backward(d_output.view()).map_err(text)?;
                file.compare_if("d_input", &d_input, 1)?;
            }
            Ok(())
        }
        Case::AvgPool2d { size, stride, padding } => {
            let window = Window { kernel: size, stride, padding: padding_of(&padding)? };
            let mut layer = Standalone::new(AvgPool2d::new(window));
            let output = layer.forward(file.array4("input")?.view()).map_err(text)?;
            file.compare("output", &output, size[0] * size[1])?;
            if let Some(d_output) = file.array4_if("d_output")? {
                let d_input = layer.backward(d_output.view()).map_err(text)?;
                file.compare_if("d_input", &d_input, size[0] * size[1])?;
            }
            Ok(())
        }
        Case::Dense {} => dense(&mut file),
        Case::BatchNorm { momentum, epsilon } => batch_norm(&mut file, momentum, epsilon),
        Case::SoftmaxCrossEntropy { label_smoothing } => {
            let logits = file.array2("logits")?;
            let labels = file.labels("labels")?;
            let loss = SoftmaxCrossEntropy::with_label_smoothing(label_smoothing).map_err(text)?;
            let (mut losses, mut d_logits) = (vec![0.0; labels.len()], Array2::zeros(logits.dim()));
            let (values, d_values) = (logits.as_slice(), d_logits.as_slice_mut());
            let (values, d_values) = values.zip(d_values).ok_or("logits are not contiguous")?;
            let mean =
                loss.evaluate(values, Targets::Labels(&labels), &mut losses, d_values).map_err(text)?;
            file.compare("loss", &Array1::from_elem(1, mean), logits.len())?;
            file.compare_if("d_logits", &d_logits, logits.ncols())
        }
        Case::Adam { learning_rate, beta1, beta2, epsilon } => {
            adam(&mut file, OptimizerConfig::Adam { learning_rate, beta1, beta2, epsilon })
        }
        Case::AdamW { learning_rate, beta1, beta2, epsilon, weight_decay } => {
            adam(&mut file, OptimizerConfig::AdamW { learning_rate, beta1, beta2, epsilon, weight_decay })
        }
        Case::Train { layers, conv_bias, batch_size, optimizer } => {
            train(&mut file, &layers, conv_bias, batch_size, optimizer)
        }
    }?;
    file.finish()
}

fn conv2d(file: &mut File, stride: [usize; 2], padding: Padding) -> Result<()> {
    let input = file.array4("input")?;
    let weight = file.array4("weight")?;
    let bias = file.array1_if("bias")?;
    let (kernel_h, kernel_w, in_channels, out_channels) = weight.dim();
    let mut layer = Standalone::new(Conv2d::from_arrays(weight, bias, stride, padding).map_err(text)?);
    let output = layer.forward(input.view()).map_err(text)?;
    file.compare("output", &output, kernel_h * kernel_w * in_channels)?;
    let inferred = layer.infer(input.view()).map_err(text)?;
    if inferred != output {
        return Err("infer differs from forward".into());
    }
    if let Some(d_output) = file.array4_if("d_output")? {
        let d_input = layer.backward(d_output.view()).map_err(text)?;
        let positions = d_output.len() / out_channels;
        file.compare_if("d_input", &d_input, kernel_h * kernel_w * out_channels)?;
        compare_gradients(file, &layer, positions)?;
    }
    Ok(())
}

/// Compares the gradient of each of a layer's parameters with the tensor `d_` and its name.
fn compare_gradients<L: Layer>(file: &mut File, layer: &Standalone<L>, terms: usize) -> Result<()> {
    let mut params = Vec::new();
    layer.layer.params(&mut |name, param| params.push((name, param)));
    for (name, param) in params {
        let gradient = layer.gradient(name).ok_or("a parameter without a gradient")?;
        file.compare_gradient(&format!("d_{name}"), &param.shape, gradient, terms)?;
    }
    Ok(())
}

fn dense(file: &mut File) -> Result<()> {
    let input = file.array2("input")?;
    let weight = file.array2("weight")?;
    let (in_features, out_features) = weight.dim();
    let bias = file.array1_if("bias")?;
    let mut layer = Standalone::new(Dense::from_arrays(weight, bias).map_err(text)?);
    let output = layer.forward(input.view()).map_err(text)?;
    file.compare("output", &output, in_features)?;
    if let Some(d_output) = file.array2_if("d_output")? {
        let d_input = layer.backward(d_output.view()).map_err(text)?;
        file.compare_if("d_input", &d_input, out_features)?;
        compare_gradients(file, &layer, input.nrows())?;
    }
    Ok(())
}

/// Of maps or of vectors. The case's momentum is the part of the old running mean, ours that of the new one.
fn batch_norm(file: &mut File, momentum: f32, epsilon: f32) -> Result<()> {
    let (input, d_output) = (file.array("input")?, file.array("d_output")?);
    let gamma = file.floats("gamma")?;
    let (channels, values) = (gamma.len(), input.len() / gamma.len().max(1));
    let mut layer = BatchNorm::with(channels, 1.0 - momentum, epsilon).map_err(text)?;
    layer.weight.value = gamma;
    layer.bias.value = file.floats("beta")?;
    layer.running_mean.value = file.floats("running_mean")?;
    layer.running_var.value = file.floats("running_var")?;
    let mut layer = Standalone::new(layer);
    let inferred = layer.infer(input.view()).map_err(text)?;
    file.compare("output_inference", &inferred, 1)?;
    let output = layer.forward(input.view()).map_err(text)?;
    file.compare("output", &output, values)?;
    let d_input = layer.backward(d_output.view()).map_err(text)?;
    file.compare("d_input", &d_input, values)?;
    for (name, parameter) in [("d_gamma", "weight"), ("d_beta", "bias")] {
        let gradient = layer.gradient(parameter).ok_or("a parameter without a gradient")?.to_vec();
        file.compare_gradient(name, &[channels], &gradient, values)?;
    }
    let mut after = layer.layer.clone();
    after.update_state(layer.kept().ok_or("nothing kept")?);
    let mut running = Vec::new();
    after.state(&mut |name, param| running.push((format!("{name}_after"), param)));
    for (name, param) in running {
        file.compare_within(&name, &param.value, &[channels], 1e-5, 1e-4)?;
    }
    Ok(())
}

fn adam(file: &mut File, config: OptimizerConfig) -> Result<()> {
    let start = file.floats("param")?;
    let grads = file.array2("grads")?;
    let len = start.len();
    let mut params = [(Param::from_values(&[len], start), vec![0.0; len])];
    let mut optimizer = Optimizer::new(config);
    let mut after = Array2::zeros(grads.dim());
    for (grad, mut after) in grads.rows().into_iter().zip(after.rows_mut()) {
        params[0].1.iter_mut().zip(grad).for_each(|(to, from)| *to = *from);
        optimizer.step(&mut params);
        after.iter_mut().zip(&params[0].0.value).for_each(|(to, from)| *to = *from);
    }
    file.compare("params_after", &after, 1)
}

/// Trains a whole network as the page does, on given batches from given parameters.
fn train(
    file: &mut File,
    layers: &[Vec<Value>],
    conv_bias: bool,
    batch_size: usize,
    optimizer: Value,
) -> Result<()> {
    let images = file.tensor("images", Dtype::U8)?;
    let [steps, batch, height, width, channels] = images.shape[..] else {
        return Err(format!("images are {:?}", images.shape));
    };
    if batch != batch_size {
        return Err(format!("batches of {batch}, but batch_size is {batch_size}"));
    }
    let spec = train_spec([height, width, channels], layers, conv_bias)?;
    let mut model = Model::new(&spec, &mut Rng::seed_from_u64(0)).map_err(text)?;
    let names: Vec<String> = model.parameters().map(|named| named.name()).collect();
    let mut init = Vec::new();
    for named in model.parameters() {
        let tensor = file.tensor(&format!("init.{}", named.name()), Dtype::F32)?;
        if tensor.shape != named.param.shape {
            return Err(format!("init.{} is {:?}", named.name(), tensor.shape));
        }
        init.push(tensor.floats());
    }
    model.set_parameters(init.iter().map(|values| &values[..]));

    let mut optimizer = Optimizer::new(optimizer_of(optimizer)?);
    let labels = file.labels("labels")?;
    let pixels: Vec<f32> = images.bytes.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
    let image_len = batch * height * width * channels;
    let mut losses = Vec::new();
    for step in 0..steps {
        let input = &pixels[step * image_len..][..image_len];
        let logits = model.forward(input, step as u64).to_vec();
        let logits = Array2::from_shape_vec((batch, logits.len() / batch), logits).map_err(text)?;
        let loss = softmax_cross_entropy(logits.view(), &labels[step * batch..][..batch]).map_err(text)?;
        losses.push(loss.loss);
        model.backward(loss.d_logits.as_slice().ok_or("d_logits are not contiguous")?);
        if step == 0 {
            // Sums over the whole batch, of every position.
            let terms = batch * height * width;
            for (name, named) in names.iter().zip(model.parameters()) {
                let name = format!("grad1.{name}");
                if file.has(&name) {
                    file.compare_gradient(&name, &named.param.shape, named.grad, terms)?;
                }
            }
        }
        optimizer.step(&mut model);
    }
    file.compare_within("losses", &losses, &[steps], 0.0, 1e-3)?;
    let first = Array4::from_shape_vec((batch, height, width, channels), pixels[..image_len].to_vec());
    let logits = model.infer(first.map_err(text)?.view()).map_err(text)?;
    // Twelve steps apart, two correct programs differ by more than one op's rounding.
    file.compare_within(
        "final_logits",
        &logits.iter().copied().collect::<Vec<_>>(),
        logits.shape(),
        1e-3,
        1e-3,
    )
}

/// The case's layers as a spec.
fn train_spec(input: [usize; 3], layers: &[Vec<Value>], conv_bias: bool) -> Result<ModelSpec> {
    let [h, w, c] = input;
    let mut lines = vec![format!("input {h}x{w}x{c}")];
    for layer in layers {
        let words: Vec<&str> = layer.iter().filter_map(Value::as_str).collect();
        let numbers: Vec<u64> = layer.iter().filter_map(Value::as_u64).collect();
        lines.push(match (&words[..], &numbers[..]) {
            (["conv"], [filters]) => {
                let bias = if conv_bias { "zeros" } else { "none" };
                format!("conv 3x3 {filters} stride 1 padding same bias {bias}")
            }
            (["pool"], []) => "maxpool 2x2 stride 2 padding same".into(),
            (["relu"], []) => "relu".into(),
            (["flatten"], []) => "flatten".into(),
            (["dense"], [units]) => format!("dense {units}"),
            _ => return Err(format!("unknown layer {layer:?}")),
        });
    }
    lines.join("\n").parse().map_err(text)
}

/// The case's optimizer, whose rule is under `name` where ours is under `kind`.
fn optimizer_of(mut value: Value) -> Result<OptimizerConfig> {
    let fields = value.as_object_mut().ok_or("the optimizer is no object")?;
    let name = fields.remove("name").ok_or("the optimizer has no name")?;
    fields.insert("kind".into(), name);
    serde_json::from_value(value).map_err(text)
}

fn padding_of(value: &Value) -> Result<Padding> {
    match value {
        Value::String(name) if name == "same" => Ok(Padding::Same),
        Value::String(name) if name == "valid" => Ok(Padding::Valid),
        other => {
            let [top, bottom, left, right]: [usize; 4] =
                serde_json::from_value(other.clone()).map_err(|_| format!("unknown padding {other}"))?;
            Ok(Padding::Explicit { top, bottom, left, right })
        }
    }
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// A case's file, which remembers what was asked of it.
struct File<'a> {
    case: String,
    tensors: SafeTensors<'a>,
    used: BTreeSet<String>,
    compared: Vec<String>,
    /// The largest difference so far, as a share of what is allowed.
    worst: f32,
}

struct Tensor<'a> {
    shape: Vec<usize>,
    bytes: &'a [u8],
}

impl Tensor<'_> {
    fn floats(&self) -> Vec<f32> {
        self.bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    }
}

impl<'a> File<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(text)?;
        let metadata = header.metadata().clone().unwrap_or_default();
        if let Some(key) = metadata.keys().find(|key| *key != "case") {
            return Err(format!("unknown metadata `{key}`"));
        }
        Ok(Self {
            case: metadata.get("case").cloned().ok_or("no metadata `case`")?,
            tensors: SafeTensors::deserialize(bytes).map_err(text)?,
            used: BTreeSet::new(),
            compared: Vec::new(),
            worst: 0.0,
        })
    }

    fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    fn tensor(&mut self, name: &str, dtype: Dtype) -> Result<Tensor<'a>> {
        let view = self.tensors.tensor(name).map_err(|_| format!("no tensor `{name}`"))?;
        self.used.insert(name.into());
        if view.dtype() != dtype {
            return Err(format!("`{name}` holds {:?}, not {dtype:?}", view.dtype()));
        }
        Ok(Tensor { shape: view.shape().to_vec(), bytes: view.data() })
    }

    fn floats(&mut self, name: &str) -> Result<Vec<f32>> {
        Ok(self.tensor(name, Dtype::F32)?.floats())
    }

    fn labels(&mut self, name: &str) -> Result<Vec<u8>> {
        let tensor = self.tensor(name, Dtype::I32)?;
        let labels = tensor.bytes.as_chunks::<4>().0.iter().map(|bytes| i32::from_le_bytes(*bytes));
        labels.map(|label| u8::try_from(label).map_err(text)).collect()
    }

    fn array1_if(&mut self, name: &str) -> Result<Option<Array1<f32>>> {
        self.has(name).then(|| self.floats(name).map(Array1::from)).transpose()
    }

    fn array2(&mut self, name: &str) -> Result<Array2<f32>> {
        let tensor = self.tensor(name, Dtype::F32)?;
        let [rows, columns] = tensor.shape[..] else {
            return Err(format!("`{name}` is {:?}", tensor.shape));
        };
        Array2::from_shape_vec((rows, columns), tensor.floats()).map_err(text)
    }

    fn array2_if(&mut self, name: &str) -> Result<Option<Array2<f32>>> {
        self.has(name).then(|| self.array2(name)).transpose()
    }

    fn array(&mut self, name: &str) -> Result<ArrayD<f32>> {
        let tensor = self.tensor(name, Dtype::F32)?;
        ArrayD::from_shape_vec(tensor.shape.clone(), tensor.floats()).map_err(text)
    }

    fn array4(&mut self, name: &str) -> Result<Array4<f32>> {
        let tensor = self.tensor(name, Dtype::F32)?;
        let [a, b, c, d] = tensor.shape[..] else {
            return Err(format!("`{name}` is {:?}", tensor.shape));
        };
        Array4::from_shape_vec((a, b, c, d), tensor.floats()).map_err(text)
    }

    fn array4_if(&mut self, name: &str) -> Result<Option<Array4<f32>>> {
        self.has(name).then(|| self.array4(name)).transpose()
    }

    /// Compares with the tensor of this name; `terms` is how many products each value is summed from.
    fn compare<D: Dimension>(
        &mut self,
        name: &str,
        got: &ArrayBase<impl Data<Elem = f32>, D>,
        terms: usize,
    ) -> Result<()> {
        let values: Vec<f32> = got.iter().copied().collect();
        let relative = if terms > 1000 { 2e-4 } else { 1e-4 };
        self.compare_within(name, &values, got.shape(), 1e-5, relative)
    }

    fn compare_if<D: Dimension>(
        &mut self,
        name: &str,
        got: &ArrayBase<impl Data<Elem = f32>, D>,
        terms: usize,
    ) -> Result<()> {
        if self.has(name) { self.compare(name, got, terms) } else { Ok(()) }
    }

    fn compare_gradient(
        &mut self,
        name: &str,
        shape: &[usize],
        gradient: &[f32],
        terms: usize,
    ) -> Result<()> {
        let relative = if terms > 1000 { 2e-4 } else { 1e-4 };
        self.compare_within(name, gradient, shape, 1e-5, relative)
    }

    /// |got − expected| ≤ absolute + relative·|expected|, for every value.
    fn compare_within(
        &mut self,
        name: &str,
        got: &[f32],
        shape: &[usize],
        absolute: f32,
        relative: f32,
    ) -> Result<()> {
        let tensor = self.tensor(name, Dtype::F32)?;
        if tensor.shape != shape {
            return Err(format!("`{name}` is {:?}, but {shape:?} was computed", tensor.shape));
        }
        for (i, (expected, got)) in tensor.floats().into_iter().zip(got).enumerate() {
            let share = (got - expected).abs() / (absolute + relative * expected.abs());
            if share.is_nan() || share > 1.0 {
                return Err(format!("`{name}` at {i} is {got:e}, expected {expected:e}"));
            }
            self.worst = self.worst.max(share);
        }
        self.compared.push(name.into());
        Ok(())
    }

    /// The report, if nothing in the file was left unread and something was compared.
    fn finish(self) -> Result<String> {
        if let Some(name) = self.tensors.names().into_iter().find(|name| !self.used.contains(*name)) {
            return Err(format!("unknown tensor `{name}`"));
        }
        if self.compared.is_empty() {
            return Err("nothing to compare".into());
        }
        let worst = self.worst * 100.0;
        Ok(format!("{} (at most {worst:.0} % of the tolerance)", self.compared.join(", ")))
    }
}
