/** How often values fall into equal bins: bars from the smallest value to the largest, with zero marked. */

import { s, setChildren } from '../../base/dom.js';

const [WIDTH, HEIGHT] = [200, 64];

/** @param {{ color: string }} options a custom property */
export function createHistogram({ color }) {
  const element = s('svg', { class: 'histogram', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', css: { color: `var(${color})` } });
  return {
    element,
    /** @param {{ min: number, max: number, counts: ArrayLike<number> }} histogram */
    draw({ min, max, counts }) {
      const top = Math.max(1, ...Array.from(counts));
      const step = WIDTH / counts.length;
      // The square root keeps the rare values at the ends to be seen.
      const bars = Array.from(counts, (count, i) => {
        const height = Math.sqrt(count / top) * HEIGHT;
        return count === 0 ? '' : `M${i * step} ${HEIGHT}v${-height}h${step}v${height}z`;
      });
      const zero = ((0 - min) / (max - min || 1)) * WIDTH;
      setChildren(
        element,
        s('path', { d: bars.join(''), fill: 'currentColor' }),
        zero >= 0 && zero <= WIDTH ? s('line', { class: 'histogram-zero', x1: zero, x2: zero, y1: 0, y2: HEIGHT }) : null,
      );
    },
  };
}
