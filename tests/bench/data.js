/** Real digits for every contestant: how fast ours is depends on them, since gradients that are zero cost nothing. */

/**
 * The shards of one split, unpacked.
 * @param {string} split @param {number} [count] how many of them
 * @returns {Promise<{ manifest: any, shards: { images: Uint8Array, labels: Uint8Array }[] }>} IDX bytes
 */
export async function loadShards(split, count = Infinity) {
  const folder = new URL('/data/mnist/', location.href);
  const manifest = await (await fetch(new URL('manifest.json', folder))).json();
  const wanted = manifest.shards.filter((/** @type {any} */ shard) => shard.split === split).slice(0, count);
  const shards = await Promise.all(
    wanted.map(async (/** @type {any} */ shard) => {
      const { body } = await fetch(new URL(shard.file, folder));
      if (!body) throw new Error(`${shard.file} is empty`);
      const plain = new Response(body.pipeThrough(new DecompressionStream('gzip')));
      const bytes = new Uint8Array(await plain.arrayBuffer());
      return { images: bytes.subarray(0, shard.images_bytes), labels: bytes.subarray(shard.images_bytes) };
    }),
  );
  return { manifest, shards };
}

const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;

/** A batch as floats in 0..1 and its classes. @param {number} batch */
export async function loadBatch(batch) {
  const { shards } = await loadShards('train', 1);
  const [{ images, labels }] = shards;
  const pixels = new Float32Array(batch * 784);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = images[IMAGES_HEADER + i] / 255;
  return { pixels, classes: Int32Array.from(labels.subarray(LABELS_HEADER, LABELS_HEADER + batch)) };
}
