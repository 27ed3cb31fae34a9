/**
 * Fetches the page's texts: the shell's, those that several cells show, and each cell's, when they are needed and in the
 * language that is.
 */

import { addMessages } from './i18n.js';
import { codedError } from '../common/coded-error.js';
import { ofVersion } from '../common/places.js';

/** @typedef {import('./i18n.js').Lang} Lang */

/** By address, on their way or there. @type {Map<string, Promise<void>>} */
const asked = new Map();
/** Addresses of those that are there. @type {Set<string>} */
const there = new Set();

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
  if (!response?.ok) throw codedError('part_missing', {}, `${path}: ${response?.status ?? 'no answer'}`);
  addMessages(lang, await response.json());
  there.add(path);
}

/** Folders whose texts are asked for together with the page's own from then on, in whatever language. @type {Set<string>} */
const folders = new Set();

/** What the page itself says, the cells' titles and its opening; and what has been added to it. @param {Lang} lang */
export async function loadShellTexts(lang) {
  await Promise.all([`i18n/${lang}.json`, ...[...folders].map((folder) => `${folder}/${lang}.json`)].map((path) => load(lang, path)));
}

/** What a part of the page says that is fetched later. @param {string} folder @param {Lang} lang */
export async function loadFolderTexts(folder, lang) {
  await load(lang, `${folder}/${lang}.json`);
  folders.add(folder);
}

/** @param {string} id @param {Lang} lang */
const pathsOf = (id, lang) => [`src/shared/${lang}.json`, `src/cells/${id}/${lang}.json`];

/** What a cell says. @param {string} id @param {Lang} lang */
export async function loadCellTexts(id, lang) {
  await Promise.all(pathsOf(id, lang).map((path) => load(lang, path)));
}

/** @param {string} id @param {Lang} lang */
export const hasCellTexts = (id, lang) => pathsOf(id, lang).every((path) => there.has(path));
