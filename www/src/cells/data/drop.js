/** Files from a picker or from what was dropped, folders with all that is in them. */

/** @typedef {import('../../user-data/common/protocol.js').Given} Given */

/** @param {Iterable<File>} list */
export const fromInput = (list) => Array.from(list, (file) => ({ path: file.webkitRelativePath || file.name, file }));

/**
 * @param {FileSystemEntry | null} entry
 * @param {Given[]} out
 */
async function walk(entry, out) {
  if (entry?.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    out.push({ path: entry.fullPath.replace(/^\//, ''), file });
  } else if (entry) {
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    // Each call gives some of them, the last one none.
    for (;;) {
      /** @type {FileSystemEntry[]} */
      const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (entries.length === 0) return;
      for (const each of entries) await walk(each, out);
    }
  }
}

/**
 * @param {DataTransfer} transfer
 * @returns {Promise<Given[]>}
 */
export async function fromDrop(transfer) {
  // To be taken before anything is awaited: the list is emptied then.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const files = fromInput(transfer.files);
  if (entries.length === 0) return files;
  /** @type {Given[]} */
  const out = [];
  for (const entry of entries) await walk(entry, out);
  return out;
}
