//! TypeScript declarations of the objects that cross the boundary.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
#[allow(dead_code, reason = "read by wasm-bindgen")]
const FIGURES: &'static str = r#"
/** What every export throws when something is wrong: see the core's `Error` for the codes and their fields. */
export interface EngineError extends Error { code: string; details: Record<string, any> & { line?: number } }

/** `same`, `valid`, or pixels at the top, bottom, left and right. */
export type Padding = 'same' | 'valid' | [number, number, number, number];
/** A sliding window; sizes are `[height, width]`. */
export interface Window2d { kernel: [number, number]; stride: [number, number]; padding: Padding }
/** A window applied to an input; sizes are `[height, width]`, `lost` counts rows and columns that no window covers. */
export interface Geometry {
  input: [number, number]; kernel: [number, number]; stride: [number, number];
  pad_before: [number, number]; pad_after: [number, number];
  output: [number, number]; lost: [number, number];
}
/** A stack of maps `[height, width, channels]`, channels innermost. */
export interface Maps { shape: [number, number, number]; data: Float32Array }
/** `argmax` holds for each value the index of the input value it is. */
export interface MaxPooled extends Maps { argmax: Uint32Array }

export type LayerKind = 'conv' | 'maxpool' | 'avgpool' | 'relu' | 'dropout' | 'flatten' | 'dense' | 'batchnorm';
/** Shapes for one image; `line` counts from 1, `index` from 0 without the input. */
export interface LayerSummary {
  index: number; line: number; kind: LayerKind; text: string;
  input: number[]; output: number[];
  weight_shape: number[] | null; bias_shape: number[] | null; running_shape: number[] | null;
  parameters: number; multiply_adds: number;
  receptive_field: [number, number]; geometry: Geometry | null; activation_bytes: number;
}
export type Warning =
  | { code: 'left_over'; line: number; rows: number; columns: number }
  | { code: 'stride_skips' | 'no_activation' | 'equal_weights' | 'scores_cut'; line: number };
/** Layers and their sums. */
export interface LayerStack {
  input: [number, number, number]; layers: LayerSummary[];
  parameters: number; multiply_adds: number; activation_bytes: number; warnings: Warning[];
}
/** The layers before the first that can't be, and what is wrong with that one. */
export interface Outline { summary: LayerStack; error: EngineError | null }
/** `text` is the spec with every option spelled out; `memory_bytes` what training with `batch_size` takes. */
export interface Summary extends LayerStack {
  classes: number; text: string; batch_size: number; memory_bytes: number;
}

export type Optimizer =
  | { kind: 'sgd'; learning_rate: number }
  | { kind: 'momentum'; learning_rate: number; momentum?: number }
  | { kind: 'rmsprop'; learning_rate: number; decay?: number; epsilon?: number }
  | { kind: 'adam'; learning_rate: number; beta1?: number; beta2?: number; epsilon?: number }
  | { kind: 'adamw'; learning_rate: number; beta1?: number; beta2?: number; epsilon?: number; weight_decay: number };
export type Schedule =
  | { kind: 'constant' }
  | { kind: 'step'; every_epochs: number; factor: number }
  | { kind: 'cosine'; epochs: number }
  | { kind: 'one_cycle'; epochs: number }
  | { kind: 'warmup'; warmup_epochs: number }
  | { kind: 'warmup_cosine'; warmup_epochs: number; epochs: number };
/** The most that each image of a batch is distorted by; what is missing is off. Pixels, degrees, parts, pixels. */
export interface Augment { shift?: number; rotation?: number; scaling?: number; thickness?: number; elastic?: number }
export interface Preset { name: string; spec: string; optimizer: Optimizer; schedule: Schedule; label_smoothing: number; augment: Augment; batch_size: number; epochs: number }

/** A grey picture, rows first, 0 to 1. */
export interface GreyPicture { width: number; height: number; data: Float32Array }
/**
 * A digit as the network is given it (`pixels`, 28×28, 0 ground and 1 ink), and its stages: the ink alone in the whole
 * picture made small; the part of the picture it takes up, in its pixels; that part with a larger side of 20 pixels,
 * its centre of mass `[x, y]`, and where its left top corner stands in the 28×28.
 */
export interface PreparedDigit {
  pixels: Float32Array; dark_on_light: boolean; ground: number; ink: GreyPicture;
  crop: { x: number; y: number; width: number; height: number };
  fitted: GreyPicture; centre: [number, number]; offset: [number, number];
}

/** What this build of the engine uses. */
export interface EngineInfo { version: string; simd: boolean; relaxed: boolean; threads: boolean }
"#;

#[wasm_bindgen(typescript_custom_section)]
#[allow(dead_code, reason = "read by wasm-bindgen")]
const TRAINING: &'static str = r#"
export type Split = 'train' | 'validation' | 'test';
/** `block` is the number of images in a training shard. */
export interface DatasetInfo {
  name: string; height: number; width: number; channels: number; classes: number;
  counts: { train: number; validation: number; test: number }; block: number;
}
/** Training images, nearest first. */
export interface Nearest { indices: Uint32Array; distances: Float32Array; labels: Uint8Array }

export interface SessionConfig {
  spec: string; seed: number; batch_size: number; optimizer: Optimizer; schedule?: Schedule;
  label_smoothing?: number; augment?: Augment;
}
/** `epoch` and `position` (a batch's number in it) are the next step's, counted from 0; `learning_rate` too. */
export interface SessionInfo extends Required<SessionConfig> {
  learning_rate: number; input: [number, number, number]; classes: number;
  step: number; epoch: number; position: number;
}
/** `step` counts from 1, `epoch` and `batch` from 0. */
export interface StepReport {
  step: number; epoch: number; batch: number; batches_per_epoch: number; count: number;
  loss: number; correct: number; learning_rate: number;
}
/** How long a part of a step took; `layer` is null where it concerns the whole network. */
export interface PartTime {
  phase: 'data' | 'forward' | 'loss' | 'backward_params' | 'backward_input' | 'check' | 'update';
  layer: number | null; milliseconds: number;
}
/** `probabilities` is `[batch, classes]`. */
export interface Batch {
  split: 'train'; indices: Uint32Array; labels: Uint8Array;
  predictions: Uint8Array; losses: Float32Array; probabilities: Float32Array;
}
/** `confidences` has the probability of each image's predicted class. */
export interface Evaluation {
  count: number; correct: number; loss_sum: number;
  predictions: Uint8Array; confidences: Float32Array; losses: Float32Array;
}
export interface Prediction { logits: Float32Array; probabilities: Float32Array; class: number }
/** What came out of one layer for one image; `layer` counts from 0 without the input. */
export interface Activation { layer: number; kind: LayerKind; shape: number[]; data: Float32Array }
/** `grad` is of the last step. */
export interface Parameter { name: string; layer: number; shape: number[]; value: Float32Array; grad: Float32Array }
"#;

#[wasm_bindgen(typescript_custom_section)]
#[allow(dead_code, reason = "read by wasm-bindgen")]
const LAB: &'static str = r#"
/** `probabilities` is `[batch, classes]`. */
export interface Answers { losses: Float32Array; probabilities: Float32Array }
/** `memory` is what the optimizer remembers: `m` and `v` for Adam. */
export interface ParameterChange extends Parameter { update: Float32Array; memory: Record<string, Float32Array> }
/** One step: what the network said of the batch before and after it, in inference, and what it changed. */
export interface Microscope {
  report: StepReport; indices: Uint32Array; labels: Uint8Array;
  before: Answers; after: Answers; parameters: ParameterChange[];
}
/** Above 0 speaks for the class, below 0 against it; `size` is `[height, width]` of the layer's maps. */
export interface ClassMap { layer: number; class: number; size: [number, number]; values: Float32Array }
/**
 * The loss of one image of a class in inference, and its derivatives: `gradients` with respect to the values that `trace`
 * gives, `d_input` to those of the image, `d_weight` to the weights of one layer, empty if it has none.
 */
export interface LossGradients {
  loss: number; gradients: Activation[]; d_input: Float32Array; d_weight: Float32Array;
}
/** For each channel how many of `values` values were above 0, and how many channels never were. */
export interface ReluActivity { layer: number; active: number[]; values: number; dead: number }
export interface EnsemblePrediction extends Prediction { votes: number[] }
/** `votes` has each member's class for each image. */
export interface EnsembleEvaluation {
  labels: Uint8Array; predictions: Uint8Array; votes: Uint8Array[]; correct: number; members_correct: number[];
}
"#;
