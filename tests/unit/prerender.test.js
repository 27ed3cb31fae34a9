// The text that needs no script: the titles and the opening in the page itself, the whole lecture on a page of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { earlySections, readingPage } from '../../scripts/prerender.mjs';
import { readTexts } from '../../scripts/texts.mjs';
import { ACTS, CELLS } from '../../www/src/cells/index.js';

const WWW = fileURLToPath(new URL('../../www', import.meta.url));
/** @param {string} html what a reader sees of it */
const seen = (html) => html.replace(/<[^>]+>/g, '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

test('the page itself has every title and the opening, in both languages', () => {
  const html = earlySections(WWW, CELLS, ACTS);
  assert.deepEqual([...html.matchAll(/<section [^>]*id="(\w+)"/g)].map(([, id]) => id), CELLS.map(({ id }) => id));
  assert.deepEqual([...html.matchAll(/<header [^>]*id="act-(\w+)"/g)].map(([, id]) => id), ACTS.map(({ id }) => id));
  for (const lang of ['ko', 'en']) {
    const { cells } = readTexts(WWW, lang);
    for (const { id } of CELLS) assert.ok(seen(html).includes(String(cells[id].title)), `${lang} ${id}`);
    for (const paragraph of [cells.intro.lead].flat()) assert.ok(seen(html).includes(String(paragraph)), `${lang}: ${paragraph}`);
  }
  assert.equal(html.split('<p>').length - 1, 2, 'of the others only the titles');
});

for (const lang of /** @type {const} */ (['ko', 'en'])) {
  test(`the reading page has all prose of all cells, as HTML and without scripts (${lang})`, () => {
    const html = readingPage(WWW, CELLS, lang, 'page-0/styles/main.css');
    assert.doesNotMatch(html, /<script|\bon\w+=|\*\*|\$[A-Za-z]/);
    const { cells } = readTexts(WWW, lang);
    for (const { id } of CELLS) {
      const section = new RegExp(`<section class="cell" id="${id}">([\\s\\S]*?)</section>`).exec(html)?.[1] ?? '';
      // Its first words, up to any markup.
      const [first] = String([cells[id].lead].flat()[0]).split(/[*`$[]/);
      assert.ok(seen(section).includes(first.trim()), `${id}: ${first}`);
    }
    assert.match(html, /<math><msub><mi>/);
  });
}
