/**
 * Take it with you: weights with programs that load them, the history, links, and a run that can be repeated exactly.
 *
 * @module
 */

import { download } from '../../base/download.js';
import { h } from '../../base/dom.js';
import { createButton, enable } from '../../controls/choice.js';
import { historyCsv } from '../../training/page/csv.js';
import { createLinks } from './links.js';
import { fileStem } from './names.js';
import { createProgram } from './program.js';
import { createReplay } from './replay-panel.js';
import { createWeights } from './weights.js';
import { paint } from './thumb.js';

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  preview: paint,
  mount(frame, ctx) {
    const { trainer } = ctx;
    const name = () => fileStem(ctx.engine, trainer.config?.spec);
    const fileName = (/** @type {string} */ ending) => `${name()}-step${trainer.progress.step}${ending}`;

    const replay = createReplay(ctx);
    frame.append(replay.element);
    frame.prose('lead');

    frame.heading('weights-heading');
    const weights = createWeights(ctx, { fileName: () => fileName('.safetensors') });
    const program = createProgram(ctx, { name, fileName: () => fileName('.safetensors') });
    frame.append(weights.element, program.element);

    frame.heading('history-heading');
    frame.prose('history');
    const csv = createButton({
      label: 'take.csv',
      onPress: () => download(historyCsv(trainer.history, trainer.progress.batchesPerEpoch), 'text/csv', fileName('.csv')),
    });
    const csvNote = h('span', { class: 'weights-hint' });
    frame.append(h('div', { class: 'weights-row' }, csv, csvNote));

    frame.heading('figures-heading');
    frame.prose('figures');

    frame.heading('links-heading');
    frame.prose('links');
    const links = createLinks(ctx);
    frame.append(links.element);

    frame.draw(() => {
      const { steps } = trainer.history;
      enable(csv, steps > 0);
      csvNote.textContent = ctx.t(steps === 0 ? 'take.csv-none' : 'take.csv-note', { steps });
    });
    for (const part of [replay, weights, program, links]) frame.draw(part.update);
  },
};
