import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { inlineMath, plainRich, rich } from '../../www/src/base/rich.js';
import { parse, tokensOf } from '../../www/src/base/tex.js';

/** As much of a document as the markup needs, and a way to write it down. */
class FakeNode {
  /** @param {string} tag @param {string} [text] */
  constructor(tag, text = '') {
    this.tag = tag;
    this.href = '';
    /** @type {Record<string, string>} */
    this.attributes = {};
    /** @type {(FakeNode | string)[]} */
    this.children = text ? [text] : [];
  }
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  /** @param {...(FakeNode | string)} nodes */
  append(...nodes) {
    this.children.push(...nodes.filter((node) => node !== ''));
  }
  /** @param {string} text */
  set textContent(text) {
    this.children = [text];
  }
  /** @returns {string} */
  toString() {
    const inside = this.children.map(String).join('');
    if (this.tag === '') return inside;
    return `<${this.tag}${this.href ? ` ${this.href}` : ''}>${inside}</${this.tag}>`;
  }
}

before(() => {
  Object.assign(globalThis, {
    document: {
      createDocumentFragment: () => new FakeNode(''),
      createElement: (/** @type {string} */ tag) => new FakeNode(tag),
      createElementNS: (/** @type {string} */ _space, /** @type {string} */ tag) => new FakeNode(tag),
      createTextNode: (/** @type {string} */ text) => new FakeNode('', text),
    },
  });
});

test('strong, emphasis, code and links', () => {
  assert.equal(String(rich('a **b *c*** `d*e*` [f](#g)')), 'a <strong>b <em>c</em></strong> <code>d*e*</code> <a #g>f</a>');
  assert.equal(String(rich('[x](https://a.example/b_c) 2 * 3 * 4')), '<a https://a.example/b_c>x</a> 2 * 3 * 4');
});

test('tags are text, and only safe addresses become links', () => {
  assert.equal(String(rich('<img src=x>')), '<img src=x>');
  for (const address of ['javascript:alert%281%29', 'http://a.example', 'data:text/html,x', '//a.example']) {
    assert.equal(String(rich(`[x](${address})`)), 'x', address);
  }
});

test('messages that quote somebody have code and nothing else', () => {
  assert.equal(String(plainRich('got `a` [x](https://a.example) **b**')), 'got <code>a</code> [x](https://a.example) **b**');
});

test('operators that would be drawn too large are held back', () => {
  const [, product, , open] = /** @type {any[]} */ (parse([...tokensOf('m ⊙ x (')]));
  assert.deepEqual([product.tag, product.attributes], ['mo', { form: 'infix', largeop: 'false' }]);
  assert.deepEqual(open.attributes, { stretchy: 'false' });
});

test('inline mathematics: names, numbers, scripts and groups', () => {
  assert.equal(String(inlineMath('N_{out}')), '<math><msub><mi>N</mi><mi>out</mi></msub></math>');
  assert.equal(
    String(inlineMath('(N - F)/S + 1')),
    '<math><mrow><mo>(</mo><mi>N</mi><mo>−</mo><mi>F</mi><mo>)</mo><mo>/</mo><mi>S</mi><mo>+</mo><mn>1</mn></mrow></math>',
  );
  assert.equal(String(inlineMath('x^{2n}')), '<math><msup><mi>x</mi><mrow><mn>2</mn><mi>n</mi></mrow></msup></math>');
  assert.equal(String(inlineMath('0.5 × β_1')), '<math><mrow><mn>0.5</mn><mo>×</mo><msub><mi>β</mi><mn>1</mn></msub></mrow></math>');
});

test('fractions, roots, hats, limits, and letters with two scripts', () => {
  assert.equal(String(inlineMath('\\frac{\\hat{m}}{\\sqrt{v}}')), '<math><mfrac><mover><mi>m</mi><mo>^</mo></mover><msqrt><mi>v</mi></msqrt></mfrac></math>');
  assert.equal(String(inlineMath('β_1^t')), '<math><msubsup><mi>β</mi><mn>1</mn><mi>t</mi></msubsup></math>');
  assert.equal(String(inlineMath('∑_i^n')), '<math><munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover></math>');
});

test('a formula that is not finished does not hang', () => {
  for (const source of ['', '{', 'x_', 'x^{', '}', '{}', '\\frac', '\\sqrt{']) assert.match(String(inlineMath(source)), /^<math>/);
});
