import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/browser.ts';
import { type Product, startProduct } from '../support/product.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('the fault panel in a real browser', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const mistakes: string[] = [];

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct({ systems: true }), launchChromium(chromium ?? '')]);
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.on('pageerror', (error) => mistakes.push(error.message));
    await page.goto(product.url);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  const stateOf = (system: string) => page.getByTestId(`system-${system}-state`);

  it('shows five systems that are well', async () => {
    await stateOf('potato-pipeline').waitFor();

    expect(await page.locator('[data-testid^="system-"][data-testid$="-state"]').allInnerTexts()).toEqual(
      Array.from({ length: 5 }, () => '✓ Well'),
    );
  });

  it('breaks one, and its card comes by itself', async () => {
    await page.getByText('potato-alerts').first().click();
    await page.getByTestId('system-potato-pipeline').locator('summary').click();
    await page.getByRole('button', { name: 'Break: Stale silver data' }).click();

    await page.getByRole('log').getByText('Silver data is stale').first().waitFor({ timeout: 20_000 });
    expect(await stateOf('potato-pipeline').innerText()).toBe('▲ Failing');
  });

  it('heals it, and the alarm ends by itself', async () => {
    await page.getByRole('button', { name: 'Heal: Stale silver data' }).click();

    await page
      .getByRole('log')
      .getByText(/recovered/i)
      .first()
      .waitFor({ timeout: 20_000 });
    await stateOf('potato-pipeline').filter({ hasText: 'Well' }).waitFor({ timeout: 20_000 });
  });

  it('fits on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByTestId('bar-alarms').click();

    await page.getByRole('button', { name: 'Break: 5xx on prod' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    expect(mistakes).toEqual([]);
  });
});
