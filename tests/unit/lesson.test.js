// Lessons: what the address says of one, those that are ready, the word that opens the answers, and the page that is handed in.

import { dayOf } from '../../www/src/classroom/hand-in.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createState } from '../../www/src/base/state.js';
import { pageSchema } from '../../www/src/app/schema.js';
import { CELLS } from '../../www/src/cells/index.js';
import { digestOf } from '../../www/src/classroom/code-word.js';
import { READY } from '../../www/src/classroom/ready-lessons.js';
import { escape, workPage } from '../../www/src/classroom/work-page.js';
import { readLesson, writeLesson } from '../../www/src/keys/lesson.js';

const ids = CELLS.map(({ id }) => id);
const schema = Object.assign({}, pageSchema({ lang: 'en', theme: 'auto' }), ...CELLS.map((cell) => cell.state ?? {}));

test('a lesson is read as it is written', () => {
  const parts = [{ id: 'part', minutes: 8 }, { id: 'stride', minutes: 0 }, { id: 'filter', minutes: 120 }];
  assert.equal(writeLesson(parts), 'part-8_stride_filter-120');
  assert.deepEqual(readLesson('part-8_stride_filter-120', ids), parts);
});

test('what is no lesson is none, and the page says that it ignores it', () => {
  for (const bad of ['nothing-8', 'part-8_part-2', 'part-', 'part--1', 'part-121', 'part-8__stride', 'part 8', '_', '<b>', 'constructor']) {
    assert.equal(readLesson(bad, ids), null, bad);
    const { invalid } = createState(schema, new URLSearchParams({ lesson: bad }).toString());
    assert.deepEqual(invalid.map(({ key }) => key), ['lesson'], bad);
  }
  const fine = createState(schema, 'lesson=part-8_stride&lock=numbers_network&answers=0123abcd');
  assert.deepEqual(fine.invalid, []);
  assert.deepEqual(createState(schema, 'lock=all&answers=secret').invalid.map(({ key }) => key), ['lock', 'answers']);
});

test('each ready lesson takes 50 minutes, and both languages say what is done in each of its parts', () => {
  assert.equal(READY.length, 4);
  for (const { id, lesson, values = {} } of READY) {
    const parts = readLesson(lesson, ids);
    assert.equal(parts?.reduce((sum, { minutes }) => sum + minutes, 0), 50, id);
    assert.ok(createState(schema).assign({ ...values, lesson }), id);
    for (const lang of ['ko', 'en']) {
      const texts = JSON.parse(readFileSync(new URL(`../../www/src/classroom/lessons.${lang}.json`, import.meta.url), 'utf8')).lessons[id];
      assert.deepEqual(Object.keys(texts.steps), parts?.map((part) => part.id), `${id} ${lang}`);
      assert.ok(texts.goals.length >= 2 && texts.korea && texts.cs231n, `${id} ${lang}`);
    }
  }
});

test('the word opens the lesson that it was made for, and no other', () => {
  const digest = digestOf('part-8', ' Robin ');
  assert.match(digest, /^[0-9a-f]{8}$/);
  assert.equal(digestOf('part-8', 'robin'), digest);
  assert.notEqual(digestOf('part-9', 'robin'), digest);
  assert.notEqual(digestOf('part-8', 'robins'), digest);
});

test('what is handed in says all of it, loads nothing, and is text whatever is in it', () => {
  const evil = '"><script>alert(1)</script>&\'';
  const html = workPage({
    lang: 'ko',
    title: evil,
    line: `${evil} · today`,
    score: evil,
    sections: [{ title: evil, lines: [{ question: '<strong>Q</strong>', guess: evil, verdict: evil, right: false }] }],
    run: { title: evil, rows: [[evil, evil]], link: { text: evil, address: `https://host.test/#${evil}` } },
    answersTitle: evil,
    figuresTitle: evil,
    figures: [{ title: evil, text: evil, code: `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>'"</svg>` }],
  });
  assert.doesNotMatch(html, /<script|<b>/i);
  assert.equal(html.split(escape(evil)).length - 1, 16);
  assert.match(html, /<strong>Q<\/strong>/);
  assert.match(html, /default-src 'none'/);
  assert.match(html, /src="data:image\/svg\+xml;charset=utf-8,%3Csvg[^"]*"/);
});

test('the day of what is handed in is that of the pupil’s clock', () => {
  // Early in the morning the day before still goes on in Greenwich, if the clock is ahead of it.
  assert.equal(dayOf(new Date(2026, 0, 5, 0, 30)), '2026-01-05');
  assert.equal(dayOf(new Date(2026, 11, 31, 23, 59)), '2026-12-31');
});
