//! Pictures from a canvas: a person's own digit, and images for a data set of their own.

use crate::convert::sizes;
use crate::error::Result;
use crate::object::{floats, object, to_js};
use cnn_notebook::picture::{Grey, Rect};
use wasm_bindgen::prelude::*;

/// Makes a digit in a picture (`rgba` as a canvas gives it) into what MNIST's digits are, stage by stage.
#[wasm_bindgen(unchecked_return_type = "PreparedDigit")]
pub fn prepare_digit(rgba: &[u8], width: usize, height: usize) -> Result<JsValue> {
    let digit = cnn_notebook::digit::prepare(rgba, width, height)?;
    let Rect { x, y, width, height } = digit.crop;
    let crop = [("x", x.into()), ("y", y.into()), ("width", width.into()), ("height", height.into())];
    Ok(object([
        ("pixels", floats(&digit.pixels)),
        ("dark_on_light", digit.dark_on_light.into()),
        ("ground", digit.ground.into()),
        ("ink", grey(&digit.ink)),
        ("crop", object(crop)),
        ("fitted", grey(&digit.fitted)),
        ("centre", to_js(&digit.centre)),
        ("offset", to_js(&digit.offset)),
    ]))
}

/// A picture in another size `[height, width]`, by area, as bytes `[height, width, channels]` for a data set.
#[wasm_bindgen]
pub fn resize_picture(
    rgba: &[u8],
    #[wasm_bindgen(unchecked_param_type = "[number, number]")] from: JsValue,
    #[wasm_bindgen(unchecked_param_type = "[number, number]")] to: JsValue,
    channels: usize,
) -> Result<Vec<u8>> {
    Ok(cnn_notebook::picture::resize_rgba(rgba, sizes(&from)?, sizes(&to)?, channels)?)
}

fn grey(picture: &Grey) -> JsValue {
    object([
        ("width", picture.width.into()),
        ("height", picture.height.into()),
        ("data", floats(&picture.data)),
    ])
}
