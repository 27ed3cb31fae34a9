/** The update rule of each optimizer, with the core's constants filled in, and where it comes from. */

import { tex, value } from '../../base/math.js';

/**
 * @param {import('../../frame/cell.js').Frame} frame
 * @param {() => Record<string, number>} constants
 */
export function rules(frame, constants) {
  const constant = (/** @type {string} */ name) => value(constants()[name]);
  frame.heading('rules-heading');
  frame.prose('rules-lead');
  frame.prose('rule-sgd');
  frame.formula(() => tex`θ ← θ − η g`);
  frame.prose('rule-momentum');
  frame.formula(() => tex`u ← μ u + g \quad θ ← θ − η u \quad μ = ${constant('momentum')}`);
  frame.prose('rule-rmsprop');
  frame.formula(() => tex`r ← ρ r + (1 − ρ) g^2 \quad θ ← θ − η \frac{g}{\sqrt{r} + ε} \quad ρ = ${constant('decay')}`);
  frame.prose('rule-adam');
  frame.formula(() => tex`m ← β_1 m + (1 − β_1) g \quad \hat{m} = \frac{m}{1 − β_1^t} \quad β_1 = ${constant('beta1')}`);
  frame.formula(() => tex`v ← β_2 v + (1 − β_2) g^2 \quad \hat{v} = \frac{v}{1 − β_2^t} \quad β_2 = ${constant('beta2')}`);
  frame.formula(() => tex`θ ← θ − η \frac{\hat{m}}{\sqrt{\hat{v}} + ε}`);
  frame.prose('rule-adamw');
  frame.formula(() => tex`θ ← θ − η λ θ − η \frac{\hat{m}}{\sqrt{\hat{v}} + ε} \quad λ = ${constant('weight_decay')}`);
  frame.prose('schedules');
}
