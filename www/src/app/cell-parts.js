/** Fetches what a cell consists of, or what is for a class: script, texts, styles. */

import { h } from '../base/dom.js';
import { lang } from '../base/i18n.js';
import { codedError } from '../common/coded-error.js';
import { ofVersion } from '../common/places.js';
import { STYLED } from '../common/version.js';
import { loadCellTexts, loadFolderTexts } from '../base/texts.js';

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

/**
 * @param {string} name of the part
 * @param {number} failures as above
 * @returns {Promise<any>} its module
 */
export async function loadClassroomPart(name, failures) {
  const again = failures > 0 ? `?again=${failures}` : '';
  const script = import(ofVersion(`src/classroom/${name}.js${again}`).href);
  const [part] = await Promise.all([script, loadFolderTexts('src/classroom', lang()), loadStyle(`src/classroom/${name}.css`)]);
  return part;
}

/** Those that are there or on their way. @type {Map<string, Promise<void>>} */
const styles = new Map();

/** @param {string} path */
function loadStyle(path) {
  const loading = styles.get(path) ?? fetchStyle(path);
  styles.set(path, loading);
  loading.catch(() => styles.delete(path));
  return loading;
}

/** @param {string} path @returns {Promise<void>} */
function fetchStyle(path) {
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
