//! One filter over one image: a window of weights, multiplied and summed at every position, then ReLU.
//!
//! `cargo run -p cnn --example 02_one_filter`

use cnn::geometry::Padding;
use cnn::layers::{Conv2d, Relu, Standalone};
use ndarray::{Array4, ArrayViewD, array};

fn main() -> cnn::Result<()> {
    // A dark image with a bright square, as [batch, height, width, channels].
    let mut image = Array4::zeros((1, 8, 8, 1));
    image.slice_mut(ndarray::s![0, 2..6, 2..6, 0]).fill(1.0);

    // A filter that answers where it is dark on the left and bright on the right: [height, width, in, out].
    let weight = array![[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]];
    let weight = weight.into_shape_with_order((3, 3, 1, 1)).expect("nine weights");
    let filter = Standalone::new(Conv2d::from_arrays(weight, None, [1, 1], Padding::Valid)?);

    let map = filter.infer(image.view())?;
    let rectified = Standalone::new(Relu::new()).infer(map.view())?;
    println!("The image:");
    print(image.view().into_dyn());
    println!("What the filter says, -3 at a right edge and 3 at a left one:");
    print(map.view());
    println!("After ReLU only the left edge is left:");
    print(rectified.view());

    // Six such filters over a colour image give six maps, and cost 5·5·3·6 weights and 6 biases.
    let bias = Some(ndarray::Array1::zeros(6));
    let six = Conv2d::from_arrays(Array4::zeros((5, 5, 3, 6)), bias, [1, 1], Padding::Valid)?;
    let six = Standalone::new(six);
    let maps = six.infer(Array4::zeros((1, 32, 32, 3)).view())?;
    let parameters =
        six.layer.weight.value.len() + six.layer.bias.as_ref().map_or(0, |bias| bias.value.len());
    println!("32x32x3 through six 5x5x3 filters: {:?}, {parameters} parameters", &maps.shape()[1..]);
    Ok(())
}

fn print(map: ArrayViewD<'_, f32>) {
    for row in map.slice(ndarray::s![0, .., .., 0]).rows() {
        println!("  {}", row.iter().map(|x| format!("{x:3}")).collect::<String>());
    }
}
