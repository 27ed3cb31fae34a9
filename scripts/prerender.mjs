// The text of the page as HTML: the titles and the opening in the page itself, to be read while its scripts are on their
// way; and the whole lecture as a page of its own, for those who let no script run. Both are made from the same messages,
// by the same code, as what the scripts make.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rich } from "../www/src/base/rich.js";
import { readTexts } from "./texts.mjs";

/** @typedef {import("../www/src/base/i18n.js").Messages} Messages */

const LANGS = /** @type {const} */ (["ko", "en"]);

/** @param {string} text */
export const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);

/** As much of an element as `rich` and its mathematics ask of one. */
class Written {
  /** @param {string} tag nothing for a fragment */
  constructor(tag = "") {
    this.tag = tag;
    /** @type {Record<string, string>} */
    this.attributes = {};
    /** @type {(Written | string)[]} */
    this.children = [];
  }
  /** @param {...(Written | string)} nodes */
  append(...nodes) {
    this.children.push(...nodes);
  }
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  set href(/** @type {string} */ value) {
    this.attributes.href = value;
  }
  set rel(/** @type {string} */ value) {
    this.attributes.rel = value;
  }
  /** @returns {string} */
  toString() {
    const inside = this.children.map((child) => (typeof child === "string" ? escape(child) : String(child))).join("");
    const attributes = Object.entries(this.attributes).map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
    return this.tag ? `<${this.tag}${attributes}>${inside}</${this.tag}>` : inside;
  }
}

/** A message with its markup, as HTML. @param {string} text */
export function html(text) {
  const before = globalThis.document;
  Object.assign(globalThis, {
    document: {
      createDocumentFragment: () => new Written(),
      createElement: (/** @type {string} */ tag) => new Written(tag),
      createElementNS: (/** @type {string} */ _space, /** @type {string} */ tag) => new Written(tag),
      createTextNode: (/** @type {string} */ value) => value,
    },
  });
  try {
    return String(rich(text));
  } finally {
    Object.assign(globalThis, { document: before });
  }
}

/** @param {unknown} message a text or several */
const paragraphs = (message) => [message].flat().map((text) => `<p>${html(String(text))}</p>`).join("");

/**
 * The sections of all cells as they stand until their scripts are there, in both languages: the style sheet shows one.
 * @param {string} from folder of the page's sources
 * @param {{ id: string, unnumbered?: boolean, opening?: boolean }[]} cells
 * @param {{ id: string, cells: { id: string }[] }[]} acts whose headings stand before their first cells
 */
export function earlySections(from, cells, acts) {
  const texts = LANGS.map((lang) => ({ lang, ...readTexts(from, lang) }));
  const both = (/** @type {(messages: Messages) => string} */ write, /** @type {string} */ id, tag = "span") =>
    texts.map(({ lang, cells: all }) => `<${tag} lang="${lang}">${write(all[id])}</${tag}>`).join("");
  const heading = (/** @type {string} */ act) =>
    `<header class="act early" id="act-${act}"><h2 class="act-title">${texts.map(({ lang, shell }) => `<span lang="${lang}">${html(String(shell.acts[act]))}</span>`).join("")}</h2></header>`;
  let number = 0;
  return cells
    .map(({ id, unnumbered, opening }) => {
      const act = acts.find(({ cells: [first] }) => first.id === id);
      const level = unnumbered ? "h1" : "h2";
      const sign = unnumbered ? "" : `<span class="cell-number" aria-hidden="true">${(number += 1)}</span>`;
      const title = `<${level} class="cell-title">${both(({ title: text }) => html(String(text)), id)}</${level}>`;
      const body = opening ? `<div class="cell-body">${both(({ lead }) => `<div class="prose">${paragraphs(lead)}</div>`, id, "div")}</div>` : "";
      return `${act ? `${heading(act.id)}\n` : ""}<section class="cell early" id="${id}"><header class="cell-header">${sign}${title}</header>${body}</section>`;
    })
    .join("\n");
}

/** What a cell's script shows as text, in its order: prose, headings, captions. @param {string} source */
const shown = (source) =>
  [...source.matchAll(/frame\.(prose|heading)\('([\w-]+)'\)|\bcaption: '([\w-]+)'/g)].map(([, kind, key, caption]) => ({ kind: kind ?? "caption", key: key ?? caption }));

/**
 * A page without scripts, under the one policy for such pages.
 * @param {{ lang: "ko" | "en", title: string, style: string, main: string, mainClass?: string }} parts `style` is the style sheet's
 *   address, `main` the HTML of its content, `title` plain text
 */
export function scriptless({ lang, title, style, main, mainClass = "" }) {
  return `<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'" />
    <title>${escape(title)}</title>
    <link rel="icon" href="favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="${style}" />
  </head>
  <body>
    <main id="cells"${mainClass && ` class="${mainClass}"`}>
${main}
    </main>
  </body>
</html>
`;
}

/**
 * The whole text of the lecture as a page without scripts.
 * @param {string} from folder of the page's sources
 * @param {{ id: string }[]} cells
 * @param {"ko" | "en"} lang
 * @param {string} style address of the style sheet
 */
export function readingPage(from, cells, lang, style) {
  const { shell, cells: texts } = readTexts(from, lang);
  const say = (/** @type {string} */ key) => String(key.split(".").reduce((/** @type {any} */ node, part) => node[part], shell));
  const sections = cells.map(({ id }) => {
    const parts = shown(readFileSync(join(from, `src/cells/${id}/cell.js`), "utf8")).filter(({ key }) => Object.hasOwn(texts[id], key));
    const body = parts.map(({ kind, key }) => {
      if (kind === "heading") return `<h3 class="cell-heading">${html(String(texts[id][key]))}</h3>`;
      return `<div class="prose">${paragraphs(texts[id][key])}</div>`;
    });
    return `<section class="cell" id="${id}"><header class="cell-header"><h2 class="cell-title">${html(String(texts[id].title))}</h2></header>${body.join("\n")}</section>`;
  });
  const other = lang === "ko" ? '<a href="read-en.html" lang="en">English</a>' : '<a href="read-ko.html" lang="ko">한국어</a>';
  return scriptless({ lang, style, title: say("page.title"), main: `      <p class="boot-message">${html(say("page.reading"))} · ${other}</p>\n${sections.join("\n")}` });
}
