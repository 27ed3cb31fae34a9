/**
 * The word with which a teacher opens the answers of a lesson. Only its digest is in the link, together with the lesson's:
 * that keeps it from being read there, and is no more of a lock than that.
 */

/**
 * FNV-1a of 32 bits (G. Fowler, L. C. Noll, K.-P. Vo).
 * @param {string} lesson as the address has it
 * @param {string} word upper and lower case and spaces around it don't matter
 * @returns {string} 8 hexadecimal digits
 */
export function digestOf(lesson, word) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${lesson}\n${word.trim().toLowerCase()}`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** Keeps the answers open in this tab. */
const OPENED = 'cnn-notebook.answers-opened';

/** @returns {string} digest of the lesson whose answers have been opened here */
export function openedBefore() {
  try {
    return sessionStorage.getItem(OPENED) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} digest of a lesson whose answers are open from now on in this tab; '' for none */
export function noteOpened(digest) {
  try {
    sessionStorage.setItem(OPENED, digest);
  } catch {
    // Denied: after a reload the word is asked for again.
  }
}
