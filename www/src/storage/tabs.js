/**
 * The tabs that have this page open: which of them live, and what one tells the others.
 *
 * A tab that keeps runs holds a lock of its name while it lives. Where the browser has no locks, as on plain http, the
 * tabs are asked on a channel and those that answer live; one that is frozen does not answer, so the others may.
 *
 * @module
 */

const PREFIX = 'cnn-notebook/';
const CHANNEL = 'cnn-notebook';
/** A tab that has not answered by then is taken for gone, milliseconds. */
const ANSWER_MS = 300;

/** @typedef {{ ask: string } | { here: string } | { erased: true }} Message */

/** @returns {Pick<BroadcastChannel, 'postMessage' | 'onmessage'> | null} null where it is denied */
function openChannel() {
  try {
    return new BroadcastChannel(CHANNEL);
  } catch {
    return null;
  }
}

export class Tabs {
  /**
   * @param {object} [options]
   * @param {Pick<LockManager, 'request' | 'query'>} [options.locks]
   * @param {ReturnType<typeof openChannel>} [options.channel]
   */
  constructor({ locks = navigator.locks, channel = openChannel() } = {}) {
    this.locks = locks;
    this.channel = channel;
    /** This one's name. */
    this.id = crypto.getRandomValues(new Uint32Array(2)).join('-');
    this.holding = false;
    this.left = false;
    this.release = () => {};
    /** Those that have answered, for each time that was asked. @type {Set<Set<string>>} */
    this.answers = new Set();
    /** Everything on this device is being erased by another tab. */
    this.onErased = () => {};
    if (!channel) return;
    channel.onmessage = (/** @type {MessageEvent<Message>} */ { data }) => {
      if ('ask' in data && this.holding) this.send({ here: this.id });
      if ('here' in data) for (const answered of this.answers) answered.add(data.here);
      if ('erased' in data) this.onErased();
    };
  }

  /** @param {Message} message */
  send(message) {
    this.channel?.postMessage(message);
  }

  /** This tab lives, and has something that the others must leave alone: until `leave`, or its end. */
  hold() {
    if (this.holding) return;
    this.holding = true;
    const left = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (this.release = resolve));
    this.locks?.request(PREFIX + this.id, () => left).catch(() => {});
  }

  /** It is put away, perhaps for good: what it has may be taken over. */
  leave() {
    this.left = this.holding;
    this.holding = false;
    this.release();
  }

  /** It is there again after all. */
  comeBack() {
    if (this.left) this.hold();
  }

  /** @returns {Promise<{ living: Set<string>, sure: boolean }>} names of the tabs that live; `sure`: all others are gone */
  async others() {
    const locks = await this.locks?.query().catch(() => null);
    if (locks) {
      const names = (locks.held ?? []).flatMap(({ name = '' }) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : []));
      return { living: new Set(names), sure: true };
    }
    /** @type {Set<string>} */
    const living = new Set();
    this.answers.add(living);
    this.send({ ask: this.id });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    this.answers.delete(living);
    return { living, sure: false };
  }
}
