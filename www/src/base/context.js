/**
 * What the page gives to all that draws and to all that is pressed; types only. A cell is given more: `Context` in
 * `frame/cell.js`.
 *
 * @typedef {object} Words what a drawing needs to say something in the reader's language
 * @property {typeof import('./i18n.js').t} t
 * @property {() => import('./i18n.js').Lang} lang
 * @property {typeof import('./i18n.js').format} format
 * @property {(error: unknown) => string} errorText
 * @property {(text: string, kind?: 'info' | 'warn' | 'error') => void} notify
 * @property {(text: string) => void} announce
 *
 * @typedef {Words & Bound} Controls what a control needs: the words, and the state that it is bound to
 * @typedef {object} Bound
 * @property {import('./state.js').State} state
 * @property {import('../common/figures-engine.js').Engine} engine null until it has loaded; read from a signal
 *
 * @typedef {object} Host what shows a control
 * @property {(draw: () => void, at?: Element) => void} draw calls it again when a signal that it read has changed, while it is on screen
 * @property {{ readonly value: boolean }} visible a signal
 *
 * @module
 */

export {};
