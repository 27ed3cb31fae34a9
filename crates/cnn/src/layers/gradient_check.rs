//! Whether a layer's backward pass is that of its forward pass.

use super::{Layer, Shape, Step, Wanted, Workspace};
use crate::Result;
use crate::rng::Rng;

/// What [`gradient_check`] found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GradientCheck {
    /// How many derivatives were compared: each value of the input and of every parameter.
    pub checked: usize,
    /// The largest difference between a derivative and the layer's gradient, as a share of the larger of the two, or of
    /// the typical gradient where both are smaller: the root of the mean square of that parameter's, or a thousandth of that
    /// of all where it is less, as for a bias that has no effect. Below 0.01 for a layer that is right.
    pub worst: f64,
    /// Where that was: `"input"` or the parameter's name, and the place in it.
    pub place: (String, usize),
}

/// Steps of the differences: the larger the less rounding, the smaller the fewer kinks lie within.
const STEPS: [f32; 4] = [1e-2, 3e-3, 1e-3, 3e-4];

/// Compares the gradients that a layer's [`backward`](Layer::backward) gives with differences of its
/// [`forward`](Layer::forward): of `L = Σ output · r` with random `r`, along each value of a random input and of every
/// parameter. Both passes are those of training with one seed, so that what is random stays the same.
///
/// Inputs are distinct and none is within 0.02 of 0, so that a ReLU or a pooling is not caught at its kink.
///
/// # Errors
/// What the layer says of such an input.
pub fn gradient_check(layer: &dyn Layer, input: Shape, batch: usize, seed: u64) -> Result<GradientCheck> {
    let output = layer.output_shape(input)?;
    input.check()?;
    output.check()?;
    let mut rng = Rng::seed_from_u64(seed);
    let batch = batch.max(1);
    let len = batch * input.len();
    let mut x: Vec<f32> = (0..len).map(|i| (i as f32 - len as f32 / 2.0) * 4.0 / len as f32).collect();
    x.iter_mut().for_each(|x| *x += if *x < 0.0 { -0.02 } else { 0.02 });
    rng.shuffle(&mut x);
    let r: Vec<f32> = (0..batch * output.len()).map(|_| rng.normal()).collect();

    let mut layer = layer.clone_layer();
    let mut params = 0;
    layer.params(&mut |_, _| params += 1);
    let run = |work: &mut Workspace, layer: &dyn Layer, x: &[f32]| -> f64 {
        let steps = [Step { number: 0, layer, input, output, params }];
        work.forward(&&steps[..], x, batch, Some(seed), &mut |_| {});
        work.last().iter().zip(&r).map(|(y, r)| f64::from(*y) * f64::from(*r)).sum()
    };
    let mut work = Workspace::default();
    run(&mut work, &*layer, &x);
    let steps = [Step { number: 0, layer: &*layer, input, output, params }];
    work.backward(&&steps[..], &r, Wanted { first: 0, params: true, input: true }, &mut |_| {});
    let mut gradients = vec![("input".to_owned(), work.d_input().to_vec())];
    let mut i = 0;
    layer.params(&mut |name, _| {
        gradients.push((name.to_owned(), work.d_params(0)[i].clone()));
        i += 1;
    });

    let overall = root_mean_square(gradients.iter().flat_map(|(_, gradient)| gradient));
    let mut found = GradientCheck { checked: 0, worst: 0.0, place: (String::new(), 0) };
    for (which, (name, gradient)) in gradients.iter().enumerate() {
        let typical = root_mean_square(gradient.iter()).max(1e-3 * overall).max(1e-6);
        for (at, &g) in gradient.iter().enumerate() {
            let error = STEPS.into_iter().map(|step| {
                let mut end = |step: f32| -> (f64, f64) {
                    let mut moved = 0.0;
                    if which == 0 {
                        let old = x[at];
                        x[at] += step;
                        moved = f64::from(x[at]);
                        let loss = run(&mut work, &*layer, &x);
                        x[at] = old;
                        return (loss, moved);
                    }
                    let mut old = 0.0;
                    set(&mut *layer, which - 1, at, &mut |value| {
                        old = *value;
                        *value += step;
                        moved = f64::from(*value);
                    });
                    let loss = run(&mut work, &*layer, &x);
                    set(&mut *layer, which - 1, at, &mut |value| *value = old);
                    (loss, moved)
                };
                let [below, here, above] = [-step, 0.0, step].map(&mut end);
                let g = f64::from(g);
                // Where a kink lies on one side, the other side is right.
                let pairs =
                    [(below, above), (below, here), (here, above)].map(|((low, left), (high, right))| {
                        let derivative = (high - low) / (right - left);
                        (g - derivative).abs() / g.abs().max(derivative.abs()).max(typical)
                    });
                pairs.into_iter().fold(f64::INFINITY, f64::min)
            });
            let error = error.fold(f64::INFINITY, f64::min);
            found.checked += 1;
            // NaN is the worst.
            if error.is_nan() || error > found.worst {
                (found.worst, found.place) = (error, (name.clone(), at));
            }
        }
    }
    Ok(found)
}

/// Changes one value of one parameter.
fn set(layer: &mut dyn Layer, param: usize, at: usize, change: &mut dyn FnMut(&mut f32)) {
    let mut i = 0;
    layer.params_mut(&mut |_, shown| {
        if i == param {
            change(&mut shown.value[at]);
        }
        i += 1;
    });
}

fn root_mean_square<'a>(values: impl Iterator<Item = &'a f32>) -> f64 {
    let (mut squares, mut count) = (0.0, 0.0f64);
    values.for_each(|&value| (squares, count) = (squares + f64::from(value).powi(2), count + 1.0));
    (squares / count.max(1.0)).sqrt()
}
