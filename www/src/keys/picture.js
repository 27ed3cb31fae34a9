/**
 * What is said of the picture that the lecture's figures look at, and how a link carries one: in `figures/picture.js` it
 * is painted, written and read.
 */

/** Height and width of every picture. */
export const SIDE = 32;
export const CHANNELS = 3;
/** Characters of an own picture: two bytes a pixel in base64 without its final `=`. */
export const OWN_LENGTH = Math.ceil((SIDE * SIDE * 2 * 4) / 3);
export const PICTURES = /** @type {const} */ (['cat', 'lake', 'card', 'own']);

/** Whether a text can be a picture, as `encode` writes it. @param {string} text */
export const isPicture = (text) => text.length === OWN_LENGTH && /^[\w-]+$/.test(text);
