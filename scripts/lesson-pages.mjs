// The teacher's page: the ready lessons with goals, minutes and solutions, as a page without scripts. Titles, questions and
// explanations are the cells' own, and what is right is computed by the engine that is published with the page.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { addMessages, paragraphs, setLang, t } from "../www/src/base/i18n.js";
import { writeHash } from "../www/src/base/address.js";
import { escape, html, scriptless } from "./prerender.mjs";
import { allTexts, readTexts } from "./texts.mjs";

/** @param {string} path of a script @returns {Promise<any>} */
const load = (path) => import(pathToFileURL(resolve(path)).href);

/** The engine that every browser runs. @param {string} engines folder of the builds */
async function engineFrom(engines) {
  const folder = join(engines, "simd");
  const engine = await load(join(folder, "cnn_wasm.js"));
  engine.initSync({ module: readFileSync(join(folder, "cnn_wasm_bg.wasm")) });
  return engine;
}

/** What a cell asks, with what is right; of a cell whose answers depend on what is set, nothing. @param {string} from @param {string} id @param {any} engine @param {string} answerText */
async function solutions(from, id, engine, answerText) {
  const path = join(from, `src/cells/${id}/questions.js`);
  if (!existsSync(path)) return "";
  const { questions } = await load(path);
  return questions.map((/** @type {import("../www/src/frame/cell.js").Asking} */ { question, kind, options = [], answer, explain, args }) => {
    const context = /** @type {any} */ ({ engine, t });
    const right = answer(context);
    const told = { ...args?.(context), answer: kind === "choice" ? t(`${id}.${options[right]}`) : right };
    const text = (/** @type {string} */ key) => paragraphs(`${id}.${key}`, told).map(html).join(" ");
    const line = answerText.replace("{answer}", kind === "choice" ? String(told.answer) : new Intl.NumberFormat("en").format(right));
    return `<div class="solution"><p>${text(question)}</p><p><strong>${html(line)}</strong> ${text(explain)}</p></div>`;
  }).join("\n");
}

/**
 * @param {string} from folder of the page's sources
 * @param {"ko" | "en"} lang
 * @param {{ engines: string, style: string }} options `style`: address of the style sheet
 * @returns {Promise<string>} HTML
 */
export async function lessonPage(from, lang, { engines, style }) {
  const engine = await engineFrom(engines);
  addMessages(lang, allTexts(readTexts(from, lang)));
  setLang(lang);
  const texts = JSON.parse(readFileSync(join(from, `src/classroom/lessons.${lang}.json`), "utf8"));
  /** @type {typeof import("../www/src/classroom/ready-lessons.js")} */
  const { READY } = await load(join(from, "src/classroom/ready-lessons.js"));
  /** @type {typeof import("../www/src/keys/lesson.js")} */
  const { readLesson } = await load(join(from, "src/keys/lesson.js"));
  /** @type {typeof import("../www/src/cells/index.js")} */
  const { CELLS } = await load(join(from, "src/cells/index.js"));
  const lessons = await Promise.all(READY.map(async ({ id, lesson, values = {} }) => {
    const parts = readLesson(lesson, CELLS.map((cell) => cell.id)) ?? [];
    const say = texts.lessons[id];
    const keys = new URLSearchParams({ lesson, lang, .../** @type {Record<string, string>} */ (values) }).toString();
    const minutes = parts.reduce((sum, part) => sum + part.minutes, 0);
    const rows = parts.map((part) => `<tr><td>${part.minutes}</td><th scope="row">${html(t(`${part.id}.title`))}</th><td>${html(say.steps[part.id])}</td></tr>`).join("\n");
    const solved = (await Promise.all(parts.map((part) => solutions(from, part.id, engine, texts.answer)))).join("\n");
    return `<section class="lesson" id="${id}">
<h2>${html(t(`lesson.ready-${id}`))} · ${html(t("page.minutes", { n: minutes }))}</h2>
<p><a href="./${escape(writeHash("", keys))}">${html(texts.open)}</a></p>
<h3>${html(texts.goals)}</h3>
<ul>${say.goals.map((/** @type {string} */ goal) => `<li>${html(goal)}</li>`).join("")}</ul>
<h3>${html(texts.parts)}</h3>
<div class="table-scroll" tabindex="0" role="region" aria-label="${escape(`${texts.parts}: ${t(`lesson.ready-${id}`)}`)}"><table class="lesson-parts"><tbody>${rows}</tbody></table></div>
<h3>${html(texts.solutions)}</h3>
${solved}
<p>${html(texts.note)}</p>
<h3>${html(texts.curriculum)}</h3>
<ul><li>${html(say.korea)}</li><li>${html(say.cs231n)}</li></ul>
</section>`;
  }));
  const other = lang === "ko" ? "en" : "ko";
  return scriptless({
    lang,
    style,
    title: `${texts.title} · CNN Notebook`,
    mainClass: "lesson-page",
    main: `      <h1>${html(texts.title)}</h1><p>${html(texts.about)}</p><p>${html(texts.before)}</p><p><a href="lessons-${other}.html" lang="${other}">${html(texts.other)}</a></p>\n${lessons.join("\n")}`,
  });
}
