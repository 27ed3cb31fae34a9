/** Buttons that set several keys at once, such as the lecture's own cases. */

import { h, setIfChanged, uniqueId } from '../base/dom.js';
import { draw } from '../base/scheduler.js';

/**
 * @param {import('../base/context.js').Controls} ctx
 * @param {{ label: string, presets: { label: string, values: Record<string, unknown> }[] }} options
 *   `label`: message key of the group; each preset's own `label` likewise
 */
export function createPresets(ctx, { label, presets }) {
  const legend = uniqueId('legend');
  const buttons = presets.map((preset) =>
    h('button', { type: 'button', class: 'chip', i18n: preset.label, on: { click: () => ctx.state.assign(preset.values) } }),
  );
  const element = h(
    'div',
    { class: 'presets', role: 'group', 'aria-labelledby': legend },
    h('span', { class: 'choice-label', id: legend, i18n: label }),
    h('span', { class: 'chips' }, buttons),
  );
  // Marks the preset that the state now equals.
  draw(element, () => {
    presets.forEach(({ values }, index) => {
      const same = Object.entries(values).every(([key, value]) => {
        const { format } = ctx.state.field(key);
        return format(ctx.state.get(key)) === format(value);
      });
      setIfChanged(buttons[index], 'aria-pressed', String(same));
    });
  });
  return { element };
}
