/**
 * A small part of TeX's mathematics as MathML: letters, numbers, operators, `_`, `^` and groups in braces; `\frac`, `\sqrt`,
 * `\hat`, `\floor` and `\quad`. A run of letters in a group is one name (`N_{out}`).
 */

export const MATHML = 'http://www.w3.org/1998/Math/MathML';
const LETTER = /^[A-Za-zα-ωΔΣ]$/;

/** @typedef {string | Node[]} Token a piece of the text, or nodes that stand in its place */

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} content */
function element(tag, attributes, ...content) {
  const made = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** @param {Node[]} nodes */
export const row = (nodes) => (nodes.length === 1 ? nodes[0] : element('mrow', {}, ...nodes));

/** What some operators may not do. @type {Record<string, Record<string, string>>} */
const MANNERS = {
  // Brackets beside a script would grow with it.
  '(': { stretchy: 'false' },
  ')': { stretchy: 'false' },
  // Firefox draws it as large as the sign of a product over many on a line of its own.
  '⊙': { form: 'infix', largeop: 'false' },
};

/** Each takes as many groups as it has parameters. @type {Record<string, (...groups: Node[]) => Node>} */
const COMMANDS = {
  '\\frac': (above, below) => element('mfrac', {}, above, below),
  '\\sqrt': (inside) => element('msqrt', {}, inside),
  '\\hat': (name) => element('mover', { accent: 'true' }, name, element('mo', {}, '^')),
  '\\floor': (inside) => element('mrow', { class: 'floor' }, element('mo', {}, '⌊'), inside, element('mo', {}, '⌋')),
  '\\quad': () => element('mspace', { width: '1.5em' }),
};

/** @param {string} source */
export const tokensOf = (source) => source.match(/\\[a-z]+|\d+(?:\.\d+)?|\S/g) ?? [];

/**
 * @param {Token[]} tokens
 * @returns {Node[]} side by side
 */
export function parse(tokens) {
  let at = 0;

  /** One atom: a leaf, a group, or what was put in. @returns {Node[]} */
  const atom = () => {
    const token = tokens[at];
    at += 1;
    if (typeof token !== 'string') return token ?? [];
    if (token === '{') {
      const close = tokens.indexOf('}', at);
      const inside = tokens.slice(at, close < 0 ? tokens.length : close);
      if (inside.length > 0 && inside.every((part) => typeof part === 'string' && LETTER.test(part))) {
        at += inside.length + 1;
        return [element('mi', {}, inside.join(''))];
      }
      const group = sequence();
      at += 1;
      return [row(group)];
    }
    const command = COMMANDS[token];
    if (command) return [command(...Array.from({ length: command.length }, () => row(atom())))];
    if (/^\d/.test(token)) return [element('mn', {}, token)];
    if (LETTER.test(token)) return [element('mi', {}, token)];
    return [element('mo', MANNERS[token] ?? {}, token === '-' ? '−' : token === '*' ? '×' : token)];
  };

  /** Atoms with their scripts, up to the end of a group. @returns {Node[]} */
  const sequence = () => {
    /** @type {Node[]} */
    const nodes = [];
    while (at < tokens.length && tokens[at] !== '}') {
      const sum = tokens[at] === '∑';
      const base = atom();
      /** @type {Record<string, Node>} */
      const scripts = {};
      for (let sign = tokens[at]; (sign === '_' || sign === '^') && at + 1 < tokens.length; sign = tokens[at]) {
        at += 1;
        scripts[sign] = row(atom());
      }
      const { _: below, '^': above } = scripts;
      if (below && above) nodes.push(element(sum ? 'munderover' : 'msubsup', {}, row(base), below, above));
      else if (below ?? above) nodes.push(element(below ? 'msub' : 'msup', {}, row(base), below ?? above));
      else nodes.push(...base);
    }
    return nodes;
  };

  return sequence();
}
