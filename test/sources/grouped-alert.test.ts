import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupedAlert, messageIdOf, readGrouped } from '../../src/sources/grouped-alert.ts';

const RECEIVED = Date.parse('2026-03-01T12:00:00Z');
const ALERTMANAGER = { source: 'alertmanager', prefix: 'am:1:' } as const;
const NEVER = '0001-01-01T00:00:00Z';

/** Version 4 as Alertmanager writes it; newer ones add `routeLabels` and `notification_reason`. */
const firing = {
  status: 'firing',
  labels: { alertname: 'HighErrorRate', service: 'movie', severity: 'critical' },
  annotations: { summary: 'Errors above 5 %', description: 'Of the last\nfive minutes', value: '7.3' },
  startsAt: '2026-03-01T11:58:00.123456789Z',
  endsAt: NEVER,
  generatorURL: 'http://prometheus:9090/graph?g0.expr=x',
  fingerprint: '2d3f6a0b1c4e5f60',
};
const resolved = { ...firing, status: 'resolved', endsAt: '2026-03-01T11:59:30Z' };
const message = {
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'tocsin',
  groupLabels: { alertname: 'HighErrorRate' },
  commonLabels: {},
  commonAnnotations: {},
  routeLabels: {},
  externalURL: 'http://alertmanager:9093',
  notification_reason: 'first notification',
  alerts: [firing, resolved],
};

const read = (fields: Record<string, unknown>, at = RECEIVED) => groupedAlert(fields, ALERTMANAGER, at);

describe('an alert of Alertmanager', () => {
  it('that fires is an alert with its labels, annotations and page', () => {
    expect(read(firing)).toEqual({
      key: 'am:1:2d3f6a0b1c4e5f60',
      source: 'alertmanager',
      name: 'HighErrorRate',
      state: 'firing',
      changedAt: Date.parse('2026-03-01T11:58:00.123Z'),
      receivedAt: RECEIVED,
      reason: 'Errors above 5 %',
      description: 'Of the last\nfive minutes',
      account: null,
      region: null,
      measurement: null,
      children: [],
      labels: firing.labels,
      annotations: firing.annotations,
      isReport: false,
      repeats: true,
      url: 'http://prometheus:9090/graph?g0.expr=x',
    });
  });

  it('that is resolved recovers the same condition, later', () => {
    expect(read(resolved)).toMatchObject({
      key: read(firing).key,
      state: 'recovered',
      changedAt: Date.parse('2026-03-01T11:59:30Z'),
    });
  });

  it.each([
    ['the zero time', NEVER],
    ['a time that lies ahead', '2026-03-01T12:05:00Z'],
    ['a time before its start', '2026-03-01T11:00:00Z'],
    ['no time', 'soon'],
    ['nothing', undefined],
  ])('that is resolved at %s has recovered when we heard of it', (_what, endsAt) => {
    expect(read({ ...resolved, endsAt }).changedAt).toBe(RECEIVED);
  });

  it.each([
    ['a clock that is ahead of ours', '2026-03-01T12:05:00Z'],
    ['the zero time', NEVER],
    ['no time', 7],
  ])('that started at %s started when we heard of it', (_what, startsAt) => {
    expect(read({ ...firing, startsAt }).changedAt).toBe(RECEIVED);
  });

  it('in a state that nobody knows fires', () => {
    expect(read({ ...firing, status: 'suppressed' }).state).toBe('firing');
  });

  it('says why by its summary, else its description, else its message, else by what parts it from others of its name', () => {
    const reasons = [{ summary: 's', description: 'd' }, { description: 'd', message: 'm' }, { message: 'm' }, {}];

    expect(reasons.map((annotations) => read({ ...firing, annotations }).reason)).toEqual([
      's',
      'd',
      'm',
      'service movie',
    ]);
  });

  it('without a fingerprint is known by its labels, in whatever order', () => {
    const { fingerprint: _, ...bare } = firing;
    const turned = { ...bare, labels: { severity: 'critical', service: 'movie', alertname: 'HighErrorRate' } };

    expect(read(bare).key).toBe(read(turned).key);
    expect(read(bare).key).not.toBe(read({ ...bare, labels: { alertname: 'Other' } }).key);
  });

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'prometheus:9090',
    'http://',
    '',
    7,
  ])('has no page at %j', (generatorURL) => {
    expect(read({ ...firing, generatorURL }).url).toBeNull();
  });

  it('has labels and annotations of bounded number and size', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`l${i}`, 'x'.repeat(9_000)]));
    const alert = read({ ...firing, labels: many, annotations: { ...many, n: 7 } });

    expect(Object.keys(alert.labels)).toHaveLength(64);
    expect(Math.max(...Object.values(alert.annotations).map(({ length }) => length))).toBe(2_048);
  });
});

describe('a message', () => {
  it('is read with all of its alerts', () => {
    expect(readGrouped(message)).toMatchObject({ ok: true, value: { alerts: [firing, resolved], truncated: 0 } });
  });

  it('of an older Alertmanager, or of a custom payload with its alerts, is read', () => {
    expect(readGrouped({ alerts: [firing] })).toMatchObject({ ok: true, value: { alerts: [firing], truncated: 0 } });
  });

  it('says how many alerts it lacks', () => {
    expect(readGrouped({ ...message, truncatedAlerts: 12 })).toMatchObject({ value: { truncated: 12 } });
  });

  it('lacks none that can be counted when their number is none', () => {
    for (const truncatedAlerts of [{ toString: '' }, [{ valueOf: 1, toString: 1 }], '12 more']) {
      expect(readGrouped({ ...message, truncatedAlerts })).toMatchObject({ value: { truncated: 0 } });
    }
  });

  it.each([
    [undefined, 'not a JSON object'],
    [[], 'not a JSON object'],
    [{}, 'alerts is not a list'],
    [{ alerts: [firing, null] }, 'alerts[1] is not an object'],
    [{ alerts: Array.from({ length: 20_001 }, () => ({})) }, 'more than 20000'],
  ])('that is none is refused in words', (value, words) => {
    expect(readGrouped(value)).toMatchObject({ ok: false, rejection: { message: expect.stringContaining(words) } });
  });

  it('of any alerts makes bounded, well-formed ones', () => {
    const name = fc.constantFrom(...Object.keys(firing));
    const odd = fc.dictionary(name, fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })));

    fc.assert(
      fc.property(odd, (fields) => {
        const { key, name: called, reason, changedAt } = read({ ...firing, ...fields });

        expect([key, called, reason].every((text) => text.isWellFormed() && !/[\r\n]/.test(text))).toBe(true);
        expect([called.length > 0, called.length <= 255, changedAt <= RECEIVED, changedAt > 0]).not.toContain(false);
      }),
    );
  });
});

describe('what an alert is known by in the inbox', () => {
  it('is the same for a pair of senders within a minute', () => {
    expect(messageIdOf(read(firing, RECEIVED + 20_000))).toBe(messageIdOf(read(firing, RECEIVED)));
  });

  it('is new later, for what is said again after a recovery may be news', () => {
    expect(messageIdOf(read(firing, RECEIVED + 60_000))).not.toBe(messageIdOf(read(firing, RECEIVED)));
  });

  it('is another for another state, time or condition', () => {
    const others = [resolved, { ...firing, startsAt: '2026-03-01T11:58:01Z' }, { ...firing, fingerprint: 'f' }];

    expect(new Set([firing, ...others].map((one) => messageIdOf(read(one)))).size).toBe(4);
  });
});
