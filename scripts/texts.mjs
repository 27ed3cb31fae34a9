// The page's texts where they lie: those of the shell in i18n/, those that several cells show in src/shared/, those of what
// is asked for later in src/app/ and src/classroom/, and each cell's in its folder. A section may be in several of these files, a message in one only.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {import('../www/src/base/i18n.js').Messages} Messages */
/** @typedef {Record<string, Messages>} Sections */
/** @typedef {{ shell: Sections, shared: Sections, later: Record<string, Sections>, cells: Record<string, Messages> }} Texts */

/** Folders whose texts the page fetches once they are to be said. */
const LATER = ["src/app", "src/classroom"];

/** @param {string} path */
const parse = (path) => JSON.parse(readFileSync(path, "utf8"));

/**
 * @param {string} from the folder of the page's sources
 * @param {string} lang
 * @returns {Texts}
 */
export function readTexts(from, lang) {
  const folder = join(from, "src/cells");
  const ids = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return {
    shell: parse(join(from, `i18n/${lang}.json`)),
    shared: parse(join(from, `src/shared/${lang}.json`)),
    later: Object.fromEntries(LATER.map((path) => [path, parse(join(from, `${path}/${lang}.json`))])),
    cells: Object.fromEntries(ids.sort().map((id) => [id, parse(join(folder, id, `${lang}.json`))])),
  };
}

/** Everything that the page says in a language, by section. @param {Texts} texts @returns {Sections} */
export function allTexts({ shell, shared, later, cells }) {
  /** @type {Sections} */
  const all = {};
  for (const [section, messages] of [shell, shared, ...Object.values(later), cells].flatMap(Object.entries)) {
    for (const key of Object.keys(messages)) {
      if (Object.hasOwn(all[section] ?? {}, key)) throw new Error(`${section}.${key} stands in two files`);
    }
    all[section] = { ...all[section], ...messages };
  }
  return all;
}
