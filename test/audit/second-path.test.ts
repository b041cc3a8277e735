import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { createPublish } from '../../src/audit/publish.ts';
import { parseTopicArn } from '../../src/sources/aws-arn.ts';
import { MINUTE, T0 } from '../domain/given.ts';
import { standIn } from '../probes/stand-in.ts';
import { eventually } from '../support/eventually.ts';
import { useRedis } from '../support/redis.ts';
import { auditedOn } from './given.ts';

const SECOND = 1_000;
const server = useRedis();
let redis: Redis;
beforeAll(() => {
  redis = server.client();
});

type Audited = ReturnType<typeof auditedOn>;
const rounds = async (tocsin: Audited, count: number, ms = 30 * SECOND) => {
  for (let round = 0; round < count; round++) await tocsin.after(ms);
};
/** Everything that is due has been done. */
const nothingWaits = (tocsin: Audited) => redis.del(tocsin.keys.timers);

describe('a deadline that nobody looks at', () => {
  it('fails the audit, is told by both paths once an hour, and its end once', async () => {
    const tocsin = auditedOn(redis);
    await tocsin.fires('plain-latency');
    await redis.zadd(tocsin.keys.timers, T0 - 10 * MINUTE, 'INC-1');

    await rounds(tocsin, 4);

    expect(tocsin.audit.report()).toMatchObject({ ok: false, latenessSeconds: { timers: 12 * 60 } });
    expect(tocsin.audit.rows()).toContainEqual({
      ...{ name: 'audit', ok: false },
      detail: 'deadlines of incidents are 12 min late',
    });
    const told = () => tocsin.published.filter((text) => text.includes('deadlines of incidents'));
    expect(told()).toEqual([expect.stringContaining('late, since 2026-11-22 02:50 UTC.')]);
    expect(told()[0]).toContain('Look at the log');
    expect(tocsin.inSlack).toEqual(
      expect.arrayContaining([expect.stringContaining('late, since 2026-11-22 02:50 UTC.')]),
    );

    await nothingWaits(tocsin);
    await rounds(tocsin, 3);

    expect(told()).toHaveLength(2);
    expect(told()[1]).toMatch(/^Well again: Late: deadlines of incidents: /);
  });

  it('because the clock was put forward is none, once it was looked at', async () => {
    const tocsin = auditedOn(redis);
    await tocsin.fires('plain-latency');
    await redis.zadd(tocsin.keys.timers, T0 + 5 * MINUTE, 'INC-1');
    await rounds(tocsin, 2);

    tocsin.putForward(60 * MINUTE);
    await tocsin.after(0);
    await nothingWaits(tocsin);
    for (let second = 0; second < 60; second++) await tocsin.after(SECOND);

    expect(tocsin.published).toEqual([]);
    expect(tocsin.audit.report()).toMatchObject({ ok: true });
  });

  it('because the clock was put forward is no silence of the audit that looks beside', async () => {
    const tocsin = auditedOn(redis);
    await tocsin.fires('plain-latency');
    await redis.zadd(tocsin.keys.timers, T0 + 5 * MINUTE, 'INC-1');
    await rounds(tocsin, 2);

    tocsin.putForward(60 * MINUTE);
    await tocsin.sideBySideAfter(0);
    await nothingWaits(tocsin);
    for (let second = 0; second < 60; second++) await tocsin.sideBySideAfter(SECOND);

    expect(tocsin.published).toEqual([]);
  });

  it('because the clock is put forward again and again is none, once it is left alone', async () => {
    let passedMs = 0;
    const tocsin = auditedOn(redis, { steady: () => passedMs });
    const second = async (aheadMs = 0) => {
      passedMs += SECOND;
      await tocsin.sideBySideAfter(SECOND + aheadMs);
    };
    await tocsin.fires('plain-latency');
    for (let i = 0; i < 60; i++) await second();

    for (let i = 0; i < 8; i++) {
      await redis.zadd(tocsin.keys.timers, tocsin.clock.now() + MINUTE, 'INC-1');
      await second(30 * MINUTE);
      await second();
    }
    await nothingWaits(tocsin);
    for (let i = 0; i < 60; i++) await second();

    expect(tocsin.published).toEqual([]);
  });

  it('is told once by two processes', async () => {
    const [one, other] = [auditedOn(redis), auditedOn(redis)];
    await one.fires('plain-latency');
    await redis.zadd(one.keys.timers, T0 - 10 * MINUTE, 'INC-1');

    await rounds(one, 2);
    await rounds(other, 2);

    expect([...one.published, ...other.published].filter((text) => text.startsWith('Late: deadlines'))).toHaveLength(1);
  });

  it('is told again by the second path until that has worked', async () => {
    let isAway = true;
    const published: string[] = [];
    const tocsin = auditedOn(redis, {
      async publish(subject) {
        if (isAway) throw new TransientError('SNS is away', { cause: null });
        published.push(subject);
      },
    });
    await tocsin.fires('plain-latency');
    await redis.zadd(tocsin.keys.timers, T0 - 10 * MINUTE, 'INC-1');

    await rounds(tocsin, 2);
    isAway = false;
    await rounds(tocsin, 3);

    expect(published.filter((subject) => subject === 'Late: deadlines of incidents')).toHaveLength(1);
    expect(tocsin.logged.join('')).toContain('operators could not be told');
  });

  it('is in the log at level error where nobody can be told', async () => {
    const tocsin = auditedOn(redis, { publish: null, tellSlack: () => Promise.reject(new Error('no channel')) });
    await tocsin.fires('plain-latency');
    await redis.zadd(tocsin.keys.timers, T0 - 10 * MINUTE, 'INC-1');

    await rounds(tocsin, 4);

    const lines = tocsin.logged.filter((line) => line.includes('Tocsin is not well') && line.includes('late timers'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50 });
  });
});

describe('Slack that is away', () => {
  const away = { over: 'sockets', connected: false, since: T0 } as const;

  it('for two minutes, while something waits for it, is told by the second path, and when it is back', async () => {
    let state: { readonly over: 'sockets'; readonly connected: boolean; readonly since: number } = away;
    const tocsin = auditedOn(redis, { slack: () => state });
    await redis.zadd(tocsin.keys.duePeople, T0, 'INC-1');

    await rounds(tocsin, 4);
    expect(tocsin.published).toEqual([]);
    await rounds(tocsin, 3);

    expect(tocsin.published).toEqual([
      expect.stringMatching(/^Slack does not take messages: .*since 2026-11-22 03:00 UTC/),
    ]);
    state = { ...away, connected: true };
    await rounds(tocsin, 1);
    expect(tocsin.published[1]).toMatch(/^Well again: Slack does not take messages/);
  });

  it('is no trouble while nothing waits for it', async () => {
    const tocsin = auditedOn(redis, { slack: () => away });

    await rounds(tocsin, 10);

    expect(tocsin.published).toEqual([]);
  });

  it.each([
    [
      'a card',
      (keys: Audited['keys']) =>
        redis.sadd(keys.channels, 'C1').then(() => redis.zadd(keys.unposted('C1'), 1, 'INC-1')),
    ],
    ['a change', (keys: Audited['keys']) => redis.zadd(keys.dueMachine, T0, 'INC-1')],
    ['a page', (keys: Audited['keys']) => redis.zadd(keys.duePages, T0 + 60 * MINUTE, 'INC-1/1/page/L1.1/0 role:lead')],
  ])('is told when it is connected and does not answer for two minutes, while %s waits for it', async (_, waits) => {
    let silent: number | null = T0;
    const tocsin = auditedOn(redis, { slackSilentSince: () => silent });
    await waits(tocsin.keys);

    await rounds(tocsin, 7);
    expect(tocsin.published).toEqual([
      expect.stringMatching(/^Slack does not take messages: .*since 2026-11-22 03:00 UTC/),
    ]);
    expect(tocsin.audit.rows()).toContainEqual({
      ...{ name: 'audit', ok: false },
      detail: 'Slack has not taken messages for 4 min',
    });

    silent = null;
    await rounds(tocsin, 1);
    expect(tocsin.published[1]).toMatch(/^Well again: Slack does not take messages/);
    expect(tocsin.audit.rows()).toContainEqual(expect.objectContaining({ name: 'audit', ok: true }));
  });

  it('is no trouble when it has not answered and nothing waits for it', async () => {
    const tocsin = auditedOn(redis, { slackSilentSince: () => T0 });

    await rounds(tocsin, 10);

    expect(tocsin.published).toEqual([]);
  });

  it('is told when it is connected and has not taken a notice for two minutes', async () => {
    const tocsin = auditedOn(redis);
    await redis.rpush(tocsin.keys.notices, JSON.stringify({ id: `slack channel_not_found@${T0}`, text: 'no channel' }));

    await rounds(tocsin, 5);

    expect(tocsin.published).toEqual([expect.stringMatching(/^Slack does not take messages/)]);
  });
});

describe('Redis that is away', () => {
  it('is told by the second path after a minute and a half, once, and when it is back', async () => {
    const own = new Redis({ path: server.url.slice('unix:'.length), enableOfflineQueue: false, lazyConnect: true });
    own.on('error', () => {});
    await own.connect();
    const tocsin = auditedOn(own);
    await rounds(tocsin, 2);
    expect(tocsin.audit.report()).toMatchObject({ ok: true });

    own.disconnect();
    await eventually('the end of the connection', () => own.status === 'end');
    await rounds(tocsin, 8);

    expect(tocsin.audit.report()).toBeNull();
    expect(tocsin.audit.rows().map(({ name, ok }) => [name, ok])).toEqual([
      ['pages', false],
      ['audit', false],
      ['heartbeat', true],
    ]);
    expect(tocsin.published).toEqual([expect.stringMatching(/^Tocsin cannot look at its deadlines: .*503/)]);
    await own.connect();
    await rounds(tocsin, 2);
    expect(tocsin.published[1]).toMatch(/^Well again: Tocsin cannot look at its deadlines/);
    own.disconnect();
  });
});

describe('a message to the topic of operators', () => {
  it('says which Tocsin speaks, in a subject that SNS takes', async () => {
    const sns = await standIn({ '/': () => ({ text: '<PublishResponse><PublishResult/></PublishResponse>' }) });
    const topic = parseTopicArn('arn:aws:sns:eu-west-1:111122223333:operators') ?? expect.fail('it is one');

    await createPublish(sns.aws, topic, 'staging')('Zu spät: “pages”\n'.repeat(20), 'Something is late.');

    const said = new URLSearchParams(String(sns.asked[0]?.body));
    expect(said.get('TopicArn')).toBe(topic.arn);
    expect(said.get('Message')).toBe('Something is late.');
    expect(said.get('Subject')).toMatch(/^\[staging\] Zu sp\?t: \?pages\?\?[\x20-\x7e]{1,80}$/);
    expect(said.get('Subject')?.length).toBeLessThanOrEqual(100);
  });
});

describe('the heartbeat', () => {
  let beats: string[];
  let answer: { readonly status: number; readonly location?: string };
  let url: string;
  let end: () => void;
  beforeEach(async () => {
    beats = [];
    answer = { status: 200 };
    const http = createServer((request, response) => {
      beats.push(`${request.method} ${request.url}`);
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {}).end('ok');
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/secret-of-the-switch`;
    end = () => http.closeAllConnections();
    end = ((close) => () => {
      close();
      http.close();
    })(end);
  });
  afterEach(() => end());

  it('comes once a minute while the audit passes, and ends when it fails', async () => {
    const tocsin = auditedOn(redis, { heartbeatUrl: url });
    await tocsin.after(20 * SECOND);
    await rounds(tocsin, 10);
    expect(beats.length).toBeGreaterThanOrEqual(4);
    expect(beats.length).toBeLessThanOrEqual(6);
    expect(new Set(beats)).toEqual(new Set(['GET /secret-of-the-switch']));

    await tocsin.fires('plain-latency');
    await redis.zadd(tocsin.keys.timers, T0 - 10 * MINUTE, 'INC-1');
    await rounds(tocsin, 2);
    const before = beats.length;
    await rounds(tocsin, 10);
    expect(beats).toHaveLength(before);
    expect(tocsin.audit.rows().find(({ name }) => name === 'heartbeat')?.detail).toContain('held back');

    await nothingWaits(tocsin);
    await rounds(tocsin, 6);
    expect(beats.length).toBeGreaterThan(before);
  });

  it('does not come while Tocsin is not ready, whatever the audit says', async () => {
    const tocsin = auditedOn(redis, { heartbeatUrl: url, ready: async () => ({ ok: false, checks: [] }) });

    await rounds(tocsin, 10);

    expect(tocsin.audit.report()).toMatchObject({ ok: true });
    expect(beats).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['is refused', () => (answer = { status: 503 }), 'it answers 503'],
    [
      'is sent elsewhere',
      () => (answer = { status: 302, location: '/elsewhere' }),
      'a redirect, which is not followed',
    ],
    ['finds nobody', () => end(), 'it cannot be reached (ECONNREFUSED)'],
  ])('that %s is said in words and in the log, without its address', async (_, given, words) => {
    given();
    const tocsin = auditedOn(redis, { heartbeatUrl: url });

    await rounds(tocsin, 4);

    const row = tocsin.audit.rows().find(({ name }) => name === 'heartbeat');
    expect(row).toMatchObject({ ok: true, detail: expect.stringContaining('could not tell') });
    expect(row?.detail).toContain(words);
    expect(tocsin.logged.join('')).toContain('the heartbeat was not taken');
    expect(tocsin.logged.join('') + row?.detail).not.toContain('secret-of-the-switch');
    expect(beats).not.toContain('GET /elsewhere');
  });
});
