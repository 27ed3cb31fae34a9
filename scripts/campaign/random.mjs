// Random numbers from a seed and the number of an input, and changes of bytes and texts that are right.

/** Whole numbers at which arithmetic goes wrong, if it does. */
const EDGES = [0, 1, 2, 3, 8, 9, 255, 256, 16_384, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53];

/** @typedef {ReturnType<typeof createRandom>} Random */

/**
 * The same for the same seed and index, whatever came before.
 * @param {number} seed @param {number} index
 */
export function createRandom(seed, index) {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
  /** mulberry32 */
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ n) => Math.floor(unit() * n);
  const random = {
    below,
    /** Both included. @param {number} low @param {number} high */
    between: (low, high) => low + below(high - low + 1),
    /** Small ones often, large ones seldom; at least 1. @param {number} most */
    few: (most) => 1 + below(Math.min(most, 2 ** (1 + below(Math.ceil(Math.log2(most + 1)))))),
    /** @param {number} percent */
    chance: (percent) => below(100) < percent,
    /** @template T @param {readonly T[]} list @returns {T} */
    pick: (list) => list[below(list.length)],
    /** @param {number} count */
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
    edge: () => (below(3) === 0 ? below(100) : random.pick(EDGES)),
  };
  return random;
}

/**
 * Bytes changed in one to eight places.
 * @param {Random} random @param {Uint8Array} bytes @param {Uint8Array} [other] lends pieces
 * @returns {Buffer}
 */
export function changed(random, bytes, other = bytes) {
  /** @type {Buffer} */
  let out = Buffer.from(bytes);
  for (let left = random.few(8); left > 0; left -= 1) out = changedOnce(random, out, other);
  return out;
}

/** @param {Random} random @param {Buffer} bytes @param {Uint8Array} other @returns {Buffer} */
function changedOnce(random, bytes, other) {
  if (bytes.length === 0) return random.bytes(random.few(64));
  // What a file is, its beginning and its end say.
  const near = random.few(Math.min(64, bytes.length)) - 1;
  const at = random.pick([random.below(bytes.length), random.below(bytes.length), near, bytes.length - 1 - near]);
  const end = Math.min(bytes.length, at + random.few(bytes.length));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  const from = random.below(Math.max(1, other.length));
  const lent = other.subarray(from, from + random.few(4096));
  switch (random.below(10)) {
    case 0: case 1: bytes[at] ^= 1 << random.below(8); return bytes;
    case 2: bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff]); return bytes;
    case 3: return Buffer.from(before);
    case 4: return Buffer.concat([before, after]);
    case 5: return Buffer.concat([before, part, part, after]);
    case 6: return Buffer.concat([before, lent, random.chance(50) ? after : Buffer.concat([part, after])]);
    case 7: part.fill(random.pick([0, 0xff, 0x20])); return bytes;
    case 8: return Buffer.concat([before, random.bytes(random.few(40)), part, after]);
    default: {
      const number = Buffer.alloc(8);
      number.writeBigUInt64LE(BigInt(random.edge()));
      const size = random.pick([2, 4, 8]);
      const value = random.chance(50) ? number.subarray(0, size) : Buffer.from(number.subarray(0, size)).reverse();
      value.copy(bytes, Math.min(at, Math.max(0, bytes.length - size)));
      return bytes;
    }
  }
}

/** Pieces that readers of texts, links and JSON may stumble over. */
const PIECES = ['%', '%ff', '%E0%A4%A', '&', '=', '#', '?', '+', '__proto__', 'constructor', 'null', 'NaN', '-1', '1e999', '\u0000', '\ud800', '﷽', '🙂', '<b>', "'", '"', '\\', '[]', '{}', ' ', '\n'];

/**
 * A text changed in one to four places.
 * @param {Random} random @param {string} text
 */
export function changedText(random, text) {
  let out = text;
  for (let left = random.few(4); left > 0; left -= 1) {
    const at = random.below(out.length + 1);
    const end = Math.min(out.length, at + random.few(Math.max(1, out.length)));
    const numbers = [...out.matchAll(/\d+/g)];
    const number = numbers.length > 0 ? random.pick(numbers) : null;
    switch (random.below(6)) {
      case 0: out = out.slice(0, at) + random.pick(PIECES) + out.slice(at); break;
      case 1: out = out.slice(0, at) + out.slice(end); break;
      case 2: out = out.slice(0, at) + out.slice(at, end).repeat(2) + out.slice(end); break;
      case 3: out = out.slice(0, at); break;
      default:
        if (number) out = out.slice(0, number.index) + random.edge() + out.slice(number.index + number[0].length);
    }
  }
  return out;
}
