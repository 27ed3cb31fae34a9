use super::*;
use cnn::rng::Rng;
use proptest::prelude::*;

/// A picture with a seven-like stroke in the box (x, y, side), its tones given by a function of place and ink.
fn drawn(
    width: usize,
    height: usize,
    (x0, y0, side): (usize, usize, usize),
    tone: impl Fn(usize, usize, bool) -> u8,
) -> Vec<u8> {
    let stroke = side / 8 + 1;
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let inside = (x0..x0 + side * 3 / 4).contains(&x) && (y0..y0 + side).contains(&y);
            let bar = y < y0 + stroke;
            // The slanted leg runs from the right top to the left bottom.
            let leg = (x0 + side * 3 / 4).saturating_sub((y - y0.min(y)) / 2);
            let ink = inside && (bar || (x < leg && x + stroke >= leg));
            let tone = tone(x, y, ink);
            rgba.extend([tone, tone, tone, 255]);
        }
    }
    rgba
}

fn similarity(a: &Digit, b: &Digit) -> f32 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(a, b)| a * b).sum::<f32>();
    dot(&a.pixels, &b.pixels) / (dot(&a.pixels, &a.pixels) * dot(&b.pixels, &b.pixels)).sqrt()
}

fn plain() -> Digit {
    prepare(&drawn(280, 280, (60, 40, 200), |_, _, ink| if ink { 0 } else { 255 }), 280, 280).unwrap()
}

#[test]
fn the_digit_is_20_pixels_large_and_its_mass_at_the_centre() {
    let digit = plain();
    assert!(digit.dark_on_light);
    assert_eq!(digit.ground, 1.0);
    assert_eq!((digit.crop.x, digit.crop.y, digit.crop.height), (60, 40, 200));
    assert_eq!((digit.fitted.width, digit.fitted.height), (15, 20));
    let column = |x: usize| digit.pixels.iter().skip(x).step_by(SIZE).any(|v| *v > 0.0);
    let row = |y: usize| digit.pixels[y * SIZE..(y + 1) * SIZE].iter().any(|v| *v > 0.0);
    let filled = |there: &dyn Fn(usize) -> bool| (0..SIZE).filter(|i| there(*i)).count();
    assert_eq!((filled(&column), filled(&row)), (15, 20));
    let centre = centre_of_mass(&Grey { width: 28, height: 28, data: digit.pixels.clone() });
    assert!(centre.iter().all(|c| (c - 14.0).abs() <= 0.5), "{centre:?}");
    assert!(digit.pixels.iter().all(|p| (0.0..=1.0).contains(p)) && digit.pixels.contains(&1.0));
}

#[test]
fn tones_place_and_size_do_not_matter() {
    let plain = plain();
    let cases: [(&str, Vec<u8>, usize, usize); 6] = [
        ("light on dark", drawn(280, 280, (60, 40, 200), |_, _, ink| if ink { 250 } else { 10 }), 280, 280),
        ("grey on grey", drawn(280, 280, (60, 40, 200), |_, _, ink| if ink { 100 } else { 160 }), 280, 280),
        ("in a corner", drawn(400, 300, (2, 3, 90), |_, _, ink| if ink { 0 } else { 255 }), 400, 300),
        ("at the border", drawn(280, 280, (0, 0, 280), |_, _, ink| if ink { 0 } else { 255 }), 280, 280),
        ("large", drawn(1500, 1100, (500, 100, 800), |_, _, ink| if ink { 30 } else { 220 }), 1500, 1100),
        ("small", drawn(40, 64, (5, 20, 30), |_, _, ink| if ink { 0 } else { 255 }), 40, 64),
    ];
    for (name, rgba, width, height) in cases {
        let similarity = similarity(&plain, &prepare(&rgba, width, height).unwrap());
        assert!(similarity > 0.93, "{name}: {similarity}");
    }
}

#[test]
fn a_photo_with_noise_shade_and_dust_is_read() {
    let mut rng = Rng::seed_from_u64(5);
    let noise: Vec<f32> = (0..600 * 500).map(|_| 6.0 * rng.normal()).collect();
    let rgba = drawn(600, 500, (200, 100, 300), |x, y, ink| {
        let dust = x.abs_diff(40) < 3 && y.abs_diff(450) < 3;
        let paper = 220.0 - 90.0 * x as f32 / 600.0;
        let tone = if ink || dust { 0.35 * paper } else { paper };
        (tone + noise[y * 600 + x]).clamp(0.0, 255.0) as u8
    });
    let digit = prepare(&rgba, 600, 500).unwrap();
    assert!(digit.dark_on_light);
    assert!(digit.crop.x.abs_diff(200) < 4 && digit.crop.y.abs_diff(100) < 4, "{:?}", digit.crop);
    let similarity = similarity(&plain(), &digit);
    assert!(similarity > 0.9, "{similarity}");
}

/// A seven on a sheet with lines, `tones` of paper, line and ink.
fn on_lines(squared: bool, tones: [u8; 3]) -> Digit {
    let [paper, line, ink] = tones;
    let rgba = drawn(500, 420, (160, 80, 240), |x, y, there| {
        let across = (y + x / 25).is_multiple_of(40);
        let down = squared && (x + 420 - y / 25).is_multiple_of(40);
        if there {
            ink
        } else if across || down {
            line
        } else {
            paper
        }
    });
    prepare(&rgba, 500, 420).unwrap()
}

#[test]
fn lines_of_ruled_and_squared_paper_are_not_the_digit() {
    for squared in [false, true] {
        // A felt pen, a pencil on strong lines, chalk on a ruled blackboard.
        for tones in [[240, 190, 30], [235, 170, 130], [40, 90, 220]] {
            let digit = on_lines(squared, tones);
            let case = format!("squared {squared}, {tones:?}: {:?}", digit.crop);
            assert!(digit.crop.x.abs_diff(160) < 5 && digit.crop.y.abs_diff(80) < 5, "{case}");
            assert!(digit.crop.width.abs_diff(180) < 8 && digit.crop.height.abs_diff(240) < 8, "{case}");
            let similarity = similarity(&plain(), &digit);
            assert!(similarity > 0.9, "{case}, {similarity}");
        }
    }
}

#[test]
fn the_shadow_of_a_hand_is_not_the_digit() {
    let rgba = drawn(500, 420, (160, 80, 240), |x, y, ink| {
        let light = if x + y > 560 { 0.55 } else { 1.0 };
        (light * if ink { 70.0 } else { 230.0 }) as u8
    });
    let digit = prepare(&rgba, 500, 420).unwrap();
    assert!(digit.crop.x.abs_diff(160) < 4 && digit.crop.height.abs_diff(240) < 6, "{:?}", digit.crop);
    assert!(similarity(&plain(), &digit) > 0.9);
}

#[test]
fn what_touches_the_edge_is_not_the_digit_where_there_is_another() {
    // The table beside the paper.
    let rgba = drawn(500, 420, (160, 80, 240), |x, _, ink| if ink || x < 30 { 60 } else { 230 });
    let digit = prepare(&rgba, 500, 420).unwrap();
    assert!(digit.crop.x.abs_diff(160) < 4 && digit.crop.width.abs_diff(180) < 6, "{:?}", digit.crop);
}

#[test]
fn ink_on_nothing_is_read_in_either_tone() {
    let plain = plain();
    for tone in [0, 255] {
        let mut rgba = drawn(280, 280, (60, 40, 200), |_, _, ink| u8::from(ink));
        for pixel in rgba.chunks_exact_mut(4) {
            let ink = pixel[0] == 1;
            pixel.copy_from_slice(&if ink { [tone, tone, tone, 255] } else { [0, 0, 0, 0] });
        }
        let digit = prepare(&rgba, 280, 280).unwrap();
        assert_eq!(digit.dark_on_light, tone == 0);
        assert!(similarity(&plain, &digit) > 0.99);
    }
}

#[test]
fn a_hairline_becomes_a_stroke_as_wide_as_mnists() {
    let mut rgba = [255; 4].repeat(280 * 280);
    for y in 40..240 {
        rgba[4 * (y * 280 + 140)..][..3].fill(0);
    }
    let digit = prepare(&rgba, 280, 280).unwrap();
    assert_eq!((digit.crop.width, digit.crop.height), (1, 200));
    assert_eq!((digit.fitted.width, digit.fitted.height), (2, 20));
    let ink: f32 = digit.pixels.iter().sum();
    assert!((35.0..55.0).contains(&ink), "{ink}");
}

#[test]
fn nothing_and_next_to_nothing_are_errors() {
    let code = |rgba: &[u8], width, height| prepare(rgba, width, height).unwrap_err().code();
    for tone in [0, 77, 255] {
        assert_eq!(code(&[tone, tone, tone, 255].repeat(100), 10, 10), "digit_empty");
    }
    assert_eq!(code(&[0; 400], 10, 10), "digit_empty");
    assert_eq!(code(&[9; 4], 1, 1), "digit_empty");
    let dot = drawn(280, 280, (140, 140, 3), |_, _, ink| if ink { 0 } else { 255 });
    assert_eq!(code(&dot, 280, 280), "digit_too_small");
    assert_eq!(code(&[0; 4], 20_000, 20_000), "image_size");
}

proptest! {
    #[test]
    fn no_picture_panics(width in 1usize..40, height in 1usize..40, seed: u64, kind in 0u8..3) {
        let mut rng = Rng::seed_from_u64(seed);
        let rgba: Vec<u8> = (0..4 * width * height)
            .map(|_| match kind {
                0 => rng.next_u64() as u8,
                1 => 255 * (rng.below(40) == 0) as u8,
                _ => 255 * (rng.below(2)) as u8,
            })
            .collect();
        if let Ok(digit) = prepare(&rgba, width, height) {
            prop_assert!(digit.pixels.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert!(digit.fitted.width.max(digit.fitted.height) == FITTED);
        }
    }
}
