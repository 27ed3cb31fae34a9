#[path = "../../tests/common/networks.rs"]
mod networks;

use super::*;
use crate::layers::Shape;
use proptest::prelude::*;

/// Limits of a caller such as a page.
const LIMITS: Limits = Limits::NONE.with_memory(1_000_000_000).with_size(16_384).with_layers(200);

fn parse(text: &str) -> ModelSpec {
    ModelSpec::parse_within(text, LIMITS).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The line and the inner error of a text that must not parse.
fn fails(text: &str) -> (usize, Error) {
    match ModelSpec::parse_within(text, LIMITS) {
        Err(Error::Spec { line, error }) => (line, *error),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn lab11_2_has_the_lecture_s_shapes_and_parameters() {
    let spec = parse(networks::LAB11_2);
    let summary = spec.summary();
    let shapes: Vec<_> = summary.layers.iter().map(|layer| layer.output.to_vec()).collect();
    let expected: [&[usize]; 8] = [
        &[28, 28, 32],
        &[28, 28, 32],
        &[14, 14, 32],
        &[14, 14, 64],
        &[14, 14, 64],
        &[7, 7, 64],
        &[3136],
        &[10],
    ];
    assert_eq!(shapes, expected);
    assert_eq!(summary.parameters, 3 * 3 * 32 + 3 * 3 * 32 * 64 + 3136 * 10 + 10);
    assert_eq!(summary.multiply_adds, 784 * 288 + 196 * 18432 + 31360);
    assert_eq!(summary.warnings, []);
    assert_eq!(spec.classes(), 10);
    let LayerSpec::Dense { bias, init, .. } = spec.layers[7] else { panic!() };
    assert_eq!((bias, init), (Some(Init::Normal(1.0)), Init::XavierUniform));
    let LayerSpec::Conv2d { bias, init, .. } = spec.layers[3] else { panic!() };
    assert_eq!((bias, init), (None, Init::Normal(0.01)));
}

#[test]
fn lab11_3_flattens_to_2048() {
    let spec = parse(networks::LAB11_3);
    let summary = spec.summary();
    assert_eq!(summary.layers[11].output, Shape::Map([4, 4, 128]));
    assert_eq!(summary.layers[12].output, Shape::Vector(2048));
    let convs = (9 * 32 + 32) + (9 * 32 * 64 + 64) + (9 * 64 * 128 + 128);
    assert_eq!(summary.parameters, convs + (2048 * 625 + 625) + (625 * 10 + 10));
    assert_eq!(summary.warnings, []);
}

#[test]
fn receptive_fields_grow_with_depth() {
    let fields: Vec<_> = parse("input 28x28x1\nconv 3 8\nconv 3 8\nmaxpool 2\nconv 3 8\nflatten\ndense 10")
        .summary()
        .layers
        .iter()
        .map(|layer| layer.receptive_field)
        .collect();
    assert_eq!(fields, [[3, 3], [5, 5], [6, 6], [10, 10], [10, 10], [28, 28]].map(|f: [usize; 2]| f));
}

#[test]
fn options_come_in_any_order_and_have_defaults() {
    let a = parse("input 9x8x2\nconv 3x2 4 init he bias none padding 1,0,2,0 stride 1x2\nflatten\ndense 3");
    let b = parse(
        "# a comment\n\n INPUT 9×8×2 # here too\nConv 3x2 4 stride 1x2 padding 1,0,2,0 bias none init he\n\nflatten\ndense 3 bias zeros init xavier",
    );
    assert_eq!(a, b);
    assert_eq!((a.line(0), b.line(0), b.line(2)), (2, 4, 7));
    assert_eq!(
        a.to_string(),
        "input 9x8x2\nconv 3x2 4 stride 1x2 padding 1,0,2,0 bias none init he\nflatten\ndense 3 bias zeros init xavier\n"
    );
    assert_eq!(
        parse("input 8x8x1\nmaxpool 2x4\nflatten\ndense 3").layers[0].to_string(),
        "maxpool 2x4 stride 2x4 padding valid"
    );
    assert_eq!(
        parse("input 8x8x1\nconv 3 4 padding 1\nflatten\ndense 3").summary().layers[0].output,
        Shape::Map([8, 8, 4])
    );
}

#[test]
fn errors_name_the_line_and_what_would_be_right() {
    let message = |text: &str| text.parse::<ModelSpec>().unwrap_err().to_string();
    assert_eq!(
        message("input 28x28x1\nconv 29x3 8\nflatten\ndense 10"),
        "line 2: the 29×3 window is larger than its 28×28 input (padding included): use a smaller window, padding, or a larger input"
    );
    assert_eq!(
        message("input 28x28x1\n\ndense 10"),
        "line 3: `dense` works on a vector, but gets maps of 28×28×1: put `flatten` before it"
    );
    assert_eq!(
        message("input 28x28x1\nmaxpol 2x2"),
        "line 2: got `maxpol`, expected a layer: input, conv, maxpool, avgpool, relu, dropout, flatten, dense or batchnorm; did you mean `maxpool`?"
    );
    assert_eq!(
        message("input 28x28x1\nconv 3x3"),
        "line 2: got the end of the line, expected the number of filters, such as 32"
    );
}

#[test]
fn each_mistake_has_its_error() {
    let body = |line: &str| format!("input 28x28x1\n{line}\nflatten\ndense 10");
    let code = |text: &str| {
        let (line, error) = fails(text);
        (line, error.code())
    };
    assert_eq!(code(""), (1, "missing_input"));
    assert_eq!(code("\nrelu"), (2, "missing_input"));
    assert_eq!(code("bogus"), (1, "unknown_layer"));
    assert_eq!(code("input 28x28x1\ninput 28x28x1"), (2, "input_twice"));
    assert_eq!(code("input 28"), (1, "expected"));
    assert_eq!(code("input 28x0x1"), (1, "zero_size"));
    assert_eq!(code("input 28x28x1"), (1, "no_scores"));
    assert_eq!(code("input 28x28x1\nrelu"), (2, "no_scores"));
    assert_eq!(code("input 28x28x1\nflatten"), (2, "class_count"));
    assert_eq!(code("input 28x28x1\nflatten\ndense 1"), (3, "class_count"));
    assert_eq!(code("input 28x28x1\nflatten\ndense 0"), (3, "zero_size"));
    assert_eq!(code("input 28x28x1\nflatten\nflatten\ndense 10"), (3, "needs_map"));
    assert_eq!(code("input 28x28x1\nflatten\nconv 3x3 4\ndense 10"), (3, "needs_map"));
    assert_eq!(code(&body("conv 3x3 0")), (2, "zero_size"));
    assert_eq!(code(&body("conv 0x3 8")), (2, "zero_size"));
    assert_eq!(code(&body("conv 3x3 8 stride 0")), (2, "zero_size"));
    assert_eq!(code(&body("conv 3x3x3 8")), (2, "expected"));
    assert_eq!(code(&body("conv 3x3 8 9")), (2, "unknown_option"));
    assert_eq!(code(&body("conv 3x3 8 strid 2")), (2, "unknown_option"));
    assert_eq!(code(&body("conv 3x3 8 stride 2 stride 2")), (2, "option_twice"));
    assert_eq!(code(&body("conv 3x3 8 padding 1,2")), (2, "expected"));
    assert_eq!(code(&body("conv 3x3 8 padding -1")), (2, "expected"));
    assert_eq!(code(&body("conv 3x3 8 init none")), (2, "unknown_option"));
    assert_eq!(code(&body("conv 3x3 8 init normal")), (2, "expected"));
    assert_eq!(code(&body("conv 3x3 8 init normal nan")), (2, "expected"));
    assert_eq!(code(&body("conv 3x3 8 init normal -1")), (2, "out_of_range"));
    assert_eq!(code(&body("conv 3x3 99999999999999999999999")), (2, "above_limit"));
    let (_, above) = fails(&body("conv 3x3 99999999999999999999999"));
    assert!(matches!(above, Error::AboveLimit { what: "a number", limit: 16_384, .. }), "{above:?}");
    assert_eq!(code(&body("conv 3x3 16385")), (2, "above_limit"));
    assert_eq!(code(&body("conv 3x3 4 padding 16385")), (2, "above_limit"));
    assert_eq!(code("input 16385x1x1\nflatten\ndense 2"), (1, "above_limit"));
    assert_eq!(code(&body("relu 3")), (2, "expected"));
    assert_eq!(code(&body("dropout 1")), (2, "out_of_range"));
    assert_eq!(code(&body("dropout -0.1")), (2, "out_of_range"));
    assert_eq!(code(&body("dropout")), (2, "expected"));
    assert_eq!(code(&body("batchnorm eps -1")), (2, "out_of_range"));
    assert_eq!(code(&body("batchnorm eps 0")), (2, "out_of_range"));
    assert_eq!(code(&body("batchnorm momentum 0")), (2, "out_of_range"));
    assert_eq!(code(&body("batchnorm momentum 1.5")), (2, "out_of_range"));
    assert_eq!(code(&body("batchnorm momentum")), (2, "expected"));
    assert_eq!(code(&body("batchnorm 0.1")), (2, "unknown_option"));
    assert_eq!(code(&body("batchnorm eps 1 eps 1")), (2, "option_twice"));
    assert_eq!(code("input 28x28x1\nflatten\ndense 10\nbatchnorm"), (4, "scores_normalized"));
    assert_eq!(code("input 28x28x1\nflatten\ndense 10\nrelu\nbatchnorm"), (5, "scores_normalized"));
    assert_eq!(code(&body("maxpool 16x16")), (2, "pool_too_large"));
    assert_eq!(code(&body("maxpool 2x2 padding 2")), (2, "pool_padding_too_wide"));
    assert_eq!(code(&body("conv 3x3 16384 padding same\nconv 3x3 16384")), (3, "too_large"));
    assert_eq!(code("input 16384x16384x16384"), (1, "too_large"));
    assert_eq!(code(&body(&"relu\n".repeat(300))), (202, "above_limit"));
}

#[test]
fn batch_normalization_is_counted_and_written_out() {
    let spec = parse(
        "input 9x8x3\nbatchnorm\nconv 3 4\nBatchNorm MOMENTUM 1\nflatten\ndense 6\nbatchnorm eps 1e-3 momentum 0.01\nrelu\ndense 3",
    );
    assert_eq!(spec.layers[0].to_string(), "batchnorm momentum 0.1 eps 0.00001");
    assert_eq!(spec.layers[5].to_string(), "batchnorm momentum 0.01 eps 0.001");
    let summary = spec.summary();
    let of = |layer: usize| &summary.layers[layer];
    let (maps, vector) = (of(2), of(5));
    assert_eq!((maps.input, maps.output), (Shape::Map([7, 6, 4]), Shape::Map([7, 6, 4])));
    for (layer, channels, values) in [(of(0), 3, 216), (maps, 4, 168), (vector, 6, 6)] {
        let shape = Some(vec![channels]);
        assert_eq!((&layer.weight_shape, &layer.bias_shape, &layer.running_shape), (&shape, &shape, &shape));
        // The running means are no parameters.
        assert_eq!((layer.parameters, layer.multiply_adds), (2 * channels as u64, values));
    }
    assert_eq!((maps.receptive_field, of(1).running_shape.as_ref()), ([3, 3], None));
    let warnings = "input 8x8x1\nconv 3 4\nbatchnorm\nconv 3 4\nflatten\ndense 3";
    assert_eq!(parse(warnings).summary().warnings[0], Warning::NoActivation { line: 4 });
    let message = |text: &str| text.parse::<ModelSpec>().unwrap_err().to_string();
    assert_eq!(
        message("input 4x4x1\nflatten\ndense 4\nbatchnorm eps -0.1"),
        "line 4: eps is -0.1, but must be above 0: it keeps a variance of 0 from being divided by"
    );
    assert_eq!(
        message("input 4x4x1\nbatchnorm decay 0.1\nflatten\ndense 4"),
        "line 2: got `decay`, expected momentum, eps or the end of the line"
    );
    assert!(message("input 4x4x1\nbatch_norm").ends_with("did you mean `batchnorm`?"));
    // Before anything is drawn of it, an outline has all of its layers.
    let scores = outline("input 4x4x1\nflatten\ndense 4\nbatchnorm");
    assert_eq!((scores.summary.layers.len(), scores.error.unwrap().code()), (3, "scores_normalized"));
}

/// Layers may be made with numbers that no text can hold: a spec of them could not be read again.
#[test]
fn weights_start_from_finite_numbers() {
    let new = |init, bias| {
        let dense = LayerSpec::Dense { units: 2, bias, init };
        ModelSpec::new([1, 1, 2], vec![LayerSpec::Flatten, dense])
    };
    assert!(new(Init::Normal(0.0), Some(Init::Constant(-1.0))).is_ok());
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.1] {
        let error = new(Init::Normal(bad), None).unwrap_err();
        assert!(matches!(&error, Error::Spec { line: 3, .. }) && error.code() == "out_of_range", "{error}");
        assert_eq!(new(Init::Zeros, Some(Init::Normal(bad))).unwrap_err().code(), "out_of_range");
        assert_eq!(new(Init::Zeros, Some(Init::Constant(bad))).is_err(), !bad.is_finite());
    }
}

#[test]
fn what_layers_work_in_counts() {
    let memory = |text: &str, batch| parse(text).summary().memory_bytes(batch);
    // 10 parameters four times and 7 activations twice; what is small for each of 8 threads.
    let small = memory("input 1x1x1\nconv 1x1 2 padding 1 stride 4\nflatten\ndense 2", 1);
    assert!((4 * (10 * 4 + 7 * 2)..8000).contains(&small), "{small}");
    // A border costs as much as windows see of it: nine pixels of a billion, or all.
    assert!(memory("input 1x1x1\nconv 1x1 1 stride 16384 padding 16384\nflatten\ndense 2", 1) < 8000);
    let (line, error) = fails("input 1x1x1\nconv 2x2 1 padding 16384\nflatten\ndense 2");
    assert_eq!((line, error.code()), (2, "too_large"));
    // Of three million weights: four times for Adam, and in work eight times for sums and 16 / 9 times transformed.
    let wide = "input 4x4x500\nconv 3x3 700\nrelu\nflatten\ndense 2 bias none";
    let ratio = memory(wide, 8) as f64 / (4.0 * 3.15e6 * (12.0 + 16.0 / 9.0));
    assert!((0.99..1.06).contains(&ratio), "{ratio}");
}

#[test]
fn a_large_batch_is_checked_apart() {
    let spec = parse("input 512x512x3\nconv 3 16\nflatten\ndense 2");
    assert_eq!(spec.check_batch(1), Ok(()));
    assert_eq!(spec.check_batch(1000).unwrap_err().code(), "too_large");
    assert_eq!(spec.check_batch(0).unwrap_err().code(), "out_of_range");
}

#[test]
fn what_may_not_be_meant_is_a_warning() {
    let warnings = |body: &str| parse(&format!("input 7x7x1\n{body}\nflatten\ndense 10")).summary().warnings;
    assert_eq!(warnings("maxpool 3x3"), [Warning::LeftOver { line: 2, rows: 1, columns: 1 }]);
    assert_eq!(
        warnings("maxpool 2x2 stride 3"),
        [Warning::LeftOver { line: 2, rows: 2, columns: 2 }, Warning::StrideSkips { line: 2 },]
    );
    assert_eq!(warnings("conv 3 4"), [Warning::NoActivation { line: 4 }]);
    assert_eq!(warnings("conv 3 4 init zeros\nrelu"), [Warning::EqualWeights { line: 2 }]);
    let last = parse("input 7x7x1\nflatten\ndense 10\nrelu").summary().warnings;
    assert_eq!(last, [Warning::ScoresCut { line: 4 }]);
}

#[test]
fn nearest_words_are_found_and_far_ones_are_not() {
    let nearest = |text: &str| match fails(text).1 {
        Error::UnknownLayer { nearest, .. } | Error::UnknownOption { nearest, .. } => nearest,
        other => panic!("{other}"),
    };
    assert_eq!(nearest("input 8x8x1\nconv2d 3 4"), Some("conv"));
    assert_eq!(nearest("input 8x8x1\nlinear 10"), Some("dense"));
    assert_eq!(nearest("input 8x8x1\nMaxPooling 2"), Some("maxpool"));
    assert_eq!(nearest("input 8x8x1\ndens 10"), Some("dense"));
    assert_eq!(nearest("inptu 8x8x1"), Some("input"));
    assert_eq!(nearest("input 8x8x1\nconv 3 4 pad 1"), Some("padding"));
    assert_eq!(nearest("input 8x8x1\nconv 3 4 bais none"), Some("bias"));
    assert_eq!(nearest("input 8x8x1\nconv 3 4 init hee"), Some("he"));
    assert_eq!(nearest("input 8x8x1\nsoftmax"), None);
    assert_eq!(nearest("input 8x8x1\n고양이"), None);
}

/// Any value below the one with these bits, in size, of either sign.
fn any_float(below: u32) -> impl Strategy<Value = f32> {
    (0..below, any::<bool>()).prop_map(|(bits, negative)| f32::from_bits(bits | u32::from(negative) << 31))
}

fn any_init() -> impl Strategy<Value = Init> {
    prop_oneof![
        Just(Init::Zeros),
        any_float(0x7f80_0000).prop_map(Init::Constant),
        any_float(0x7f80_0000).prop_map(|std| Init::Normal(std.abs())),
        Just(Init::XavierUniform),
        Just(Init::XavierNormal),
        Just(Init::HeUniform),
        Just(Init::HeNormal),
    ]
}

fn any_padding() -> impl Strategy<Value = Padding> {
    prop_oneof![
        Just(Padding::Valid),
        Just(Padding::Same),
        [0usize..3, 0usize..3, 0usize..3, 0usize..3]
            .prop_map(|[top, bottom, left, right]| Padding::Explicit { top, bottom, left, right }),
    ]
}

fn any_layer() -> impl Strategy<Value = LayerSpec> {
    let window = ([1usize..5, 1usize..5], [1usize..4, 1usize..4], any_padding())
        .prop_map(|(kernel, stride, padding)| Window { kernel, stride, padding })
        .boxed();
    let bias = proptest::option::of(any_init());
    prop_oneof![
        (window.clone(), 1usize..20, bias, any_init()).prop_map(|(window, out_channels, bias, init)| {
            let Window { kernel, stride, padding } = window;
            LayerSpec::Conv2d { kernel, out_channels, stride, padding, bias, init }
        }),
        window.clone().prop_map(|window| LayerSpec::MaxPool2d { window }),
        window.prop_map(|window| LayerSpec::AvgPool2d { window }),
        Just(LayerSpec::Relu),
        any_float(0x3f80_0000).prop_map(|rate| LayerSpec::Dropout { rate: rate.abs() }),
    ]
}

proptest! {
    #[test]
    fn display_and_parse_are_inverse(
        input in [1usize..30, 1usize..30, 1usize..4],
        mut layers in proptest::collection::vec(any_layer(), 0..6),
        (units, bias, init) in (2usize..257, proptest::option::of(any_init()), any_init()),
    ) {
        layers.extend([LayerSpec::Flatten, LayerSpec::Dense { units, bias, init }]);
        if let Ok(spec) = ModelSpec::new(input, layers) {
            let text = spec.to_string();
            let again: ModelSpec = text.parse().unwrap();
            prop_assert_eq!(&again, &spec);
            prop_assert_eq!(again.to_string(), text);
            prop_assert_eq!(again.summary(), spec.summary());
        }
    }

    /// Every value that may stand in a network, whatever its bits: also those that take 47 characters.
    #[test]
    fn every_number_comes_back_bit_for_bit(bits: u32) {
        let value = f32::from_bits(bits);
        let numbers = [
            LayerSpec::Dropout { rate: value },
            LayerSpec::Dense { units: 3, bias: Some(Init::Constant(value)), init: Init::HeUniform },
            LayerSpec::Dense { units: 3, bias: None, init: Init::Normal(value) },
        ];
        for layer in numbers {
            let layers = vec![LayerSpec::Flatten, layer, LayerSpec::Dense { units: 2, bias: None, init: Init::Zeros }];
            if let Ok(spec) = ModelSpec::new([1, 1, 1], layers) {
                let again: ModelSpec = spec.to_string().parse().unwrap();
                let number = |spec: &ModelSpec| match spec.layers()[1] {
                    LayerSpec::Dropout { rate: value }
                    | LayerSpec::Dense { bias: Some(Init::Constant(value)), .. }
                    | LayerSpec::Dense { init: Init::Normal(value), .. } => value.to_bits(),
                    ref other => panic!("{other:?}"),
                };
                prop_assert_eq!(number(&again), bits);
                prop_assert_eq!(number(&spec), bits);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = text.parse::<ModelSpec>();
    }

    #[test]
    fn no_words_panic(words in proptest::collection::vec(
        proptest::sample::select(vec![
            "input", "conv", "maxpool", "avgpool", "relu", "dropout", "flatten", "dense", "stride", "padding", "bias",
            "init", "same", "valid", "none", "normal", "constant", "he", "\n", "\n", "\n", "0", "1", "3x3", "28x28x1",
            "16384", "16384x16384x16384", "99999999999", "1,1,1,1", "0.5", "-1", "1e39", "#", "x", ",", "×",
        ]), 0..40)
    ) {
        let _ = format!("input 28x28x1\n{}", words.join(" ")).parse::<ModelSpec>();
        let _ = words.join(" ").parse::<ModelSpec>();
    }
}

/// The smallest values of every order of magnitude, and what lies beside them.
#[test]
fn tiny_numbers_come_back() {
    for text in ["1e-40", "1e-45", "-0", "0.000000000000000000000000000000000000000000001"] {
        let spec = parse(&format!("input 1x1x1\nflatten\ndropout {text}\ndense 2"));
        assert_eq!(parse(&spec.to_string()).to_string(), spec.to_string());
    }
    for exponent in 0..32 {
        let rate = f32::from_bits(1 << exponent >> 1);
        if rate < 1.0 {
            let layers = vec![
                LayerSpec::Flatten,
                LayerSpec::Dropout { rate },
                LayerSpec::Dense { units: 2, bias: Some(Init::Constant(-rate)), init: Init::Normal(rate) },
            ];
            let spec = ModelSpec::new([1, 1, 1], layers).unwrap();
            assert_eq!(parse(&spec.to_string()), spec);
        }
    }
}

#[test]
fn errors_quote_long_words_in_part() {
    let word = "한글".repeat(1000);
    let quoted = format!("{}…", "한글".repeat(20));
    for (text, code) in [
        (word.clone(), "unknown_layer"),
        (format!("input {word}"), "expected"),
        (format!("input 1x1x1\nconv 1 1 {word}"), "unknown_option"),
        (format!("input 1x1x1\nconv 1 1 padding {word}"), "expected"),
        (format!("input 1x1x1\nconv 1 1 init {word}"), "unknown_option"),
        (format!("input 1x1x1\nrelu {word}"), "expected"),
        (format!("input 1x1x1\ndropout {word}"), "expected"),
        (format!("input 1x1x1\nbatchnorm {word}"), "unknown_option"),
    ] {
        let (_, error) = fails(&text);
        assert_eq!(error.code(), code);
        let message = error.to_string();
        assert!(message.contains(&quoted) && message.len() < 400, "{message}");
    }
}

#[test]
fn an_outline_goes_as_far_as_the_text_does() {
    let layers = |text: &str| outline_within(text, LIMITS).summary.layers.len();
    let code = |text: &str| match outline_within(text, LIMITS).error {
        Some(Error::Spec { line, error }) => Some((line, error.code())),
        None => None,
        other => panic!("{other:?}"),
    };
    let lecture = "input 32x32x3\nconv 5x5 6\nrelu\nconv 5x5 10\nrelu";
    assert_eq!((layers(lecture), code(lecture)), (4, Some((5, "no_scores"))));
    let too_large = "input 8x8x1\nconv 3 4\n\nconv 9 4\nflatten\ndense 10";
    assert_eq!((layers(too_large), code(too_large)), (1, Some((4, "kernel_too_large"))));
    let misspelt = "input 8x8x1\nconv 3 4\nrelux\nflatten\ndense 10";
    assert_eq!((layers(misspelt), code(misspelt)), (1, Some((3, "unknown_layer"))));
    let too_many_words = "input 8x8x1\nrelu 3\nflatten";
    assert_eq!((layers(too_many_words), code(too_many_words)), (0, Some((2, "expected"))));
    // The shape fails on a line before the one that can't be read.
    let both = "input 8x8x1\ndense 3\nwhat";
    assert_eq!((layers(both), code(both)), (0, Some((2, "needs_vector"))));
    for (text, expected) in [("", "missing_input"), ("relu", "missing_input"), ("input 0x1x1", "zero_size")] {
        assert_eq!((layers(text), code(text)), (0, Some((1, expected))), "{text}");
    }
    let most = LIMITS.layers;
    let long = format!("input 8x8x1\n{}flatten\nwhat", "relu\n".repeat(most));
    assert_eq!((layers(&long), code(&long)), (most, Some((most + 2, "above_limit"))));
    let huge = "input 9000x9000x9\nrelu";
    assert_eq!((layers(huge), code(huge)), (0, Some((1, "too_large"))));
}

#[test]
fn an_outline_agrees_with_the_parser() {
    for spec in networks::ALL {
        assert_eq!(outline(spec), Outline { summary: parse(spec).summary(), error: None });
        // Every beginning of the text, also in the midst of a line.
        for end in 0..spec.len() {
            let text = &spec[..end];
            let outline = outline(text);
            assert_eq!(outline.error, text.parse::<ModelSpec>().err(), "{text}");
        }
    }
}

#[test]
fn without_limits_only_addresses_bound_a_network() {
    let wide = "input 1x1x20000\nflatten\ndense 40000\nrelu\ndense 2";
    let spec: ModelSpec = wide.parse().unwrap();
    assert_eq!(spec.summary().parameters, 20_001 * 40_000 + 40_001 * 2);
    assert!(spec.summary().memory_bytes(1) > 12_800_000_000);
    assert_eq!(spec.limits(), Limits::NONE);
    let deep = format!("input 1x1x1\n{}flatten\ndense 2", "relu\n".repeat(300));
    assert_eq!(deep.parse::<ModelSpec>().unwrap().layers().len(), 302);
    // A limit of more than there are addresses is that of the addresses.
    let most = Limits::NONE.with_memory(u64::MAX);
    for text in [
        "input 1x1x9999999999\nconv 1 9999999999\nflatten\ndense 2",
        "input 1x1x1\nflatten\ndense 4000000000000000000\nrelu\ndense 2",
        "input 16384x16384x99999999999\nflatten\ndense 2",
        "input 1x1x1\nflatten\ndense 9999999999999999999\ndense 2",
        "input 2x2x900000000\nconv 3 900000000 padding 9000\nrelu\nflatten\ndense 2",
    ] {
        let error = ModelSpec::parse_within(text, most).unwrap_err();
        assert_eq!(error.code(), "too_large", "{error}");
    }
    // What kernels can index bounds a window.
    let window = "input 1x1x1\nconv 16385 1 padding same\nflatten\ndense 2".parse::<ModelSpec>().unwrap_err();
    assert_eq!(window.code(), "out_of_range", "{window}");
}

/// A spec keeps to the limits that it was made within; how it compares and what it is do not depend on them.
#[test]
fn a_spec_remembers_its_limits() {
    let text = "input 8x8x1\nflatten\ndense 10";
    let tight = ModelSpec::parse_within(text, Limits::NONE.with_memory(100_000)).unwrap();
    let free = parse(text);
    assert_eq!(tight, free);
    assert_eq!(tight.check_batch(2), Ok(()));
    let error = tight.check_batch(1000).unwrap_err();
    assert!(matches!(error, Error::TooLarge { what: "training", limit: 100_000, .. }), "{error}");
    assert_eq!(free.check_batch(1000), Ok(()));
}

/// A restored snapshot may name any number.
#[test]
fn a_batch_of_any_number_is_too_large_rather_than_small() {
    let text = "input 25x32x4\nconv 1 3 padding same\nrelu\nmaxpool 2\nflatten\ndense 400\nrelu\ndense 12";
    let spec: ModelSpec = text.parse().unwrap();
    for batch in [usize::MAX, usize::MAX - 1, usize::MAX / 2 + 1, usize::MAX / 3200 + 1] {
        assert_eq!(spec.check_batch(batch).unwrap_err().code(), "too_large", "{batch}");
    }
}
