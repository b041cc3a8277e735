import { describe, expect, it } from 'vitest';
import { RISKS, type Risk } from '../../src/domain/action.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Run } from '../../src/domain/run.ts';
import type { Confirmation } from '../../src/domain/run-commands.ts';
import { SEVERITIES, type Severity } from '../../src/domain/severity.ts';
import { ANA, BEN, happens, MINUTE, opened, T0 } from './given.ts';
import { plan, requested, SILENT, TYPED } from './run-given.ts';

const REASON = 'Everybody else is on a plane, and nobody can buy anything.';
const SAID: Readonly<Record<string, Confirmation>> = {
  nothing: SILENT,
  'the name': TYPED,
  'another name': { typed: 'shop-staging', breakGlass: null },
  'the name, and breaks the glass': { typed: 'shop-prod', breakGlass: REASON },
  'nothing, and breaks the glass': { typed: null, breakGlass: REASON },
  'the name, and breaks the glass for no reason': { typed: 'shop-prod', breakGlass: 'now' },
};

function asked(risk: Risk, severity: Severity) {
  const story = opened({}, severity);
  const said = risk === 'medium' ? TYPED : SILENT;
  if (risk === 'low' || risk === 'medium') return { story, said };
  happens(story, { type: 'request_run', by: ANA, requested: requested(risk), ...said }, T0 + MINUTE);
  return { story, said };
}

/** How asking for a plan ends: `runs alone`, `waits`, or why not. */
function outcomeOfAsking(risk: Risk, severity: Severity, said: Confirmation): string {
  const { incident } = opened({}, severity);
  const result = decide(incident, { type: 'request_run', by: ANA, requested: requested(risk), ...said }, T0 + MINUTE);
  if (!result.ok) return result.rejection.code;
  const approved = result.value.events.find(({ type }) => type === 'run_approved');
  return approved?.type === 'run_approved' ? approved.way : 'waits';
}

/** The same for the approval of a high risk, by the one who asked or by another. */
function outcomeOfApproving(by: string, severity: Severity, said: Confirmation): string {
  const { story } = asked('high', severity);
  const result = decide(
    story.incident,
    { type: 'approve_run', by, run: 'INC-1.1', hash: 'h42', ...said },
    T0 + 2 * MINUTE,
  );
  if (!result.ok) return result.rejection.code;
  const [event] = result.value.events;
  return event?.type === 'run_approved' ? event.way : 'nothing';
}

describe('who asks for a plan', () => {
  const EXPECTED: Readonly<Record<Risk, Readonly<Record<string, string>>>> = {
    low: { nothing: 'alone', 'the name': 'alone', 'another name': 'alone' },
    medium: { nothing: 'bad_input', 'the name': 'confirmed', 'another name': 'bad_input' },
    high: { nothing: 'waits', 'the name': 'waits', 'another name': 'waits' },
  };
  const GLASS: Readonly<Record<string, string>> = {
    'the name, and breaks the glass': 'break_glass',
    'nothing, and breaks the glass': 'bad_input',
    'the name, and breaks the glass for no reason': 'bad_input',
  };

  const cases = RISKS.flatMap((risk) =>
    SEVERITIES.flatMap((severity) => Object.entries(SAID).map(([words, said]) => ({ risk, severity, words, said }))),
  );

  it.each(cases)('and says $words, at $risk risk in a $severity', ({ risk, severity, words, said }) => {
    const glass = severity === 'P0' ? GLASS[words] : 'not_allowed';
    expect(outcomeOfAsking(risk, severity, said)).toBe(said.breakGlass === null ? EXPECTED[risk][words] : glass);
  });
});

describe('who approves what is of high risk', () => {
  for (const severity of SEVERITIES) {
    it(`is never the one who asked, in a ${severity}`, () => {
      expect(outcomeOfApproving(ANA, severity, SILENT)).toBe('not_allowed');
      expect(outcomeOfApproving(ANA, severity, TYPED)).toBe('not_allowed');
      expect(outcomeOfApproving(BEN, severity, SILENT)).toBe('second');
    });
  }

  it('may be the one who asked when it burns, loudly', () => {
    const glass = { typed: 'shop-prod', breakGlass: REASON };
    expect(outcomeOfApproving(ANA, 'P0', glass)).toBe('break_glass');
    for (const severity of ['P1', 'P2', 'P3'] as const) {
      expect(outcomeOfApproving(ANA, severity, glass)).toBe('not_allowed');
    }
  });
});

describe('an approval', () => {
  const approve = { type: 'approve_run', by: BEN, run: 'INC-1.1', hash: 'h42', ...SILENT } as const;
  const waiting = () => asked('high', 'P1').story;

  it('is for the plan that was shown', () => {
    const result = decide(waiting().incident, { ...approve, hash: 'h43' }, T0 + 2 * MINUTE);
    expect(result).toMatchObject({ ok: false, rejection: { code: 'changed_since_seen' } });
  });

  it('is for a plan that has not expired, to the millisecond', () => {
    const last = decide(waiting().incident, approve, T0 + 10 * MINUTE - 1);
    const late = decide(waiting().incident, approve, T0 + 10 * MINUTE);

    expect(last.ok).toBe(true);
    expect(late).toMatchObject({ ok: false, rejection: { code: 'changed_since_seen' } });
  });

  it('counts once', () => {
    const story = waiting();
    happens(story, approve, T0 + 2 * MINUTE);

    expect(decide(story.incident, approve, T0 + 3 * MINUTE)).toMatchObject({
      ok: false,
      rejection: { code: 'nothing_to_do' },
    });
  });

  it('is refused for a run that was rejected, has ended, or never was', () => {
    const story = waiting();
    happens(story, { type: 'reject_run', by: BEN, run: 'INC-1.1', reason: 'the data are to blame' }, T0 + 2 * MINUTE);

    expect(story.incident.runs[0]).toMatchObject({
      state: 'cancelled',
      why: 'It was not approved: the data are to blame',
    });
    expect(decide(story.incident, approve, T0 + 3 * MINUTE).ok).toBe(false);
    expect(decide(story.incident, { ...approve, run: 'INC-1.2' }, T0 + 3 * MINUTE)).toMatchObject({
      ok: false,
      rejection: { code: 'not_found' },
    });
  });

  it('is refused while a check forbids it', () => {
    const forbidden = requested('low', { plan: plan('low', { checks: [{ isWell: false, text: 'It is updating' }] }) });
    const result = decide(opened().incident, { type: 'request_run', by: ANA, requested: forbidden, ...SILENT }, T0);

    expect(result).toMatchObject({ ok: false, rejection: { message: expect.stringContaining('It is updating') } });
  });
});

describe('a plan that another run has overtaken', () => {
  /** INC-1.1 is through at T0 + 2 min; the other plan was made at T0. */
  function overtaken(heals: boolean) {
    const story = opened();
    happens(story, { type: 'request_run', by: ANA, requested: requested('low'), ...SILENT }, T0 + 1);
    happens(story, { type: 'begin_run', run: 'INC-1.1' }, T0 + MINUTE);
    happens(story, { type: 'change_run', run: 'INC-1.1', detail: 'It restarted.' }, T0 + 2 * MINUTE);
    const second = requested('low', { token: 'token-2', heals });
    return decide(story.incident, { type: 'request_run', by: BEN, requested: second, ...SILENT }, T0 + 3 * MINUTE);
  }

  it('is not run after it, however much the world looks the same', () => {
    expect(overtaken(true)).toMatchObject({
      ok: false,
      rejection: { code: 'changed_since_seen', message: expect.stringContaining('INC-1.1') },
    });
  });

  it('is run when it only tells of something', () => {
    expect(overtaken(false).ok).toBe(true);
  });

  it('is not approved any more either', () => {
    const story = opened();
    const high = requested('high', { plan: plan('high', { plannedAt: T0 }) });
    happens(story, { type: 'request_run', by: ANA, requested: high, ...SILENT }, T0 + 1);
    const done = { ...story.incident.runs[0], id: 'INC-1.2', state: 'helped', changedAt: T0 + MINUTE } as Run;
    const incident = { ...story.incident, runs: [...story.incident.runs, done] };

    expect(
      decide(incident, { type: 'approve_run', by: BEN, run: 'INC-1.1', hash: 'h42', ...SILENT }, T0 + 2 * MINUTE),
    ).toMatchObject({ ok: false, rejection: { code: 'changed_since_seen' } });
  });
});

describe('the autopilot', () => {
  it('asks for nothing while a person does something else about it', () => {
    const story = opened();
    happens(story, { type: 'request_run', by: ANA, requested: requested('low'), ...SILENT }, T0);
    const other = requested('low', { token: 'token-2', plan: plan('low', { action: 'scale', lock: 'toy:other' }) });
    const result = decide(story.incident, { type: 'request_run', by: 'tocsin', requested: other, ...SILENT }, T0);

    expect(result).toMatchObject({ ok: false, rejection: { message: 'INC-1.1 is under way.' } });
  });

  const ask = (risk: Risk) =>
    decide(opened().incident, { type: 'request_run', by: 'tocsin', requested: requested(risk), ...SILENT }, T0);

  it('runs what is of low or medium risk, and only asks for what is of high risk', () => {
    const ways = RISKS.map((risk) => {
      const result = ask(risk);
      return result.ok ? result.value.events.map(({ type }) => type) : [];
    });

    expect(ways).toEqual([['run_planned', 'run_approved'], ['run_planned', 'run_approved'], ['run_planned']]);
  });
});
