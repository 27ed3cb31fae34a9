// Draws the icons of the installed page from www/favicon.svg into www/icons/. To be run after that has changed.
//
// usage: CHROME=… node scripts/icons.mjs

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";

const folder = new URL("../www/", import.meta.url);
const svg = readFileSync(new URL("favicon.svg", folder), "utf8");
/** The ground of the picture, and how much of a maskable icon it may fill: a circle of 80 % is always shown. */
const GROUND = /<rect [^>]*fill="(#\w+)"/.exec(svg)?.[1];
const SAFE = 0.8;

const browser = await chromium.launch({ executablePath: process.env.CHROME || undefined, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
mkdirSync(new URL("icons/", folder), { recursive: true });
for (const [name, side, share, ground] of /** @type {[string, number, number, string | undefined][]} */ ([
  ["192", 192, 1, "transparent"],
  ["512", 512, 1, "transparent"],
  ["maskable-512", 512, SAFE, GROUND],
])) {
  await page.setViewportSize({ width: side, height: side });
  await page.setContent(`<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">${svg.replace("<svg ", `<svg width="${side * share}" height="${side * share}" `)}`);
  writeFileSync(new URL(`icons/${name}.png`, folder), await page.screenshot({ omitBackground: true }));
}
await browser.close();
