// What is in the HTML itself: the policy that names its one inline script, and the messages of a start that fails.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const html = readFileSync(new URL('../../www/index.html', import.meta.url), 'utf8');
const scripts = [...html.matchAll(/<script(?:\s[^>]*)?>([\s\S]*?)<\/script>/g)];

/** @param {string} source @returns {Map<string, string[]>} sources by directive */
const policyOf = (source) =>
  new Map(
    (/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(source)?.[1] ?? '').split(';').map((directive) => {
      const [name, ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );

test('the policy allows what the page needs and no more', () => {
  const inline = scripts.map(([, code]) => code).filter((code) => code.trim() !== '');
  assert.equal(inline.length, 1);
  const hash = `'sha256-${createHash('sha256').update(inline[0]).digest('base64')}'`;
  assert.deepEqual(Object.fromEntries(policyOf(html)), {
    'default-src': ["'none'"],
    'script-src': ["'self'", hash, "'wasm-unsafe-eval'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'blob:'],
    'connect-src': ["'self'"],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  });
});

test('no page has a style or a handler of its own, each has a policy, and none says where a request comes from', () => {
  for (const name of ['index.html', '404.html']) {
    const source = readFileSync(new URL(`../../www/${name}`, import.meta.url), 'utf8');
    assert.doesNotMatch(source.replace(/<script>[\s\S]*?<\/script>/, ''), /<style|\sstyle=|\son\w+=/, name);
    assert.match(source, /<meta name="referrer" content="no-referrer" \/>/, name);
    for (const [directive, sources] of policyOf(source)) {
      for (const each of sources) assert.ok(policyOf(html).get(directive)?.includes(each), `${name}: ${directive} ${each}`);
    }
    // A policy holds for what comes after it.
    assert.ok(source.indexOf('Content-Security-Policy') < source.search(/<(link|script|style|base)\b/), name);
  }
});

test('no style sheet takes anything from elsewhere', () => {
  for (const path of readdirSync(new URL('../../www/styles', import.meta.url), { recursive: true })) {
    if (!String(path).endsWith('.css')) continue;
    const source = readFileSync(new URL(`../../www/styles/${path}`, import.meta.url), 'utf8');
    assert.doesNotMatch(source, /url\(\s*["']?(?:[a-z]+:|\/\/)/i, String(path));
  }
});

test('the inline script comes before all that it watches, and an old browser can read it', () => {
  assert.match(scripts[0][1], /addEventListener/);
  assert.match(scripts[1][0], /type="module"/);
  assert.doesNotMatch(scripts[0][1], /=>|`|\b(?:const|let)\b|\?\./);
});
