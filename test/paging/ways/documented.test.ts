import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createWebhookWay } from '../../../src/paging/ways/webhook.ts';
import { createGuardedFetch } from '../../../src/probes/guarded-fetch.ts';
import { CARD, createLines, notice, permalink, to } from './given.ts';
import { useReceiver } from './receiver.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/paging.md'), 'utf8');
const SECRET = 'a-secret-of-24-characters';
const hasPython = spawnSync('python3', ['--version']).error === undefined;
if (!hasPython) process.stderr.write('Skipped: the check in docs/paging.md, for want of python3.\n');
const receiver = useReceiver();

const blocks = (language: string) =>
  [...PAGE.matchAll(/^```(?<language>\w+)\n(?<code>[^`]*)^```$/gm)].flatMap(({ groups }) =>
    groups?.language === language ? [groups.code ?? ''] : [],
  );

async function post(now = Date.now()) {
  const log = createLines();
  const way = createWebhookWay({
    ...{ fetch: createGuardedFetch(), secret: SECRET, permalink, now: () => now, log },
    variables: { PAGER_URL: receiver.url },
  });
  await way.send({ kind: 'webhook', to: '${PAGER_URL}' }, [notice()], to('U0123ABCD'));
  const [received] = receiver.received;
  if (!received) throw new Error('nothing was posted');
  return received;
}

describe('the documentation of webhooks', () => {
  it('shows the fields that are posted, and no others', async () => {
    const [shown] = blocks('json').map((code) => JSON.parse(code));
    const posted = JSON.parse((await post()).body);

    expect(Object.keys(posted)).toEqual(Object.keys(shown));
    expect(Object.keys(posted.incident)).toEqual(Object.keys(shown.incident));
    expect({ ...posted, incident: { ...posted.incident, link: CARD } }).toEqual({
      ...shown,
      incident: { ...shown.incident, link: CARD },
    });
  });

  it.skipIf(!hasPython).each([
    ['believes what Tocsin has signed', {}, 'True'],
    ['believes no other secret', { secret: 'another-secret-of-that-length' }, 'False'],
    ['believes no other body', { body: '{"type":"page"}' }, 'False'],
    ['believes nothing from an hour ago', { now: Date.now() - 3_600_000 }, 'False'],
    ['believes nothing without a signature', { isSigned: false }, 'False'],
  ])('has a check that %s', async (_what, changes: Changes, answer) => {
    const { headers, body } = await post(changes.now);
    const shown = {
      'X-Tocsin-Timestamp': headers['x-tocsin-timestamp'],
      ...(changes.isSigned === false ? {} : { 'X-Tocsin-Signature': headers['x-tocsin-signature'] }),
    };
    const input = JSON.stringify({ headers: shown, body: changes.body ?? body, secret: changes.secret ?? SECRET });
    const check = blocks('python').find((code) => code.includes('def is_from_tocsin')) ?? '';
    const code = `${check}
import json, sys
given = json.loads(sys.argv[1])
print(is_from_tocsin(given["headers"], given["body"].encode(), given["secret"]))`;

    const { stdout } = await promisify(execFile)('python3', ['-c', code, input]);

    expect(stdout.trim()).toBe(answer);
  });
});

interface Changes {
  readonly now?: number;
  readonly secret?: string;
  readonly body?: string;
  readonly isSigned?: boolean;
}
