/** The table of contents: where the reader is, and where to go. */

import { h } from '../base/dom.js';
import { has } from '../base/i18n.js';

/**
 * @param {HTMLElement} host
 * @param {import('./notebook.js').Entry[]} entries
 * @param {{ id: string, cells: { id: string }[] }[]} acts
 */
export function createToc(host, entries, acts) {
  const links = new Map(
    entries.map(({ keys: { id }, frame }) => [
      id,
      h(
        'a',
        { href: `#${id}`, class: 'toc-link' },
        h('span', { class: 'toc-number', 'aria-hidden': 'true' }, frame.number === null ? '' : String(frame.number)),
        // A long title may have a short form for this place.
        h('span', { i18n: has(`${id}.short`) ? `${id}.short` : `${id}.title` }),
      ),
    ]),
  );
  const list = (/** @type {(HTMLElement | undefined)[]} */ items) => h('ol', { class: 'toc-list', role: 'list' }, items.map((item) => item && h('li', {}, item)));
  const inActs = new Set(acts.flatMap(({ cells }) => cells.map(({ id }) => id)));
  host.append(
    list([...links].flatMap(([id, link]) => (inActs.has(id) ? [] : [link]))),
    ...acts.flatMap(({ id, cells }) => [
      h('p', { class: 'toc-act' }, h('a', { href: `#act-${id}`, i18n: `acts.${id}` })),
      list(cells.map((cell) => links.get(cell.id))),
    ]),
  );

  // In a narrow window the contents lie over the cells.
  const panel = /** @type {HTMLElement | null} */ (host.closest('[popover]'));
  host.addEventListener('click', (event) => {
    if (/** @type {Element} */ (event.target).closest('a')) panel?.hidePopover?.();
  });

  let current = '';
  const onScreen = new Map();
  // The cell that crosses a line a third down the window is the one being read.
  const observer = new IntersectionObserver(
    (changes) => {
      for (const change of changes) onScreen.set(change.target.id, change.isIntersecting);
      const id = entries.map(({ keys }) => keys.id).find((each) => onScreen.get(each));
      if (!id || id === current) return;
      links.get(current)?.removeAttribute('aria-current');
      links.get(id)?.setAttribute('aria-current', 'location');
      current = id;
    },
    { rootMargin: '-33% 0px -66% 0px' },
  );
  for (const { frame } of entries) observer.observe(frame.element);

  return {
    /** The cell being read. */
    current: () => current,
  };
}
