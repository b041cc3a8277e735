import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmSource, TOPIC_ARN } from '../../bench/alarms.ts';
import { alarmName, channelOf, serviceIn, serviceName, writeServices } from '../../bench/services.ts';
import { callsIn } from '../../bench/slack/calls.ts';
import { readServices } from '../../src/config/services.ts';
import { route } from '../../src/domain/route.ts';
import { createCertificateSource } from '../../src/sources/sns-certificate.ts';
import { newsFromNotification } from '../../src/sources/sns-message.ts';
import { createSnsVerifier } from '../../src/sources/sns-verifier.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bench-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the alarms of a benchmark', () => {
  it('are believed, and each belongs to its own service', async () => {
    await writeServices(dir, { services: 12, channels: 3 });
    const alarms = await createAlarmSource(dir);
    const noFetch = () => Promise.reject(new Error('nothing is fetched'));
    const verifier = createSnsVerifier({
      topics: new Set([TOPIC_ARN]),
      certificates: createCertificateSource({ now: Date.now, fetch: noFetch, pinnedDir: dir }),
      now: Date.now,
    });

    const { body, headers } = alarms.notification(alarmName(7, 0));
    const verified = await verifier.verify(Buffer.from(body), headers);

    if (!verified.ok || verified.message.type !== 'Notification')
      throw new Error(`refused: ${JSON.stringify(verified)}`);
    const [alert] = newsFromNotification(verified.message, Date.now()).alerts;
    if (!alert) throw new Error('no alert');
    const { service } = route(alert, readServices(dir));
    expect(alert).toMatchObject({ state: 'firing', name: alarmName(7, 0) });
    expect([service.name, service.channel]).toEqual([serviceName(7), channelOf(7, { channels: 3 })]);
  });

  it.each([
    [alarmName(42, 'x'), 'svc-0042'],
    ['INC-1 P1 critical, svc-0001 prod: something', 'svc-0001'],
    ['nothing of the kind', null],
  ])('the service in %j is %j', (text, expected) => {
    expect(serviceIn(text)).toBe(expected);
  });
});

describe('the journal of Slack, as calls', () => {
  it('keeps posts and edits with what is read of them', () => {
    const entry = { at: 5, seq: 1, kind: 'api', outcome: 'ok' } as const;
    const attachments = JSON.stringify([{ title: 'svc-0001: 3 alarms: firing' }]);

    const calls = callsIn([
      { ...entry, name: 'auth.test', args: {} },
      { ...entry, name: 'chat.postMessage', args: { channel: 'C1', attachments } },
      { ...entry, name: 'chat.postMessage', args: { channel: 'C1', text: 'a reply', thread_ts: '1.1' } },
      { ...entry, name: 'chat.update', args: { channel: 'C1', ts: '1.1', text: 'b' }, outcome: 'ratelimited' },
    ]);

    expect(calls).toEqual([
      { ...plain, method: 'chat.postMessage', text: 'svc-0001: 3 alarms: firing' },
      { ...plain, method: 'chat.postMessage', text: 'a reply', inThread: true },
      { ...plain, method: 'chat.update', text: 'b', ts: '1.1', ok: false },
    ]);
  });
});

const plain = { at: 5, channel: 'C1', ts: null, inThread: false, ok: true };
