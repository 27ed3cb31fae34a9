//! Pooling makes maps smaller, each on its own; padding lets it take odd sizes without losing their edge.
//!
//! `cargo run -p cnn --example 03_padding_and_pooling`

use cnn::geometry::{Padding, Window};
use cnn::layers::{AvgPool2d, MaxPool2d, Standalone};
use ndarray::{Array4, ArrayViewD, array};

fn main() -> cnn::Result<()> {
    let map =
        array![[1.0, 1.0, 2.0, 4.0], [5.0, 6.0, 7.0, 8.0], [3.0, 2.0, 1.0, 0.0], [1.0, 2.0, 3.0, 4.0f32]];
    let map = map.into_shape_with_order((1, 4, 4, 1)).expect("sixteen values");
    let window = Window::square(2, 2, Padding::Valid);

    let mut max = Standalone::new(MaxPool2d::new(window));
    println!("4x4 map:");
    print(map.view().into_dyn());
    println!("largest of each 2x2:");
    print(max.forward(map.view())?.view());
    println!("mean of each 2x2:");
    print(Standalone::new(AvgPool2d::new(window)).infer(map.view())?.view());

    // On the way back each gradient goes to where its maximum came from, and nowhere else.
    println!("a gradient of 1, 2, 3 and 4 on its way back through the maxima:");
    let d_output = array![1.0, 2.0, 3.0, 4.0].into_shape_with_order((1, 2, 2, 1)).expect("four values");
    print(max.backward(d_output.view())?.view());

    // 7 is odd: `valid` loses the last row and column, `same` pads them. The padding never wins, not even where
    // all values are below 0.
    let odd = Array4::from_elem((1, 7, 7, 1), -1.0);
    for padding in [Padding::Valid, Padding::Same] {
        let pooled = Standalone::new(MaxPool2d::new(Window { padding, ..window })).infer(odd.view())?;
        println!(
            "7x7 of -1 pooled by 2, {padding:?}: {:?}, largest {}",
            &pooled.shape()[1..3],
            pooled[[0, 0, 0, 0]]
        );
    }
    Ok(())
}

fn print(map: ArrayViewD<'_, f32>) {
    for row in map.slice(ndarray::s![0, .., .., 0]).rows() {
        println!("  {}", row.iter().map(|x| format!("{x:5}")).collect::<String>());
    }
}
