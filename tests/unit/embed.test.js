// The code that shows a cell in another page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedCode } from '../../www/src/classroom/embed-code.js';

const options = { cell: 'stride', address: 'https://host.test/#lang=en&stride.n=9&embed=stride', title: 'Stride: "how far" & <where>', height: 600 };

test('the address and the title are attributes, whatever is in them', () => {
  const [, src, title] = /src="([^"]*)" title="([^"]*)"/.exec(embedCode(options)) ?? [];
  const back = (/** @type {string} */ text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  assert.equal(back(src), options.address);
  assert.equal(back(title), options.title);
  assert.doesNotMatch(src + title, /[<>"]|&(?!#\d+;)/);
});

test('the script follows its own frame alone, and nothing but a height', () => {
  const script = /<script>([\s\S]*)<\/script>/.exec(embedCode(options))?.[1] ?? '';
  /** @type {(event: object) => void} */
  let listener = () => assert.fail('nothing listens');
  const frame = { contentWindow: {}, style: { height: '600px' } };
  new Function('addEventListener', 'document', script)(
    (/** @type {string} */ _type, /** @type {typeof listener} */ listen) => (listener = listen),
    { currentScript: { previousElementSibling: frame } },
  );
  const data = { type: 'cnn-notebook:height', cell: 'stride', height: 431 };
  listener({ source: {}, data });
  listener({ source: frame.contentWindow, data: { ...data, type: 'other' } });
  listener({ source: frame.contentWindow, data: null });
  assert.equal(frame.style.height, '600px');
  listener({ source: frame.contentWindow, data });
  assert.equal(frame.style.height, '431px');
  listener({ source: frame.contentWindow, data: { ...data, height: '1; color: red' } });
  assert.equal(frame.style.height, 'NaNpx');
});

test('the code names nothing that a second frame of the same cell would have too', () => {
  assert.doesNotMatch(embedCode(options), / id="|getElementById/);
});

test('only where a digit is photographed the frame may use the camera', () => {
  assert.doesNotMatch(embedCode(options), /camera/);
  assert.match(embedCode({ ...options, cell: 'digit' }), /allow="[^"]*\bcamera\b/);
});
