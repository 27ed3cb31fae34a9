// The versions of the browsers that the page needs are said in four places, and are the same in all.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGE, RELAXED_SIMD } from '../../www/src/app/browsers.js';

/** @param {string} path from the repository's root */
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The versions that a text names, in its order. @param {string} text */
const versionsIn = (text) => [...text.matchAll(/(Chrome|Firefox|Safari)[^\d{}]{1,12}([\d.]*\d)/g)].map(([, browser, version]) => [browser.toLowerCase(), version]);

test('the README’s table', () => {
  const [, heads, , ...rows] = /** @type {RegExpExecArray} */ (/## What works where\n\n((?:\|.*\n)+)/.exec(read('README.md')))[0].trim().split(/\n+/);
  const cells = (/** @type {string} */ row) => row.split('|').slice(1, -1).map((cell) => cell.trim());
  assert.deepEqual(cells(heads), ['', 'Chrome, Edge', 'Firefox', 'Safari']);
  const wanted = [PAGE, PAGE, RELAXED_SIMD].map(({ chrome, firefox, safari }) => [chrome, firefox, safari].map((version) => `≥ ${version}`));
  assert.deepEqual(rows.map((row) => cells(row).slice(1)), wanted);
});

test('the words of a page that can’t start, in both languages', () => {
  const [failed] = /** @type {RegExpExecArray} */ (/id="boot-failed"[\s\S]*?<\/div>/.exec(read('www/index.html')));
  assert.deepEqual(versionsIn(failed), [...Object.entries(PAGE), ...Object.entries(PAGE)]);
});

for (const lang of ['ko', 'en']) {
  test(`the messages take them and name none themselves (${lang})`, () => {
    const source = read(`www/i18n/${lang}.json`);
    const messages = JSON.parse(source);
    assert.deepEqual(versionsIn(source), []);
    for (const message of [messages.error.no_simd, messages.page['no-simd']]) {
      for (const browser of Object.keys(PAGE)) assert.ok(message.includes(`{${browser}}`), message);
    }
  });
}
