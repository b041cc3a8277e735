import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDeclare } from '../../src/app/declare.ts';
import type { ExportRecord } from '../../src/cli/export.ts';
import { storedIncidents } from '../../src/cli/export-source.ts';
import { parseService } from '../../src/config/services.ts';
import { createIncidentStore } from '../../src/store/incident-store.ts';
import { createKeys } from '../../src/store/keys.ts';
import { type TestRedis, useRedis } from '../support/redis.ts';
import { run } from './run.ts';

const START = Date.now() - 3_600_000;

describe('npm run export', () => {
  const server = useRedis();

  it('writes the incidents of the store, newest first', async () => {
    await declare(server, 3, (i) => START + i);

    const { code, stdout, stderr } = await run('export', ['--format', 'csv'], { REDIS_URL: server.url });

    const [head, ...rows] = stdout.trimEnd().split('\r\n');
    expect(code).toBe(0);
    expect(head).toMatch(/^id,service,severity/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(['INC-3', 'INC-2', 'INC-1']);
    expect(stderr).toContain('3 incidents.');
  });

  it('ends quietly when its reader does', async () => {
    await declare(server, 400, (i) => START + i);
    const program = join(import.meta.dirname, '../../src/cli/export.ts');

    const child = spawn('sh', ['-c', '"$0" "$1" --format json | head -c 10', process.execPath, program], {
      env: { PATH: process.env.PATH, REDIS_URL: server.url },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await once(child, 'close');

    expect(stderr).not.toMatch(/EPIPE|Error/);
  });

  it('says that Redis cannot be reached, and fails', async () => {
    const { code, stderr } = await run('export', ['--format', 'csv'], { REDIS_URL: 'unix:/nowhere/redis.sock' });

    expect(code).toBe(1);
    expect(stderr).toContain('The export ended early');
  });
});

describe('the incidents of the store', () => {
  const server = useRedis();

  it.each([
    ['one after the other', (i: number) => START + i],
    ['all in one millisecond', () => START],
    ['in bursts', (i: number) => START + Math.floor(i / 4)],
  ])('come once each, %s', async (_what, at) => {
    const store = await declare(server, 23, at);

    const records: ExportRecord[] = [];
    for await (const record of storedIncidents(store, Date.now, 3).incidents(0)) records.push(record);

    expect(new Set(records.map(({ id }) => id)).size).toBe(23);
    expect(records).toHaveLength(23);
  });

  it('go on after some that are no longer kept', async () => {
    const store = await declare(server, 12, (i) => START + i);
    const keys = createKeys();
    await server.client().del(...[4, 5, 6, 7, 8, 9].map((n) => keys.incident(`INC-${n}`)));

    const records: ExportRecord[] = [];
    for await (const record of storedIncidents(store, Date.now, 2).incidents(0)) records.push(record);

    expect(records.map(({ id }) => id)).toEqual(['INC-12', 'INC-11', 'INC-10', 'INC-3', 'INC-2', 'INC-1']);
  });
});

async function declare(server: TestRedis, count: number, at: (index: number) => number) {
  const service = parseService('owner: Ops\nchannel: C0OPS\n', 'checkout.yml');
  if (!service.ok) throw new Error(service.problems.join());
  let index = 0;
  const now = () => at(index);
  const store = createIncidentStore(server.client(), createKeys(), now);
  const declareOne = createDeclare({ store, services: () => [service.service], now, poke: () => undefined });
  for (; index < count; index++) {
    const declaration = { severity: 'P2', incidentClass: 'system', environment: 'prod', drill: false } as const;
    const what = { by: 'U0ANA', title: `Slow ${index}`, summary: '' };
    await declareOne('checkout', { ...declaration, ...what });
  }
  return store;
}
