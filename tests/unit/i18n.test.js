import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allTexts, readTexts } from '../../scripts/texts.mjs';
import { errorText, warningText } from '../../www/src/base/errors.js';
import { READINGS, addMessages, format, particle, setLang, t } from '../../www/src/base/i18n.js';

/** @typedef {import('../../www/src/base/i18n.js').Messages} Messages */

const root = new URL('../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, root), 'utf8');

/** @param {string} lang */
const textsOf = (lang) => allTexts(readTexts(fileURLToPath(new URL('www', root)), lang));
/** @type {Record<string, Record<string, Messages>>} */
const languages = { ko: textsOf('ko'), en: textsOf('en') };
addMessages('ko', languages.ko);
addMessages('en', languages.en);

/**
 * Every message with its path, a list counted as one.
 * @param {Messages} messages
 * @param {string} prefix
 * @returns {[string, string][]}
 */
function flatten(messages, prefix = '') {
  return Object.entries(messages).flatMap(([key, value]) => {
    /** @type {[string, string][]} */
    const found =
      typeof value === 'string'
        ? [[prefix + key, value]]
        : Array.isArray(value)
          ? [[prefix + key, value.join('\n')]]
          : flatten(value, `${prefix}${key}/`);
    return found;
  });
}

/** The names that a message is filled with. @param {string} message */
const slots = (message) => [...new Set([...message.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();

test('both languages have the same messages', () => {
  assert.deepEqual(
    flatten(languages.ko).map(([key]) => key).sort(),
    flatten(languages.en).map(([key]) => key).sort(),
  );
});

test('no message is empty, and both languages name only values the other has too', () => {
  const english = new Map(flatten(languages.en));
  for (const [key, korean] of flatten(languages.ko)) {
    const other = english.get(key) ?? '';
    assert.ok(korean.trim() && other.trim(), key);
    assert.deepEqual(slots(korean), slots(other), key);
  }
});

/** Words that have a better one, which is used throughout. @type {Record<string, [RegExp, string][]>} */
const AVOIDED = {
  ko: [
    [/십시오/, '-세요'],
    [/(입|습|[됩봅합])니까/, '-까요, -ㄴ가요'],
    [/단추/, '버튼'],
    [/걸음/, '스텝, 갱신량'],
    [/빗금/, '대각선 경계'],
    [/학습률(의)? 일정/, '학습률 스케줄'],
    [/뒤집은 드롭아웃/, '인버티드 드롭아웃'],
    [/되풀이 링크/, '재현 링크'],
    [/(학습|전체 네트워크|이|앞|번) 칸/, '셀 (칸 is of a grid)'],
    [/\}`?(을|를|이|가|은|는|과|와|으로|로)(?=[\s,.?)]|$)/, 'a particle that follows the value: {n~을/를}'],
  ],
  en: [
    [/\banswers? to (edge|some|it)|answers? only when/i, 'responds to'],
    [/take back/i, 'Undo'],
    [/\bmend/i, 'fix, edit'],
    [/\bthe strip\b/i, 'the blocks'],
  ],
};

test('one thing has one name', () => {
  for (const [lang, rules] of Object.entries(AVOIDED)) {
    for (const [key, message] of flatten(languages[lang])) {
      for (const [word, better] of rules) assert.doesNotMatch(message, word, `${lang} ${key}: rather ${better}`);
    }
  }
});

test('markup is balanced: code, strong, mathematics', () => {
  for (const [lang, messages] of Object.entries(languages)) {
    for (const [key, message] of flatten(messages)) {
      for (const mark of ['`', '$', '**']) {
        assert.equal((message.split(mark).length - 1) % 2, 0, `${lang} ${key}: ${mark}`);
      }
      assert.equal(message.split('{').length, message.split('}').length, `${lang} ${key}`);
    }
  }
});

/** The page's scripts with their paths. @param {string} folder @returns {string[]} */
function scripts(folder) {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? scripts(`${folder}${entry.name}/`) : entry.name.endsWith('.js') ? [`${folder}${entry.name}`] : [],
  );
}

test('every key that is written out in a script or in the page has a message', () => {
  const known = new Set(flatten(languages.en).map(([key]) => key.replaceAll('/', '.')));
  const sections = Object.keys(languages.en).join('|');
  let seen = 0;
  for (const path of [...scripts('www/src/'), 'www/index.html']) {
    const source = read(path);
    const keys = [
      ...source.matchAll(new RegExp(`\\bt\\(\\s*'((?:${sections})\\.[\\w.-]+)'`, 'g')),
      ...source.matchAll(/\bi18n(?:Label|Title)?: '([\w-]+\.[\w.-]+)'/g),
      ...source.matchAll(/data-i18n(?:-[\w-]+)?="([^"]+)"/g),
    ];
    for (const [, key] of keys) {
      seen += 1;
      assert.ok(known.has(key), `${path}: ${key}`);
    }
  }
  assert.ok(seen > 30, `only ${seen} keys found`);
});

test('messages are filled: numbers for the language, a choice by number, Korean particles', () => {
  addMessages('ko', { ...languages.ko, x: { a: '{n}{n~을/를} {what}{what~이/가}', b: '{n}{n~으로/로}' } });
  addMessages('en', { ...languages.en, x: { a: '{n} {n|map|maps} of {shape}', b: '{missing} stays' } });
  setLang('en');
  assert.equal(t('x.a', { n: 1, shape: [28, 28, 6] }), '1 map of 28×28×6');
  assert.equal(t('x.a', { n: 12345, shape: 7 }), '12,345 maps of 7');
  assert.equal(t('x.b'), '{missing} stays');
  assert.equal(t('x.nothing'), 'x.nothing');
  assert.equal(t('constructor.name'), 'constructor.name');
  setLang('ko');
  assert.equal(t('x.a', { n: 3, what: '필터' }), '3을 필터가');
  assert.equal(t('x.a', { n: 5, what: '맵' }), '5를 맵이');
  assert.equal(t('x.b', { n: 7 }), '7로');
  assert.equal(t('x.b', { n: 6 }), '6으로');
  assert.equal(t('x.b', { n: -0.5 }), '−0.5로');
});

test('particles follow the sound of what is before them', () => {
  for (const [word, pair, expected] of [
    ['0', '은/는', '은'],
    ['1', '은/는', '은'],
    ['2', '은/는', '는'],
    ['4', '이/가', '가'],
    ['6', '과/와', '과'],
    ['9', '과/와', '와'],
    ['1', '으로/로', '로'],
    ['8', '으로/로', '로'],
    ['10', '으로/로', '으로'],
    ['물', '으로/로', '로'],
    ['집', '으로/로', '으로'],
    ['flatten', '을/를', '을'],
    ['dense', '을/를', '를'],
    // Words of a spec as they are read, not as they are spelled: 인풋, 패딩, 이닛, 드롭아웃, 맥스풀.
    ['input', '을/를', '을'],
    ['`padding`', '이/가', '이'],
    ['init', '이/가', '이'],
    ['dropout', '은/는', '은'],
    ['conv', '은/는', '는'],
    ['stride', '이/가', '가'],
    ['bias', '이/가', '가'],
    ['maxpool', '으로/로', '로'],
    ['padding', '으로/로', '으로'],
    ['Dense', '을/를', '를'],
    ['layer0.weight', '이/가', '가'],
    ['layer0.bias', '은/는', '는'],
    ['`relu`', '은/는', '는'],
    // Of other words the last letter is all that is known.
    ['labels.idx', '을/를', '를'],
    ['constructor', '은/는', '은'],
  ]) {
    assert.equal(particle(word, pair), expected, `${word} ${pair}`);
  }
});

test('every word of a spec has a reading, from which its particle follows', () => {
  const source = read('crates/cnn/src/spec/parse.rs');
  const list = (/** @type {RegExp} */ pattern) => [...source.matchAll(pattern)].flatMap(([, words]) => [...words.matchAll(/"([a-z_]+)"/g)].map(([, word]) => word));
  const words = [
    ...list(/const LAYERS: [^=]*=\s*\[([^\]]*)\]/g),
    ...list(/Options::read\(words, &\[([^\]]*)\]\)/g),
    ...list(/const WORDS: [^=]*=\s*\[([^\]]*)\]/g),
    'same',
    'valid',
    'none',
  ];
  assert.equal(new Set(words).size, 9 + 6 + 7 + 3);
  for (const word of words) assert.ok(Object.hasOwn(READINGS, word), word);
});

test('sizes are written with three figures at most', () => {
  setLang('en');
  assert.deepEqual([0, 999, 1000, 1234, 12345, 5_400_000].map(format.bytes), ['0 B', '999 B', '1 KB', '1.2 KB', '12 KB', '5.4 MB']);
});

// ---- the engine's errors ----

const errorSource = read('crates/cnn/src/error.rs');
/** @param {string} source @param {string} name the body of a Rust enum */
function variants(source, name) {
  const body = source.slice(source.indexOf(`pub enum ${name} {`)).split(/^}/m)[0];
  return [...body.matchAll(/^    ([A-Z]\w*)(?: \{([^}]*)\})?,/gm)].map(([, variant, fields = '']) => ({
    code: variant.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase(),
    fields: [...fields.matchAll(/^\s*(\w+):/gm)].map((match) => match[1]),
  }));
}

test('every error of the engine has a sentence in both languages, made of the fields it has', () => {
  const codes = variants(errorSource, 'Error');
  assert.ok(codes.length >= 40, `only ${codes.length} variants found`);
  // What `errors.js` makes of the fields.
  const made = new Set(['hint', 'positions']);
  for (const { code, fields } of codes) {
    for (const messages of Object.values(languages)) {
      const sentence = /** @type {Messages} */ (messages.error)[code];
      assert.equal(typeof sentence, 'string', code);
      for (const slot of slots(String(sentence))) assert.ok(fields.includes(slot) || made.has(slot), `${code}: {${slot}}`);
    }
  }
});

test('every warning of a summary has a sentence in both languages', () => {
  const codes = variants(read('crates/cnn/src/spec/summary.rs'), 'Warning');
  assert.ok(codes.length >= 5);
  for (const { code } of codes) {
    for (const messages of Object.values(languages)) {
      assert.equal(typeof (/** @type {Messages} */ (messages.warning)[code]), 'string', code);
    }
  }
});

test('the fixed phrases that errors are made of are known', () => {
  const phrases = /** @type {Messages} */ (/** @type {Messages} */ (languages.ko.error).phrases);
  /** @param {string} folder @returns {string[]} */
  const rust = (folder) =>
    readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? rust(`${folder}${entry.name}/`) : entry.name === 'tests.rs' ? [] : [`${folder}${entry.name}`],
    );
  let seen = 0;
  for (const path of [...rust('crates/cnn/src/'), ...rust('crates/cnn-notebook/src/'), 'crates/cnn-kernels/src/geometry.rs']) {
    const source = read(path).split('#[cfg(test)]')[0];
    const found = [
      ...source.matchAll(/\b(?:what|expected): "([^"]+)"/g),
      ...source.matchAll(/\bcheck_(?:sizes|most)\(.+, "([^"]+)"\)/g),
      ...source.matchAll(/\bwords\.(?:count|float)\("([^"]+)"\)/g),
      ...(path.endsWith('parse.rs') ? source.matchAll(/^const [A-Z_]+: &str = "([^"]+)"/gm) : []),
    ];
    for (const [, phrase] of found) {
      seen += 1;
      assert.ok(Object.hasOwn(phrases, phrase), `${path}: "${phrase}"`);
    }
  }
  assert.ok(seen > 20, `only ${seen} phrases found`);
});

test('an error speaks the reader’s language, and the engine’s own words where there is no translation', () => {
  const details = { line: 4, layer: 'dense', got: [7, 7, 64] };
  const error = Object.assign(new Error('line 4: …'), { code: 'needs_vector', details });
  setLang('en');
  assert.equal(errorText(error), 'Line 4: `dense` works on a vector, but gets maps of 7×7×64. Put `flatten` before it.');
  setLang('ko');
  assert.equal(errorText(error), '4번째 줄: `dense`는 벡터를 받는 층인데 7×7×64 맵이 들어옵니다. 앞에 `flatten`을 넣으세요.');
  assert.equal(errorText(Object.assign(new Error('own words'), { code: 'never_heard_of', details: {} })), 'own words');
  assert.equal(errorText(new Error('')), '알 수 없는 오류가 났습니다.');
});

test('fields that need it are adapted: bytes, hints, the end of a line', () => {
  setLang('en');
  /** @param {string} code @param {object} details */
  const say = (code, details) => errorText(Object.assign(new Error('-'), { code, details }));
  assert.match(say('too_large', { what: 'training', bytes: 3_210_000_000n, limit: 2_000_000_000 }), /3\.2 GB.*2 GB/);
  assert.match(say('unknown_layer', { got: 'covn', nearest: 'conv' }), /Did you mean `conv`\?$/);
  assert.doesNotMatch(say('unknown_layer', { got: 'xyz', nearest: null }), /Did you mean|\{/);
  assert.match(say('expected', { got: null, expected: 'the end of the line' }), /^Got the end of the line/);
  assert.match(say('pool_too_large', { size: [16, 16], limit: 255 }), /256 positions/);
  assert.match(say('out_of_range', { what: 'learning_rate', got: 0, expected: 'above 0' }), /the learning rate is 0/);
  assert.match(warningText({ code: 'left_over', line: 3, rows: 1, columns: 0 }), /^Line 3: .*last 1 row and 0 columns/);
});
