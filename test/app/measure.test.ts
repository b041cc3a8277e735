import type { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ask } from '../../src/app/ask.ts';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { createMeasure, createMeasureRound } from '../../src/app/measure.ts';
import type { Query } from '../../src/domain/query.ts';
import type { AlarmRule } from '../../src/domain/service.ts';
import { ANA, alert, MINUTE, rule, service, T0 } from '../domain/given.ts';
import { grades, step } from '../domain/given-grades.ts';
import { useRedis } from '../support/redis.ts';
import { processOn } from './given.ts';

const server = useRedis();
let redis: Redis;
let tocsin: ReturnType<typeof processOn>;
let answers: Record<string, number | null | Error>;
let asked: string[];
let logged: { level: string; fields: object }[];

const DWELL = 10 * MINUTE;
const query = (name: string): Query => ({
  ...{ name, label: name, unit: null, expect: null },
  ask: { kind: 'prometheus', query: name },
});
const ladder = [step(2, 'P1'), step(5, 'P0')];
const BIKES = service('bikes', {
  queries: { errors: query('errors'), f1: query('f1'), baseline: query('baseline') },
  rules: [
    rule('bikes-5xx', {
      id: 'errors',
      severity: 'P2',
      grades: grades(ladder, { value: { kind: 'query', name: 'errors' }, otherwise: 'P3', dwellMs: DWELL }),
    }),
    rule('bikes-f1', {
      id: 'f1',
      severity: 'P3',
      grades: grades([step(-5, 'P2'), step(-10, 'P1')], {
        ...{ direction: 'below', value: { kind: 'query', name: 'f1' } },
        relativeTo: { kind: 'annotation', name: 'baseline' },
      }),
    }),
    rule('bikes-*', { id: 'plain', severity: 'P3' }),
  ],
});

const ask: Ask = async ({ service: name, environment }, { name: which }) => {
  asked.push(`${name}/${environment}/${which}`);
  const value = answers[which] ?? null;
  if (value instanceof Error) throw value;
  return { text: String(value), value, at: null, rows: [], series: [] };
};
const log = {
  warn: (fields: object) => void logged.push({ level: 'warn', fields }),
  error: (fields: object) => void logged.push({ level: 'error', fields }),
};
const measureBy = (one: Ask) =>
  createMeasure({ ...tocsin, services: () => [BIKES], ask: one, now: tocsin.clock.now, log });
const incident = async () => (await tocsin.store.load('INC-1')) ?? expect.fail('there is no incident');
const fires = (name: string, more = {}) => tocsin.ingest([alert(name, 'firing', tocsin.clock.now(), more)]);

beforeAll(() => {
  redis = server.client();
});
beforeEach(() => {
  tocsin = processOn(redis, [BIKES]);
  answers = {};
  asked = [];
  logged = [];
});

describe('measuring an incident', () => {
  it('grades its alarms by what the queries of their rules answer', async () => {
    await fires('bikes-5xx');
    expect(await incident()).toMatchObject({
      severity: 'P2',
      members: { shown: [{ ruling: { by: 'rule', value: null } }] },
    });
    answers.errors = 7;

    await measureBy(ask)('INC-1');

    expect(asked).toEqual(['bikes/prod/errors']);
    expect(await incident()).toMatchObject({
      severity: 'P0',
      members: { shown: [{ severity: 'P0', ruling: { by: 'value', rule: 'errors', value: 7, at: T0 } }] },
    });
  });

  it('lowers the severity after the dwell time of the rule', async () => {
    await fires('bikes-5xx');
    answers.errors = 1;
    await measureBy(ask)('INC-1');
    expect(await incident()).toMatchObject({ severity: 'P2', easing: { severity: 'P3', dwellMs: DWELL } });

    tocsin.clock.pass(DWELL);
    await tocsin.dispatch('INC-1', { type: 'wake' });

    expect(await incident()).toMatchObject({ severity: 'P3', easing: null });
  });

  it('compares an answer with the baseline that the alarm itself has told', async () => {
    await fires('bikes-f1', { annotations: { baseline: '0.8' } });
    answers.f1 = 0.7;

    await measureBy(ask)('INC-1');
    answers.f1 = 0.6;
    tocsin.clock.pass(MINUTE);
    await measureBy(ask)('INC-1');

    expect((await incident()).members.shown[0]).toMatchObject({
      severity: 'P1',
      ruling: { value: -12.5, told: { base: 0.8 } },
    });
  });

  it('asks a query once, however many alarms it grades', async () => {
    await tocsin.ingest([
      alert('bikes-5xx', 'firing', T0),
      alert('bikes-5xx', 'firing', T0, { key: 'cw:1:other/bikes-5xx' }),
    ]);
    answers.errors = 7;

    await measureBy(ask)('INC-1');

    expect(asked).toEqual(['bikes/prod/errors']);
    expect((await incident()).members.shown.map(({ severity }) => severity)).toEqual(['P0', 'P0']);
  });

  it('changes nothing when another process has measured the same', async () => {
    await fires('bikes-5xx');
    answers.errors = 7;
    await Promise.all([measureBy(ask)('INC-1'), measureBy(ask)('INC-1')]);
    const { version } = await incident();

    await measureBy(ask)('INC-1');

    expect((await incident()).version).toBe(version);
    expect((await tocsin.store.events('INC-1')).filter(({ type }) => type === 'graded')).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['alarms that no query grades', () => fires('bikes-other')],
    ['an incident that is not there', async () => undefined],
    [
      'alarms that have recovered',
      async () => {
        await fires('bikes-5xx');
        await tocsin.ingest([alert('bikes-5xx', 'recovered', T0 + 1)]);
      },
    ],
    [
      'an incident that is over',
      async () => {
        await fires('bikes-5xx');
        await tocsin.dispatch('INC-1', { type: 'resolve', by: ANA, seen: null, text: '', note: null });
      },
    ],
  ])('asks nothing for %s', async (_, given) => {
    await given();

    await measureBy(ask)('INC-1');

    expect(asked).toEqual([]);
  });
});

describe('a query that does not answer', () => {
  beforeEach(async () => {
    await fires('bikes-5xx');
    answers.errors = 7;
    await measureBy(ask)('INC-1');
    tocsin.clock.pass(MINUTE);
  });

  it.each<[string, null | Error]>([
    ['is away', new TransientError('timed out', { cause: null })],
    ['is not set up', new SetupError('no address')],
    ['has no data', null],
  ])('because it %s leaves the grade as it was', async (_, answer) => {
    const before = await incident();
    answers.errors = answer;

    await measureBy(ask)('INC-1');

    expect(await incident()).toEqual(before);
  });

  it('is logged once, and again when it has answered in between', async () => {
    const measure = measureBy(ask);
    const away = new TransientError('timed out', { cause: null });
    for (const answer of [away, away, 7, away]) {
      answers.errors = answer;
      await measure('INC-1');
    }

    expect(logged).toEqual([
      { level: 'warn', fields: { err: away, service: 'bikes', environment: 'prod', query: 'errors' } },
      { level: 'warn', fields: { err: away, service: 'bikes', environment: 'prod', query: 'errors' } },
    ]);
  });

  it('is logged as a mistake of ours when it is one', async () => {
    answers.errors = new TypeError('x is not a function');

    await measureBy(ask)('INC-1');

    expect(logged).toMatchObject([{ level: 'error' }]);
  });
});

describe('measuring many incidents', () => {
  it('asks no more than a few queries at a time, and all of them in the end', async () => {
    const stages = Array.from({ length: 30 }, (_, n) => `stage-${n}`);
    const many = service('many', {
      queries: { errors: query('errors') },
      rules: [
        rule('*', {
          grades: grades(ladder, { value: { kind: 'query', name: 'errors' } }),
          environment: { kind: 'from', label: 'stage', values: {}, otherwise: 'prod' },
        }),
      ],
    });
    tocsin = processOn(redis, [many]);
    await tocsin.ingest(stages.map((stage) => alert(stage, 'firing', T0, { labels: { stage } })));
    let running = 0;
    let most = 0;
    const slow: Ask = async () => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { text: '7', value: 7, at: null, rows: [], series: [] };
    };
    const measure = createMeasure({ ...tocsin, services: () => [many], ask: slow, now: tocsin.clock.now, log });

    await Promise.all((await tocsin.store.openIds(100)).map(measure));

    expect(most).toBe(8);
    expect((await tocsin.all()).map(({ severity }) => severity)).toEqual(stages.map(() => 'P0'));
  });

  it('is done once a minute', async () => {
    await fires('bikes-5xx');
    const measured: string[] = [];
    const round = createMeasureRound({
      ...tocsin,
      now: tocsin.clock.now,
      measure: async (id) => void measured.push(id),
    });

    for (let second = 0; second < 150; second++) {
      await round();
      tocsin.clock.pass(1_000);
    }

    expect(measured).toEqual(['INC-1', 'INC-1']);
  });

  it('goes on when the clock is put back by an hour', async () => {
    await fires('bikes-5xx');
    const measured: string[] = [];
    const round = createMeasureRound({
      ...tocsin,
      now: tocsin.clock.now,
      measure: async (id) => void measured.push(id),
    });

    tocsin.clock.pass(-60 * MINUTE);
    for (let second = 0; second < 90; second++) {
      await round();
      tocsin.clock.pass(1_000);
    }

    expect(measured).toEqual(['INC-1', 'INC-1']);
  });
});

describe('service files that were read again', () => {
  const graded = (match: string, which: string, more = {}) =>
    rule(match, {
      grades: grades(ladder, { value: { kind: 'query', name: which }, measure: which }),
      ...{ id: 'alarms[0]', severity: 'P3' },
      ...more,
    });
  const measuredAfter = async (before: AlarmRule, after: AlarmRule) => {
    const queries = { errors: query('errors'), f1: query('f1') };
    tocsin = processOn(redis, [service('bikes', { queries, rules: [before] })]);
    await fires('bikes-5xx');
    answers = { errors: 7, f1: 7 };
    const now = [service('bikes', { queries, rules: [after] })];
    await createMeasure({ ...tocsin, services: () => now, ask, now: tocsin.clock.now, log })('INC-1');
    return (await incident()).severity;
  };

  it.each([
    ['another alarm', graded('bikes-f1', 'errors')],
    ['another value', graded('bikes-5xx', 'f1')],
    ['another title', graded('bikes-*', 'errors', { title: 'The model has become worse' })],
  ])('grade nothing by a rule for %s that stands in the place of the one that decided', async (_, after) => {
    expect(await measuredAfter(graded('bikes-5*', 'errors'), after)).toBe('P3');
    expect(asked).toEqual([]);
  });

  it.each([
    ['it stands in its place', graded('bikes-5*', 'errors'), graded('bikes-*', 'errors')],
    [
      'it has kept its name',
      graded('bikes-5*', 'errors', { id: 'errors' }),
      graded('bikes-*', 'errors', { id: 'errors', title: 'Errors' }),
    ],
  ])('grade by the rule that decided when %s', async (_, before, after) => {
    expect(await measuredAfter(before, after)).toBe('P0');
  });
});
