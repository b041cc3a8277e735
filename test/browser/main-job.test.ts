import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/browser.ts';
import { type Product, startProduct } from '../support/product.ts';

const chromium = findChromium();
if (!chromium)
  process.stdout.write('SKIPPED: the browser tests, because there is no Chromium on PATH (set CHROMIUM to one).\n');

const DESKTOP = { width: 1280, height: 1120 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(!chromium)('a newcomer in a real browser', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const mistakes: string[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct({ systems: true }), launchChromium(chromium ?? '')]);
    page = await browser.newPage({ viewport: DESKTOP });
    page.on('pageerror', (error) => mistakes.push(error.message));
    await page.goto(product.url);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  it('breaks a system and sees the card, with what is known of it', async () => {
    await page.getByRole('button', { name: 'Break: 5xx on prod' }).click();

    await see(page.getByRole('log').getByText('Nobody has it yet.'));
    await see(page.getByRole('log').getByText('The prod endpoint answers with server errors').first());
    await see(page.getByRole('log').getByText(/P1 because the error rate is 8\.\d %, above 1 %/));
    await see(page.getByRole('log').getByRole('img', { name: /sm-prod-5XX/ }));
    await page.getByRole('button', { name: 'Hide first steps' }).click();
    await keep(page, 'card');
  });

  it('presses Acknowledge and has it', async () => {
    await page.getByRole('button', { name: 'Acknowledge' }).click();

    await see(page.getByText('has it.'));
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await see(page.getByText('1 reply'));
  });

  it('lets Tocsin look, and ticks a step of the runbook', async () => {
    await page.getByRole('log').getByRole('button', { name: 'Open Runbook' }).click();
    const runbook = page.getByTestId('modal');
    await runbook.getByRole('button', { name: /^Check Now: step 1,/ }).click();
    await see(runbook.getByText('As expected: InService'));
    await runbook.getByRole('button', { name: /^Mark Done: step 1,/ }).click();

    await see(runbook.getByText('1 of 11 steps done'));
    await runbook.getByRole('button', { name: /^Check Now: step 2,/ }).click();
    await see(runbook.getByText('Not as expected'));
    await keep(page, 'runbook');
    await page.getByTestId('modal-close').click();
    await see(page.getByRole('log').getByText('1 of 11 steps done'));
  });

  it('has the card at hand on a phone', async () => {
    await page.setViewportSize(PHONE);

    const title = page.getByRole('log').getByText('The prod endpoint answers with server errors').first();
    await title.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await see(title);
    await keep(page, 'phone');
    await page.setViewportSize(DESKTOP);
  });

  it('is told beside the field when the closing note lacks its cause', async () => {
    await page
      .getByRole('log')
      .getByRole('button', { name: /^Resolve/ })
      .click();
    const form = page.getByTestId('modal');
    await fill(page, 'fix', 'Rolled back to the configuration of yesterday.');
    await page.getByTestId('modal-submit').click();

    await see(form.getByRole('alert').or(form.locator('[data-error], .error')).first());
  });

  it('resolves with a closing note', async () => {
    await fill(page, 'cause', 'The deployment of 09:40 read a feature that staging had and prod had not.');
    await page.getByTestId('modal-submit').click();

    await page.getByTestId('modal').waitFor({ state: 'detached' });
    await see(page.getByText('Rolled back to the configuration of yesterday.').first());
  });

  it('reads the MTTA', async () => {
    await type(page, '/incident stats');

    await see(page.getByText('Time to acknowledge (MTTA)'));
    await keep(page, 'stats');
  });

  it('is corrected when a verb is misspelt', async () => {
    await type(page, '/incident acknowlege');

    await see(page.getByText(/Did you mean/));
  });

  it('sees a storm of alarms on one card for each service', async () => {
    await page.getByRole('button', { name: /^Storm/ }).click();

    await see(page.getByText(/\b100 alarms\b/));
    await keep(page, 'storm');
  });

  it('can do all of it at the width of a phone', async () => {
    await page.setViewportSize(PHONE);

    const isWiderThanPhone = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

    expect(isWiderThanPhone).toBe(false);
    expect(mistakes).toEqual([]);
  });
});

async function see(locator: ReturnType<Page['locator']>): Promise<void> {
  await locator.first().waitFor({ state: 'visible', timeout: 10_000 });
}

async function fill(page: Page, block: string, text: string): Promise<void> {
  const input = page.getByTestId(`input-${block}`);
  const inside = input.locator('textarea, input').first();
  await ((await inside.count()) > 0 ? inside : input).fill(text);
}

async function type(page: Page, text: string): Promise<void> {
  const composer = page.getByTestId('composer');
  const inside = composer.locator('textarea, input').first();
  await ((await inside.count()) > 0 ? inside : composer).fill(text);
  await page.keyboard.press('Enter');
}

/** Keeps a picture for the README when `SCREENSHOTS` names a folder. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.waitForTimeout(600); // lets transitions end; nothing is asserted about it
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
