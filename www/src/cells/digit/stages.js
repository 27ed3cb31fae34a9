/**
 * What became of the image on its way to the network, step by step, the last one large.
 *
 * @module
 */

import { drawGray } from '../../charts/gray.js';
import { h, replace } from '../../dom.js';

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} pixels 0 (black) to 1 (white)
 *
 * @typedef {{ pixels: Float32Array, stages: Stage[] }} Prepared
 */

/**
 * @param {import('../cell.js').Context} ctx
 */
export function createStages(ctx) {
  const { t } = ctx;
  const given = h('canvas', { class: 'digit-canvas large', width: 28, height: 28, role: 'img', i18nLabel: 'digit.given-label' });
  const list = h('ol', { class: 'stage-list' });
  const element = h(
    'div',
    { class: 'stages', hidden: true },
    h('figure', { class: 'stage-given' }, given, h('figcaption', { i18n: 'digit.given' })),
    h('div', {}, h('h4', { i18n: 'digit.stages' }), list),
  );

  return {
    element,
    /** @param {Prepared | null} prepared */
    draw(prepared) {
      element.hidden = prepared === null;
      if (!prepared) return;
      drawGray(given, prepared.pixels, 28, 28);
      replace(
        list,
        prepared.stages.map(({ name, width, height, pixels }) => {
          const text = t(`digit.stage-${name}`, { width, height });
          const canvas = h('canvas', { class: 'digit-canvas', role: 'img', 'aria-label': text });
          drawGray(canvas, pixels, width, height);
          return h('li', {}, canvas, h('span', {}, text));
        }),
      );
    },
  };
}
