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

export type LayerKind = 'conv' | 'maxpool' | 'avgpool' | 'relu' | 'dropout' | 'flatten' | 'dense';
/** Shapes for one image; `line` counts from 1, `index` from 0 without the input. */
export interface LayerSummary {
  index: number; line: number; kind: LayerKind; text: string;
  input: number[]; output: number[];
  weight_shape: number[] | null; bias_shape: number[] | null;
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
  | { kind: 'adam'; learning_rate: number; beta1?: number; beta2?: number; epsilon?: number };
export type Schedule =
  | { kind: 'constant' }
  | { kind: 'step'; every_epochs: number; factor: number }
  | { kind: 'cosine'; epochs: number }
  | { kind: 'one_cycle'; epochs: number };
export interface Preset { name: string; spec: string; optimizer: Optimizer; batch_size: number; epochs: number }

/** What this build of the engine uses. */
export interface EngineInfo { version: string; simd: boolean; relaxed: boolean; threads: boolean }
"#;
