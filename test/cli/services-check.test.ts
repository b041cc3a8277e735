import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servicesReport } from '../../src/cli/services-check.ts';
import { run } from './run.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tocsin-services-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('services:check', () => {
  it('takes the services that come with Tocsin', () => {
    const { text, ok } = servicesReport(join(import.meta.dirname, '../../services'), {});

    expect(ok).toBe(true);
    expect(text).toContain('✓ bikeshare');
    expect(text).toContain('Tocsin takes these files.');
  });

  it('refuses a broken file with its place and the mend, and fails', async () => {
    await writeFile(join(dir, 'checkout.yml'), 'owner: Payments\nchannel: payments-alerts\n');

    const { code, stdout } = await run('services-check', [dir]);

    expect(code).toBe(1);
    expect(stdout).toContain('✗ checkout.yml:2 channel: A Slack channel id, such as C0123ABCD');
  });

  it('refuses a folder that is not there', () => {
    const { text, ok } = servicesReport(join(dir, 'nowhere'), {});

    expect(ok).toBe(false);
    expect(text).toContain('cannot be read');
  });
});
