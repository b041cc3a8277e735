import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reloadServices } from '../../src/config/reload.ts';

const VALID = 'owner: Payments\nchannel: C0PAY\nfallback: true\n';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tocsin-reload-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('takes files that are valid, with the variables of the process', async () => {
  await writeFile(join(dir, 'checkout.yml'), `${VALID}environments: { prod: { prometheus: "\${PROM}" } }`);

  expect(reloadServices(dir, { PROM: 'http://prom:9090' })).toMatchObject({
    ok: true,
    services: [{ name: 'checkout', environments: { prod: { prometheus: 'http://prom:9090' } } }],
  });
});

it('says what is wrong, what holds meanwhile and what to do, and not more than a person reads', async () => {
  const rules = [1, 2, 3, 4, 5, 6, 7].map((i) => `  - { match: a${i}, severity: P1, runbook: none-${i} }`);
  await writeFile(join(dir, 'checkout.yml'), `${VALID}alarms:\n${rules.join('\n')}\n`);

  const reloaded = reloadServices(dir, {});

  expect(reloaded).toMatchObject({ ok: false, cause: expect.stringContaining('checkout.yml:5') });
  const lines = 'notice' in reloaded ? reloaded.notice.split('\n') : [];
  expect(lines[0]).toContain('the ones from before stay in force');
  expect(lines[1]).toContain('checkout.yml:5 alarms[0].runbook: There is no runbook none-1 in this file');
  expect(lines.at(-2)).toBe('… and 2 more.');
  expect(lines.at(-1)).toContain('npm run services:check');
});

it('keeps what holds when the folder is gone', () => {
  expect(reloadServices(join(dir, 'nowhere'), {})).toMatchObject({
    ok: false,
    notice: expect.stringContaining('cannot be read'),
  });
});
