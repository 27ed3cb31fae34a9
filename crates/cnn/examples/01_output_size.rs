//! How large is what a filter leaves behind? The lecture's (N − F) / stride + 1, and what padding does to it.
//!
//! `cargo run -p cnn --example 01_output_size`

use cnn::geometry::{Padding, Window};

fn main() -> cnn::Result<()> {
    // A 3×3 filter on a 7×7 image, in steps of 1, 2 and 3.
    for stride in [1, 2, 3] {
        let window = Window::square(3, stride, Padding::Valid);
        let geometry = window.resolve([7, 7])?;
        let [rows, columns] = geometry.output;
        print!("7x7 image, 3x3 filter, stride {stride}: (7 - 3) / {stride} + 1 = {rows}x{columns}");
        match geometry.lost {
            [0, 0] => println!(),
            // The division leaves a remainder: the formula is rounded down, and some pixels are never seen.
            [rows, columns] => println!(", and {rows} row and {columns} column that no window covers"),
        }
    }

    // A border of one row and column of zeros keeps the size. `Same` finds such a border by itself.
    for (name, padding) in [("a border of 1", Padding::all(1)), ("`same`", Padding::Same)] {
        let [rows, columns] = Window::square(3, 1, padding).resolve([7, 7])?.output;
        println!("7x7 image, 3x3 filter, stride 1, {name}: {rows}x{columns}");
    }

    // What cannot be is an error that says why.
    let window = Window::square(9, 1, Padding::Valid);
    println!("7x7 image, 9x9 filter: {}", window.resolve([7, 7]).unwrap_err());
    Ok(())
}
