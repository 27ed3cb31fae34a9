/** From formula to training: the strip of the shared network, one press away from the lab. */

import { goTo } from '../../base/anchor.js';
import { h, setChildren } from '../../base/dom.js';
import { watch } from '../../base/signals.js';
import { createButton, enable } from '../../controls/choice.js';
import { createPresets } from '../../controls/presets.js';
import { createBlockFacts } from '../../figures/strip/block-facts.js';
import { readOutline } from '../../figures/strip/outline.js';
import { createSpecText } from '../../controls/strip/spec-text.js';
import { createStrip } from '../../controls/strip/strip.js';
import { mtext, tex, value } from '../../base/math.js';
import { rich } from '../../base/rich.js';
import { blocksOf, insertAfter, replaceBlock } from '../../base/spec-lines.js';
import { configOf, sameRun, specKey, specText } from '../../training/page/settings.js';
import { python, rust, showCode } from '../../frame/code.js';

/** How long the lab takes at most to begin another network, milliseconds. */
const BEGIN_MS = 2500;
/** MNIST's training split, until the data has said how many there are. */
const IMAGES = 55_000;
const CLASSES = 10;
/** The loss in the code follows training, but a few times a second is enough to read. */
const PACE_MS = 300;
/** What it is called in Python, and what stands behind the learning rate. @type {Record<string, [string, string]>} */
const TORCH_OPTIMIZER = { adam: ['Adam', ''], adamw: ['AdamW', ', weight_decay=λ'], sgd: ['SGD', ''], momentum: ['SGD', ', momentum=0.9'], rmsprop: ['RMSprop', ', alpha=0.9'] };
/** @type {Record<string, [string, string]>} */
const KERAS_OPTIMIZER = { adam: ['Adam', ''], adamw: ['AdamW', ', weight_decay=λ'], sgd: ['SGD', ''], momentum: ['SGD', ', momentum=0.9'], rmsprop: ['RMSprop', ', rho=0.9'] };
/** It had no AdamW of its own. @type {Record<string, [string, string]>} */
const TENSORFLOW_OPTIMIZER = { adam: ['AdamOptimizer', ''], adamw: ['AdamOptimizer', ''], sgd: ['GradientDescentOptimizer', ''], momentum: ['MomentumOptimizer', ', momentum=0.9'], rmsprop: ['RMSPropOptimizer', ', decay=0.9'] };
/** What stands before and after the learning rate. @type {Record<string, [string, string]>} */
const RUST_OPTIMIZER = {
  adam: ['adam(', ')'],
  adamw: ['adamw(', ', λ)'],
  sgd: ['Sgd { learning_rate: ', ' }'],
  momentum: ['Momentum { learning_rate: ', ', momentum: 0.9 }'],
  rmsprop: ['RmsProp { learning_rate: ', ', decay: 0.9, epsilon: 1e-8 }'],
};

/**
 * The strip of cell 6 as a network for digits: their input, and class scores at the end.
 * @param {any} engine
 * @param {string} text
 */
function forDigits(engine, text) {
  let spec = replaceBlock(text, 0, 'input 28x28x1');
  if (readOutline(engine, spec).error?.code === 'no_scores') spec = insertAfter(spec, blocksOf(spec).length - 1, 'flatten');
  const { error, summary } = readOutline(engine, spec);
  const [scores] = summary.layers.at(-1)?.output ?? [];
  if (error?.code === 'class_count' || (!error && scores !== CLASSES)) spec = insertAfter(spec, blocksOf(spec).length - 1, `dense ${CLASSES}`);
  return spec;
}

/** @type {import('../../frame/cell.js').Cell} */
export const cell = {
  mount(frame, ctx) {
    const { state, t, format, trainer } = ctx;
    const read = () => (ctx.engine ? specText(ctx.engine, state.get('spec')) : '');
    const write = (/** @type {string} */ text) => void state.set('spec', specKey(ctx.engine, text));
    const images = () => trainer.data?.counts.train || IMAGES;
    const steps = () => Math.ceil(images() / state.get('train.batch'));
    const optimizer = () => /** @type {string} */ (state.get('train.optimizer'));
    const rate = () => format.number(state.get('train.rate'), 7);

    frame.prose('lead');
    const cycle = h('ol', { class: 'cycle' });
    const figure = frame.figure({ caption: 'caption', wide: true, minHeight: 620 });
    const strip = createStrip(frame, ctx, { read, write, at: 'training.at', label: 'training.strip', closed: true });
    const facts = createBlockFacts(ctx);
    const source = createSpecText(frame, { read, write, bad: () => Boolean(strip.reading().error) });
    const go = createButton({ label: 'training.go', primary: true, onPress: () => void train().catch(ctx.fail) });
    figure.controls.append(
      createPresets(ctx, {
        label: 'training.presets',
        presets: ['lab11-2', 'lab11-3'].map((name) => ({ label: `training.${name}`, values: { spec: name } })),
      }).element,
      createButton({ label: 'training.take', onPress: () => ctx.engine && write(forDigits(ctx.engine, state.get('layers.spec'))) }),
    );
    strip.element.append(facts.element, facts.totals, source.element);
    figure.body.append(strip.element, h('div', { class: 'training-go' }, go, h('p', { i18n: 'training.go-note' })));

    frame.prose('cycle');
    frame.append(cycle);
    frame.formula(() => tex`L = −\frac{1}{${value(state.get('train.batch'), 'input')}} ∑ {log} p_${mtext(t('training.truth'))}`);
    frame.formula(() => tex`w ← w − ${value(rate(), 'stride')} · ${direction()}`);
    /** The rule with its rate as each framework calls it. @param {Record<string, [string, string]>} names */
    const ruleOf = (names) => ({ name: () => names[optimizer()][0], more: () => names[optimizer()][1].replace('λ', String(state.get('train.decay'))) });
    const [tensorflow, torch, keras] = [TENSORFLOW_OPTIMIZER, TORCH_OPTIMIZER, KERAS_OPTIMIZER].map(ruleOf);
    showCode(frame, ctx, {
      tensorflow: python`
        tf.set_random_seed(${'train.seed'})
        cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=Y))
        train = tf.train.${tensorflow.name}(${'train.rate'}${tensorflow.more}).minimize(cost)
        xs, ys = mnist.train.next_batch(${'train.batch'})
        sess.run(tf.global_variables_initializer())
        _, loss = sess.run([train, cost], {X: xs, Y: ys})
      `,
      torch: python`
        torch.manual_seed(${'train.seed'})
        optimizer = torch.optim.${torch.name}(net.parameters(), lr=${'train.rate'}${torch.more})
        images, labels = next(iter(DataLoader(mnist, batch_size=${'train.batch'}, shuffle=True)))
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
      `,
      keras: python`
        keras.utils.set_random_seed(${'train.seed'})
        optimizer = keras.optimizers.${keras.name}(${'train.rate'}${keras.more})
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer, loss, metrics=["accuracy"])
        model.fit(images, labels, batch_size=${'train.batch'})
      `,
      numpy: python`
        # the last layer alone, by plain gradient descent
        batch = np.random.default_rng(${'train.seed'}).permutation(len(labels))[:${'train.batch'}]
        x, truth = features[batch], np.eye(10)[labels[batch]]
        p = np.exp(x @ W + b)
        p /= p.sum(1, keepdims=True)
        loss = -np.log((p * truth).sum(1)).mean()
        W -= ${'train.rate'} * x.T @ (p - truth) / len(batch)
        b -= ${'train.rate'} * (p - truth).mean(0)
      `,
      rust: rust`
        let spec: ModelSpec = text.parse()?;        // ${() => t('training.rust-parameters', { n: summary()?.parameters ?? '—' })}
        let mut session = Session::new(SessionConfig {
            batch_size: ${'train.batch'},
            optimizer: OptimizerConfig::${() => RUST_OPTIMIZER[optimizer()][0]}${'train.rate'}${() => RUST_OPTIMIZER[optimizer()][1].replace('λ', String(state.get('train.decay')))},
            ..SessionConfig::new(spec, ${'train.seed'})
        })?;
        session.step(&data)?.loss                   // ${() => lastLoss()}
      `,
    }, { pace: () => PACE_MS });
    frame.check({
      question: 'question',
      kind: 'number',
      answer: () => steps(),
      explain: 'explain',
      args: () => ({ images: images(), batch: state.get('train.batch') }),
    });
    frame.check({
      question: 'question-loss',
      kind: 'choice',
      options: ['loss-zero', 'loss-tenth', 'loss-log', 'loss-ten'],
      answer: () => {
        const loss = -Math.log(1 / CLASSES);
        return [0, 0.1, Math.log(CLASSES), 10].findIndex((each) => Math.abs(each - loss) < 1e-9);
      },
      explain: 'explain-loss',
      args: () => ({ loss: format.fixed(Math.log(CLASSES), 3) }),
    });

    /** What is subtracted from a weight, besides the rate. */
    function direction() {
      const gradient = tex`\frac{∂L}{∂w}`;
      if (optimizer() === 'sgd') return gradient;
      if (optimizer() === 'momentum') return tex`u`;
      if (optimizer() === 'rmsprop') return tex`\frac{${gradient}}{\sqrt{r} + ε}`;
      const adam = tex`\frac{\hat{m}}{\sqrt{\hat{v}} + ε}`;
      return optimizer() === 'adam' ? adam : tex`(${adam} + λ w)`;
    }

    const summary = () => {
      try {
        return ctx.engine?.summarize(read(), state.get('train.batch')) ?? null;
      } catch {
        // The strip says what is wrong.
        return null;
      }
    };

    function lastLoss() {
      const { step } = trainer.progress;
      return step > 0 ? t('training.rust-loss', { step, loss: format.fixed(trainer.history.lastSmooth, 3) }) : t('training.rust-untrained');
    }

    /** Goes to the lab and trains there, unless a run of another network would be lost by it. */
    async function train() {
      if (!summary()) {
        ctx.notify(t('training.mend'), 'warn');
        return;
      }
      const wanted = configOf(ctx.engine, state);
      goTo('train');
      if (await becomes(wanted)) await trainer.start();
      else if (trainer.phase !== 'running') ctx.notify(t('training.pending'), 'info');
    }

    /**
     * Whether the lab's network is this one, now or soon.
     * @param {import('../../training/common/protocol.js').RunConfig} wanted
     * @returns {Promise<boolean>}
     */
    function becomes(wanted) {
      const ready = () => trainer.phase === 'idle' && trainer.config !== null && sameRun(wanted, trainer.config);
      return new Promise((resolve) => {
        if (ready() || (trainer.progress.step > 0 && trainer.phase === 'idle')) return resolve(ready());
        const end = (/** @type {boolean} */ yes) => {
          stop();
          clearTimeout(timer);
          resolve(yes);
        };
        const stop = watch(ready, (now) => now && end(true));
        const timer = setTimeout(() => end(ready()), BEGIN_MS);
      });
    }

    frame.draw(() => {
      const now = summary();
      const batch = state.get('train.batch');
      const numbers = {
        batch,
        madds: now ? format.compact(now.multiply_adds * batch) : '—',
        parameters: now ? format.integer(now.parameters) : '—',
        optimizer: t(`train.optimizer-${optimizer()}`),
        rate: rate(),
        steps: steps(),
        images: images(),
        memory: now ? format.bytes(now.memory_bytes) : '—',
      };
      setChildren(cycle, ['forward', 'loss', 'backward', 'update', 'repeat'].map((part) => h('li', {}, rich(t(`training.cycle-${part}`, numbers)))));
    });

    frame.draw(() => facts.update(strip.reading(), strip.selected()));
    frame.draw(() => {
      const { blocks, badIndex, error, summary: found } = strip.reading();
      enable(go, !error);
      const name = specKey(ctx.engine, read());
      figure.describe(
        t(badIndex >= 0 ? 'layers.now-bad' : error ? 'training.now-open' : 'training.now', {
          n: blocks.length - 1,
          place: badIndex,
          chain: blocks.map(({ label }) => label).join(', '),
          name: name.includes('\n') ? t('network.own-network') : name,
          parameters: found.parameters,
        }),
      );
    });
  },
};
