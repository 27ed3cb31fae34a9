/**
 * A seal over everything that a record of the browser's storage holds: if one bit of it is another, so is the seal.
 *
 * @module
 */

/** @typedef {(bytes: Uint8Array) => string} Digest 16 hexadecimal digits, by the engine */

const encoder = new TextEncoder();

/** @param {ArrayBufferView} view */
const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

/**
 * One text for each value: of an array of numbers its kind, length and digest.
 * @param {unknown} value what can be kept: plain objects, arrays, typed arrays, text, numbers
 * @param {(bytes: ArrayBufferView) => string} digest
 * @returns {string}
 */
function textOf(value, digest) {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}:${value.byteLength}:${digest(value)}`;
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each, digest)).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${textOf(each, digest)}`).join()}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * @param {unknown} value
 * @param {Digest} digest
 * @param {Map<ArrayBufferView, string>} known digests that need not be computed again
 */
const sealOf = (value, digest, known) =>
  digest(encoder.encode(textOf(value, (view) => known.get(view) ?? digest(bytesOf(view)))));

/**
 * @template {Record<string, unknown>} T
 * @param {T} record
 * @param {Digest} digest
 * @param {Map<ArrayBufferView, string>} [known] digests of arrays in it that need not be computed again
 * @returns {T & { seal: string }}
 */
export const sealed = (record, digest, known = new Map()) => ({ ...record, seal: sealOf(record, digest, known) });

/**
 * Whether a record is as it was when it was sealed.
 * @param {any} record
 * @param {Digest} digest
 */
export function isWhole(record, digest) {
  if (typeof record !== 'object' || record === null) return false;
  const { seal, ...rest } = record;
  return seal === sealOf(rest, digest, new Map());
}
