// A small static server for dist/, on the loopback interface only: the right MIME types, texts and engines packed as static
// hosts pack them, the headers that make a page cross-origin isolated (shared memory needs it), also in a frame of another
// page, nothing outside its root.
//
// usage: node scripts/serve.mjs [--port N] [--root DIR] [--base /sub/path/] [--no-isolation]

import { createReadStream, readFileSync, realpathSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const DEFAULT_PORT = 8011;
const TRIES = 20;
/** Folders of dist/ that are named after what is in them: a browser need not ask for their files twice. */
const NAMED_BY_CONTENT = /^(page|engine)-[0-9a-f]{10}\//;

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".gz": "application/gzip", // the shards: the page itself unpacks and checks them
};

/** What gets smaller by gzip: the other types are packed in themselves. */
const PACKABLE = new Set([".html", ".js", ".mjs", ".css", ".json", ".webmanifest", ".wasm", ".svg", ".txt"]);

/** Files packed before, by path and ETag. @type {Map<string, Buffer>} */
const packed = new Map();

/** @param {string} file @param {string} tag */
function packedOnce(file, tag) {
  const key = `${file} ${tag}`;
  const content = packed.get(key) ?? gzipSync(readFileSync(file), { level: 9 });
  packed.set(key, content);
  return content;
}

/**
 * The file a request asks for, or null when there is none inside the root.
 * @param {string} root @param {string} base @param {string} url
 */
function resolveRequest(root, base, url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
  } catch {
    return null;
  }
  if (!path.startsWith(base) || path.includes("\0")) return null;
  const file = resolve(root, "./" + path.slice(base.length) + (path.endsWith("/") ? "index.html" : ""));
  try {
    const real = realpathSync(file); // follows links, so that none leads outside
    return real.startsWith(realpathSync(root) + sep) && statSync(real).isFile() ? real : null;
  } catch {
    return null;
  }
}

/**
 * Starts the server and resolves once it listens.
 * @param {{ root?: string, port?: number, base?: string, isolation?: boolean, tries?: number, mounts?: Record<string, string>,
 *   log?: (request: import("node:http").IncomingMessage) => void }} options
 *   `port` 0 takes any free one; a taken port is retried upwards `tries` times. `mounts` are further folders by
 *   the path that they are served under. `log` is told of each request.
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export function startServer({ root = "dist", port = 0, base = "/", isolation = true, tries = 1, mounts = {}, log } = {}) {
  const folders = [...Object.entries(mounts), [base, root]];
  const server = createServer((request, response) => {
    log?.(request);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (isolation) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
      response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
      // In a frame the two above depend on the page around it; this one does not.
      response.setHeader("Document-Isolation-Policy", "isolate-and-require-corp");
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const url = request.url ?? "/";
    const [under, folder] = folders.find(([path]) => url.startsWith(path)) ?? [base, root];
    const file = resolveRequest(folder, under, url);
    if (!file) {
      response.writeHead(404, { "Content-Type": TYPES[".txt"], "Cache-Control": "no-store" }).end("not found\n");
      return;
    }
    // A page that is isolated itself may show this one in a frame.
    if (isolation && extname(file) === ".html") response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    const lasting = NAMED_BY_CONTENT.test(url.slice(under.length));
    response.setHeader("Cache-Control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    const { size, mtime } = statSync(file);
    const extension = extname(file).toLowerCase();
    const packs = PACKABLE.has(extension);
    const gzip = packs && /\bgzip\b/.test(request.headers["accept-encoding"]?.toString() ?? "");
    if (packs) response.setHeader("Vary", "Accept-Encoding");
    const tag = `"${size.toString(16)}-${mtime.getTime().toString(16)}${gzip ? "-gzip" : ""}"`;
    response.setHeader("ETag", tag);
    if (request.headers["if-none-match"] === tag) {
      response.writeHead(304).end();
      return;
    }
    const content = gzip ? packedOnce(file, tag) : null;
    if (content) response.setHeader("Content-Encoding", "gzip");
    response.writeHead(200, {
      "Content-Type": TYPES[extension] ?? "application/octet-stream",
      "Content-Length": content?.length ?? size,
    });
    if (request.method === "HEAD") response.end();
    else if (content) response.end(content);
    else createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
  return new Promise((done, fail) => {
    let left = tries;
    server.on("error", (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EADDRINUSE" || --left <= 0) fail(error);
      else server.listen(++port, "127.0.0.1");
    });
    server.on("listening", () => {
      const address = /** @type {import("node:net").AddressInfo} */ (server.address());
      done({
        url: `http://127.0.0.1:${address.port}${base}`,
        port: address.port,
        close: () => new Promise((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        }),
      });
    });
    server.listen(port, "127.0.0.1");
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: String(DEFAULT_PORT) },
        root: { type: "string", default: "dist" },
        base: { type: "string", default: "/" },
        "no-isolation": { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port}: use 0 to 65535`);
    const { url } = await startServer({
      root: values.root, port, base: values.base, isolation: !values["no-isolation"], tries: TRIES,
    });
    console.log(`CNN Notebook is at ${url} (Ctrl+C stops it)`);
  } catch (error) {
    console.error(`✗ serve: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
