/** The bar at the top: the engine's state, the language, the theme, a link to this state, what is for a class. */

import { h, s, setChildren } from '../base/dom.js';
import { format, t } from '../base/i18n.js';
import { copyText, linkTo } from '../base/link.js';
import { draw } from '../base/scheduler.js';

/** Two links of a chain, as lines. */
const CHAIN =
  'M6.5 9.5a3 3 0 0 0 4.3 0l2.4-2.4a3 3 0 0 0-4.3-4.3L8 3.7M9.5 6.5a3 3 0 0 0-4.3 0L2.8 8.9a3 3 0 0 0 4.3 4.3L8 12.3';

/** A board on its stand. */
const BOARD = 'M1.5 2.5h13M2.5 2.5v8h11v-8M8 10.5v3M5 13.8h6';

/**
 * @param {HTMLElement} host
 * @param {import('../frame/cell.js').Context} ctx
 * @param {{ currentCell: () => string, onClass: () => void }} options `onClass`: what is for a class is asked for
 */
export function createBar(host, ctx, { currentCell, onClass }) {
  const { state, status } = ctx;

  const engine = h('span', { class: 'bar-status', role: 'group', i18nLabel: 'page.engine-state' });
  const languages = h(
    'div',
    { class: 'segmented', role: 'group', i18nLabel: 'page.language' },
    [
      ['ko', '한국어', '한'],
      ['en', 'English', 'EN'],
    ].map(([value, name, short]) =>
      h(
        'button',
        { type: 'button', lang: value, data: { lang: value }, title: name, on: { click: () => state.set('lang', value) } },
        h('span', { class: 'long' }, name),
        h('span', { class: 'short' }, short),
      ),
    ),
  );
  const theme = h('button', { type: 'button', class: 'bar-button theme-button', on: { click: nextTheme } });
  const share = h('button', { type: 'button', class: 'bar-button', i18nTitle: 'page.share-title', on: { click: copyLink } }, s('svg', { viewBox: '0 0 16 16', class: 'share-icon', 'aria-hidden': 'true' }, s('path', { d: CHAIN })), h('span', { class: 'bar-text', i18n: 'page.share' }));
  const classroom = h('button', { type: 'button', class: 'bar-button class-button', i18nLabel: 'page.class', i18nTitle: 'page.class-title', 'aria-haspopup': 'dialog', on: { click: onClass } }, s('svg', { viewBox: '0 0 16 16', class: 'share-icon', 'aria-hidden': 'true' }, s('path', { d: BOARD })), h('span', { class: 'bar-text', i18n: 'page.class' }));
  setChildren(host, engine, languages, theme, share, classroom);

  function nextTheme() {
    const order = ['auto', 'light', 'dark'];
    state.set('theme', order[(order.indexOf(state.get('theme')) + 1) % order.length]);
  }

  /** A link that opens in exactly this state, at the cell being read. */
  async function copyLink() {
    const address = linkTo(state, currentCell());
    if (await copyText(address)) {
      ctx.notify(t('page.share-copied'));
    } else {
      // The address itself can still be copied by hand.
      history.replaceState(history.state, '', address);
      ctx.notify(t('page.share-address'), 'warn');
    }
  }

  function drawControls() {
    for (const button of languages.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset.lang === state.get('lang')));
    }
    const chosen = state.get('theme');
    theme.dataset.choice = chosen;
    const name = t('page.theme', { theme: t(`page.theme-${chosen}`) });
    theme.setAttribute('aria-label', name);
    theme.title = name;
  }

  function drawStatus() {
    const { values } = status;
    /** @type {(HTMLElement | null)[]} */
    const parts = [
      h('span', { class: `engine-dot ${values.engine} ${values.training}`, 'aria-hidden': 'true' }),
      h('span', { class: 'bar-engine' }, engineName(values)),
      values.imagesPerSecond === null
        ? null
        : h('span', { class: 'bar-number' }, t('page.images-per-second', { n: format.integer(values.imagesPerSecond) })),
      values.loaded === null || values.total === null
        ? null
        : h('span', { class: 'bar-number' }, t('page.data-loaded', { percent: format.percent(values.loaded / Math.max(1, values.total), 0) })),
    ];
    setChildren(engine, parts);
  }

  /** @param {import('../base/status.js').StatusValues} values */
  function engineName(values) {
    if (values.engine !== 'ready') return t(`page.engine-${values.engine}`);
    const base = (values.variant ?? '').replace('-threads', '');
    return t('page.engine-ready', { kernel: t(`page.kernel-${base}`), n: values.threads });
  }

  draw(host, drawStatus);
  draw(host, drawControls);
}
