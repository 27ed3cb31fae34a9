/**
 * The programs that load the weights elsewhere, for the network that is trained now.
 *
 * @module
 */

import { codedError } from '../../common/coded-error.js';
import { download } from '../../base/download.js';
import { h } from '../../base/dom.js';
import { createButton, createChoice } from '../../controls/choice.js';
import { copyText } from '../../base/link.js';
import { computed, signal } from '../../base/signals.js';
import { ofVersion } from '../../common/places.js';
import { orUpdated } from '../../engine/update.js';
import { FRAMEWORKS } from './keys.js';
import { fillSnippet } from './snippets.js';

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
  const listing = h('pre', { class: 'rust program', tabindex: '0', role: 'region', i18nLabel: 'take.program' }, code);
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
  const element = h('div', { class: 'take-program' }, frameworks.element, listing, h('div', { class: 'weights-row' }, copy, save), note);

  /** @param {string} framework */
  async function fetchTemplate(framework) {
    if (fetched.has(framework)) return;
    fetched.add(framework);
    try {
      const response = await fetch(ofVersion(`snippets/${framework}.py`));
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      templates.value = { ...templates.value, [framework]: text };
    } catch {
      fetched.delete(framework);
      ctx.fail(await orUpdated(codedError('data_unreachable', { file: `${framework}.py` })));
    }
  }

  return {
    element,
    update() {
      const { engine } = ctx;
      element.hidden = !engine || spec.value === null;
      if (!engine || spec.value === null) return;
      const framework = state.get('take.framework');
      const template = templates.value[framework];
      if (!template) return void fetchTemplate(framework);
      shown = fillSnippet(template, engine.summarize(spec.value), { name: name(), file: file.value });
      code.textContent = shown;
    },
  };
}
