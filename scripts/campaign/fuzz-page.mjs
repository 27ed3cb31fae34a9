// The built page in Chromium, given what a person, a host or a storage may give it, changed in some places: links,
// weights, images, archives and IDX files, manifests and shards, stored records. An uncaught error, a cell that fails, a
// wait that does not end, a run that is another than before or no longer trains is a finding.
//
// usage: node scripts/campaign/fuzz-page.mjs --inputs N --seed S [--kind weights] [--only FIRST[-LAST]]

import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { BROWSER_ARGS } from '../../tests/e2e/playwright.config.mjs';
import { startServer } from '../serve.mjs';
import { PageUnderTest } from './fuzz-page/page.mjs';
import { createRandom } from './random.mjs';
import { data } from './fuzz-page/data.mjs';
import { images, own, weights } from './fuzz-page/files.mjs';
import { links } from './fuzz-page/links.mjs';
import { records } from './fuzz-page/records.mjs';

/**
 * A kind of input: `open` prepares a page, `give` gives it one input and throws if something is wrong. Its result names
 * what became of it, `input` is what a finding keeps.
 * @typedef {object} Kind
 * @property {number} share of all inputs
 * @property {number} each inputs of one page
 * @property {(page: PageUnderTest) => Promise<void>} open
 * @property {(page: PageUnderTest, random: import('./random.mjs').Random, note: (input: Uint8Array | string) => void) => Promise<string>} give
 */

/** @type {Record<string, Kind>} */
const KINDS = { weights, images, own, links, data, records };
const FINDINGS = 'target/fuzz';

const { values: options } = parseArgs({
  options: { inputs: { type: 'string', default: '2000' }, seed: { type: 'string' }, kind: { type: 'string' }, only: { type: 'string' } },
});
if (!options.seed) throw new Error('--seed is needed');
const [inputs, seed] = [Number(options.inputs), Number(options.seed)];
const kinds = Object.entries(KINDS).filter(([name]) => !options.kind || name === options.kind);
const shares = kinds.reduce((sum, [, { share }]) => sum + share, 0);

const started = performance.now();
/** @type {Map<string, number>} */
const counts = new Map();
let [tried, findings] = [0, 0];

/** @param {string} name @param {number} index @param {Error} error @param {Uint8Array | string} input */
function found(name, index, error, input) {
  findings += 1;
  mkdirSync(FINDINGS, { recursive: true });
  const path = `${FINDINGS}/page-${name}-${seed}-${index}`;
  writeFileSync(path, input);
  const again = `--seed ${seed} --kind ${name} --only ${index}`;
  console.error(`FOUND ${again}: ${error.stack ?? error.message}\n  ${typeof input === 'string' ? input.slice(0, 400) : `${input.length} bytes`}\n  kept as ${path}`);
}

const server = await startServer();
const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS });
try {
  for (const [name, kind] of kinds) {
    const count = Math.ceil((inputs * kind.share) / shares);
    const [first = 0, last = count - 1] = options.only === undefined ? [] : [options.only.split('-')[0], options.only.split('-').at(-1)].map(Number);
    const wanted = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    /** @type {PageUnderTest | null} */
    let page = null;
    let given = 0;
    const begun = performance.now();
    for (const index of wanted) {
      /** @type {Uint8Array | string} */
      let input = '';
      try {
        if (!page || given >= kind.each) {
          await page?.close();
          page = await PageUnderTest.in(browser, server.url);
          given = 0;
          await kind.open(page);
        }
        given += 1;
        const verdict = await kind.give(page, createRandom(seed, index), (given) => (input = given));
        page.check();
        counts.set(`${name} ${verdict}`, (counts.get(`${name} ${verdict}`) ?? 0) + 1);
      } catch (error) {
        found(name, index, /** @type {Error} */ (error), input);
        await page?.close();
        page = null;
      }
      tried += 1;
    }
    await page?.close();
    console.log(`${name}: ${wanted.length} inputs in ${Math.round((performance.now() - begun) / 1000)} s`);
  }
} finally {
  await browser.close();
  await server.close();
}
for (const [what, count] of [...counts].sort()) console.log(`${String(count).padStart(8)}  ${what}`);
console.log(`${tried} inputs of seed ${seed} in ${Math.round((performance.now() - started) / 1000)} s, Chromium ${browser.version()}: ${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
