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

pub(crate) const ALL: [&str; 3] = [LAB11_2, LAB11_3, QUICK];
