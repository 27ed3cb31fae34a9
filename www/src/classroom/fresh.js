/** Starts over for the next pupil: answers, runs, drawings and settings go; the page itself stays, and so does the lesson. */

import { writeHash } from '../base/address.js';
import { confirmDialog } from '../base/confirm.js';
import { forgetWork } from '../storage/on-device.js';
import { noteOpened } from './code-word.js';
import { lessonLink } from './lesson-link.js';

/** @param {import('../frame/cell.js').Context} ctx */
export async function startFresh(ctx) {
  const { answers, trainer, state } = ctx;
  if (!(await confirmDialog({ title: 'class.fresh', text: 'class.fresh-question', yes: 'class.fresh-yes', no: 'train.cancel' }))) return;
  answers.startFresh();
  // It would keep what it is training.
  trainer.client.end({ code: 'engine_restarted', message: 'the next pupil begins', details: {} });
  await forgetWork().catch(ctx.fail);
  // The next pupil has not answered yet.
  noteOpened('');
  const keys = lessonLink(state.get('lesson')) ?? `lang=${state.get('lang')}`;
  history.replaceState(null, '', location.pathname + writeHash('', keys));
  location.reload();
}
