//! A network in plain loops over `f64`, to differentiate by small steps: with a step of a millionth the differences are
//! right to nine digits, and a kink is met only where a value is a millionth from it.
#![allow(dead_code, reason = "each test uses its own part")]

use cnn::geometry::Window;
use cnn::loss::softmax_cross_entropy;
use cnn::model::Model;
use cnn::spec::LayerSpec;
use ndarray::Array2;

/// The branches that a pass took: for each ReLU whether its input was above 0, for each pooling window the place of its
/// maximum. Where two passes took the same, what lies between them is smooth.
pub(crate) type Branches = Vec<usize>;

/// Values `[batch, height, width, channels]`, or `[batch, 1, 1, features]`.
#[derive(Clone)]
pub(crate) struct Values {
    pub(crate) shape: [usize; 4],
    pub(crate) data: Vec<f64>,
}

impl Values {
    pub(crate) fn new(shape: [usize; 4], data: &[f32]) -> Self {
        assert_eq!(shape.iter().product::<usize>(), data.len());
        Self { shape, data: data.iter().map(|&x| x.into()).collect() }
    }

    fn at(&self, n: usize, y: usize, x: usize, c: usize) -> f64 {
        let [_, h, w, channels] = self.shape;
        self.data[((n * h + y) * w + x) * channels + c]
    }

    /// For each output of a window its image, place and channel, and the input positions that it covers, each with
    /// its place in the window.
    fn slide(
        &self,
        window: &Window,
        channels: usize,
        mut f: impl FnMut(usize, usize, &[[usize; 4]]) -> f64,
    ) -> Self {
        let [batch, h, w, _] = self.shape;
        let g = window.resolve([h, w]).unwrap();
        let mut data = Vec::new();
        for n in 0..batch {
            for oy in 0..g.output[0] {
                for ox in 0..g.output[1] {
                    let mut covered = Vec::new();
                    for i in 0..window.kernel[0] {
                        for j in 0..window.kernel[1] {
                            let (y, x) = (oy * window.stride[0] + i, ox * window.stride[1] + j);
                            let inside = |at: usize, pad: usize, size: usize| at >= pad && at < pad + size;
                            if inside(y, g.pad_before[0], h) && inside(x, g.pad_before[1], w) {
                                covered.push([y - g.pad_before[0], x - g.pad_before[1], i, j]);
                            }
                        }
                    }
                    data.extend((0..channels).map(|c| f(n, c, &covered)));
                }
            }
        }
        Self { shape: [batch, g.output[0], g.output[1], channels], data }
    }

    pub(crate) fn conv(&self, window: &Window, weight: &[f64], bias: Option<&[f64]>, filters: usize) -> Self {
        let channels = self.shape[3];
        self.slide(window, filters, |n, o, covered| {
            let mut sum = bias.map_or(0.0, |bias| bias[o]);
            for &[y, x, i, j] in covered {
                for c in 0..channels {
                    let w = weight[((i * window.kernel[1] + j) * channels + c) * filters + o];
                    sum += self.at(n, y, x, c) * w;
                }
            }
            sum
        })
    }

    pub(crate) fn max_pool(&self, window: &Window, branches: &mut Branches) -> Self {
        self.slide(window, self.shape[3], |n, c, covered| {
            let value = |k: usize| self.at(n, covered[k][0], covered[k][1], c);
            let best = (1..covered.len()).fold(0, |best, k| if value(k) > value(best) { k } else { best });
            branches.push(best);
            value(best)
        })
    }

    fn avg_pool(&self, window: &Window) -> Self {
        self.slide(window, self.shape[3], |n, c, covered| {
            covered.iter().map(|&[y, x, ..]| self.at(n, y, x, c)).sum::<f64>() / covered.len() as f64
        })
    }

    pub(crate) fn relu(mut self, branches: &mut Branches) -> Self {
        branches.extend(self.data.iter().map(|&x| usize::from(x > 0.0)));
        self.data.iter_mut().for_each(|x| *x = x.max(0.0));
        self
    }

    fn dropout(mut self, rate: f64, mask: &[u8]) -> Self {
        assert_eq!(mask.len(), self.data.len());
        self.data.iter_mut().zip(mask).for_each(|(x, &kept)| *x *= f64::from(kept) / (1.0 - rate));
        self
    }

    /// By the batch's own mean and variance, or by those that are given.
    fn batch_norm(mut self, weight: &[f64], bias: &[f64], eps: f64, given: Option<[&[f64]; 2]>) -> Self {
        let channels = self.shape[3];
        let count = (self.data.len() / channels) as f64;
        for c in 0..channels {
            let values = || self.data.iter().skip(c).step_by(channels);
            let own = values().sum::<f64>() / count;
            let (mean, variance) = match given {
                Some([means, variances]) => (means[c], variances[c]),
                None => (own, values().map(|x| (x - own) * (x - own)).sum::<f64>() / count),
            };
            let normal = |x: f64| (x - mean) / (variance + eps).sqrt() * weight[c] + bias[c];
            self.data.iter_mut().skip(c).step_by(channels).for_each(|x| *x = normal(*x));
        }
        self
    }

    fn flatten(mut self) -> Self {
        let [batch, h, w, c] = self.shape;
        self.shape = [batch, 1, 1, h * w * c];
        self
    }

    fn dense(&self, weight: &[f64], bias: Option<&[f64]>, units: usize) -> Self {
        let [batch, .., features] = self.shape;
        let mut data = Vec::new();
        for n in 0..batch {
            for o in 0..units {
                let products = (0..features).map(|i| self.data[n * features + i] * weight[i * units + o]);
                data.push(bias.map_or(0.0, |bias| bias[o]) + products.sum::<f64>());
            }
        }
        Self { shape: [batch, 1, 1, units], data }
    }
}

/// The parameters of a model in the order of the layers, and the dropout masks of its last pass in training.
pub(crate) struct Exact<'a> {
    model: &'a Model,
    pub(crate) parameters: Vec<Vec<f64>>,
    in_training: bool,
}

impl<'a> Exact<'a> {
    pub(crate) fn of(model: &'a Model, in_training: bool) -> Self {
        let wide = |values: &[f32]| values.iter().map(|&x| x.into()).collect();
        let parameters = model.parameters().map(|named| wide(&named.param.value)).collect();
        Self { model, parameters, in_training }
    }

    /// The logits of a batch, and the branches taken on the way.
    pub(crate) fn logits(&self, images: &Values) -> (Values, Branches) {
        let mut branches = Branches::new();
        let mut parameters = self.parameters.iter().map(|values| &values[..]);
        let state = self.model.state();
        let state: Vec<Vec<f64>> =
            state.map(|named| named.param.value.iter().map(|&x| x.into()).collect()).collect();
        let mut state = state.iter().map(|values| &values[..]);
        let mut x = images.clone();
        for (i, layer) in self.model.spec().unwrap().layers().iter().enumerate() {
            x = match *layer {
                LayerSpec::Conv2d { kernel, out_channels, stride, padding, bias, .. } => {
                    let weight = parameters.next().unwrap();
                    let bias = bias.map(|_| parameters.next().unwrap());
                    x.conv(&Window { kernel, stride, padding }, weight, bias, out_channels)
                }
                LayerSpec::MaxPool2d { window } => x.max_pool(&window, &mut branches),
                LayerSpec::AvgPool2d { window } => x.avg_pool(&window),
                LayerSpec::Relu => x.relu(&mut branches),
                LayerSpec::Dropout { rate } if self.in_training => {
                    x.dropout(rate.into(), self.model.dropout_mask(i).expect("a pass in training"))
                }
                LayerSpec::Dropout { .. } => x,
                LayerSpec::BatchNorm { eps, .. } => {
                    let [weight, bias] = [0; 2].map(|_| parameters.next().unwrap());
                    let running = [0; 2].map(|_| state.next().unwrap());
                    x.batch_norm(weight, bias, eps.into(), (!self.in_training).then_some(running))
                }
                LayerSpec::Flatten => x.flatten(),
                LayerSpec::Dense { units, bias, .. } => {
                    let weight = parameters.next().unwrap();
                    let bias = bias.map(|_| parameters.next().unwrap());
                    x.dense(weight, bias, units)
                }
                ref other => panic!("{other:?} is not known here"),
            };
        }
        (x, branches)
    }

    /// Mean cross-entropy of a batch, and the branches taken on the way.
    pub(crate) fn loss(&self, images: &Values, labels: &[u8]) -> (f64, Branches) {
        let (logits, branches) = self.logits(images);
        let rows = logits.data.chunks_exact(logits.shape[3]).zip(labels);
        let losses = rows.map(|(z, &label)| {
            let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            most + z.iter().map(|z| (z - most).exp()).sum::<f64>().ln() - z[usize::from(label)]
        });
        (losses.sum::<f64>() / labels.len() as f64, branches)
    }
}

/// The loss and gradient at the logits that the crate itself computes.
pub(crate) fn d_logits(logits: &[f32], labels: &[u8]) -> Vec<f32> {
    let logits =
        Array2::from_shape_vec((labels.len(), logits.len() / labels.len()), logits.to_vec()).unwrap();
    softmax_cross_entropy(logits.view(), labels).unwrap().d_logits.into_raw_vec_and_offset().0
}

/// Compares each derivative with a central difference of `f` over a step that takes the same branches at both ends
/// as at the place itself. Where a kink is near the step is made smaller; none is left out.
pub(crate) fn check_derivatives(
    what: &str,
    at: &[f64],
    gradient: &[f32],
    mut f: impl FnMut(&[f64]) -> (f64, Branches),
) {
    assert_eq!(at.len(), gradient.len(), "{what}");
    let mut moved = at.to_vec();
    let still = f(&moved).1;
    let mut excused = 0;
    for i in 0..at.len() {
        let expected = [1e-5, 1e-6, 1e-7, 1e-8].into_iter().find_map(|step| {
            let mut end = |x| {
                moved[i] = x;
                f(&moved)
            };
            let ((above, up), (below, down)) = (end(at[i] + step), end(at[i] - step));
            moved[i] = at[i];
            (up == still && down == still).then(|| (above - below) / (2.0 * step))
        });
        let Some(expected) = expected else {
            excused += 1;
            continue;
        };
        let difference = (f64::from(gradient[i]) - expected).abs();
        assert!(
            difference <= 1e-5 + 1e-4 * expected.abs(),
            "{what}: at {i} the gradient is {}, but the difference {expected}",
            gradient[i]
        );
    }
    assert_eq!(excused, 0, "{what}: derivatives at a kink, where there are none");
}
