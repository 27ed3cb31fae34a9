//! Filters on grey pictures: means, largest and smallest values around each pixel.

use crate::picture::Grey;

/// Each pixel becomes the mean of the square around it, `2 · radius + 1` pixels a side, as far as it lies in the picture.
pub(super) fn mean(picture: &Grey, radius: usize) -> Grey {
    along_both(picture, radius, |window| window.iter().sum::<f32>() / window.len() as f32)
}

/// Each pixel becomes the largest of the square around it.
pub(super) fn largest(picture: &Grey, radius: usize) -> Grey {
    along_both(picture, radius, |window| window.iter().copied().fold(f32::MIN, f32::max))
}

/// Each pixel becomes the smallest of the square around it.
pub(super) fn smallest(picture: &Grey, radius: usize) -> Grey {
    along_both(picture, radius, |window| window.iter().copied().fold(f32::MAX, f32::min))
}

/// Rows and columns swapped.
pub(super) fn transposed(picture: &Grey) -> Grey {
    let Grey { width, height, ref data } = *picture;
    let data = (0..width).flat_map(|x| (0..height).map(move |y| data[y * width + x])).collect();
    Grey { width: height, height: width, data }
}

fn along_both(picture: &Grey, radius: usize, f: impl Fn(&[f32]) -> f32) -> Grey {
    transposed(&along_rows(&transposed(&along_rows(picture, radius, &f)), radius, &f))
}

fn along_rows(picture: &Grey, radius: usize, f: impl Fn(&[f32]) -> f32) -> Grey {
    let width = picture.width;
    let rows = picture.data.chunks_exact(width);
    let data = rows.flat_map(|row| {
        let f = &f;
        (0..width).map(move |x| f(&row[x.saturating_sub(radius)..(x + radius + 1).min(width)]))
    });
    Grey { width, height: picture.height, data: data.collect() }
}
