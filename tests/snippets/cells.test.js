// The Python lines that the cells show, run: what they say of their results was computed by the engine, on the page
// (tests/e2e/snippets.e2e.js writes them), and must come out here. NumPy is always run; the others where SNIPPETS_TORCH,
// SNIPPETS_KERAS and SNIPPETS_TENSORFLOW name a Python that has them, and compiled where they don't.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ALONE } from '../../www/src/cells/layers/code.js';
import { loadEngine, PYTHON, ROOT } from './mnist.js';

/** @param {string} python @param {string} framework */
const run = (python, framework) =>
  execFileSync(python, [join(ROOT, 'tests/snippets/run_cells.py'), framework, join(ROOT, 'tests/snippets/cells')], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Results that the cells show in each. @type {[string, string | undefined, number][]} */
const LEAST = [
  ['numpy', PYTHON.numpy, 27],
  ['torch', PYTHON.torch, 24],
  ['keras', PYTHON.keras, 24],
  ['tensorflow', process.env.SNIPPETS_TENSORFLOW, 24],
];

for (const [framework, python, least] of LEAST) {
  test(`the ${framework} lines of the cells give what the page says`, (t) => {
    if (!python) return void run(/** @type {string} */ (PYTHON.numpy), 'compile');
    const checked = Number(run(python, framework).trim().split('\n').at(-1));
    t.diagnostic(`${checked} results`);
    assert.ok(checked >= least, `${checked} results were checked`);
  });
}

/** Every kind of layer; sides, strides and paddings that differ. */
const KINDS =
  'input 32x30x3\nconv 5x5 6 stride 2 padding same\nbatchnorm\nrelu\nmaxpool 3x3 stride 2 padding same\nconv 3x3 9 padding 0,2,1,0 bias none init he\navgpool 2x2 stride 1 padding 0,1,1,0\ndropout 0.25\nflatten\ndense 20 bias none init he\nbatchnorm\nrelu\ndense 10\n';

test('every kind of layer alone has the shape and the parameters that the engine says', async () => {
  const engine = await loadEngine();
  const { layers } = engine.summarize(KINDS);
  for (const [language, code] of Object.entries(ALONE)) {
    const program = layers.map((/** @type {any} */ layer) => {
      const { lines, shape, count } = code(layer);
      const checks = [`assert list(${shape}) == [${layer.output}], ${JSON.stringify(layer.text)}`, `assert ${count} == ${layer.parameters}, ${JSON.stringify(layer.text)}`];
      return [...lines, ...(language === 'numpy' ? checks : [shape, count])].join('\n');
    }).join('\n');
    assert.doesNotMatch(program, /undefined|NaN/);
    const run = language === 'numpy' ? `import numpy as np\nfrom numpy.lib.stride_tricks import sliding_window_view\n${program}` : `compile(${JSON.stringify(program)}, '${language}', 'exec')`;
    execFileSync(/** @type {string} */ (PYTHON.numpy), ['-W', 'ignore', '-c', run], { stdio: ['ignore', 'pipe', 'pipe'] });
  }
});
