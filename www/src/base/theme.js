/** Light and dark: the system's choice unless the reader makes one, which this browser remembers. */

import { signal } from './signals.js';

/** @typedef {'auto' | 'light' | 'dark'} ThemeChoice */
/** @typedef {'light' | 'dark'} Theme */

const STORED = 'cnn-notebook.theme';
const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;

/** What the page looks like now. */
const shown = signal(/** @type {Theme} */ ('light'));

/** @param {ThemeChoice} chosen @returns {Theme} */
function resolveTheme(chosen) {
  if (chosen !== 'auto') return chosen;
  return dark?.matches ? 'dark' : 'light';
}

/** What the reader chose on an earlier visit. @returns {ThemeChoice} */
export function storedTheme() {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === 'light' || stored === 'dark' ? stored : 'auto';
  } catch {
    // Storage may be denied; then nothing is remembered.
    return 'auto';
  }
}

/** The theme that the page is shown in, read from a signal. */
export const theme = () => shown.value;

/** Shows the page in a theme, whatever was chosen. @param {Theme} name */
export function showTheme(name) {
  document.documentElement.dataset.theme = name;
  shown.value = name;
}

/** @param {ThemeChoice} chosen */
export function applyTheme(chosen) {
  showTheme(resolveTheme(chosen));
  try {
    if (chosen === 'auto') localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, chosen);
  } catch {
    // As above.
  }
}

/** @param {() => void} listener called when the system changes between light and dark */
export function onSystemTheme(listener) {
  dark?.addEventListener('change', listener);
}

/** What each theme said. To ask while something is drawn makes the browser settle the styles of the whole page. @type {Map<string, string>} */
const known = new Map();

/**
 * A colour of the current theme, as CSS gives it.
 * @param {string} name of the custom property, such as `--accent`
 */
export function cssColor(name) {
  const key = shown.value + name;
  let value = known.get(key);
  if (!value) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    // Empty before the styles are there.
    if (value) known.set(key, value);
  }
  return value;
}

/** Whether the reader asked for less motion. */
export function reducedMotion() {
  return typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;
}
