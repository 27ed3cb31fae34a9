import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from '../../scripts/serve.mjs';

let folder = '';
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serve-'));
  mkdirSync(join(folder, 'root/engine'), { recursive: true });
  writeFileSync(join(folder, 'root/index.html'), '<!doctype html>home');
  writeFileSync(join(folder, 'root/engine/a.wasm'), 'wasm');
  mkdirSync(join(folder, 'root/data'));
  writeFileSync(join(folder, 'root/data/a.gz'), 'packed');
  mkdirSync(join(folder, 'root/page-0123456789/src'), { recursive: true });
  writeFileSync(join(folder, 'root/page-0123456789/src/main.js'), '');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'root/link.txt'));
  server = await startServer({ root: join(folder, 'root') });
});

after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/**
 * Asks for exactly this path: `fetch` would tidy up the dots.
 * @param {string} path @param {{ port?: number, method?: string, headers?: Record<string, string> }} [options]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
function ask(path, { port = server.port, method = 'GET', headers = {} } = {}) {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.on('data', (part) => (body += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    }).on('error', fail).end();
  });
}

test('a page comes with its type and the headers that isolate it', async () => {
  const { status, headers, body } = await ask('/?lang=ko');
  assert.equal(status, 200);
  assert.match(body, /home/);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
  assert.equal(headers['document-isolation-policy'], 'isolate-and-require-corp');
  const engine = await ask('/engine/a.wasm');
  assert.equal(engine.headers['content-type'], 'application/wasm');
  // Other sites may show the page in a frame; its parts are its own.
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
  assert.equal(engine.headers['cross-origin-resource-policy'], 'same-origin');
  for (const name of ['x-frame-options', 'content-security-policy']) assert.equal(headers[name], undefined, name);
});

test('what gets smaller is packed for a browser that unpacks it, and nothing else is', async () => {
  const { port } = server;
  const answer = await fetch(`http://127.0.0.1:${port}/engine/a.wasm`);
  assert.equal(answer.headers.get('content-encoding'), 'gzip');
  assert.equal(answer.headers.get('vary'), 'Accept-Encoding');
  const plain = await ask('/engine/a.wasm');
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(await answer.text(), plain.body);
  // Each form has a tag of its own.
  assert.notEqual(answer.headers.get('etag'), plain.headers.etag);
  const again = await ask('/engine/a.wasm', { headers: { 'accept-encoding': 'gzip', 'if-none-match': answer.headers.get('etag') ?? '' } });
  assert.equal(again.status, 304);
  const shard = await fetch(`http://127.0.0.1:${port}/data/a.gz`);
  assert.equal(shard.headers.get('content-encoding'), null);
});

test('the log is told of each request, of refused ones too', async () => {
  /** @type {string[]} */
  const told = [];
  const logged = await startServer({ root: join(folder, 'root'), log: ({ method, url, headers }) => told.push(`${method} ${url} ${headers.referer}`) });
  await ask('/?a=b', { port: logged.port, headers: { Referer: 'x' } });
  await ask('/none', { port: logged.port, method: 'POST' });
  await logged.close();
  assert.deepEqual(told, ['GET /?a=b x', 'POST /none undefined']);
});

test('nothing outside the root is served', async () => {
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/engine/..%2f..%2fsecret.txt', '/link.txt', '/%00', '/%', '//etc/passwd', '/engine']) {
    const { status, body } = await ask(path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /secret/);
  }
});

test('only reading is allowed', async () => {
  assert.equal((await ask('/', { method: 'POST' })).status, 405);
  const head = await ask('/', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
});

test('an unchanged file is not sent again', async () => {
  const tag = String((await ask('/')).headers.etag);
  assert.equal((await ask('/', { headers: { 'If-None-Match': tag } })).status, 304);
  writeFileSync(join(folder, 'root/index.html'), '<!doctype html>home, changed');
  assert.equal((await ask('/', { headers: { 'If-None-Match': tag } })).status, 200);
});

test('what is named after its content is kept by the browser; all else, and what is missing, is asked for again', async () => {
  const caching = async (/** @type {string} */ path) => (await ask(path)).headers['cache-control'];
  assert.match(String(await caching('/page-0123456789/src/main.js')), /immutable/);
  assert.equal(await caching('/'), 'no-cache');
  assert.equal(await caching('/engine/a.wasm'), 'no-cache');
  assert.equal((await ask('/page-0123456789/src/gone.js')).headers['cache-control'], 'no-store');
});

test('a sub-path, no isolation, and a port that is taken', async () => {
  const other = await startServer({ root: join(folder, 'root'), base: '/sub/', isolation: false, port: server.port, tries: 20 });
  try {
    assert.notEqual(other.port, server.port);
    assert.equal(other.url, `http://127.0.0.1:${other.port}/sub/`);
    const { status, headers } = await ask('/sub/', { port: other.port });
    assert.equal(status, 200);
    assert.equal(headers['cross-origin-opener-policy'], undefined);
    assert.equal((await ask('/', { port: other.port })).status, 404);
  } finally {
    await other.close();
  }
  await assert.rejects(startServer({ root: folder, port: server.port }), /EADDRINUSE/);
});
