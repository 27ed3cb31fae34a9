/**
 * Which class and which split a file belongs to, from its place in the folders; and a split by lot where the folders
 * name none.
 *
 * @module
 */

/** @typedef {import('../../training/common/protocol.js').Split} Split */
/** @typedef {{ at: number, label: number, split: Split | null }} Item `at` is its place in the list of files */

/** Folders of these names hold splits, not classes. A map: a folder may be called `constructor`. @type {Map<string, Split>} */
const SPLITS = new Map([
  ['train', 'train'], ['training', 'train'], ['학습', 'train'], ['훈련', 'train'],
  ['val', 'validation'], ['valid', 'validation'], ['validation', 'validation'], ['dev', 'validation'], ['검증', 'validation'],
  ['test', 'test'], ['testing', 'test'], ['시험', 'test'], ['테스트', 'test'],
]);

/** @param {string} folder @returns {Split | undefined} */
const splitNamed = (folder) => SPLITS.get(folder.toLowerCase());

/** What an archive or a system adds by itself. @param {string} path */
export const hidden = (path) => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX' || part === 'Thumbs.db');

/**
 * The folder that a file lies in is its class; a folder above, or that folder's own name, may be a split.
 * @param {string[]} paths with `/` between folders
 * @returns {{ names: string[], items: Item[], loose: number }} classes in natural order, files in the order of their
 *   paths, and how many lie in no class
 */
export function sortPaths(paths) {
  const placed = paths.map((path, at) => {
    const folders = path.split('/').slice(0, -1);
    const folder = folders.at(-1) ?? '';
    const split = folders.slice(0, -1).flatMap((name) => splitNamed(name) ?? []).at(-1) ?? null;
    return { at, path, split, folder: splitNamed(folder) ? '' : folder };
  });
  const inClass = placed.filter(({ folder }) => folder !== '');
  const order = new Intl.Collator('en', { numeric: true });
  const names = [...new Set(inClass.map(({ folder }) => folder))].sort(order.compare);
  const labels = new Map(names.map((name, label) => [name, label]));
  const items = inClass
    .sort((a, b) => order.compare(a.path, b.path) || (a.path < b.path ? -1 : 1))
    .map(({ at, folder, split }) => ({ at, label: labels.get(folder) ?? 0, split }));
  return { names, items, loose: placed.length - inClass.length };
}

/** Marsaglia's xorshift32, enough to deal cards. @param {number} seed */
function lot(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** @template T @param {T[]} list @param {() => number} random @returns {T[]} the same in another order */
function shuffled(list, random) {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

/**
 * Deals the items out, class by class, so that each split has its share of each; one at least stays to train on. What the
 * folders say stands, and a split that they fill gets nothing by lot.
 * @template {Pick<Item, 'label' | 'split'>} T
 * @param {T[]} items
 * @param {{ validation: number, test: number, seed: number }} options shares, 0 to 1
 * @returns {Record<Split, T[]>} each in an order by lot, the same for the same items and seed
 */
export function deal(items, { validation, test, seed }) {
  const random = lot(seed);
  const named = (/** @type {Split} */ split) => items.filter((item) => item.split === split);
  const shares = { validation: named('validation').length > 0 ? 0 : validation, test: named('test').length > 0 ? 0 : test };
  /** @type {Record<Split, T[]>} */
  const out = { train: [], validation: named('validation'), test: named('test') };
  const pool = items.filter(({ split }) => split === null || split === 'train');
  for (const label of [...new Set(pool.map((item) => item.label))].sort((a, b) => a - b)) {
    const mine = shuffled(pool.filter((item) => item.label === label), random);
    for (const split of /** @type {const} */ (['test', 'validation'])) {
      const wanted = Math.round(shares[split] * pool.filter((item) => item.label === label).length);
      out[split].push(...mine.splice(0, Math.min(wanted, mine.length - 1)));
    }
    out.train.push(...mine);
  }
  return { train: shuffled(out.train, random), validation: shuffled(out.validation, random), test: shuffled(out.test, random) };
}
