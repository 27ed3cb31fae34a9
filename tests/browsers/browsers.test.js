// Drives the built page in every browser that BROWSERS names (scripts/setup.sh finds them), two at a time, and
// compares what they computed. Needs dist/.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ENGINES, WEBKIT_SHARED } from './engines.js';
import { session } from './session.js';
import { serveSite } from './site.js';
import { suite, threadTests } from './suite.js';

/** A browser that takes longer hangs. */
const SUITE_MS = 600_000;

const wanted = (process.env.BROWSERS ?? '').trim().split(/\s+/).filter(Boolean);

/** What each browser found, by what it is of. @type {Map<string, Map<string, unknown>>} */
const found = new Map();
/** @param {string} browser @returns {(what: string, value: unknown) => void} */
const recordOf = (browser) => (what, value) => {
  const values = found.get(what) ?? new Map();
  found.set(what, values);
  // The same browser may come to it by two ways.
  if (values.has(browser)) assert.equal(value, values.get(browser), what);
  values.set(browser, value);
};

/** @type {Awaited<ReturnType<typeof serveSite>>[]} */
let servers = [];
const sites = () => ({ isolated: servers[0].url, plain: servers[1].url });
before(async () => {
  servers = [await serveSite({ isolation: true }), await serveSite({ isolation: false, base: '/sub/path/' })];
});
after(() => Promise.all(servers.map((server) => server.close())));

test('at least one browser can be driven', () => {
  assert.ok(wanted.length > 0, 'BROWSERS names none: run ./build.sh test browsers');
});

// Each leaves a core idle half of the time.
describe('browsers', { concurrency: 2 }, () => {
  const options = { timeout: SUITE_MS, concurrency: 1 };
  for (const name of wanted) describe(name, options, () => suite(ENGINES[name], sites, recordOf(name)));

  // Safari shows pages the shared memory that WebKitGTK hides.
  if (wanted.includes('webkit')) {
    describe(WEBKIT_SHARED.name, options, () => threadTests(session(WEBKIT_SHARED), sites, recordOf(WEBKIT_SHARED.name)));
  }
});

test('every browser computed the same bits', (context) => {
  assert.ok(found.size > 0, 'nothing was computed');
  for (const [what, values] of found) {
    const different = new Set(values.values());
    assert.equal(different.size, 1, `${what}: ${JSON.stringify([...values])}`);
    const [value] = different;
    context.diagnostic(`${what}: ${String(value).slice(0, 60)} (${[...values.keys()].join(', ')})`);
  }
});
