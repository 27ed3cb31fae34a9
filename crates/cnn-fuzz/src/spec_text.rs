//! Texts of networks: most of them right or nearly so, some far from it.

use crate::bytes;
use crate::draw::Draw;

const LAYERS: [&str; 13] = [
    "conv",
    "conv",
    "conv",
    "relu",
    "relu",
    "maxpool",
    "avgpool",
    "batchnorm",
    "dropout",
    "flatten",
    "dense",
    "input",
    "softmax",
];
const SPACES: [&str; 8] = [" ", " ", " ", " ", "  ", "\t", "\u{a0}", "\u{3000}"];

/// A number that a spec may have, small more often than not.
fn number(draw: &mut Draw) -> String {
    match draw.below(24) {
        0 => draw.edge().to_string(),
        1 => draw.pick(&["16384", "16385", "0", "00", "007", "-1", "1.5", "1e3", "x", "٣", ""]).to_string(),
        2 => draw.few(16_384).to_string(),
        3..=6 => draw.few(40).to_string(),
        _ => draw.few(6).to_string(),
    }
}

fn size(draw: &mut Draw) -> String {
    match draw.below(10) {
        0..=5 => number(draw),
        6 => format!("{}×{}", number(draw), number(draw)),
        7 if draw.percent(10) => format!("{}x{}x{}", number(draw), number(draw), number(draw)),
        _ => format!("{}x{}", number(draw), number(draw)),
    }
}

/// A float as a person or a program may write it, of any number of digits.
fn float(draw: &mut Draw) -> String {
    let value = draw.float();
    match draw.below(6) {
        0 => format!("{value:e}"),
        1 => format!("{value:?}"),
        2 => format!("{:.*}", draw.below(60), value),
        3 => draw
            .pick(&["nan", "inf", "1e400", ".5", "5.", "+1", "1_000", "0x1p3", "1e", "--1", ""])
            .to_string(),
        _ => format!("{value}"),
    }
}

fn init(draw: &mut Draw) -> String {
    match draw.below(10) {
        0 => format!("constant {}", float(draw)),
        1 | 2 => format!("normal {}", float(draw)),
        _ => draw
            .pick(&["zeros", "xavier", "xavier_normal", "he", "he_normal", "none", "glorot", "normal"])
            .to_string(),
    }
}

fn option(draw: &mut Draw) -> String {
    match draw.below(9) {
        0 | 1 => format!("stride {}", size(draw)),
        2 | 3 => format!("padding {}", draw.pick(&["same", "valid", "SAME", "full"])),
        4 => format!("padding {}", number(draw)),
        5 => format!("padding {},{},{},{}", number(draw), number(draw), number(draw), number(draw)),
        6 => format!("bias {}", init(draw)),
        7 => format!("init {}", init(draw)),
        _ if draw.percent(20) => {
            draw.pick(&["pad 1", "strides 2", "# a comment", "activation relu"]).to_string()
        }
        _ => "init he".into(),
    }
}

fn layer(draw: &mut Draw, keyword: &str) -> String {
    let mut words = vec![keyword.to_owned()];
    match keyword {
        "conv" => words.extend([size(draw), number(draw)]),
        "maxpool" | "avgpool" => words.push(size(draw)),
        "dropout" => words.push(if draw.percent(60) { "0.3".into() } else { float(draw) }),
        "batchnorm" if draw.percent(30) => words.push(format!("eps {}", float(draw))),
        "batchnorm" if draw.percent(30) => words.push(format!("momentum {}", float(draw))),
        "dense" => words.push(number(draw)),
        "input" => words.push(format!("{}x{}x{}", number(draw), number(draw), number(draw))),
        _ => {}
    }
    if !matches!(keyword, "relu" | "flatten" | "dropout" | "batchnorm" | "input") || draw.percent(2) {
        for _ in 0..draw.below(3) {
            words.push(option(draw));
        }
    }
    let separator = *draw.pick(&SPACES);
    words.join(separator)
}

/// A network's text from its grammar.
fn grown(draw: &mut Draw) -> String {
    let mut lines = vec![format!("input {}x{}x{}", draw.few(60), draw.few(60), draw.few(12))];
    if draw.percent(3) {
        let keyword = *draw.pick(&LAYERS);
        lines[0] = layer(draw, keyword);
    }
    let count = if draw.percent(2) { draw.between(0, 220) } else { draw.between(0, 8) };
    for _ in 0..count {
        let known = if draw.percent(8) { LAYERS.len() } else { 8 };
        let keyword = *draw.pick(&LAYERS[..known]);
        let line = match keyword {
            // Most lines are such as fit, so that deep networks come about.
            "conv" if draw.percent(50) => format!("conv {} {} padding same", draw.few(7), draw.few(20)),
            "maxpool" | "avgpool" if draw.percent(50) => format!("{keyword} 2 padding same"),
            "dropout" if draw.percent(80) => "relu".into(),
            _ => layer(draw, keyword),
        };
        lines.push(line);
    }
    if draw.percent(92) {
        lines.push("flatten".into());
        if draw.percent(50) {
            lines.push(format!("dense {}", draw.few(64)));
            lines.push("relu".into());
        }
        lines.push(if draw.percent(85) {
            format!("dense {}", draw.between(2, 12))
        } else {
            layer(draw, "dense")
        });
    }
    let end = *draw.pick(&["\n", "\n", "\n", "\r\n", "\n\n", " # x\n"]);
    lines.join(end)
}

/// Any text for a network.
pub(crate) fn any(draw: &mut Draw) -> String {
    let mut text = grown(draw);
    if draw.percent(12) {
        let mut changed = text.clone().into_bytes();
        let other = grown(draw).into_bytes();
        bytes::change(draw, &mut changed, &other);
        text = String::from_utf8_lossy(&changed).into_owned();
    }
    if draw.percent(3) {
        text = text.to_uppercase();
    }
    text
}

/// A text that is a network's, if one comes about soon.
pub(crate) fn network(draw: &mut Draw) -> String {
    for _ in 0..20 {
        let text = grown(draw);
        if text.parse::<cnn::spec::ModelSpec>().is_ok() {
            return text;
        }
    }
    "input 4x4x1\nconv 3 2\nrelu\nflatten\ndense 2".into()
}
