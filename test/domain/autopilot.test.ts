import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import type { AutoDone, AutoFacts, AutoRule, AutoScene } from '../../src/domain/autopilot.ts';
import { type AutoDeed, decideAutopilot, waitingRules } from '../../src/domain/autopilot-decide.ts';
import type { Answer, Query } from '../../src/domain/query.ts';
import { ANA, alarms, change, happens, MINUTE, opened, type Story, T0 } from './given.ts';
import { requested, SILENT } from './run-given.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALARM = change('bikeshare-latency', 'firing', T0).alert.key;
/** The alarm fired a second before the incident was opened. */
const BEGAN = T0 - 1_000;

const ROLLBACK: Action = {
  ...{ name: 'rollback', title: 'Roll back', verb: 'rollback', risk: 'medium', environments: [], heals: true },
  ...{ target: { kind: 'webhook', settings: {} }, inputs: [], may: [], approvers: [], verify: null, otherwise: null },
  ...{ takesMs: null, cost: null, cannotUndo: [], fallback: null },
};

function auto(more: Partial<AutoRule> = {}): AutoRule {
  return {
    ...{ name: 'after-deployment', environments: ['prod'], guards: [], action: 'rollback', mode: 'run' },
    ...{ coolDownMs: HOUR, dailyCap: 2 },
    when: { alarms: [], severity: null, incidentClass: null, lastingMs: 0 },
    ...more,
  };
}

interface Given {
  readonly story?: Story;
  readonly rules?: readonly AutoRule[];
  readonly action?: Partial<Action>;
  readonly done?: readonly AutoDone[];
  readonly isOff?: boolean;
  readonly facts?: Partial<AutoFacts>;
  readonly now?: number;
  readonly queries?: Readonly<Record<string, Query>>;
}

function scene({ story = opened(), rules = [auto()], action = {}, queries = {}, ...more }: Given): AutoScene {
  const calendar = { zone: 'Europe/Berlin', days: [1], from: 0, to: 60, holidays: [] };
  const service = { actions: { rollback: { ...ROLLBACK, ...action } }, autopilot: rules, calendar, queries };
  return { incident: story.incident, service, done: more.done ?? [], isOff: more.isOff ?? false, now: more.now ?? T0 };
}

function deed(given: Given = {}): AutoDeed {
  return decideAutopilot(scene(given), { changes: null, answers: {}, ...given.facts });
}

function did(more: Partial<AutoDone> = {}): AutoDone {
  const one = { rule: 'after-deployment', incident: 'INC-0', action: 'rollback', kind: 'ran', token: 't' } as const;
  return { ...one, at: T0 - 10 * MINUTE, alarms: [], ...more };
}

function query(name: string, label: string): Query {
  return { name, label, unit: null, ask: { kind: 'prometheus', query: name }, expect: null };
}

function answer(value: number | null, text = `${value}`): Answer {
  return { text, value, at: null, rows: [], series: [] };
}

describe('a rule of the autopilot', () => {
  it('is run when it holds, nobody is there and nothing stands against it', () => {
    const changes = [{ at: BEGAN - 18 * MINUTE, kind: 'deployment' as const }];
    const rules = [auto({ guards: [{ kind: 'changed', withinMs: 2 * HOUR }] })];

    expect(deed({ rules, facts: { changes } })).toMatchObject({
      kind: 'run',
      why: 'bikeshare-latency since 03:59, deployment 18 min before. Rule after-deployment.',
      alarms: [ALARM],
    });
  });

  it('is proposed where it says so', () => {
    expect(deed({ rules: [auto({ mode: 'propose' })] })).toMatchObject({ kind: 'propose' });
  });

  it.each<[string, Given]>([
    ['other alarms', { rules: [auto({ when: { ...auto().when, alarms: ['other'] } })] }],
    ['worse trouble', { rules: [auto({ when: { ...auto().when, severity: 'P1' } })] }],
    ['another class', { rules: [auto({ when: { ...auto().when, incidentClass: 'drift' } })] }],
    ['what has lasted longer', { rules: [auto({ when: { ...auto().when, lastingMs: 5 * MINUTE } })] }],
    ['another environment', { rules: [auto({ environments: ['staging'] })] }],
    ['an action of another environment', { action: { environments: ['staging'] } }],
    ['an action that is not there', { rules: [auto({ action: 'retrain' })] }],
  ])('is not for %s', (_what, given) => {
    expect(deed(given).kind).toBe('nothing');
    expect(waitingRules(scene(given))).toEqual([]);
  });

  it('waits until the trouble has lasted', () => {
    const rules = [auto({ when: { ...auto().when, lastingMs: 5 * MINUTE } })];
    expect(deed({ rules, now: BEGAN + 5 * MINUTE - 1 }).kind).toBe('nothing');
    expect(deed({ rules, now: BEGAN + 5 * MINUTE }).kind).toBe('run');
  });

  it('gives way to the next one that holds', () => {
    const rules = [
      auto({ guards: [{ kind: 'changed', withinMs: HOUR }] }),
      auto({ name: 'otherwise', guards: [{ kind: 'unchanged', withinMs: HOUR }] }),
    ];
    expect(deed({ rules, facts: { changes: [] } })).toMatchObject({ kind: 'run', rule: { name: 'otherwise' } });
  });
});

describe('a guard', () => {
  const changed = (withinMs: number) => [auto({ guards: [{ kind: 'changed', withinMs }] })];
  const unchanged = (withinMs: number) => [auto({ guards: [{ kind: 'unchanged', withinMs }] })];
  const at = (ms: number) => ({ changes: [{ at: ms, kind: 'deployment' as const }] });

  it('that cannot be told does not hold, neither way', () => {
    expect(deed({ rules: changed(HOUR), facts: { changes: null } }).kind).toBe('nothing');
    expect(deed({ rules: unchanged(HOUR), facts: { changes: null } }).kind).toBe('nothing');
  });

  it('asks for a change before the trouble, and for none since', () => {
    expect(deed({ rules: changed(HOUR), facts: at(BEGAN - HOUR) }).kind).toBe('run');
    expect(deed({ rules: changed(HOUR), facts: at(BEGAN - HOUR - 1) }).kind).toBe('nothing');
    expect(deed({ rules: changed(HOUR), facts: at(BEGAN + 1) }).kind).toBe('nothing');
    expect(deed({ rules: unchanged(HOUR), facts: at(BEGAN + 1) }).kind).toBe('nothing');
    expect(deed({ rules: unchanged(HOUR), facts: at(BEGAN - HOUR - 1) }).kind).toBe('run');
  });

  it('does not take an alarm that was edited, nor its own work, for a deployment', () => {
    expect(deed({ rules: changed(HOUR), facts: { changes: [{ at: BEGAN, kind: 'alarm' }] } }).kind).toBe('nothing');
    const done = [did({ rule: 'another', at: BEGAN - 20 * MINUTE })];
    expect(deed({ rules: changed(HOUR), facts: at(BEGAN - 15 * MINUTE), done }).kind).toBe('nothing');
  });

  it('asks a query for its limit', () => {
    const limit = { kind: 'number', direction: 'above', limit: 0, inclusive: false } as const;
    const rules = [auto({ guards: [{ kind: 'query', query: 'throttles', limit }] })];
    const queries = { throttles: query('throttles', 'Throttles') };
    const asked = (one: Answer | null) => deed({ rules, queries, facts: { answers: { throttles: one } } });

    expect(asked(answer(12))).toMatchObject({ kind: 'run', why: expect.stringContaining('Throttles is 12.') });
    expect(asked(answer(0)).kind).toBe('nothing');
    expect(asked(answer(null)).kind).toBe('nothing');
    expect(asked(null)).toMatchObject({ why: 'after-deployment: Throttles could not be told.' });
  });
});

describe('nothing is done', () => {
  const having = (...steps: Parameters<typeof happens>[1][]): Story => {
    const story = opened();
    for (const step of steps) happens(story, step, T0 + MINUTE);
    return story;
  };

  it('while the autopilot is off', () => {
    expect(deed({ isOff: true })).toEqual({ kind: 'nothing', why: 'The autopilot is off.' });
  });

  it('in a drill', () => {
    const story = opened();
    story.incident = { ...story.incident, drill: true };
    expect(deed({ story }).kind).toBe('nothing');
  });

  it('about what is over, or has recovered', () => {
    const over = having({ type: 'resolve', by: ANA, seen: null, text: 'done', note: null });
    expect(deed({ story: over }).kind).toBe('nothing');
    const recovered = opened();
    happens(recovered, alarms(recovered, change('bikeshare-latency', 'recovered', T0 + MINUTE)), T0 + MINUTE);
    expect(deed({ story: recovered }).kind).toBe('nothing');
  });

  it('while a run is under way, and where the action was tried', () => {
    const going = having({ type: 'request_run', by: ANA, requested: requested('high'), ...SILENT });
    expect(deed({ story: going }).kind).toBe('nothing');
    happens(going, { type: 'reject_run', by: ANA, run: 'INC-1.1', reason: '' }, T0 + MINUTE);
    expect(deed({ story: going })).toMatchObject({ why: 'INC-1.1 has tried rollback already.' });
  });

  it('twice for one incident, also after what was proposed was dismissed', () => {
    expect(deed({ done: [did({ incident: 'INC-1', kind: 'proposed', token: null })] }).kind).toBe('nothing');
  });

  it('by a proposal that is there', () => {
    const story = having({ type: 'propose_action', action: 'rollback', title: 'Roll back', why: 'x', from: 'run' });
    expect(deed({ story, rules: [auto({ mode: 'propose' })] }).kind).toBe('nothing');
  });

  it('by a proposal for the same alarm within the cool-down, or more often than a day may have', () => {
    const rules = [auto({ mode: 'propose', dailyCap: 2 })];
    const earlier = (at: number, ...keys: string[]) => did({ kind: 'proposed', token: null, at, alarms: keys });
    expect(deed({ rules, done: [earlier(T0 - HOUR + 1, ALARM)] }).kind).toBe('nothing');
    expect(deed({ rules, done: [earlier(T0 - HOUR, ALARM)] }).kind).toBe('propose');
    expect(deed({ rules, done: [earlier(T0 - 1, 'another')] }).kind).toBe('propose');
    expect(deed({ rules, done: [earlier(T0 - 1), earlier(T0 - 2)] }).kind).toBe('nothing');
  });
});

describe('what a rule would do is only proposed', () => {
  const proposed = (words: string) => ({
    kind: 'propose',
    why: expect.stringContaining(`Not done by itself: ${words}`),
  });

  it('where its risk is high', () => {
    expect(deed({ action: { risk: 'high' } })).toMatchObject(proposed('its risk is high.'));
  });

  it.each([
    ['has acknowledged it', { type: 'acknowledge', by: ANA }],
    ['has silenced it', { type: 'silence', by: ANA, forMs: HOUR }],
  ] as const)('once somebody %s', (_what, command) => {
    const story = opened();
    happens(story, command, T0 + MINUTE);
    expect(deed({ story })).toMatchObject(proposed('somebody is at it.'));
  });

  it('within the cool-down of the rule, or of the alarm', () => {
    expect(deed({ done: [did({ at: T0 - HOUR + 1 })] })).toMatchObject(
      proposed('it ran rollback 59 min ago, in INC-0.'),
    );
    expect(deed({ done: [did({ at: T0 - HOUR })] }).kind).toBe('run');
    const other = did({ rule: 'another', alarms: [ALARM] });
    expect(deed({ done: [other] })).toMatchObject(proposed('it ran rollback 10 min ago'));
  });

  it('when it was done often enough today', () => {
    const done = [did({ at: T0 - 2 * HOUR }), did({ at: T0 - DAY + 1, incident: 'INC-9' })];
    expect(deed({ done })).toMatchObject(proposed('it did so 2 times in the last 24 h.'));
    expect(deed({ done: [did({ at: T0 - 2 * HOUR }), did({ at: T0 - DAY, incident: 'INC-9' })] }).kind).toBe('run');
  });
});

describe('a run that was remembered and never asked for', () => {
  it('is asked for again', () => {
    expect(deed({ done: [did({ incident: 'INC-1', at: T0 })] }).kind).toBe('run');
  });
});

it('never runs anything that people are at, that is a drill, of high risk, or while it is off', () => {
  const given = fc.record({
    ...{ owner: fc.option(fc.constant(ANA)), drill: fc.boolean(), isOff: fc.boolean() },
    ...{ risk: fc.constantFrom('low', 'medium', 'high'), mode: fc.constantFrom('run', 'propose') },
    status: fc.constantFrom('triggered', 'acknowledged', 'mitigated', 'resolved', 'closed'),
    ago: fc.option(fc.integer({ min: 0, max: 2 * DAY })),
  } as const);
  fc.assert(
    fc.property(given, ({ owner, drill, isOff, risk, mode, status, ago }) => {
      const story = opened();
      story.incident = { ...story.incident, owner, drill, status };
      const done = ago === null ? [] : [did({ at: T0 - ago })];
      const { kind } = deed({ story, isOff, action: { risk }, rules: [auto({ mode })], done });
      const isFree = owner === null && status === 'triggered' && !drill && !isOff;
      const mayRun = isFree && mode === 'run' && risk !== 'high' && (ago === null || ago >= HOUR);
      expect(kind === 'run').toBe(mayRun);
    }),
  );
});
