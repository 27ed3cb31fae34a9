/** Fetches what a cell consists of: its script, its texts, its styles. */

import { h } from '../base/dom.js';
import { lang } from '../base/i18n.js';
import { codedError } from '../common/coded-error.js';
import { ofVersion } from '../common/places.js';
import { STYLED } from '../common/version.js';
import { loadCellTexts } from '../base/texts.js';

/**
 * @param {import('../frame/cell.js').Keys} keys
 * @param {number} failures how often it did not arrive: a browser may remember a failure by its address
 * @returns {Promise<import('../frame/cell.js').Cell>}
 */
export async function loadCell({ id, opening = false }, failures) {
  const again = failures > 0 ? `?again=${failures}` : '';
  // The address is computed, so that the build leaves the import alone.
  const script = import(ofVersion(`src/cells/${id}/cell.js${again}`).href);
  const [{ cell }] = await Promise.all([script, opening || loadCellTexts(id, lang()), STYLED.includes(id) && loadStyle(`src/cells/${id}/style.css`)]);
  return cell;
}

/** @param {string} path @returns {Promise<void>} */
export function loadStyle(path) {
  const { href } = ofVersion(path);
  return new Promise((resolve, reject) => {
    const link = h('link', { rel: 'stylesheet', href });
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(codedError('part_missing', {}, `${path}: no answer`));
    };
    // What is for paper comes last.
    document.head.querySelector('link[media="print"]')?.before(link);
  });
}
