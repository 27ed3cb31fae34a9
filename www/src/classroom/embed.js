/**
 * One cell within another page, in a frame: its figure and its controls, and a line that leads to the whole page.
 *
 * The page around is told how high the cell is, whenever that changes:
 *
 *     { type: 'cnn-notebook:height', cell: 'stride', height: 612 }     // CSS px
 *
 * It is told whoever it is (target origin `*`): a frame can't know for sure who is around it, and the message says nothing
 * but the size of what is public. Who receives it looks at `event.source`, as the code of the dialog does (`embed-code.js`).
 */

import { readHash } from '../base/address.js';
import { h, setIfChanged } from '../base/dom.js';
import { linkTo } from '../base/link.js';
import { draw } from '../base/scheduler.js';
import { HEIGHT } from './embed-code.js';

/**
 * @param {import('../frame/cell.js').Context} ctx
 * @param {import('./page.js').Page} page of which the cell is all
 */
export function embed({ state }, { entries: [{ keys, folding }], fetch }) {
  const root = document.documentElement;
  folding.openForNow();
  const link = h('a', { target: '_blank', rel: 'noopener', i18n: 'embed.open' });
  draw(link, () => setIfChanged(link, 'href', linkTo(state, keys.id)));
  document.body.append(h('footer', { class: 'embed-foot' }, link));

  // What is not here is in the whole page.
  window.addEventListener('elsewhere', (event) => {
    window.open(linkTo(state, /** @type {CustomEvent<string>} */ (event).detail), '_blank', 'noopener');
  });
  document.addEventListener(
    'click',
    (event) => {
      const away = /** @type {Element} */ (event.target).closest?.('a[href^="#"]');
      const { place } = readHash(away?.getAttribute('href') ?? '');
      if (!place || document.getElementById(place)) return;
      event.preventDefault();
      window.open(linkTo(state, place), '_blank', 'noopener');
    },
    true,
  );

  if (window.parent === window) return;
  const tell = () => window.parent.postMessage({ type: HEIGHT, cell: keys.id, height: Math.ceil(root.getBoundingClientRect().height) }, '*');
  // Before the cell is there, there is only the room that is kept for it.
  void fetch(keys.id).then(() => new ResizeObserver(tell).observe(root));
}
