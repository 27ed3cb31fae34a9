// Records in the browser's storage, changed: none is gone on with unless it is whole.

import { changedText } from '../random.mjs';
import { text } from './page.mjs';

/**
 * Changes a record of each kind somewhere in it; runs in the page, with what to do as a list of choices.
 * @param {{ which: string, choices: number[], other: string }} how
 */
async function change({ which, choices, other }) {
  const done = (/** @type {IDBRequest} */ request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const db = await done(indexedDB.open('cnn-notebook'));
  const table = db.transaction('runs', 'readwrite').objectStore('runs');
  const [keys, values] = await Promise.all([done(table.getAllKeys()), done(table.getAll())]);
  const at = keys.findIndex((/** @type {string} */ key) => key.startsWith(which));
  if (at < 0) throw new Error(`no record ${which}`);
  const next = () => choices.shift() ?? 0;
  /** @type {Record<string, any>} */
  const root = { record: values[at] };
  let [holder, key] = [root, 'record'];
  let path = keys[at];
  for (let depth = next() % 5; depth > 0; depth -= 1) {
    const inside = holder[key];
    if (typeof inside !== 'object' || inside === null || ArrayBuffer.isView(inside) || Object.keys(inside).length === 0) break;
    const names = Object.keys(inside);
    [holder, key] = [inside, names[next() % names.length]];
    path += `.${key}`;
  }
  const value = holder[key];
  const before = JSON.stringify(value) ?? '';
  const kind = next() % 6;
  if (kind === 0) delete holder[key];
  else if (ArrayBuffer.isView(value) && value.byteLength > 0 && kind < 5) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    bytes[next() % bytes.length] ^= 1 << (next() % 8);
  } else if (typeof value === 'number' && kind < 4) holder[key] = [value + 1, -value - 1, NaN, value + 0.5][kind];
  else if (typeof value === 'string' && kind < 4) holder[key] = other || `${value}x`;
  else if (typeof value === 'boolean') holder[key] = !value;
  else holder[key] = [null, undefined, 0, '', [], { a: 1 }, new Uint8Array(3)][next() % 7];
  if (root.record === undefined) await done(table.delete(keys[at]));
  else await done(table.put(root.record, keys[at]));
  db.close();
  return { path, kind, before: before.slice(0, 60), same: JSON.stringify(holder[key]) === before && !ArrayBuffer.isView(value) };
}

/** @type {import('../fuzz-page.mjs').Kind} */
export const records = {
  share: 4,
  each: 1,
  async open(page) {
    await page.open();
    await page.step();
    await page.step();
    await page.page.waitForFunction(async () => {
      const db = await new Promise((resolve) => (indexedDB.open('cnn-notebook').onsuccess = (/** @type {any} */ event) => resolve(event.target.result)));
      const keys = await new Promise((resolve) => (db.transaction('runs').objectStore('runs').getAllKeys().onsuccess = (/** @type {any} */ event) => resolve(event.target.result)));
      const label = keys.find((/** @type {string} */ key) => key.startsWith('label/'));
      const value = label && (await new Promise((resolve) => (db.transaction('runs').objectStore('runs').get(label).onsuccess = (/** @type {any} */ event) => resolve(event.target.result))));
      db.close();
      return value?.step === 2;
    });
  },
  async give(page, random, note) {
    const saved = await page.saved();
    await page.page.goto('about:blank');
    // Where no script of the page runs.
    await page.page.goto(`${page.url}favicon.svg`);
    const how = { which: random.pick(['run/', 'run/', 'run/', 'label/']), choices: Array.from({ length: 20 }, () => random.below(1e6)), other: changedText(random, 'input 28x28x1\nflatten\ndense 10\n') };
    const was = await page.page.evaluate(change, how);
    note(JSON.stringify({ ...how, ...was }));
    await page.goto('?lang=en#train');
    await page.page.waitForFunction(() => document.documentElement.dataset.kept);
    const goOn = page.page.getByRole('group', { name: text('kept.offer') }).getByRole('button', { name: text('kept.continue'), exact: true });
    let verdict = 'not offered';
    if ((await page.page.evaluate(() => document.documentElement.dataset.kept)) === 'offered') {
      await goOn.click();
      const resumed = page.page.locator('#toasts', { hasText: text('kept.continued').split('{')[0].trim() });
      const refused = page.page.locator('#toasts', { hasText: new RegExp(`${text('error.kept_damaged').slice(0, 30)}|${text('error.kept_old').slice(0, 30)}`) });
      await resumed.or(refused).first().waitFor();
      verdict = (await refused.isVisible()) ? 'refused' : 'gone on with';
      if (verdict === 'gone on with' && (await page.saved()) !== saved) throw new Error('it goes on with other weights');
      if (verdict === 'gone on with' && how.which === 'run/' && !was.same) throw new Error(`a changed record was gone on with: ${JSON.stringify(was)}`);
    }
    await page.step();
    return `${how.which} ${verdict}`;
  },
};
