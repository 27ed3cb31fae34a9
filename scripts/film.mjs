// Trains in the built page and takes pictures of it: for the README docs/notebook-LANG.webp, the first screen once its network has
// learned, and docs/lab-LANG.webp, the cells of the lab; for docs/benchmarks.md docs/moved-LANG.webp, accuracy on moved test images
// with augmentation and without.
//
// usage: CHROME=/path/to/chromium node scripts/film.mjs [ko|en]        (some minutes each; after ./build.sh build)

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { BROWSER_ARGS } from '../tests/e2e/playwright.config.mjs';
import { pattern, text } from '../tests/e2e/lab.js';
import { startServer } from './serve.mjs';

/** What is trained beside the live network before the pictures are taken: little, so that all takes minutes. */
const KEYS = '&ensemble.count=3&ensemble.network=lab11-2&ensemble.unit=batches&ensemble.amount=150&ensemble.list=disputed&race.epochs=1&learned.layer=-2';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {'ko' | 'en'} Lang */

/**
 * Trains Lab11-2 for two epochs, and fills every cell of the lab.
 * @param {Page} page
 * @param {Lang} lang
 */
async function fill(page, lang) {
  const long = { timeout: 600_000 };
  const cell = (/** @type {string} */ id) => page.locator(`#${id}`);
  const button = (/** @type {string} */ key) => cell(key.split('.')[0]).getByRole('button', { name: text(lang, key), exact: true });
  const press = async (/** @type {string} */ key) => {
    // A cell is drawn when it comes near.
    await cell(key.split('.')[0]).scrollIntoViewIfNeeded();
    await button(key).scrollIntoViewIfNeeded();
    await button(key).and(page.locator('[aria-disabled="false"], :not([aria-disabled])')).waitFor(long);
    await button(key).click();
  };

  for (const epoch of [0, 1]) {
    await press('train.one-epoch');
    await cell('train').locator('.log-lines > div').nth(epoch).waitFor(long);
  }
  await press('train.get-one');

  await press('judge.measure');
  await cell('judge').locator('.judge-images button').first().waitFor(long);
  await press('race.start');
  await cell('race').locator('.run-line').getByText(text(lang, 'race.over')).waitFor(long);
  await press('ensemble.start');
  await cell('ensemble').locator('.digit-thumb').first().waitFor(long);
  await cell('ensemble').locator('.digit-thumb').nth(1).click();
  await press('dropout.run');
  await cell('dropout').getByText(pattern(lang, 'dropout.runs-now')).first().waitFor(long);
  await press('dropout.pause');
  await press('microscope.step');

  await drawFour(page, cell('digit').locator('canvas').first());
  await cell('digit').locator('.digit-nearest .digit-thumb').first().waitFor(long);
}

/** @param {Page} page @param {import('@playwright/test').Locator} paper */
async function drawFour(page, paper) {
  await paper.scrollIntoViewIfNeeded();
  const box = await paper.boundingBox();
  if (!box) throw new Error('no paper');
  const to = (/** @type {number} */ x, /** @type {number} */ y) => page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 6 });
  for (const stroke of [[[0.62, 0.2], [0.4, 0.45], [0.38, 0.6], [0.72, 0.6]], [[0.6, 0.4], [0.58, 0.85]]]) {
    await to(stroke[0][0], stroke[0][1]);
    await page.mouse.down();
    for (const [x, y] of stroke) await to(x, y);
    await page.mouse.up();
  }
}

/**
 * The frames, three in a row: what is shown, from its top left corner; how wide the window is; what is said below.
 * @type {{ at: string, width: number, caption: Record<Lang, string> }[]}
 */
const FRAMES = [
  { at: '#train .chart >> nth=1', width: 440, caption: { en: 'Train on MNIST in the tab', ko: '탭 안에서 MNIST로 학습' } },
  { at: '#microscope .batch-canvas', width: 440, caption: { en: 'One batch, before and after', ko: '미니배치 하나, 전과 후' } },
  { at: '#microscope .change-pictures', width: 440, caption: { en: 'Gradients and Adam’s memory', ko: '기울기와 Adam의 기억' } },
  { at: '#learned .reasons-main', width: 620, caption: { en: 'Which pixels speak for a 7', ko: '어느 픽셀이 7이라고 말하나' } },
  { at: '#dropout .dropout-masks', width: 380, caption: { en: 'Dropout’s masks', ko: '드롭아웃 마스크' } },
  { at: '#ensemble .ensemble-detail', width: 620, caption: { en: 'An ensemble’s votes', ko: '앙상블의 투표' } },
  { at: '#race .chart >> nth=0', width: 440, caption: { en: 'Optimizers, side by side', ko: '옵티마이저 나란히' } },
  { at: '#judge .confusion', width: 690, caption: { en: 'What is taken for what', ko: '무엇을 무엇으로 보았나' } },
  { at: '#digit .digit', width: 740, caption: { en: 'Your own digit', ko: '내가 쓴 숫자' } },
];

/** A frame of the strip, px. */
const FRAME = { width: 520, height: 390, gap: 28, caption: 48, inset: 16, fade: 36 };

/**
 * Shows an element, waits until it is drawn, and takes it with what is right of it and below, in the frame's shape.
 * @param {Page} page
 * @param {typeof FRAMES[number]} frame
 */
async function take(page, { at, width }) {
  await page.setViewportSize({ width, height: 900 });
  const element = page.locator(at).first();
  await element.scrollIntoViewIfNeeded();
  await element.evaluate((node) => scrollTo({ top: node.getBoundingClientRect().top + scrollY - 120, behavior: 'instant' }));
  await page.waitForTimeout(1500);
  const box = await element.evaluate((node) => {
    const { left, top, width } = node.getBoundingClientRect();
    return { x: left, y: top, width: Math.max(width, innerWidth - 2 * left) };
  });
  const height = (box.width * (FRAME.height - FRAME.inset)) / (FRAME.width - 2 * FRAME.inset);
  return page.screenshot({ clip: { ...box, height }, animations: 'disabled' });
}

/**
 * Pictures as WebP: one as it is, more as a strip with captions.
 * @param {Page} page any, for its canvas
 * @param {Buffer[]} pictures
 * @param {string[]} captions
 */
async function webp(page, pictures, captions = []) {
  const code = await page.evaluate(
    async ({ sources, captions, frame }) => {
      const images = await Promise.all(
        sources.map(async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          return image;
        }),
      );
      const canvas = document.createElement('canvas');
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      if (captions.length === 0) {
        Object.assign(canvas, { width: images[0].width, height: images[0].height });
        pen.drawImage(images[0], 0, 0);
      } else {
        const [across, down] = [frame.width + frame.gap, frame.height + frame.caption + frame.gap];
        Object.assign(canvas, { width: 3 * across + frame.gap, height: Math.ceil(images.length / 3) * down + frame.gap });
        const { color: ink, fontFamily } = getComputedStyle(document.body);
        const ground = getComputedStyle(document.documentElement).backgroundColor;
        Object.assign(pen, { fillStyle: ground, strokeStyle: '#d0d4d9', lineWidth: 2, font: `600 25px ${fontFamily}`, imageSmoothingQuality: 'high' });
        pen.fillRect(0, 0, canvas.width, canvas.height);
        // What goes on below a frame fades out.
        const fade = new OffscreenCanvas(1, frame.fade);
        const veil = /** @type {OffscreenCanvasRenderingContext2D} */ (fade.getContext('2d'));
        const shades = veil.createLinearGradient(0, 0, 0, frame.fade);
        shades.addColorStop(0, ground.replace(/rgb\((.*)\)/, 'rgba($1, 0)'));
        shades.addColorStop(1, ground);
        veil.fillStyle = shades;
        veil.fillRect(0, 0, 1, frame.fade);
        pen.fillStyle = ink;
        images.forEach((image, i) => {
          const [left, top] = [frame.gap + (i % 3) * across, frame.gap + Math.floor(i / 3) * down];
          const edge = top + frame.caption;
          pen.fillText(captions[i], left, top + 30);
          pen.drawImage(image, left + frame.inset, edge + frame.inset, frame.width - 2 * frame.inset, frame.height - frame.inset);
          pen.drawImage(fade, left, edge + frame.height - frame.fade, frame.width, frame.fade);
          pen.strokeRect(left - 1, edge - 1, frame.width + 2, frame.height + 2);
        });
      }
      return canvas.toDataURL('image/webp', 0.82);
    },
    { sources: pictures.map((picture) => `data:image/png;base64,${picture.toString('base64')}`), captions, frame: FRAME },
  );
  return Buffer.from(code.slice(code.indexOf(',') + 1), 'base64');
}

/** The lab. @param {Page} page filled @param {Lang} lang */
async function shoot(page, lang) {
  /** @type {Buffer[]} */
  const shots = [];
  await page.addStyleTag({ content: '.keep { visibility: hidden }' });
  for (const frame of FRAMES) shots.push(await take(page, frame));
  writeFileSync(`docs/lab-${lang}.webp`, await webp(page, shots, FRAMES.map(({ caption }) => caption[lang])));
}

/** The first screen, its network trained and a digit drawn. @param {Page} page just opened @param {Lang} lang */
async function shootOpening(page, lang) {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('#intro .intro-status').getByText(pattern(lang, 'intro.done')).waitFor({ timeout: 600_000 });
  await drawFour(page, page.locator('#intro .pixel-pad'));
  await page.mouse.move(640, 790);
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await page.waitForTimeout(1500);
  writeFileSync(`docs/notebook-${lang}.webp`, await webp(page, [await page.screenshot({ animations: 'disabled' })]));
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** The curves of the cell on augmentation, once both networks have learned from two epochs. @param {Page} page @param {Lang} lang */
async function shootMoved(page, lang) {
  await page.setViewportSize({ width: 1280, height: 900 });
  const cell = page.locator('#augment');
  const run = cell.getByRole('button', { name: text(lang, 'augment.run'), exact: true });
  // A cell is drawn when it comes near.
  await cell.scrollIntoViewIfNeeded();
  await run.scrollIntoViewIfNeeded();
  await run.and(page.locator('[aria-disabled="false"]')).waitFor({ timeout: 600_000 });
  await run.click();
  await cell.getByRole('status').filter({ hasText: '1,100' }).waitFor({ timeout: 600_000 });
  await page.waitForTimeout(1500);
  const curves = cell.locator('.figure').nth(1).locator('.figure-body');
  writeFileSync(`docs/moved-${lang}.webp`, await webp(page, [await curves.screenshot({ animations: 'disabled' })]));
}

/** @param {string} url of the page @param {Lang} lang */
async function open(url, lang) {
  const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: BROWSER_ARGS });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5, bypassCSP: true });
  await page.goto(`${url}#lang=${lang}&theme=light${KEYS}`);
  await page.locator('html[data-cells="all"]').waitFor({ state: 'attached' });
  return page;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = /** @type {Lang[]} */ (process.argv.slice(2));
  const server = await startServer();
  for (const lang of wanted.length > 0 ? wanted : /** @type {const} */ (['ko', 'en'])) {
    const page = await open(server.url, lang);
    await shootOpening(page, lang);
    await page.evaluate(() => document.querySelectorAll('.cell').forEach((cell) => cell.dispatchEvent(new CustomEvent('reveal'))));
    await shootMoved(page, lang);
    await fill(page, lang);
    await shoot(page, lang);
    await page.context().browser()?.close();
  }
  await server.close();
}
