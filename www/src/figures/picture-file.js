/**
 * What a figure shows, as a file of its own.
 *
 * The page's drawings are SVG, canvases, tables and text beside each other. They are put together again as one SVG by where
 * they stand on the screen: drawings with their computed styles, canvases as images, text as text, boxes as rectangles. No
 * `foreignObject`: programs that draw SVG don't know it, and browsers refuse to make pixels of it.
 *
 * @module
 */

/** Pixels of a PNG to one of the page. */
const SCALE = 2;
/** Room around the drawing, CSS px. */
const MARGIN = 12;
/** What is there for the ear, and what can only be pulled. What can only be pressed is hidden by `.to-file` in the styles. */
const LEFT_OUT = '.visually-hidden, [type=file], [type=range]';

/** Properties that children have from their parents, and those that they have not, with what they are by default. */
const INHERITED = [
  'fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap',
  'stroke-linejoin', 'font-family', 'font-size', 'font-weight', 'font-style', 'letter-spacing', 'text-anchor', 'paint-order',
  'visibility',
];
/** @type {Record<string, string>} */
const OWN = { opacity: '1', 'dominant-baseline': 'auto', 'stop-color': 'rgb(0, 0, 0)', 'clip-path': 'none', overflow: '' };

/** Colours as every program reads them: `color-mix` comes out of a browser as `color(srgb …)`. @param {string} value */
const plain = (value) =>
  value.replace(/color\(srgb ([^ ]+) ([^ ]+) ([^ )]+)(?: \/ ([^)]+))?\)/g, (_, r, g, b, a = '1') => `rgba(${[r, g, b].map((part) => Math.round(part * 255))}, ${a})`);

const CLEAR = 'rgba(0, 0, 0, 0)';
const SVG = 'http://www.w3.org/2000/svg';
/** The file is put together outside of the page, which would load the images in it, and whose policy forbids that. */
const sheet = document.implementation.createDocument(SVG, null);

/**
 * An element of the file. `dom.js` makes those of the page, and would bring the page's texts along.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} attributes null and undefined are left out
 * @param {...(Node | string)} children
 */
function s(tag, attributes, ...children) {
  const element = sheet.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;

/**
 * A drawing with its styles written into it.
 * @param {SVGElement} drawing
 * @param {DOMRect} at
 */
function styled(drawing, at) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  const [from, to] = [[drawing, ...drawing.querySelectorAll('*')], [copy, ...copy.querySelectorAll('*')]];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    if (style.display === 'none') return to[i].remove();
    const above = i > 0 && element.parentElement ? getComputedStyle(element.parentElement) : null;
    for (const { name } of [...to[i].attributes]) if (/^(class|style|role|tabindex|aria-|data-)/.test(name)) to[i].removeAttribute(name);
    for (const name of INHERITED) {
      const value = style.getPropertyValue(name);
      if (value !== above?.getPropertyValue(name) || to[i].hasAttribute(name)) to[i].setAttribute(name, plain(value));
    }
    for (const [name, usual] of Object.entries(OWN)) {
      const value = style.getPropertyValue(name);
      if (value && value !== usual && (name !== 'overflow' || element.localName === 'svg')) to[i].setAttribute(name, plain(value));
    }
    // Lines that keep their width on the screen have it in the file too, whatever size that is shown at.
    if (style.vectorEffect === 'non-scaling-stroke' && element instanceof SVGGraphicsElement) {
      const { a = 1, b = 0, c = 0, d = 1 } = element.getScreenCTM() ?? {};
      const scale = Math.sqrt(Math.abs(a * d - b * c)) || 1;
      to[i].removeAttribute('vector-effect');
      for (const name of ['stroke-width', 'stroke-dasharray']) {
        to[i].setAttribute(name, style.getPropertyValue(name).replace(/[\d.]+(px)?/g, (length) => String(Number((parseFloat(length) / scale).toPrecision(4)))));
      }
    }
  });
  for (const [name, value] of Object.entries({ x: at.x, y: at.y, width: at.width, height: at.height })) copy.setAttribute(name, String(round(value)));
  return copy;
}

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/** The line on which letters stand, below the top of a line's box. @param {CSSStyleDeclaration} style @param {number} height */
function baseline(style, height) {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return height * 0.8;
  ruler.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = ruler.measureText('x');
  return up + (height - up - down) / 2;
}

/**
 * A text, line by line as the browser has broken it.
 * @param {Text} node
 * @param {CSSStyleDeclaration} style
 */
function lines(node, style) {
  const range = document.createRange();
  /** @type {{ text: string, x: number, y: number, height: number, right: number }[]} */
  const found = [];
  let at = 0;
  for (const letter of node.data) {
    range.setStart(node, at);
    range.setEnd(node, (at += letter.length));
    const box = range.getClientRects()[0];
    // White space that nobody sees has no box, or none with a width.
    if (!box?.width) continue;
    const line = found.at(-1);
    if (line && Math.abs(line.y - box.y) < 2) line.text += letter.replace(/\s/, ' ');
    else if (letter.trim()) found.push({ text: letter, x: box.x, y: box.y, height: box.height, right: 0 });
    if (letter.trim()) found[found.length - 1].right = box.right;
  }
  return found.map(({ text, x, y, height, right }) => {
    const italic = node.parentElement?.localName === 'mi' && text.length === 1;
    // Its length is said too: other programs have other fonts.
    const more = { textLength: round(right - x), ...(italic && { 'font-style': 'italic' }) };
    return written(text.trimEnd(), style, x, y + baseline(style, height), more);
  });
}

/**
 * @param {string} text
 * @param {CSSStyleDeclaration} style
 * @param {number} x
 * @param {number} y of the line on which the letters stand
 * @param {Record<string, unknown>} [more]
 */
function written(text, style, x, y, more) {
  const font = { 'font-family': style.fontFamily, 'font-size': style.fontSize, 'font-weight': style.fontWeight, 'font-style': style.fontStyle };
  const line = style.textDecorationLine === 'none' ? {} : { 'text-decoration': style.textDecorationLine };
  return s('text', { x: round(x), y: round(y), fill: plain(style.color), ...font, ...line, ...more }, text);
}

/**
 * A frame of even width, inside of a box that is larger by `grow` on every side.
 * @param {DOMRect} at
 * @param {number} grow
 * @param {number} width
 * @param {Record<string, unknown>} look
 */
function framed({ x, y, width: w, height: h }, grow, width, look) {
  const out = grow - width / 2;
  const [left, top, wide, high] = [x - out, y - out, w + 2 * out, h + 2 * out].map(round);
  return s('rect', { x: left, y: top, width: Math.max(0, wide), height: Math.max(0, high), fill: 'none', ...look, 'stroke-width': width });
}

/** An element's ground, border, outline, and shadows that are lines. @param {CSSStyleDeclaration} style @param {DOMRect} at */
function box(style, at) {
  const { x, y, width, height } = at;
  const sides = /** @type {const} */ (['Top', 'Right', 'Bottom', 'Left']).map((side) => ({
    size: style[`border${side}Style`] === 'none' ? 0 : parseFloat(style[`border${side}Width`]),
    color: plain(style[`border${side}Color`]),
    dash: style[`border${side}Style`] === 'dashed' ? '4 3' : null,
  }));
  const [top, right, bottom, left] = sides;
  const even = sides.every(({ size, color }) => size === top.size && color === top.color);
  // Of a pattern the first colour stays.
  const fill = plain(style.backgroundColor === CLEAR ? style.backgroundImage.match(/(rgb|color)[^)]+\)/)?.[0] ?? 'none' : style.backgroundColor);
  const edge = even && top.color !== CLEAR ? top.size : 0;
  const radius = style.borderTopLeftRadius;
  const rx = Math.min(radius.endsWith('%') ? (parseFloat(radius) / 100) * width : parseFloat(radius) || 0, height / 2, width / 2);
  /** @type {SVGElement[]} */
  const parts = [];
  if (fill !== 'none' || edge > 0) parts.push(framed(at, 0, edge, { rx, fill, ...(edge > 0 && { stroke: top.color, 'stroke-dasharray': top.dash }) }));
  const [, shadow, spread, inset] = style.boxShadow.match(/^(.+\)) 0px 0px 0px ([\d.]+)px( inset)?$/) ?? [];
  if (shadow) parts.push(framed(at, inset ? 0 : Number(spread), Number(spread), { rx, stroke: plain(shadow) }));
  const outline = style.outlineStyle === 'none' || style.outlineStyle === 'auto' ? 0 : parseFloat(style.outlineWidth);
  if (outline > 0) parts.push(framed(at, parseFloat(style.outlineOffset) + outline, outline, { rx, stroke: plain(style.outlineColor) }));
  if (!even) {
    const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
    const inward = [[0, top.size / 2], [-right.size / 2, 0], [0, -bottom.size / 2], [left.size / 2, 0]];
    sides.forEach(({ size, color, dash }, i) => {
      if (size === 0 || color === CLEAR) return;
      const [[x1, y1], [x2, y2], [dx, dy]] = [corners[i], corners[(i + 1) % 4], inward[i]];
      parts.push(s('line', { x1: round(x1 + dx), y1: round(y1 + dy), x2: round(x2 + dx), y2: round(y2 + dy), stroke: color, 'stroke-width': size, 'stroke-dasharray': dash }));
    });
  }
  return parts;
}

/**
 * What an element and all in it look like.
 * @param {Element} element
 * @returns {SVGElement[]}
 */
function picture(element) {
  if (element.matches(LEFT_OUT) || (element.checkVisibility && !element.checkVisibility())) return [];
  const style = getComputedStyle(element);
  const at = element.getBoundingClientRect();
  if (element instanceof SVGElement) return at.width > 0 ? [styled(element, at)] : [];
  const parts = at.width > 0 && style.visibility !== 'hidden' ? box(style, at) : [];
  if (element instanceof HTMLCanvasElement || element instanceof HTMLImageElement) {
    const href = element instanceof HTMLCanvasElement ? element.toDataURL() : element.src;
    // Within its border and padding.
    const inset = (/** @type {'Left' | 'Right' | 'Top' | 'Bottom'} */ side) => parseFloat(style[`border${side}Width`]) + parseFloat(style[`padding${side}`]);
    const [left, top] = [inset('Left'), inset('Top')];
    const [x, y, width, height] = [at.x + left, at.y + top, at.width - left - inset('Right'), at.height - top - inset('Bottom')].map(round);
    if (width > 0 && element.width > 0) parts.push(s('image', { href, x, y, width, height, preserveAspectRatio: 'none', 'image-rendering': style.imageRendering }));
  } else if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) {
    parts.push(...entered(element, style, at));
  } else {
    for (const child of element.childNodes) {
      if (child instanceof Element) parts.push(...picture(child));
      else if (child instanceof Text && style.visibility !== 'hidden') parts.push(...lines(child, style));
    }
    if (element.localName === 'mfrac') parts.push(bar(element, style, at));
    for (const which of ['::before', '::after']) parts.push(...generated(element, which, at, parts));
  }
  if (parts.length === 0) return [];
  // What scrolls is cut where the page cuts it.
  if (style.overflowX !== 'visible' && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) {
    const [x, y, width, height] = [at.x, at.y, at.width, at.height].map(round);
    return [s('svg', { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` }, ...parts)];
  }
  return style.opacity === '1' ? parts : [s('g', { opacity: style.opacity }, ...parts)];
}

/**
 * What the styles add to an element: a box of its own, or a word after its text.
 * @param {Element} element
 * @param {string} which
 * @param {DOMRect} at of the element
 * @param {SVGElement[]} before what the element has
 */
function generated(element, which, at, before) {
  const style = getComputedStyle(element, which);
  const text = style.content.match(/^"(.*)"$/)?.[1];
  if (text === undefined) return [];
  const last = before.findLast((part) => part.localName === 'text');
  if (text) return last ? [written(text, style, Number(last.getAttribute('x')) + Number(last.getAttribute('textLength')), Number(last.getAttribute('y')))] : [];
  const [left, top, width, height] = [style.left, style.top, style.width, style.height].map(parseFloat);
  if (style.position !== 'absolute' || !(width > 0)) return [];
  return [s('g', { opacity: style.opacity }, ...box(style, new DOMRect(at.x + element.clientLeft + left, at.y + element.clientTop + top, width, height)))];
}

/** What is typed or chosen. @param {HTMLInputElement | HTMLSelectElement} field @param {CSSStyleDeclaration} style @param {DOMRect} at */
function entered(field, style, at) {
  if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) {
    const rx = field.type === 'radio' ? at.width / 2 : 2;
    const color = plain(style.color);
    const mark = framed(at, -at.width / 4, 1, { rx: rx / 2, fill: color });
    return [framed(at, 0, 1, { rx, stroke: color }), ...(field.checked ? [mark] : [])];
  }
  const text = field instanceof HTMLSelectElement ? field.selectedOptions[0]?.text ?? '' : field.value;
  const centred = style.textAlign === 'center';
  const x = centred ? at.x + at.width / 2 : at.x + parseFloat(style.paddingLeft) + 1;
  return [written(text, style, x, at.y + baseline(style, at.height), { 'text-anchor': centred ? 'middle' : 'start' })];
}

/** A fraction's bar. @param {Element} fraction @param {CSSStyleDeclaration} style @param {DOMRect} at */
function bar(fraction, style, at) {
  const [over, under] = [...fraction.children].map((part) => part.getBoundingClientRect());
  const y = round((over.bottom + under.top) / 2);
  return s('line', { x1: round(at.x), x2: round(at.right), y1: y, y2: y, stroke: plain(style.color), 'stroke-width': 1.2 });
}

/**
 * An element as SVG, on the page's ground, in the colours that it has now.
 * @param {Element} element
 * @param {{ title: string, text: string }} words what it is, and what it shows
 * @param {(element: Element | null) => void} writeAsText of `as-text.js`; imported here, it would lie in a file of its own
 *   before the first figure
 * @returns {{ code: string, width: number, height: number, ground: string }} size in CSS px, and the colour behind it all
 */
export function toSvg(element, { title, text }, writeAsText) {
  // Buttons go, and what is left moves together, before anybody sees it.
  const scroll = window.scrollY;
  element.classList.add('to-file');
  writeAsText(element);
  try {
    return compose(element, title, text);
  } finally {
    writeAsText(null);
    element.classList.remove('to-file');
    if (window.scrollY !== scroll) window.scrollTo({ top: scroll, behavior: 'instant' });
  }
}

/** @param {Element} element @param {string} title @param {string} text */
function compose(element, title, text) {
  const { x, y, width, height } = element.getBoundingClientRect();
  const view = [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].map(round);
  const [left, top, wide, high] = view;
  const ground = getComputedStyle(document.documentElement).getPropertyValue('--ground');
  const root = s('svg', { viewBox: view.join(' '), width: wide, height: high, role: 'img' });
  root.append(s('title', {}, title), ...(text ? [s('desc', {}, text)] : []), s('rect', { x: left, y: top, width: wide, height: high, fill: ground }), ...picture(element));
  return { code: new XMLSerializer().serializeToString(root), width: wide, height: high, ground };
}

/**
 * An SVG as a PNG of twice its size.
 * @param {ReturnType<typeof toSvg>} svg
 * @returns {Promise<Blob>} opaque throughout
 */
export async function toPng({ code, width, height, ground }) {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([code], { type: 'image/svg+xml' }));
  image.src = url;
  try {
    await image.decode();
  } finally {
    URL.revokeObjectURL(url);
  }
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  // A drawing of fractional size covers the pixels at its edges in part.
  pen.fillStyle = ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'));
}
