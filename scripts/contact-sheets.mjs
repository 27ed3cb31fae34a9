// Takes a picture of the first screen and of every cell of the built page, opened fresh and as it is before anything was pressed,
// and puts them on sheets: docs/screens/WIDTH-THEME-LANG.webp, one for each width, theme and language.
//
// usage: CHROME=/path/to/chromium node scripts/contact-sheets.mjs [WIDTH-THEME-LANG…]     (some minutes; after ./build.sh build)

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { BROWSER_ARGS } from '../tests/e2e/playwright.config.mjs';
import { startServer } from './serve.mjs';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ name: string, png: Buffer, width: number, height: number }} Shot CSS px */

/** Window sizes, CSS px. */
const SIZES = [{ width: 360, height: 740 }, { width: 1280, height: 800 }, { width: 1920, height: 1080 }];
const THEMES = /** @type {const} */ (['light', 'dark']);
const LANGS = /** @type {const} */ (['ko', 'en']);
/** A sheet's columns by the width of the window, and how wide each is, px. */
const COLUMNS = /** @type {Record<number, { count: number, width: number }>} */ ({ 360: { count: 10, width: 140 }, 1280: { count: 6, width: 230 }, 1920: { count: 6, width: 260 } });
/** What a sheet may weigh, bytes: it is saved with less quality until it does, or with the least. */
const WEIGHT = { most: 110_000, qualities: [0.7, 0.55, 0.4, 0.28, 0.18, 0.1] };
/** Of a cell that is higher only so much is shown, times its width. */
const HIGHEST = { 360: 3, 1280: 1.2, 1920: 1 };

/**
 * The first screen, and every cell that is opened and has been drawn.
 * @param {Page} page
 * @param {{ width: number, height: number }} size
 * @returns {Promise<Shot[]>}
 */
async function shoot(page, size) {
  /** @type {Shot[]} */
  const shots = [];
  const keep = async (/** @type {string} */ name, /** @type {{ x: number, y: number, width: number, height: number }} */ box) =>
    shots.push({ name, png: await page.screenshot({ clip: box, fullPage: true, animations: 'disabled' }), width: box.width, height: box.height });

  // The opening's network has learned something by then.
  await page.locator('#intro canvas').first().waitFor();
  await page.waitForTimeout(6000);
  await keep('', { x: 0, y: 0, ...size });
  // What hangs over the page is part of the first screen alone.
  await page.addStyleTag({ content: '.bar, .keep { visibility: hidden }' });
  await page.evaluate(() => document.querySelectorAll('.cell').forEach((cell) => cell.dispatchEvent(new CustomEvent('reveal'))));
  const ids = await page.locator('.cell').evaluateAll((cells) => cells.map(({ id }) => id));
  for (const id of ids) {
    const cell = page.locator(`#${id}`);
    await cell.evaluate((node) => scrollTo({ top: node.getBoundingClientRect().top + scrollY - 60, behavior: 'instant' }));
    await page.waitForTimeout(1200);
    const box = await cell.evaluate((node) => {
      const { left, top, width, height } = node.getBoundingClientRect();
      return { x: left + scrollX, y: top + scrollY, width, height };
    });
    const high = /** @type {Record<number, number>} */ (HIGHEST)[size.width];
    await keep(id, { ...box, height: Math.min(box.height, Math.ceil(box.width * high)) });
  }
  return shots;
}

/**
 * Pictures in columns, each below its name, as WebP.
 * @param {Page} page any, for its canvas
 * @param {Shot[]} shots
 * @param {{ count: number, width: number }} columns
 * @returns {Promise<Buffer>}
 */
async function sheet(page, shots, columns) {
  const sources = shots.map(({ name, png }) => ({ name, source: `data:image/png;base64,${png.toString('base64')}` }));
  const code = await page.evaluate(
    async ({ sources, columns, weight }) => {
      const [gap, caption] = [12, 18];
      const images = await Promise.all(
        sources.map(async ({ name, source }) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          return { name, image, height: Math.round((image.height * columns.width) / image.width) };
        }),
      );
      // Each goes where the column is shortest, so that all end alike.
      const ends = Array.from({ length: columns.count }, () => gap);
      const places = images.map(({ height }) => {
        const column = ends.indexOf(Math.min(...ends));
        const top = ends[column];
        ends[column] += caption + height + gap;
        return { x: gap + column * (columns.width + gap), y: top };
      });
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: gap + columns.count * (columns.width + gap), height: Math.max(...ends) });
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      Object.assign(pen, { fillStyle: '#808890', font: '12px sans-serif', imageSmoothingQuality: 'high' });
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = '#fff';
      images.forEach(({ name, image, height }, i) => {
        const { x, y } = places[i];
        pen.fillText(name ? `#${name}` : 'first screen', x, y + 13);
        pen.drawImage(image, x, y + caption, columns.width, height);
      });
      let url = '';
      for (const quality of weight.qualities) {
        url = canvas.toDataURL('image/webp', quality);
        if (url.length * 0.75 <= weight.most) break;
      }
      return url;
    },
    { sources, columns, weight: WEIGHT },
  );
  return Buffer.from(code.slice(code.indexOf(',') + 1), 'base64');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const server = await startServer();
  const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS });
  mkdirSync('docs/screens', { recursive: true });
  for (const size of SIZES) {
    for (const theme of THEMES) {
      for (const lang of LANGS) {
        const name = `${size.width}-${theme}-${lang}`;
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        const page = await browser.newPage({ viewport: size, bypassCSP: true });
        await page.goto(`${server.url}#lang=${lang}&theme=${theme}`);
        await page.locator('html[data-cells="all"]').waitFor({ state: 'attached', timeout: 120_000 });
        const file = await sheet(page, await shoot(page, size), COLUMNS[size.width]);
        writeFileSync(`docs/screens/${name}.webp`, file);
        console.log(`docs/screens/${name}.webp ${file.length}`);
        await page.close();
      }
    }
  }
  await browser.close();
  await server.close();
}
