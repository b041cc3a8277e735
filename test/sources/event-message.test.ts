import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newsFromEvents } from '../../src/sources/event-message.ts';
import { readEvents } from '../../src/sources/event-shape.ts';

const RECEIVED = Date.parse('2026-03-01T12:00:00Z');

function problems(value: unknown): readonly string[] {
  const read = readEvents(value);
  return read.ok ? [] : read.rejection.message.split(' · ');
}

function news(value: unknown, at = RECEIVED) {
  const read = readEvents(value);
  if (!read.ok) throw new Error(read.rejection.message);
  return newsFromEvents(read.value, at);
}

function only(value: unknown, at = RECEIVED) {
  const [first] = news(value, at).alerts;
  if (!first) throw new Error('no alert');
  return first;
}

const alertIn = (value: unknown, at = RECEIVED) => only(value, at).alert;
const failed = { kind: 'alert', name: 'training-failed', environment: 'production', summary: 'exit code 1' };
const report = {
  kind: 'report',
  name: 'drift-report',
  value: 0.42,
  unit: 'Share',
  labels: { model: 'credit-risk', features: 23 },
  annotations: { baseline: 0.3, report: 'http://reports/1.html' },
};

describe('a report', () => {
  it('brings a value that the rule of its service judges', () => {
    expect(alertIn(report)).toMatchObject({
      key: 'ev:1:drift-report',
      source: 'event',
      name: 'drift-report',
      changedAt: RECEIVED,
      isReport: true,
      repeats: false,
      measurement: { metric: 'drift-report', value: 0.42, unit: 'Share', threshold: null },
      labels: { model: 'credit-risk', features: '23' },
      annotations: { baseline: '0.3', report: 'http://reports/1.html' },
    });
  });

  it('may have its baseline beside its value', () => {
    const { annotations, ...rest } = report;

    expect(alertIn({ ...rest, baseline: 0.25 }).annotations).toEqual({ baseline: '0.25' });
  });

  it('has a value and no status', () => {
    expect(problems({ ...report, value: undefined })).toEqual(['value is missing: a number, without quotes']);
    expect(problems({ ...report, status: 'firing' })).toEqual([
      'status must be left out: the rule of the service judges the value of a report; for a status send an alert',
    ]);
  });

  it('speaks as the alert that it is, once its rule has found the environment', () => {
    expect(news(report).heard).toEqual([]);
  });
});

describe('an alert', () => {
  it('fires unless it says otherwise', () => {
    expect(alertIn(failed)).toMatchObject({
      key: 'ev:1:training-failed#production',
      state: 'firing',
      reason: 'exit code 1',
      labels: { environment: 'production' },
      measurement: null,
      isReport: false,
    });
  });

  it.each([
    ['firing', 'firing'],
    ['resolved', 'recovered'],
    ['recovered', 'recovered'],
    ['ok', 'recovered'],
    ['unknown', 'unknown'],
  ])('that is %s is %s', (status, state) => {
    expect(alertIn({ ...failed, status })).toMatchObject({ key: alertIn(failed).key, state });
  });

  it('brings what was measured and what was expected', () => {
    const event = { ...failed, value: 310, threshold: 250, unit: 'Milliseconds', comparison: 'above', metric: 'p95' };

    expect(alertIn(event).measurement).toMatchObject({
      metric: 'p95',
      value: 310,
      threshold: 250,
      unit: 'Milliseconds',
      comparison: 'above',
    });
  });

  it('of staging is another condition than that of production, and so is that of another service', () => {
    const keys = [
      alertIn(failed),
      alertIn({ ...failed, environment: 'staging' }),
      alertIn({ ...failed, service: 'credit-risk' }),
      alertIn({ ...failed, dedup: 'node-7' }),
    ].map(({ key }) => key);

    expect(keys).toEqual([
      'ev:1:training-failed#production',
      'ev:1:training-failed#staging',
      'ev:1:training-failed#credit-risk/production',
      'ev:1:training-failed#node-7',
    ]);
    expect(alertIn({ ...failed, environment: undefined, labels: { environment: 'production' } }).key).toBe(keys[0]);
  });

  it('cannot be taken for part of another one', () => {
    const parts = alertIn({ kind: 'alert', name: 'a#b' }).key;

    expect(parts).not.toBe(alertIn({ kind: 'alert', name: 'a', dedup: 'b' }).key);
  });

  it.each([
    ['2026-03-01T11:00:00Z'],
    ['2026-03-01T12:00:00.123456+01:00'],
    [1772362800],
    [1772362800.25],
    [1772362800000],
  ])('changed at %s', (at) => {
    expect(Math.floor(alertIn({ ...failed, at }).changedAt / 1000)).toBe(1772362800);
  });

  it('that lies ahead happened when we heard of it', () => {
    expect(alertIn({ ...failed, at: RECEIVED + 60_000 }).changedAt).toBe(RECEIVED);
  });
});

describe('a signal', () => {
  it('counts as speaking, and is nothing else', () => {
    const event = { kind: 'signal', name: 'heartbeat', environment: 'prod', at: '2026-03-01T11:59:00Z' };

    expect(news(event)).toEqual({
      alerts: [],
      changes: [],
      heard: [{ name: 'heartbeat', environment: 'prod', at: RECEIVED - 60_000 }],
    });
  });
});

describe('a change', () => {
  const deployed = {
    kind: 'change',
    change: 'deployment',
    name: 'credit-risk-api',
    summary: 'v12 → v13',
    by: 'github-actions',
    url: 'https://ci.example/1',
  };

  it('is kept as what was changed, and does not count as speaking', () => {
    expect(news(deployed)).toEqual({
      alerts: [],
      heard: [],
      changes: [
        {
          id: expect.stringMatching(/^ev:[0-9a-f]{32}$/),
          at: RECEIVED,
          kind: 'deployment',
          subject: 'credit-risk-api',
          text: 'v12 → v13',
          by: 'github-actions',
          url: 'https://ci.example/1',
        },
      ],
    });
  });

  it('of a kind that is not told is of another kind', () => {
    expect(news({ ...deployed, change: undefined }).changes[0]?.kind).toBe('other');
  });

  it('sent again with its id is the same', () => {
    const id = (event: object, at = RECEIVED) => news({ ...deployed, id: 'run-7', ...event }, at).changes[0]?.id;

    expect(id({ summary: 'again' }, RECEIVED + 9e6)).toBe(id({}));
    expect(id({ id: 'run-8' })).not.toBe(id({}));
  });
});

describe('an event that is sent again', () => {
  const id = (event: object, at = RECEIVED) => only({ ...failed, ...event }, at).messageId;

  it('with its id is the same, whatever else has changed', () => {
    expect(id({ id: 'run-7', summary: 'x' }, RECEIVED + 9e6)).toBe(id({ id: 'run-7' }));
  });

  it('with its id and another status is news: the end of a thing has the id of the thing', () => {
    expect(id({ id: 'run-7', status: 'resolved' })).not.toBe(id({ id: 'run-7' }));
  });

  it('with its time is the same', () => {
    expect(id({ at: 1772362800 }, RECEIVED + 9e6)).toBe(id({ at: 1772362800 }));
  });

  it('with neither is the same for a minute, and news another day', () => {
    expect(id({}, RECEIVED + 30_000)).toBe(id({}));
    expect(id({}, RECEIVED + 86_400_000)).not.toBe(id({}));
  });
});

describe('what is not understood', () => {
  it.each<[unknown, string]>([
    [undefined, 'The body is not JSON. NaN and Infinity are none: leave such a value out.'],
    [7, 'The event must be an object'],
    [{ name: 'x' }, 'kind is missing: alert, report, signal or change'],
    [{ kind: 'alarm', name: 'x' }, 'kind must be alert, report, signal or change'],
    [{ kind: 'alert' }, 'name is missing: a text'],
    [{ kind: 'alert', name: '  ' }, 'name must not be empty'],
    [{ ...failed, value: '7' }, 'value must be a number, without quotes'],
    [{ ...failed, status: 'down' }, 'status must be firing, resolved or unknown'],
    [{ ...failed, labels: { a: [1] } }, 'labels.a must be a text, a number, true or false'],
    [
      { ...failed, at: '2026-03-01T11:00:00' },
      'at must be a time with its zone, such as 2026-11-22T05:58:00Z, or seconds or milliseconds since 1970',
    ],
    [{ ...failed, url: 'reports/1' }, 'url must be an address that begins with https:// or http://'],
    [[failed, { ...failed, value: true }], '[1].value must be a number, without quotes'],
    [{ kind: 'change', name: 'x' }, 'summary is missing: a text'],
  ])('%j is refused by the field that is wrong', (event, words) => {
    expect(problems(event)).toEqual([words]);
  });

  it('is not a list of more than 100', () => {
    expect(problems(Array.from({ length: 101 }, () => failed))).toEqual([
      'The list has 101 events: send at most 100 at once.',
    ]);
    expect(problems(Array.from({ length: 100 }, () => failed))).toEqual([]);
  });

  it('is told at most ten times', () => {
    expect(problems(Array.from({ length: 50 }, () => ({ ...failed, value: 'x' })))).toHaveLength(10);
  });

  it('is not a field that nobody knows, nor one that is null', () => {
    expect(problems({ ...failed, mood: 'bad', value: null, labels: null, at: null, url: null })).toEqual([]);
  });
});

it('reads or refuses any JSON', () => {
  const field = fc.constantFrom('name', 'status', 'value', 'labels', 'annotations', 'at', 'url', 'id', 'dedup', 'by');
  const odd = fc.dictionary(field, fc.jsonValue());
  const event = fc.tuple(fc.constantFrom('alert', 'report', 'signal', 'change'), odd).map(([kind, fields]) => ({
    kind,
    name: 'x',
    value: 1,
    summary: 's',
    ...(kind === 'report' ? {} : { status: 'firing' }),
    ...fields,
  }));

  fc.assert(
    fc.property(fc.oneof(event, fc.array(event), fc.jsonValue()), (value) => {
      const read = readEvents(value);
      if (!read.ok) {
        expect(read.rejection.message).not.toBe('');
        return;
      }
      const { alerts, changes } = newsFromEvents(read.value, RECEIVED);
      for (const { alert } of alerts) expect([alert.name.length > 0, /[\r\n]/.test(alert.name)]).toEqual([true, false]);
      for (const { text } of changes) expect(text.isWellFormed()).toBe(true);
    }),
  );
});
