/** A map of the opening’s drawing, and the same with what a mask of the engine leaves of it. */

import { FIRST } from '../../frame/first-sight.js';

/** @typedef {{ engine: any, rate: number, mask: Uint8Array }} Masked */

/** The mask that was asked for last: it depends on nothing but the rate. @type {Masked | null} */
let last = null;

/** What a dropout layer lets through in a training step. @param {any} engine @param {number} rate @param {number} side @returns {Uint8Array} */
function maskOf(engine, rate, side) {
  if (last && last.engine === engine && last.rate === rate) return last.mask;
  const data = new engine.Dataset({ name: 'one', height: side, width: side, channels: 1, classes: 2, counts: { train: 1, validation: 0, test: 0 }, block: 1 });
  data.append_pixels('train', new Uint8Array(side * side).fill(255), Uint8Array.of(0));
  const session = new engine.Session({ spec: `input ${side}x${side}x1\ndropout ${rate}\nflatten\ndense 2\n`, seed: 1, batch_size: 1, optimizer: { kind: 'sgd', learning_rate: 0.1 }, schedule: { kind: 'constant' } });
  session.step(data);
  const mask = session.dropout_mask(0);
  session.free();
  data.free();
  last = { engine, rate, mask };
  return mask;
}

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function paint(thumb, sight, ctx) {
  if (!sight.digit) return;
  const { filters, map: side } = FIRST;
  const { maps } = sight.look(sight.digit);
  const sums = Array.from({ length: filters }, (_, n) => maps.reduce((sum, value, i) => sum + (i % filters === n ? value : 0), 0));
  const channel = sums.indexOf(Math.max(...sums));
  const values = Float32Array.from({ length: side * side }, (_, i) => maps[i * filters + channel]);
  const rate = ctx.state.get('dropout.rate');
  const mask = maskOf(ctx.engine, rate, side);
  /** @type {[number, number]} */
  const range = [0, Math.max(...values) / (1 - rate) || 1];
  [values, values.map((value, i) => (value * mask[i]) / (1 - rate))].forEach((each, i) => thumb.pixels(each, { height: side, width: side, map: 'sequential', range }, [2 + 80 * i, 12, 76, 76]));
}
