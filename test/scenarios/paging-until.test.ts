import { expect } from 'vitest';
import { standIn } from '../probes/stand-in.ts';
import { eventually } from '../support/eventually.ts';
import { it, type Scenario } from '../support/scenario.ts';
import { minutes, nextSunday } from '../support/scenario-clock.ts';

const HOUR = minutes(60);
/** The next Sunday, 14:00 in UTC, before a holiday. */
const SUNDAY = nextSunday() + 14 * HOUR;
const dayAfter = (days: number) => new Date(SUNDAY + days * 24 * HOUR).toISOString().slice(0, 10);

/** On-call is Ana, the lead Ben, the manager Chloé. */
const service = (escalation: string, more = '') => `
owner: Checkout team
channel: C0INCIDENTS
fallback: true
calendar: { zone: UTC, holidays: [${dayAfter(1)}] }
roles:
  on-call: { title: On-call engineer, people: [U0ANA] }
  lead: { title: Team lead, people: [U0BEN] }
  manager: { title: Manager, people: [U0CHLOE] }
escalation:
${escalation}
alarms:
  - { match: "checkout-*", severity: P1, title: Checkout fails }
  - { match: "slow-*", severity: P2, title: Checkout is slow }
${more}`;

async function opened(start: (options: object) => Promise<Scenario>, yaml: string, alarm = 'checkout-errors') {
  // A clock that is put forward by days is no silence that anybody should hear of.
  const scenario = await start({ services: { checkout: yaml }, errors: [/Tocsin is not well/] });
  scenario.clock.advance(SUNDAY - scenario.clock.now());
  await scenario.bot();
  await eventually('a connection', () => scenario.slack.slack.sockets.connected());
  scenario.alarms.publishes({ name: alarm });
  const card = await scenario.slack.card('INC-1');
  await scenario.settles();
  return { ...scenario, opened: card };
}

it.concurrent('goes on after the acknowledgement where a step says so, to everybody but the owner, and says so before', async ({
  start,
}) => {
  const {
    opened: card,
    slack,
    ana,
    ben,
    chloe,
    clock,
    settles,
    incident,
  } = await opened(
    start,
    service(`
  paths:
    - steps:
        - { level: L1, notify: on-call }
        - { level: L2, after: 15m, notify: [on-call, lead], via: dm, until: resolved }
        - { level: L3, after: 30m, notify: manager, until: mitigated }
      end: nothing`),
  );
  await card.says(/Next: L2.*even when acknowledged, unless resolved/s);

  await ana.clicks(card, 'Acknowledge');
  await card.says(/Next: L2.*unless resolved/s);
  clock.advance(minutes(16));
  await eventually('a page to ben', () => slack.dms(ben)[0]);
  await settles();
  expect(slack.dms(ana)).toHaveLength(1);
  expect(card.thread().join('\n')).not.toContain('could not be told');
  expect((await incident('INC-1')).escalation?.state.unreached).toEqual([]);

  await ana.clicks(card, 'Mark Mitigated');
  clock.advance(minutes(20));
  await settles();
  expect(slack.dms(chloe)).toEqual([]);
});

it('pages while a value is bad for so long, and stops when it is good', async ({ start }) => {
  const prometheus = await standIn();
  let now = Date.now;
  const at = (value: number) =>
    prometheus.says({
      '/api/v1/query_range': () => ({
        json: {
          status: 'success',
          data: { resultType: 'matrix', result: [{ metric: {}, values: [[now() / 1000, String(value)]] }] },
        },
      }),
    });
  at(100);
  const {
    opened: card,
    slack,
    ana,
    ben,
    clock,
    settles,
    incident,
    redis,
  } = await opened(
    start,
    service(
      `
  paths:
    - steps:
        - { level: L1, notify: on-call }
        - { level: L2, notify: lead, via: dm, until: { query: latency, at_most: 500, for: 5m }, when: { value: { query: latency, above: 500, for: 5m } }, repeat: { every: 10m, times: 3 } }
      end: nothing`,
      `
environments: { prod: { prometheus: "${prometheus.url}" } }
queries: { latency: { label: Latency, prometheus: latency_p95 } }
`,
    ),
  );
  now = clock.now;
  /** Whose turn it is to ask is settled by the clock of Redis, which nobody moves. */
  const isSeen = async (direction: string) => {
    await redis.del('{tocsin}:lease:measuring');
    const held = Object.keys((await incident('INC-1')).escalation?.state.held ?? {});
    return held.some((one) => one.includes(direction));
  };
  await ana.clicks(card, 'Acknowledge');
  clock.advance(minutes(10));
  await settles();
  expect(slack.dms(ben)).toEqual([]);

  at(800);
  clock.advance(minutes(1));
  await eventually('that it is above', () => isSeen('above'));
  clock.advance(minutes(6));
  await eventually('a page to ben', () => slack.dms(ben)[0]);

  at(100);
  clock.advance(minutes(1) + 1_000);
  await eventually('that it is below', () => isSeen('below'));
  clock.advance(minutes(30));
  await settles();
  expect(slack.dms(ben)).toHaveLength(1);
});

it.concurrent('lets a P2 of a Sunday wait for 9:00 of the next working day, after a holiday', async ({ start }) => {
  const {
    opened: card,
    slack,
    ana,
    ben,
    clock,
    settles,
  } = await opened(
    start,
    service(`
  paths:
    - steps:
        - { level: L1, notify: on-call, via: dm }
        - { level: L2, after: 8h, notify: lead, via: dm }
      end: nothing`),
    'slow-pages',
  );
  await card.says(/Next: L1 /, `${dayAfter(2)} 09:00 UTC`);
  expect(slack.dms(ana)).toEqual([]);
  const nine = SUNDAY + 43 * HOUR;
  clock.advance(nine - minutes(2) - clock.now());
  await settles();
  expect(slack.dms(ana)).toEqual([]);

  clock.advance(minutes(3));
  await eventually('a page to ana', () => slack.dms(ana)[0]);
  clock.advance(7 * HOUR);
  await settles();
  expect(slack.dms(ben)).toEqual([]);
  await card.says(/Next: L2 /, `${dayAfter(3)} 09:00 UTC`);
});

it.concurrent('stands while it is mitigated, and begins anew when it is reopened and given back', async ({ start }) => {
  const { opened: card, ...world } = await opened(
    start,
    service(`
  paths:
    - steps:
        - { level: L1, notify: on-call, via: dm }
        - { level: L2, after: 15m, notify: lead, via: dm, until: mitigated }
      end: nothing`),
  );
  const { slack, ana, ben, clock, settles, incident } = world;
  await ana.clicks(card, 'Acknowledge');
  await card.says('@ana has it');
  clock.advance(minutes(10));
  await ana.clicks(card, 'Mark Mitigated');
  clock.advance(HOUR);
  await settles();
  expect(slack.dms(ben)).toEqual([]);

  await ana.types('/incident resolve INC-1 rolled back');
  await ben.types('/incident reopen INC-1 errors are back');
  await ben.types('/incident back INC-1');
  await eventually('another page to ana', () => slack.dms(ana)[1]);
  expect((await incident('INC-1')).escalation?.state.round).toBeGreaterThan(2);
});

it.concurrent('ends a snooze when it gets worse, and goes on from where the clock stood', async ({ start }) => {
  const {
    opened: card,
    slack,
    ana,
    ben,
    chloe,
    clock,
    settles,
  } = await opened(
    start,
    service(`
  paths:
    - steps:
        - { level: L1, notify: on-call, via: dm }
        - { level: L2, after: 15m, notify: lead, via: dm, until: resolved, when: { severity: P0 } }
      end: nothing`),
  );
  await chloe.types('/incident snooze INC-1 4h');
  await card.says('Snoozed until');
  clock.advance(minutes(30));
  await settles();
  await ana.types('/incident severity INC-1 P0');
  await card.says('Next: L2');
  expect(slack.dms(ben)).toEqual([]); // the clock stood meanwhile
  clock.advance(minutes(16));
  await eventually('a page to ben', () => slack.dms(ben)[0]);
  expect(slack.dms(ana)).toHaveLength(1);
});
