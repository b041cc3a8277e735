import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalWorld, startLocalWorld } from '../../sandbox/local.ts';
import { findChromium, launchChromium } from '../support/browser.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('phones and mail in a real browser', () => {
  let dataDir: string;
  let world: LocalWorld;
  let sns: SNSClient;
  let browser: Browser;
  let page: Page;
  const mistakes: string[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'phones-'));
    const options = { webhookUrl: 'http://127.0.0.1:9/', redisUrl: 'redis://unused', dataDir, port: 0 };
    [world, browser] = await Promise.all([
      startLocalWorld({ ...options, movableClock: true }),
      launchChromium(chromium ?? ''),
    ]);
    const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = world.env;
    sns = new SNSClient({ endpoint, region, credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } });
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.on('pageerror', (error) => mistakes.push(error.message));
    await page.goto(world.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const call = (person: string, Message: string) =>
    sns.send(
      new PublishCommand({
        TopicArn: world.env.CALL_TOPIC_ARN,
        Message,
        MessageAttributes: { person: { DataType: 'String', StringValue: person } },
      }),
    );

  it('counts what nobody has read, and shows whose it is', async () => {
    await sns.send(new PublishCommand({ PhoneNumber: '+16135550101', Message: 'INC-7: errors above 5 %' }));
    await page.getByTestId('tab-phones').getByText('1').waitFor();
    await page.getByTestId('tab-phones').click();

    expect(await page.getByTestId('box-sms').innerText()).toContain('INC-7: errors above 5 %');
    expect(await page.getByTestId('phone-U0ANA').getAttribute('aria-label')).toBe('Ana Costa, 1 unread');
  });

  it('rings wherever one is, and speaks to whoever answers', async () => {
    await call('U0BEN', 'Incident seven. Nobody has acknowledged.');
    await page.getByTestId('ring-U0BEN').getByRole('button', { name: 'Answer' }).click();

    await page.getByTestId('box-call').getByText('Answered').waitFor();
    expect(await page.getByTestId('box-call').innerText()).toMatch(/A voice said:\s+Incident seven/);
    await page.getByTestId('ring-U0BEN').waitFor({ state: 'detached' });
  });

  it('counts a box as read when one looks into it', async () => {
    await page.getByTestId('phone-U0ANA').click();

    await page
      .getByTestId('phone-U0ANA')
      .and(page.getByLabel('Ana Costa', { exact: true }))
      .waitFor();
    await page.getByText('+1 613 555 0101').waitFor();
  });

  it('moves the clock by an hour, and no message stays young', async () => {
    const before = world.now();
    await page.getByRole('button', { name: '1 hour later' }).click();
    await page.getByText('1 h ahead of this machine').waitFor();

    expect(world.now() - before).toBeGreaterThanOrEqual(3_600_000);
  });

  it('breaks a way out, and heals it', async () => {
    await page.getByTestId('paging-faults').locator('summary').click();
    await page.getByRole('button', { name: 'Break: Throttle text messages' }).click();
    await page.getByText('1 broken').waitFor();
    const refused = sns.send(new PublishCommand({ PhoneNumber: '+16135550101', Message: 'INC-8' }));

    await expect(refused).rejects.toMatchObject({ name: 'ThrottledException' });
    await page.getByRole('button', { name: 'Heal: Throttle text messages' }).click();
    await page.getByText('all works').waitFor();
  });

  it('fits on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByTestId('bar-phones').click();
    await page.getByRole('button', { name: 'Everybody' }).click();

    await page.getByTestId('box-sms').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    expect(mistakes).toEqual([]);
  });
});
