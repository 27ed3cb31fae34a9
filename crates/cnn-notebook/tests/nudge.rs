//! The loss with one weight nudged against what the training kernels say: the loss itself, and its gradient.

use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::rng::Rng;
use cnn::session::{Session, SessionConfig};
use cnn_notebook::nudge;

/// Every kind of layer, with and without bias, oblong, with lopsided padding.
const SPEC: &str = "\
input 9x8x2
conv 3x3 4 padding same bias normal 0.1
batchnorm
relu
maxpool 2x2
conv 3x2 5 stride 2x1 padding 1,0,1,1 bias none
relu
avgpool 2x2 stride 1 padding same
dropout 0.5
flatten
dense 6
batchnorm eps 0.01
relu
dense 4 bias normal 0.1
";

/// After two steps, so that batch normalization has seen something.
fn session() -> Session {
    let info = DatasetInfo {
        name: "noise".into(),
        height: 9,
        width: 8,
        channels: 2,
        classes: 4,
        counts: Counts { train: 8, validation: 0, test: 0 },
        block: 2,
    };
    let mut data = ImageDataset::new(info).unwrap();
    let mut rng = Rng::seed_from_u64(11);
    let pixels: Vec<u8> = (0..8 * 9 * 8 * 2).map(|_| rng.next_u64() as u8).collect();
    data.append_pixels(Split::Train, &pixels, &[0, 1, 2, 3, 3, 2, 1, 0]).unwrap();
    let config = SessionConfig { batch_size: 4, ..SessionConfig::new(SPEC.parse().unwrap(), 4) };
    let mut session = Session::new(config).unwrap();
    for _ in 0..2 {
        session.step(&data).unwrap();
    }
    session
}

fn image() -> Vec<f32> {
    let mut rng = Rng::seed_from_u64(7);
    (0..9 * 8 * 2).map(|_| rng.uniform()).collect()
}

#[test]
fn the_loss_answers_to_a_nudge_as_the_kernels_gradient_says() {
    let (session, pixels) = (session(), image());
    let before = session.fingerprint();
    let mut nudged = 0;
    for label in 0..4 {
        let found = session.model().loss_gradients(&pixels, label).unwrap();
        for (named, gradient) in session.model().parameters().zip(&found.d_params) {
            if named.role != "weight" {
                continue;
            }
            for (index, &d) in gradient.iter().enumerate() {
                let losses = [-1e-6, 0.0, 1e-6]
                    .map(|by| nudge::loss(&session, &pixels, label, named.layer, index, by).unwrap());
                let loss = f64::from(found.loss);
                assert!((losses[1] - loss).abs() < 2e-6, "{} and {loss}", losses[1]);
                let (slope, d) = ((losses[2] - losses[0]) / 2e-6, f64::from(d));
                let name = named.name();
                assert!((slope - d).abs() < 1e-5 + 1e-4 * d.abs(), "{name}, {index}: {slope} and {d}");
                nudged += usize::from(d != 0.0);
            }
        }
    }
    // Not by gradients that are all nought.
    assert!(nudged > 500, "{nudged}");
    assert_eq!(session.fingerprint(), before);
}

#[test]
fn what_the_network_does_not_have_is_an_error() {
    let (session, pixels) = (session(), image());
    let code = |pixels: &[f32], label, layer, index| {
        nudge::loss(&session, pixels, label, layer, index, 0.1).unwrap_err().code()
    };
    assert_eq!(code(&pixels[1..], 0, 0, 0), "pixel_count");
    assert_eq!(code(&pixels, 4, 0, 0), "out_of_range");
    // A layer without weights, one that is none, and behind a layer's last weight.
    assert_eq!(code(&pixels, 0, 2, 0), "out_of_range");
    assert_eq!(code(&pixels, 0, 99, 0), "out_of_range");
    assert_eq!(code(&pixels, 0, 0, 72), "out_of_range");
    assert_eq!(code(&pixels, 0, 1, 4), "out_of_range");
    assert!(nudge::loss(&session, &pixels, 0, 0, 71, 0.1).is_ok());
}
