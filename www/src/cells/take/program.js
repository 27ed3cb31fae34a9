/**
 * The programs that load the weights elsewhere, for the network that is trained now, and the notebook that trains it there too.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { download } from '../../base/download.js';
import { h } from '../../base/dom.js';
import { className } from '../../base/class-names.js';
import { createButton, createChoice } from '../../controls/choice.js';
import { copyText } from '../../base/link.js';
import { computed, signal } from '../../base/signals.js';
import { ofVersion } from '../../common/places.js';
import { orUpdated } from '../../engine/update.js';
import { settingsLink } from '../../training/page/replay.js';
import { endOf } from '../../training/page/settings.js';
import { FRAMEWORKS } from './keys.js';
import { fillNotebook } from './notebook.js';
import { assemble, fillSnippet } from './snippets.js';

/**
 * @param {import('../../frame/cell.js').Context} ctx
 * @param {{ name: () => string, fileName: () => string }} names of the network and of the weights' file
 */
export function createProgram(ctx, { name, fileName }) {
  const { state, trainer, t } = ctx;
  /** The programs' files as they come. */
  const templates = signal(/** @type {Record<string, string>} */ ({}));
  /** Those that are on their way or there. @type {Set<string>} */
  const fetched = new Set();
  let shown = '';
  let named = '';
  /** The file's name counts steps: while they pass, the text holds still. */
  const file = computed(() => {
    if (trainer.phase !== 'running' || !named) named = fileName();
    return named;
  });
  const spec = computed(() => trainer.config?.spec ?? null);

  const frameworks = createChoice(ctx, { key: 'take.framework', label: 'take.framework', values: FRAMEWORKS, words: 'take.' });
  const code = h('code', {});
  const listing = h('pre', { class: 'listing program', tabindex: '0', role: 'region', i18nLabel: 'take.program' }, code);
  const note = h('p', { class: 'weights-hint', i18n: 'take.program-note' });
  const copy = createButton({
    label: 'take.copy',
    async onPress() {
      const copied = await copyText(shown);
      // By hand, then: the text is selected.
      if (!copied) getSelection()?.selectAllChildren(code);
      ctx.notify(t(copied ? 'take.copied' : 'take.copy-by-hand'), copied ? 'info' : 'warn');
    },
  });
  const save = createButton({ label: 'take.save-program', onPress: () => download(shown, 'text/x-python', `${name()}_${state.get('take.framework')}.py`) });
  const notebook = createButton({ label: 'take.save-notebook', onPress: () => void saveNotebook().catch(ctx.fail) });
  const notebookNote = h('p', { class: 'weights-hint', i18n: 'take.notebook-note' });
  const element = h('div', { class: 'take-program' }, frameworks.element, listing, h('div', { class: 'weights-row' }, copy, save), note, h('div', { class: 'weights-row' }, notebook), notebookNote);

  /** The text of a file of `snippets/`. @param {string} path @returns {Promise<string>} */
  async function fetchText(path) {
    const response = await fetch(ofVersion(`snippets/${path}`)).catch(() => null);
    if (response?.ok) return response.text();
    throw await orUpdated(codedError('data_unreachable', { file: path }));
  }
  /** @param {string} name @returns {Promise<string>} */
  const fetchTemplate = (name) => assemble(name, (each) => fetchText(`${each}.py`));

  /** @param {string} framework */
  async function bring(framework) {
    if (fetched.has(framework)) return;
    fetched.add(framework);
    try {
      templates.value = { ...templates.peek(), [framework]: await fetchTemplate(framework) };
    } catch (error) {
      fetched.delete(framework);
      ctx.fail(error);
    }
  }

  async function saveNotebook() {
    const { config, data, progress } = trainer;
    if (!ctx.engine || !config) return;
    /** @type {import('./keys.js').Framework} */
    const framework = state.get('take.framework');
    const summary = ctx.engine.summarize(config.spec);
    const names = { name: name(), file: fileName() };
    const [template, texts] = await Promise.all([fetchTemplate(`notebook-${framework}`), fetchText(`notebook-${ctx.lang()}.json`)]);
    const content = fillNotebook({
      framework,
      template,
      texts: JSON.parse(texts),
      summary,
      names,
      config: { ...config, data: /** @type {any} */ (config.data) },
      // As long as the schedule lasts; else as long as the page has trained.
      epochs: endOf(config.schedule) ?? Math.max(1, Math.ceil(progress.epoch + progress.batch / Math.max(1, progress.batchesPerEpoch))),
      classes: Array.from({ length: summary.classes }, (_, label) => className(data, label)),
      link: settingsLink(state),
    });
    download(content, 'application/x-ipynb+json', `${names.name}_${framework}.ipynb`);
  }

  return {
    element,
    update() {
      const { engine } = ctx;
      element.hidden = !engine || spec.value === null;
      if (!engine || spec.value === null) return;
      const framework = state.get('take.framework');
      const template = templates.value[framework];
      if (!template) return void bring(framework);
      shown = fillSnippet(template, engine.summarize(spec.value), { name: name(), file: file.value });
      code.textContent = shown;
    },
  };
}
