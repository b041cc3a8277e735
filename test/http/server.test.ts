import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditReport } from '../../src/audit/finding.ts';
import { createMetrics, type LiveNumbers } from '../../src/http/metrics.ts';
import { createReadiness, type ReadinessDeps } from '../../src/http/readiness.ts';
import { createServer } from '../../src/http/server.ts';

const NOW = 1_000_000_000;
const away = () => Promise.reject(new Error('Connection is closed.'));
let changes: Partial<ReadinessDeps & Omit<LiveNumbers, 'audit'>>;
let report: AuditReport | null;
let rows: Check[];
let server: ReturnType<typeof createServer>;
let metrics: ReturnType<typeof createMetrics>;
beforeEach(() => {
  changes = {};
  const now = () => NOW;
  const answer = (name: 'inboxBacklog' | 'withoutCard' | 'noticesWaiting' | 'openIncidents', number: number) => () =>
    (changes[name] as (() => Promise<number>) | undefined)?.() ?? Promise.resolve(number);
  const sweepLagSeconds = () => changes.sweepLagSeconds?.() ?? 0.2;
  const live = { inboxBacklog: answer('inboxBacklog', 3), withoutCard: answer('withoutCard', 2), sweepLagSeconds };
  report = null;
  rows = [];
  metrics = createMetrics({ ...live, openIncidents: answer('openIncidents', 7), audit: () => report });
  const ready = createReadiness({
    ...live,
    noticesWaiting: answer('noticesWaiting', 1),
    pingRedis: () => changes.pingRedis?.() ?? Promise.resolve('PONG'),
    slack: () => changes.slack?.() ?? { over: 'sockets', connected: true, since: NOW },
    sourceTrouble: () => changes.sourceTrouble?.() ?? [],
    audit: () => rows,
    missingScopes: () => (changes.missingScopes ? changes.missingScopes() : []),
    now,
  });
  server = createServer({ plugins: [], ready, metrics });
});
afterEach(() => server.close());

const get = (url: string) => server.inject({ method: 'GET', url });
interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}
const failed = async () => {
  const answer = await get('/readyz');
  const { checks } = answer.json<{ checks: Check[] }>();
  return { status: answer.statusCode, names: checks.filter(({ ok }) => !ok).map(({ name }) => name) };
};

describe('/healthz', () => {
  it('says that the process answers, whatever else is wrong', async () => {
    changes = { pingRedis: away };

    expect((await get('/healthz')).statusCode).toBe(200);
  });
});

describe('/readyz', () => {
  it('says check by check that all is well', async () => {
    const answer = await get('/readyz');

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ ok: true });
    expect(answer.json<{ checks: Check[] }>().checks).toContainEqual({
      name: 'backlog',
      ok: true,
      detail: '3 messages to take in, 2 incidents without a card, 1 notices to post',
    });
  });

  it.each<[string, Partial<ReadinessDeps>, string[]]>([
    ['Redis is away', { pingRedis: away, inboxBacklog: away }, ['redis', 'backlog']],
    [
      'Slack is away for a minute',
      { slack: () => ({ over: 'sockets' as const, connected: false, since: NOW - 60_000 }) },
      ['slack'],
    ],
    ['the sweep is a minute late', { sweepLagSeconds: () => 60 }, ['sweep']],
    [
      'a permission is missing that is needed',
      { missingScopes: () => [{ scope: 'chat:write', required: true, without: 'no card can be posted' }] },
      ['permissions'],
    ],
  ])('says 503 and why when %s', async (_, wrong, names) => {
    changes = wrong;

    expect(await failed()).toEqual({ status: 503, names });
  });

  it.each<[string, Partial<ReadinessDeps>]>([
    ['Slack is away for less', { slack: () => ({ over: 'sockets' as const, connected: false, since: NOW - 59_000 }) }],
    ['the sweep is a little late', { sweepLagSeconds: () => 59.9 }],
    [
      'a permission is missing that is not needed',
      { missingScopes: () => [{ scope: 'usergroups:read', required: false, without: 'groups cannot be read' }] },
    ],
    ['a source cannot be asked', { sourceTrouble: () => ['Allow cloudwatch:DescribeAlarms.'] }],
  ])('is well when %s', async (_, wrong) => {
    changes = wrong;

    expect(await failed()).toEqual({ status: 200, names: [] });
  });
});

describe('the audit', () => {
  it('has its own lines, and makes Tocsin not ready when one of them fails', async () => {
    rows = [
      { name: 'pages', ok: false, detail: 'pages are 75 s late' },
      { name: 'audit', ok: true, detail: 'nothing late' },
    ];

    expect(await failed()).toEqual({ status: 503, names: ['pages'] });
  });

  it('tells Prometheus what it found', async () => {
    report = {
      ...{ at: NOW, ok: true, findings: [], pagesOnTheirWay: 2, checked: 9, withoutPolicy: 4 },
      ...{ roundSeconds: 12, isRoundInTime: true, latenessSeconds: { timers: 1.5, pages: 3, letters: 0, news: 8 } },
    };
    metrics.auditFindings.inc({ kind: 'timer' });

    const { body } = await get('/metrics');

    for (const line of [
      'tocsin_audit_ok 1',
      `tocsin_audit_last_timestamp_seconds ${NOW / 1_000}`,
      'tocsin_audit_round_age_seconds 12',
      'tocsin_timers_overdue_seconds 1.5',
      'tocsin_pages_overdue_seconds 8',
      'tocsin_open_incidents_without_policy 4',
      'tocsin_audit_findings_total{kind="timer"} 1',
    ]) {
      expect(body).toContain(`\n${line}\n`);
    }
  });

  it('that does not look is not well, and its numbers are not known', async () => {
    const { body } = await get('/metrics');

    expect(body).toContain('\ntocsin_audit_ok 0\n');
    expect(body).toContain('tocsin_pages_overdue_seconds Nan');
  });
});

it.each<[string, number | null, string]>([
  ['nothing has come yet', null, 'nothing has come yet'],
  ['it came a moment ago', NOW - 5_000, 'last heard 5 s ago'],
])('/readyz says that it cannot tell whether Slack reaches it over HTTP: %s', async (_, heardAt, words) => {
  changes = { slack: () => ({ over: 'http', heardAt }) };

  const { checks } = (await server.inject('/readyz')).json<{ checks: Check[] }>();

  const detail = checks.find(({ name }) => name === 'slack')?.detail;
  expect(detail).toContain('could not tell');
  expect(detail).toContain(words);
});

describe('/metrics', () => {
  it('tells what was counted and what is now', async () => {
    metrics.alarms.inc({ state: 'firing' });
    metrics.webhooks.inc({ source: 'sns', outcome: 'stored' });
    metrics.cardSeconds.observe(0.02);

    const { body, headers } = await get('/metrics');

    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('tocsin_alarms_total{state="firing"} 1');
    expect(body).toContain('tocsin_webhook_requests_total{source="sns",outcome="stored"} 1');
    expect(body).toContain('tocsin_open_incidents 7');
    expect(body).toContain('tocsin_inbox_backlog 3');
    expect(body).toContain('tocsin_incidents_without_card 2');
    expect(body).toContain('tocsin_sweep_lag_seconds 0.2');
    expect(body).toContain('tocsin_alarm_to_card_seconds_bucket{le="0.025"} 1');
  });

  it('tells the rest while Redis is away, and does not make its numbers up', async () => {
    changes = { openIncidents: away, inboxBacklog: away, withoutCard: away };

    const { statusCode, body } = await get('/metrics');

    expect(statusCode).toBe(200);
    expect(body).toContain('tocsin_open_incidents Nan');
    expect(body).toContain('tocsin_sweep_lag_seconds 0.2');
  });
});

it('what is not there is 404', async () => {
  expect((await get('/nothing')).statusCode).toBe(404);
});
