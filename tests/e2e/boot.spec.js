// A start that fails says so from the HTML itself, in both languages, whatever did not arrive.

import { expect, folders, test } from './fixtures.js';

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').Route} Route */

/** @param {Page} page */
async function toldAndMended(page) {
  const failed = page.locator('#boot-failed');
  await expect(failed).toBeVisible();
  await expect(failed).toContainText('새로 고쳐');
  await expect(failed.locator('[lang=en]')).toContainText('reload');
  await expect(page.locator('#boot-slow')).toBeHidden();
  await page.unrouteAll();
  await page.locator('#boot-reload').click();
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  await expect(failed).toBeHidden();
}

/** Gives the first half of a script. @param {Route} route */
const cut = async (route) => {
  const response = await route.fetch();
  const body = await response.text();
  await route.fulfill({ response, body: body.slice(0, body.length >> 1) });
};

for (const [what, path, broken] of /** @type {[string, string, (route: Route) => Promise<void>][]} */ ([
  ['is missing', 'src/main.js', (route) => route.fulfill({ status: 404, body: '' })],
  ['does not arrive', 'src/main.js', (route) => route.abort()],
  ['is cut off', 'src/main.js', cut],
  ['fails as it starts', 'src/main.js', (route) => route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("broken")' })],
  ['asks for a name that an older part lacks', 'src/main.js', (route) => route.fulfill({ contentType: 'text/javascript', body: `import { gone } from './training/worker/worker.js'; gone();` })],
])) {
  test(`the page’s script ${what}: the page says so`, async ({ page, problems }) => {
    await page.route(`**/${folders.page}/${path}`, broken);
    await page.goto('./');
    await toldAndMended(page);
    problems.length = 0;
  });
}

for (const [what, part] of /** @type {[string, { status?: number, contentType?: string, body: string }][]} */ ([
  ['is missing', { status: 404, body: '' }],
  ['is cut off', { contentType: 'text/javascript', body: 'export const half = () => {' }],
])) {
  test(`a part that the page’s script imports ${what}: the page says so, and asks for it past the cache`, async ({ page, problems }) => {
    await page.route(`**/${folders.page}/src/main.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: `import { half } from './part.js'; half();` }));
    await page.route('**/src/part.js', (route) => route.fulfill(part));
    await page.goto('./');
    await expect(page.locator('#boot-failed')).toBeVisible();
    const again = page.waitForRequest('**/src/part.js');
    await page.locator('#boot-reload').click();
    expect((await again).resourceType()).toBe('fetch');
    await toldAndMended(page);
    problems.length = 0;
  });
}

test('the page’s texts do not arrive: the page says so', async ({ page, problems }) => {
  await page.route('**/i18n/*.json', (route) => route.abort());
  await page.goto('./');
  await toldAndMended(page);
  problems.length = 0;
});

test('a script that never comes: after some seconds the page says what can be done', async ({ page }) => {
  /** @type {Route[]} */
  const held = [];
  await page.route('**/src/main.js', (route) => void held.push(route));
  await page.goto('./', { waitUntil: 'commit' });
  await expect(page.locator('#boot-slow')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('#boot-slow [lang=en]')).toContainText('reload');
  for (const route of held) await route.continue();
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'engine');
  await expect(page.locator('#boot-slow')).toHaveCount(0);
});

test('without JavaScript the page says what it needs, and nothing else', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await page.goto(server);
    const needs = page.locator('noscript .boot-message');
    await expect(needs).toBeVisible();
    await expect(needs).toContainText('자바스크립트를 켜고');
    await expect(needs.locator('[lang=en]')).toContainText('JavaScript');
    await expect(page.locator('#boot-failed')).toBeHidden();
    await expect(page.locator('#boot-slow')).toBeHidden();
  } finally {
    await context.close();
  }
});
