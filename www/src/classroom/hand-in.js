/** Saves what a pupil has answered and trained as one file, to be handed in. Nothing of it is sent anywhere. */

import { h, uniqueId } from '../base/dom.js';
import { download } from '../base/download.js';
import { paragraphs } from '../base/i18n.js';
import { linkTo } from '../base/link.js';
import { rich } from '../base/rich.js';
import { createButton } from '../controls/choice.js';
import { writeAsText } from '../figures/as-text.js';
import { agrees, wordsOf } from '../frame/check.js';
import { presetName } from '../training/page/settings.js';
import { workPage } from './work-page.js';

/** @typedef {import('../frame/cell.js').Context} Context */
/** @typedef {import('./page.js').Page} Page */

/** Letters of a name, at most. */
const NAME_LENGTH = 60;
/** The cells whose figures tell of the run. */
const OF_THE_RUN = ['train', 'judge'];

/** The day as it is where the pupil is, such as 2026-12-01. @param {Date} at */
export const dayOf = (at) => [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

/** A message of the page with its markup as HTML. @param {string} key @param {Record<string, unknown>} args */
const htmlOf = (key, args) => h('div', {}, rich(paragraphs(key, args).join(' '))).innerHTML;

/** What was answered, cell by cell in the page's order. @param {Context} ctx @param {Page} page */
function sectionsOf({ answers, t }, { entries }) {
  const hidden = answers.hidden.value;
  return entries.flatMap(({ keys }) => {
    const asked = [...answers.questions.value.values()].filter(({ cell }) => cell === keys.id);
    const lines = asked.flatMap((question) => {
      const given = answers.of(question.question);
      if (!given) return [];
      const { guess, answer, right, first, tries, args } = given;
      const words = { answer: wordsOf(question, answer, t), first: wordsOf(question, first, t), tries };
      const verdict = hidden ? '' : t(right ? (tries > 1 ? 'work.right-after' : 'work.right') : 'work.wrong', words);
      return [{ question: htmlOf(question.question, args), guess: t('work.guess', { guess: wordsOf(question, guess, t) }), verdict, right: hidden ? null : agrees(guess, answer) }];
    });
    return lines.length > 0 ? [{ id: keys.id, title: t(`${keys.id}.title`), lines }] : [];
  });
}

/** What was trained, by name. @param {Context} ctx @returns {[string, string][]} */
function runRows({ trainer, engine, t, format }) {
  const { config, progress, history } = trainer;
  if (!config || progress.step === 0) return [[t('work.network'), t('work.not-trained')]];
  const name = presetName(engine, config.spec);
  const [check, test] = [history.checks.at(-1), history.tests.at(-1)];
  const share = (/** @type {{ accuracy: number } | undefined} */ measured) => (measured ? format.percent(measured.accuracy, 2) : t('work.not-measured'));
  return [
    [t('work.network'), name ? t(`train.preset-${name}`) : config.spec.trim()],
    [t('work.batches'), format.integer(progress.step)],
    [t('work.loss'), format.fixed(history.smooth.values.at(-1) ?? 0, 4)],
    [t('work.validation'), share(check)],
    [t('work.test'), share(test)],
    [t('work.seed'), String(config.seed)],
  ];
}

/** The figures of these cells that are to be seen now. @param {Page} page @param {Set<string>} ids @param {Context} ctx */
async function figuresOf({ entries }, ids, { t }) {
  const { toSvg } = await import('../figures/picture-file.js');
  return entries.flatMap(({ keys, frame }) => {
    if (!ids.has(keys.id)) return [];
    const body = frame.element.querySelector('.figure-body, .chart-grid');
    if (!body || body.getBoundingClientRect().height === 0) return [];
    const title = t(`${keys.id}.title`);
    const text = frame.element.querySelector('.figure > .visually-hidden')?.textContent ?? '';
    return [{ title, text: text || title, code: toSvg(body, { title, text }, writeAsText).code }];
  });
}

/**
 * @param {Context} ctx
 * @param {Page} page
 */
export function openHandIn(ctx, page) {
  const { answers, t, lang, state, trainer } = ctx;
  const title = uniqueId('dialog');
  const name = h('input', { class: 'input', type: 'text', maxlength: NAME_LENGTH, autocomplete: 'off' });
  const said = h('p', { class: 'embed-said', role: 'status' });
  const counted = h('strong');
  const save = createButton({ label: 'work.save', primary: true, onPress: () => void press() });

  /** Of the cells that the page shows, which are fewer in a lesson. */
  const own = new Set(page.entries.map(({ keys }) => keys.id));
  const given = () => [...answers.given.value].filter(([key]) => own.has(key.split('.')[0]));
  const score = () => {
    const all = given();
    const args = { n: all.length, of: [...answers.questions.value.values()].filter(({ cell }) => own.has(cell)).length, right: all.filter(([, { right }]) => right).length };
    return t(answers.hidden.value ? 'work.score-hidden' : 'work.score', args);
  };

  async function press() {
    try {
      // The questions are those of the cells that are there.
      await Promise.all([...own].map(page.fetch));
      const sections = sectionsOf(ctx, page);
      const now = new Date();
      const date = new Intl.DateTimeFormat(lang(), { dateStyle: 'long', timeStyle: 'short' }).format(now);
      const who = name.value.trim();
      const cells = new Set([...sections.map(({ id }) => id), ...(trainer.progress.step > 0 ? OF_THE_RUN : [])]);
      const html = workPage({
        lang: lang(),
        title: t('work.title'),
        line: who ? `${who} · ${date}` : date,
        score: score(),
        sections,
        run: { title: t('work.run'), rows: runRows(ctx), link: { text: t('work.link'), address: linkTo(state, '') } },
        answersTitle: t('work.answers'),
        figuresTitle: t('work.figures'),
        figures: await figuresOf(page, cells, ctx),
      });
      const stem = [who, dayOf(now)].map((part) => part.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')).filter(Boolean).join('-');
      download(html, 'text/html', `cnn-notebook-${stem}.html`);
      said.textContent = t('work.saved');
    } catch (error) {
      said.textContent = t('page.keep-failed', { reason: ctx.errorText(error) });
    }
  }

  const dialog = h(
    'dialog',
    { class: 'dialog class-menu', 'aria-labelledby': title },
    h('h3', { id: title, i18n: 'class.hand-in' }),
    h('p', { i18n: 'work.about' }),
    h('p', {}, counted),
    h('label', { class: 'embed-field' }, h('span', { i18n: 'work.name' }), name),
    said,
    h('div', { class: 'dialog-actions' }, h('button', { type: 'button', class: 'button', i18n: 'page.close', on: { click: () => dialog.close() } }), save),
  );
  counted.textContent = score();
  // How many there are to answer is known once the cells are there.
  void Promise.all([...own].map(page.fetch)).then(() => (counted.textContent = score()));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
