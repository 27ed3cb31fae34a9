//! The lecture's two networks and a quick one, whose shapes take the kernels' special paths.

pub(crate) const LAB11_2: &str = "\
input 28x28x1
conv 3x3 32 stride 1 padding same bias none init normal 0.01
relu
maxpool 2x2 stride 2 padding same
conv 3x3 64 stride 1 padding same bias none init normal 0.01
relu
maxpool 2x2 stride 2 padding same
flatten
dense 10 bias normal 1 init xavier
";

pub(crate) const LAB11_3: &str = "\
input 28x28x1
conv 3x3 32 stride 1 padding same bias zeros init xavier
relu
maxpool 2x2 stride 2 padding same
dropout 0.3
conv 3x3 64 stride 1 padding same bias zeros init xavier
relu
maxpool 2x2 stride 2 padding same
dropout 0.3
conv 3x3 128 stride 1 padding same bias zeros init xavier
relu
maxpool 2x2 stride 2 padding same
dropout 0.3
flatten
dense 625 bias zeros init xavier
relu
dropout 0.5
dense 10 bias zeros init xavier
";

pub(crate) const QUICK: &str = "\
input 28x28x1
conv 3x3 16 stride 1 padding same bias zeros init he
relu
maxpool 2x2 stride 2 padding same
conv 3x3 32 stride 1 padding same bias zeros init he
relu
maxpool 2x2 stride 2 padding same
flatten
dense 128 bias zeros init he
relu
dense 10 bias zeros init xavier
";

/// Batch normalization of maps and of vectors. None for batches of one.
#[allow(dead_code, reason = "each test uses its own part")]
pub(crate) const NORMED: &str = "\
input 28x28x1
conv 3x3 24 stride 1 padding same bias none init he
batchnorm momentum 0.1 eps 0.00001
relu
maxpool 2x2 stride 2 padding same
conv 3x3 10 stride 1 padding valid bias none init he
batchnorm momentum 0.05 eps 0.001
relu
flatten
dense 70 bias none init he
batchnorm momentum 0.1 eps 0.00001
relu
dense 10 bias zeros init xavier
";

pub(crate) const ALL: [&str; 3] = [LAB11_2, LAB11_3, QUICK];
