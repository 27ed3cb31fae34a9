// The Python lines that the cells show, run: what they say of their results was computed by the engine, on the page
// (tests/e2e/snippets.e2e.js writes them), and must come out here. NumPy is always run; the others where SNIPPETS_TORCH,
// SNIPPETS_KERAS and SNIPPETS_TENSORFLOW name a Python that has them, and compiled where they don't.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { PYTHON, ROOT } from './mnist.js';

/** @param {string} python @param {string} framework */
const run = (python, framework) =>
  execFileSync(python, [join(ROOT, 'tests/snippets/run_cells.py'), framework, join(ROOT, 'tests/snippets/cells')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Results that the cells show in each. @type {[string, string | undefined, number][]} */
const LEAST = [
  ['numpy', PYTHON.numpy, 12],
  ['torch', PYTHON.torch, 11],
  ['keras', PYTHON.keras, 10],
  ['tensorflow', process.env.SNIPPETS_TENSORFLOW, 10],
];

for (const [framework, python, least] of LEAST) {
  test(`the ${framework} lines of the cells give what the page says`, (t) => {
    if (!python) return void run(/** @type {string} */ (PYTHON.numpy), 'compile');
    const checked = Number(run(python, framework).trim().split('\n').at(-1));
    t.diagnostic(`${checked} results`);
    assert.ok(checked >= least, `${checked} results were checked`);
  });
}
