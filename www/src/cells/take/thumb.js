/** The beginning of the file that the opening’s network would be saved as. */

/** Letters of a line, and lines. */
const [LETTERS, LINES] = [24, 7];

/**
 * @param {import('../../figures/thumb.js').Thumb} thumb
 * @param {import('../../frame/first-sight.js').FirstSight} sight
 */
export function paint(thumb, sight) {
  const text = new TextDecoder().decode(sight.file.subarray(8, 8 + LETTERS * LINES));
  thumb.text(Array.from({ length: LINES }, (_, i) => text.slice(i * LETTERS, (i + 1) * LETTERS)), [4, 4, 152, 92]);
}
