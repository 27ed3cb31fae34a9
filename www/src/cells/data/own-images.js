/** A person's own images: chosen or dropped, read in a worker, looked at, and trained on. */

import { h, setChildren } from '../../base/dom.js';
import { signal, watch } from '../../base/signals.js';
import { createButton, createChoice } from '../../controls/choice.js';
import { createPicker, takeDrops } from '../../controls/files.js';
import { createNumber } from '../../controls/number.js';
import { startReading } from '../../user-data/page/reader.js';
import { sayIn } from '../../base/rich.js';
import { orUpdated } from '../../engine/update.js';
import { fromDrop, fromInput } from './drop.js';
import { WISH_KEYS } from './keys.js';
import { createSamples, firstOfEach } from './samples.js';
import { startOn } from '../../shared/start-on.js';

/** @typedef {import('../../user-data/common/protocol.js').Given} Given */
/** @typedef {import('../../user-data/common/protocol.js').Result} Read */

/** Files that were left out and are named. */
const NAMED = 20;
/** What was set is read again when nothing has changed for so long, milliseconds. */
const SETTLE_MS = 600;


/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {import('../../frame/cell.js').Context} ctx
 */
export function createOwnImages(frame, ctx) {
  const { state, t, trainer } = ctx;
  /** @type {Given[]} */
  let given = [];
  const ready = signal(/** @type {Read | null} */ (null));
  /** Ends the reading that is going on. */
  const stop = signal(/** @type {(() => void) | null} */ (null));
  let settle = 0;

  /** @param {string} label @param {Record<string, unknown>} [props] */
  const picker = (label, props) => createPicker({ label, multiple: true, ...props, onFiles: (files) => read(fromInput(files)) });
  const cancel = createButton({ label: 'data.cancel', onPress: () => end(t('data.cancelled')) });
  const use = createButton({ label: 'data.use', onPress: () => void train(), primary: true });
  const meter = h('progress', { class: 'own-progress', i18nLabel: 'data.progress' });
  const status = h('p', { class: 'own-status', role: 'status' });
  const skipped = h('details', { class: 'own-skipped' });
  const samples = createSamples(ctx);
  const element = h(
    'div',
    { class: 'own drop' },
    h(
      'div',
      { class: 'own-settings' },
      createNumber(ctx, { key: 'data.side', unit: 'data.pixels' }).element,
      createChoice(ctx, { key: 'data.channels', values: ['grey', 'colour'] }).element,
      createChoice(ctx, { key: 'data.fit', values: ['crop', 'stretch'] }).element,
      createNumber(ctx, { key: 'data.validation', unit: 'data.percent' }).element,
      createNumber(ctx, { key: 'data.test', unit: 'data.percent' }).element,
      createNumber(ctx, { key: 'data.seed' }).element,
    ),
    h('div', { class: 'control-row' }, ...picker('data.folder', { webkitdirectory: true }), ...picker('data.files'), cancel),
    h('p', { class: 'own-hint', i18n: 'data.drop-hint' }),
    meter,
    status,
    skipped,
    samples.element,
    use,
  );

  takeDrops(element, (dropped) => {
    if (dropped) void fromDrop(dropped).then(read, (error) => say(ctx.errorText(error), true));
  });

  /** @param {string} text @param {boolean} [bad] */
  function say(text, bad = false) {
    sayIn(status, text);
    status.classList.toggle('bad', bad);
  }

  /** The reading is over, or is not wanted any more. @param {string} text @param {boolean} [bad] */
  function end(text, bad = false) {
    stop.value?.();
    stop.value = null;
    say(text, bad);
  }

  /** Makes a data set of these files; what was made before stays until there is a new one. @param {Given[]} files */
  function read(files) {
    given = files;
    stop.value?.();
    /** @param {import('../../user-data/common/protocol.js').Told} told */
    const onTold = (told) => {
      if ('progress' in told) {
        meter.max = told.progress.count;
        meter.value = told.progress.done;
        say(t('data.reading', told.progress));
      } else if ('error' in told) void fail(/^(engine_load|page_updated)$/.test(told.error.code) ? orUpdated(told.error) : told.error);
      else {
        ready.value = told.result;
        end(summary());
      }
    };
    // Out of memory, most likely.
    const onCrash = () => void fail(orUpdated({ code: 'own_large', details: { what: '', size: files.reduce((sum, { file }) => sum + file.size, 0), limit: 256e6 } }));
    /** @param {unknown} error or a promise of it */
    const fail = async (error) => {
      const reading = stop.value;
      const known = await error;
      if (stop.value === reading) end(ctx.errorText(known), true);
    };
    /** @type {import('../../user-data/common/protocol.js').Wish} */
    const wish = {
      side: state.get('data.side'),
      channels: state.get('data.channels') === 'grey' ? 1 : 3,
      fit: state.get('data.fit'),
      validation: state.get('data.validation') / 100,
      test: state.get('data.test') / 100,
      seed: state.get('data.seed'),
    };
    const variant = /** @type {import('../../common/places.js').Variant} */ ((trainer.engine?.variant ?? 'simd').replace('-threads', ''));
    stop.value = startReading({ variant, given, wish }, onTold, onCrash);
    meter.removeAttribute('value');
    say(t('data.opening'));
  }

  function summary() {
    if (!ready.value) return '';
    const { names, height, width, channels, splits } = ready.value.data;
    const [train, validation, test] = [splits.train, splits.validation, splits.test].map(({ labels }) => labels.length);
    return t('data.ready', { n: train + validation + test, classes: names.length, shape: `${height}×${width}×${channels}`, train, validation, test });
  }

  frame.draw(() => {
    const reading = stop.value !== null;
    cancel.hidden = !reading;
    meter.hidden = !reading;
    use.hidden = reading || !ready.value;
    element.classList.toggle('stale', reading);
    const { skipped: out = [], loose = 0 } = ready.value?.report ?? {};
    skipped.hidden = reading || out.length + loose === 0;
    setChildren(skipped, [
      h('summary', {}, t('data.skipped', { n: out.length + loose })),
      h('ul', {}, [
        ...out.slice(0, NAMED).map(({ path, code }) => h('li', {}, h('code', {}, path), ` — ${t(`data.${code}`)}`)),
        out.length > NAMED ? h('li', {}, t('data.more', { n: out.length - NAMED })) : null,
        loose > 0 ? h('li', {}, t('data.loose', { n: loose })) : null,
      ]),
    ]);
  });
  frame.draw(() => {
    if (!ready.value) return;
    const { names, height, width, channels, splits } = ready.value.data;
    const length = height * width * channels;
    const all = Object.values(splits);
    const images = firstOfEach(names.length, splits.train.labels, (i) => splits.train.pixels.subarray(i * length, (i + 1) * length));
    const count = (/** @type {number} */ label) => all.reduce((sum, { labels }) => sum + labels.reduce((n, each) => n + Number(each === label), 0), 0);
    samples.draw(names.map((name, label) => ({ name, count: count(label), images: images[label] })), [height, width, channels]);
  });

  /** Begins a run on the images, with the network made to fit. */
  async function train() {
    if (!ready.value || !ctx.engine) return;
    try {
      await startOn(ctx, 'own', ready.value.data);
      say(t('data.using'));
    } catch (error) {
      say(`${ctx.errorText(error)} ${t('data.adapt-failed')}`, true);
    }
  }

  watch(
    () => WISH_KEYS.map((key) => state.get(key)).join(),
    () => {
      if (given.length === 0) return;
      clearTimeout(settle);
      settle = window.setTimeout(() => read(given), SETTLE_MS);
    },
  );
  watch(ctx.lang, () => {
    if (!stop.value && ready.value && !status.classList.contains('bad')) say(summary());
  });

  return { element };
}
