import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, summarize, table } from '../../scripts/bench/stats.mjs';
import { report } from '../../scripts/bench/report.mjs';

test('median and the middle 80 %, between samples too', () => {
  assert.deepEqual(summarize([5, 1, 3, 2, 4]), { median: 3, p10: 1.4, p90: 4.6, p95: 4.8 });
  assert.deepEqual(summarize([7]), { median: 7, p10: 7, p90: 7, p95: 7 });
});

test('three figures', () => {
  assert.deepEqual([1234.5, 99.95, 20, 1.2345, 0.01234, 0, NaN].map(figures), ['1235', '100.0', '20.0', '1.23', '0.012', '0', '–']);
});

test('a table is padded and its numbers stand to the right', () => {
  assert.equal(table(['', 'ms'], [['short', '1'], ['a longer one', '22.5']]), [
    '|              |   ms |',
    '|:-------------|-----:|',
    '| short        |    1 |',
    '| a longer one | 22.5 |',
  ].join('\n'));
});

test('the report sets ours beside TensorFlow with as many threads, and says what failed', () => {
  const base = { part: 'training', unit: 'ms', network: 'lab11-2', mode: 'train', batch: 100, run: async () => [] };
  const text = report(
    [
      { ...base, id: 'peak/relaxed/2', part: 'peak', unit: 'GFLOP/s', label: 'peak', samples: [100] },
      { ...base, id: 'ours/x', threads: 2, label: 'ours', flops: 1e9, samples: [20, 20, 20] },
      { ...base, id: 'tensorflow/lab11-2/train/2', threads: 2, label: 'TensorFlow', flops: 1e9, samples: [40] },
      { ...base, id: 'drag/x', part: 'drag', label: 'dragged', samples: Array.from({ length: 101 }, (_, i) => i / 10) },
      { ...base, id: 'other', threads: 1, label: 'other', samples: [], error: 'not registered' },
    ],
    { date: 'd', cpu: 'c', cores: 2, memory_gib: 8, browser: 'b', node: 'n', rust: 'r', commit: 'x' },
  );
  const row = (/** @type {string} */ label) => text.split('\n').find((line) => line.startsWith(`| ${label} `))?.split('|').map((cell) => cell.trim());
  assert.deepEqual(row('ours')?.slice(2, 7), ['20.0', '20.0–20.0', '0.500', '50.0', '50.0']);
  assert.deepEqual(row('TensorFlow')?.slice(2, 7), ['40.0', '40.0–40.0', '1.00', '25.0', '25.0']);
  assert.deepEqual(row('dragged')?.slice(2, 4), ['5.00', '9.50']);
  assert.match(row('other')?.[2] ?? '', /not registered/);
});
