// dist/ as one zip for a school's server, with a short README. The same dist/ gives the same bytes: the files are in the order
// of their names, and no time and no user of this machine is in it.
//
// usage: node scripts/pack.mjs [--from dist] [--to target/cnn-notebook.zip]

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { zipSync } from "fflate";

/** The folder in the zip. */
export const FOLDER = "cnn-notebook";
/** The first that a zip can name, as its fields have it: in the time of wherever it is read. */
const TIME = new Date(1980, 0, 1);
/** What is packed already. */
const PACKED = /\.(gz|png|webp)$/;

const README = `CNN Notebook

이 폴더를 그대로 웹 서버에 올리면 됩니다. 설치할 것도, 서버에서 실행할 것도 없습니다.
index.html을 두 번 눌러서는 열리지 않습니다. 시험해 보려면 이 폴더에서: python3 -m http.server
https 주소나 localhost에서 열면 한 번 연 뒤로는 인터넷 없이도 쓸 수 있고, 스레드로 더 빨리 학습합니다.
새 버전은 같은 자리에 덮어쓰고, page-…와 engine-… 폴더는 하루 뒤에 옛것을 지우세요.

Put this folder on any web server as it is. There is nothing to install and nothing runs on the server.
index.html can't be opened by a double click. To try it, in this folder: python3 -m http.server
At an https address or on localhost it works without a network after the first visit, and trains faster, on threads.
A new version goes over this one; remove the old page-… and engine-… folders a day later.
`;

/**
 * @param {string} from the built page
 * @returns {Uint8Array} the zip
 */
export function pack(from) {
  const paths = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(from, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"))
    .sort();
  /** @type {[string, Uint8Array][]} */
  const files = [["README.txt", new TextEncoder().encode(README)], ...paths.map((path) => /** @type {[string, Uint8Array]} */ ([path, new Uint8Array(readFileSync(join(from, path)))]))];
  // Readable by all, as a server wants it.
  const options = { mtime: TIME, os: 3, attrs: 0o100644 << 16 };
  return zipSync(Object.fromEntries(files.map(([path, content]) => [`${FOLDER}/${path}`, [content, { ...options, level: PACKED.test(path) ? 0 : 9 }]])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = /** @type {const} */ ({ type: "string" });
  const { from = "dist", to = "target/cnn-notebook.zip" } = parseArgs({ options: { from: text, to: text } }).values;
  const zip = pack(from);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, zip);
  console.log(`▸ ${to}: ${(zip.length / 1e6).toFixed(1)} MB, to be unpacked on a web server`);
}
