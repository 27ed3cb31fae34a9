// Links: every key that the page knows with values of every kind, and links that were cut, doubled or mangled on their
// way. Behind the `#`, as the page writes them, and behind the `?`, as it once did.

import { changedText } from '../random.mjs';

/** @typedef {import('../random.mjs').Random} Random */

/** As much of a browser as the page's modules ask for when they are loaded. */
async function schemaOfPage() {
  const ignore = () => {};
  const window = { addEventListener: ignore, matchMedia: () => ({ addEventListener: ignore }) };
  Object.assign(globalThis, { window: globalThis, ...window, location: new URL('http://localhost/'), document: { addEventListener: ignore, documentElement: {} } });
  const [{ CELLS }, { pageSchema }, { createState }, { writeHash }] = await Promise.all([
    import('../../../www/src/cells/index.js'), import('../../../www/src/app/schema.js'), import('../../../www/src/base/state.js'),
    import('../../../www/src/base/address.js'),
  ]);
  const schema = pageSchema({ lang: 'en', theme: 'auto' });
  for (const cell of CELLS) Object.assign(schema, cell.state);
  return { schema, createState, writeHash, places: CELLS.map(({ id }) => id) };
}

/** @type {Promise<Awaited<ReturnType<typeof schemaOfPage>>> | null} */
let loading = null;

const NETWORKS = [
  'input 28x28x1\nflatten\ndense 10', 'input 28x28x1\nconv 1 820\nflatten\ndense 10', 'input 32x32x3\nflatten\ndense 10', 'lab11-3',
  'input 28x28x1\nconv 3 8\nrelu\nconv 1 8 stride 16384\nflatten\ndense 10', 'input 28x28x1\nflatten\ndense 0', 'input', 'flatten\n'.repeat(300),
];

/** @param {Random} random @param {any} field */
function value(random, field) {
  const { range = {}, default: initial } = field;
  switch (random.below(8)) {
    case 0: return String(random.edge());
    case 1: return random.pick(['', '-1', '1e999', 'NaN', '0x10', '01', '1.5', '__proto__', '%', 'null', ' ', '\u0000', 'a'.repeat(5000)]);
    case 2: return changedText(random, field.format(initial));
    case 3: return Array.from({ length: random.few(300) }, () => random.edge()).join('_');
    case 4: return Buffer.from(random.bytes(random.few(2000))).toString('base64url');
    case 5: case 6:
      if (range.values) return random.pick(range.values);
      if (range.max !== undefined) return String(random.pick([range.min, range.max, range.min - 1, range.max + 1, random.between(0, 1) ? range.max / 2 : range.min + 1]));
      return field.format(initial);
    default: return random.pick(NETWORKS);
  }
}

/** @param {Random} random */
async function link(random) {
  const { schema, createState, writeHash, places } = await (loading ??= schemaOfPage());
  const keys = Object.keys(schema);
  const query = new URLSearchParams();
  for (let left = random.few(random.chance(10) ? 110 : 12); left > 0; left -= 1) {
    const key = random.pick(keys);
    query.append(key, key === 'spec' ? random.pick(NETWORKS) : value(random, schema[key]));
  }
  // Half of them as the page itself writes what it could read of it.
  let text = random.chance(50) ? createState(schema, query.toString()).query() : query.toString();
  if (random.chance(40)) text = changedText(random, text);
  const place = random.chance(80) ? random.pick(places) : random.pick(['', '%', '%ff', '%E0%A4%A', 'train%', '__proto__', 'x'.repeat(3000), 'train#digit', '"><i>', 'a b']);
  return random.pick([writeHash(place, text), `#${place}&${text}`, `#${text}`, `?${text}#${place}`, `?${text.slice(0, text.length / 2)}#${place}&${text.slice(text.length / 2)}`]);
}

/** @type {import('../fuzz-page.mjs').Kind} */
export const links = {
  share: 12,
  each: 10,
  open: async () => {},
  async give(page, random, note) {
    // Longer ones no server takes; half a character is none in an address.
    const address = Buffer.from((await link(random)).slice(0, 12_000)).toString();
    note(address);
    await page.goto(address);
    await page.page.waitForFunction(() => document.documentElement.dataset.ready === 'engine', undefined, { polling: 100 });
    if (random.chance(50)) await page.drawAll();
    // It trains: where its own network can't be, one that can be is there.
    if (!random.chance(30)) return 'opened';
    await page.page.evaluate(() => document.querySelector('#train')?.scrollIntoView());
    await page.page.locator('#train .run-bar button[aria-disabled=false]').first().waitFor();
    return 'opened, can train';
  },
};
