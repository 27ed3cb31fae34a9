/**
 * An error that `errors.js` words in the reader's language.
 *
 * @module
 */

/**
 * @param {string} code chooses the sentence
 * @param {Record<string, unknown>} [details] fill it in
 * @param {string} [message] for those who read the console
 */
export const codedError = (code, details = {}, message = code) => Object.assign(new Error(message), { code, details });
