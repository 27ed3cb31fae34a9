//! What is right, and then changed: runs in their middle, as files.

use crate::header::without_sum;
use cnn::dataset::{Counts, DatasetInfo, ImageDataset, Split};
use cnn::optim::{OptimizerConfig, Schedule};
use cnn::session::{Session, SessionConfig};
use cnn::spec::ModelSpec;
use cnn_notebook::limits::LIMITS;
use safetensors::SafeTensors;
use std::sync::OnceLock;

/// A run and what can be made of it.
pub struct Seed {
    /// The run as a snapshot.
    pub snapshot: Vec<u8>,
    /// Its weights alone.
    pub weights: Vec<u8>,
    /// The weights without our metadata, as another program writes them.
    pub foreign: Vec<u8>,
    /// The snapshot without its checksum.
    pub bare_snapshot: Vec<u8>,
    /// The weights without their checksum.
    pub bare_weights: Vec<u8>,
    /// Name of its weights.
    pub fingerprint: String,
    /// Images that its network can be trained on.
    pub data: ImageDataset,
}

impl Seed {
    /// The run made live.
    pub fn session(&self) -> Session {
        Session::from_snapshot_within(&self.snapshot, LIMITS).expect("a seed's snapshot is whole")
    }
}

/// Images of noise that fit a network.
pub(crate) fn images(spec: &ModelSpec, train: usize, test: usize) -> ImageDataset {
    let ([height, width, channels], classes) = (spec.input(), spec.classes());
    let counts = Counts { train, validation: 0, test };
    let info = DatasetInfo { name: "any".into(), height, width, channels, classes, counts, block: train };
    let mut data = ImageDataset::new(info).expect("a data set of a network's size");
    for (split, count) in [(Split::Train, train), (Split::Test, test)] {
        let pixels: Vec<u8> = (0..count * data.image_len()).map(|i| (i * 37 % 251) as u8).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % classes) as u8).collect();
        data.append_pixels(split, &pixels, &labels).expect("images that fit");
    }
    data
}

fn seed(text: &str, optimizer: OptimizerConfig, schedule: Schedule, steps: usize) -> Seed {
    let spec: ModelSpec = text.parse().expect("a seed's text is a network's");
    let data = images(&spec, 7, 5);
    let config = SessionConfig { batch_size: 2, optimizer, schedule, ..SessionConfig::new(spec, 5) };
    let mut session = Session::new(config).expect("a seed's settings are valid");
    for _ in 0..steps {
        session.step(&data).expect("a seed can be trained");
    }
    let (snapshot, weights) = (session.snapshot().expect("finite"), session.save_weights().expect("finite"));
    let tensors = SafeTensors::deserialize(&weights).expect("a safetensors file");
    let foreign = safetensors::serialize(tensors.tensors(), None).expect("the same tensors");
    Seed {
        bare_snapshot: without_sum(&snapshot),
        bare_weights: without_sum(&weights),
        fingerprint: session.fingerprint(),
        snapshot,
        weights,
        foreign,
        data,
    }
}

/// All seeds: every optimizer, schedule and kind of layer, before and after the first step.
pub fn all() -> &'static [Seed] {
    static ALL: OnceLock<Vec<Seed>> = OnceLock::new();
    ALL.get_or_init(|| {
        let adam = OptimizerConfig::adam(0.01);
        vec![
            seed("input 2x2x1\nflatten\ndense 2", adam, Schedule::Step { every_epochs: 2, factor: 0.5 }, 5),
            seed(
                "input 6x5x1\nconv 3 3 padding same\nrelu\nmaxpool 2 padding same\ndropout 0.2\nflatten\ndense 3",
                OptimizerConfig::momentum(0.01),
                Schedule::Cosine { epochs: 9 },
                6,
            ),
            seed(
                "input 5x5x3\nconv 2x3 4 stride 2x1 bias none\nrelu\navgpool 2 stride 1\nflatten\ndense 4 bias none",
                OptimizerConfig::rmsprop(0.01),
                Schedule::OneCycle { epochs: 4 },
                3,
            ),
            seed("input 3x3x1\nflatten\ndense 4\nrelu\ndense 3", OptimizerConfig::sgd(0.1), Schedule::Constant, 0),
            seed(
                "input 4x4x1\nconv 1 2 padding 0,1,0,1\nrelu\nconv 2 2\nflatten\ndense 2 init normal 1e-40",
                adam,
                Schedule::Constant,
                9,
            ),
            seed(
                "input 4x3x2\nconv 2 3 bias none\nbatchnorm\nrelu\nflatten\ndense 4\nbatchnorm momentum 0.5\nrelu\ndense 3",
                adam,
                Schedule::Constant,
                4,
            ),
        ]
    })
}
