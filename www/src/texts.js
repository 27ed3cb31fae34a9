/**
 * Fetches the page's texts: the shell's, those that several cells show, and each cell's, when they are needed and in the
 * language that is.
 */

import { coded } from './coded.js';
import { addMessages } from './i18n.js';
import { ofVersion } from './places.js';

/** @typedef {import('./i18n.js').Lang} Lang */

/** By address, on their way or there. @type {Map<string, Promise<void>>} */
const asked = new Map();

/** @param {Lang} lang @param {string} path of a file that has sections of messages */
function load(lang, path) {
  let loading = asked.get(path);
  if (!loading) {
    loading = get(lang, path);
    asked.set(path, loading);
    // Whoever asks again asks for it anew.
    loading.catch(() => asked.delete(path));
  }
  return loading;
}

/** @param {Lang} lang @param {string} path */
async function get(lang, path) {
  const response = await fetch(ofVersion(path)).catch(() => null);
  if (!response?.ok) throw coded('part_missing', {}, `${path}: ${response?.status ?? 'no answer'}`);
  addMessages(lang, await response.json());
}

/** What the page itself says, the cells' titles and its opening. @param {Lang} lang */
export const loadShellTexts = (lang) => load(lang, `i18n/${lang}.json`);

/** What a cell says. @param {string} id @param {Lang} lang */
export async function loadCellTexts(id, lang) {
  await Promise.all([load(lang, `src/shared/${lang}.json`), load(lang, `src/cells/${id}/${lang}.json`)]);
}
