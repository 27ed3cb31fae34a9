// dist/ as it is published, but for one script at the head of index.html that notes what goes wrong in the page: not every
// driver tells what is on the console.

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../scripts/serve.mjs';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const WATCH = new URL('watch.js', import.meta.url);

/** What a page that only holds another one in a frame of a phone's width is called. */
export const PHONE = 'phone.html';
const PHONE_PAGE = '<!doctype html><title>Phone</title><link rel="icon" href="data:,"><body style="margin:0">' +
  '<iframe id="phone" style="border:0;width:390px;height:760px"></iframe>';

/**
 * @param {{ isolation: boolean, base?: string }} options whether the headers are sent that isolate a page
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveSite({ isolation, base = '/' }) {
  const root = mkdtempSync(join(tmpdir(), 'cnn-site-'));
  /** @type {Record<string, string>} */
  const mounts = {};
  for (const name of readdirSync(DIST)) {
    if (statSync(join(DIST, name)).isDirectory()) mounts[`${base}${name}/`] = join(DIST, name);
    else copyFileSync(join(DIST, name), join(root, name));
  }
  const index = join(root, 'index.html');
  // After the page's policy, which binds it like every other script.
  const html = readFileSync(index, 'utf8').replace('<title>', '<script src="watch.js"></script>\n    <title>');
  writeFileSync(index, html);
  copyFileSync(WATCH, join(root, 'watch.js'));
  writeFileSync(join(root, PHONE), PHONE_PAGE);
  const server = await startServer({ root, base, mounts, isolation });
  return {
    url: server.url,
    async close() {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
