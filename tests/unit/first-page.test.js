// What is in the HTML itself: the policy that names its one inline script, and the messages of a start that fails.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const html = readFileSync(new URL('../../www/index.html', import.meta.url), 'utf8');
const scripts = [...html.matchAll(/<script(?:\s[^>]*)?>([\s\S]*?)<\/script>/g)];

test('the policy names the hash of the inline script, and of no other', () => {
  const inline = scripts.map(([, code]) => code).filter((code) => code.trim() !== '');
  assert.equal(inline.length, 1);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  const named = policy.match(/'sha256-[^']+'/g);
  assert.deepEqual(named, [`'sha256-${createHash('sha256').update(inline[0]).digest('base64')}'`]);
  assert.doesNotMatch(/script-src[^;]*/.exec(policy)?.[0] ?? '', /'unsafe-inline'|'unsafe-eval'|\bdata:/);
});

test('the inline script comes before all that it watches, and an old browser can read it', () => {
  assert.match(scripts[0][1], /addEventListener/);
  assert.match(scripts[1][0], /type="module"/);
  assert.doesNotMatch(scripts[0][1], /=>|`|\b(?:const|let)\b|\?\./);
});
