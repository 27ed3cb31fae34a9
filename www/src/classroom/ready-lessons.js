/**
 * Lessons of 50 minutes that are ready to be given. Their titles are `lesson.ready-ID`; what a teacher needs to know of each is
 * in `lessons.{ko,en}.json`, of which the build makes pages (`../../../scripts/lesson-pages.mjs`).
 *
 * @module
 */

/**
 * @typedef {object} ReadyLesson
 * @property {string} id
 * @property {string} lesson as the address has it
 * @property {Record<string, unknown>} [values] numbers and networks that it begins with
 */

/** @type {ReadyLesson[]} */
export const READY = [
  { id: 'window', lesson: 'part-6_filter-14_stride-12_padding-10_filters-8' },
  { id: 'layers', lesson: 'filters-8_layers-14_pooling-14_network-14' },
  { id: 'training', lesson: 'training-10_train-18_digit-10_judge-12', values: { spec: 'quick' } },
  { id: 'deeper', lesson: 'sharing-14_learned-12_dropout-14_judge-10', values: { spec: 'quick' } },
];
