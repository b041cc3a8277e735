import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verification } from '../../src/domain/action.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { type LiveIncident, type LiveRun, liveRun } from '../../src/domain/live.ts';
import type { RunSample } from '../../src/domain/run.ts';
import { runsMoved } from '../../src/domain/run-due.ts';
import { sampleEveryMs, verdictOf } from '../../src/domain/verdict.ts';
import { ANA, BEN, happens, MINUTE, opened, type Story, T0 } from './given.ts';
import { plan, requested, SILENT } from './run-given.ts';

const RUN = 'INC-1.1';
const ask = (story: Story, more = {}, at = T0) =>
  happens(story, { type: 'request_run', by: ANA, requested: requested('low', more), ...SILENT }, at);

describe('a run', () => {
  it('comes by planned and approved, executing and verifying to its end', () => {
    const story = opened();
    const states: (string | undefined)[] = [];
    const note = () => void states.push(story.incident.runs[0]?.state);
    ask(story, { verify: { queries: ['errors'], settleMs: MINUTE, windowMs: 10 * MINUTE, samples: 3 } });
    note();
    happens(story, { type: 'begin_run', run: RUN }, T0 + 1);
    note();
    happens(story, { type: 'send_run', run: RUN }, T0 + 2);
    happens(story, { type: 'change_run', run: RUN, detail: 'It is at v41.' }, T0 + 3);
    note();
    happens(story, { type: 'end_run', run: RUN, state: 'helped', why: 'well' }, T0 + 4);
    note();

    expect(states).toEqual(['approved', 'executing', 'verifying', 'helped']);
    expect(story.incident.runs[0]).toMatchObject({ sendings: 1, sentAt: T0 + 2, changedAt: T0 + 3, endedAt: T0 + 4 });
  });

  it('leads to what it has made', () => {
    const story = opened();
    ask(story, { heals: false });
    happens(story, { type: 'begin_run', run: RUN }, T0);
    happens(story, { type: 'change_run', run: RUN, detail: 'The ticket is #7.', link: 'https://git.test/7' }, T0);

    expect(story.incident.runs[0]).toMatchObject({ state: 'done', progress: { link: 'https://git.test/7' } });
  });

  it('asked for by the same form twice is one', () => {
    const story = opened();
    ask(story);
    ask(story);

    expect(story.incident.runs).toHaveLength(1);
  });

  it('is alone with what it changes', () => {
    const story = opened();
    ask(story);
    const other = decide(
      story.incident,
      { type: 'request_run', by: BEN, requested: requested('low', { token: 'token-2' }), ...SILENT },
      T0,
    );

    expect(other).toMatchObject({
      ok: false,
      rejection: { message: expect.stringContaining('under way for shop-prod') },
    });
  });

  it('that is measured keeps nobody from changing the thing again, and is not told from what changed it next', () => {
    const story = opened();
    ask(story, { verify: { queries: ['errors'], settleMs: MINUTE, windowMs: 1_440 * MINUTE, samples: 3 } });
    happens(story, { type: 'begin_run', run: RUN }, T0);
    happens(story, { type: 'change_run', run: RUN, detail: 'It is at v41.' }, T0);
    ask(story, { token: 'token-2' });
    const whileItWaits = story.incident.runs.map(({ state }) => state);
    happens(story, { type: 'begin_run', run: 'INC-1.2' }, T0 + 1);

    expect(whileItWaits).toEqual(['verifying', 'approved']);
    expect(story.incident.runs).toMatchObject([
      { state: 'unknown', why: expect.stringContaining('INC-1.2') },
      { state: 'executing' },
    ]);
  });

  it('that nothing measures is done when it informs, and unknown when it should heal', () => {
    const ends = [false, true].map((heals) => {
      const story = opened();
      ask(story, { heals });
      happens(story, { type: 'begin_run', run: RUN }, T0);
      happens(story, { type: 'change_run', run: RUN, detail: 'The ticket is #7.' }, T0);
      return story.incident.runs[0];
    });

    expect(ends).toMatchObject([
      { state: 'done', why: 'The ticket is #7.' },
      { state: 'unknown', why: 'It was done. Nothing measures whether it helped.' },
    ]);
  });

  it('proposes what comes next when it did not help, once', () => {
    const story = opened();
    ask(story, { otherwise: { action: 'fallback', title: 'Switch to the fallback' } });
    happens(story, { type: 'begin_run', run: RUN }, T0);
    happens(story, { type: 'end_run', run: RUN, state: 'failed', why: 'It turned back.' }, T0);
    happens(story, { type: 'end_run', run: RUN, state: 'failed', why: 'It turned back.' }, T0);

    expect(story.incident.proposals).toMatchObject([
      { action: 'fallback', title: 'Switch to the fallback', from: 'run' },
    ]);
  });

  it('proposes what comes next also when that has ended before it changed anything', () => {
    const story = opened();
    ask(story, { token: 'token-0', plan: plan('high', { action: 'fallback', lock: 'toy:other' }) });
    happens(story, { type: 'reject_run', by: BEN, run: RUN, reason: 'not yet' }, T0);
    ask(story, { otherwise: { action: 'fallback', title: 'Switch to the fallback' } });
    happens(story, { type: 'begin_run', run: 'INC-1.2' }, T0);
    happens(story, { type: 'end_run', run: 'INC-1.2', state: 'failed', why: 'It turned back.' }, T0);

    expect(story.incident.proposals).toMatchObject([{ action: 'fallback', from: 'run' }]);
  });

  it('takes what was proposed before it off the card when it helped, and nothing that was proposed since', () => {
    const story = opened();
    const propose = (action: string, at: number) =>
      happens(story, { type: 'propose_action', action, title: action, why: `errors at ${at}`, from: 'rule' }, at);
    propose('more-memory', T0);
    ask(story, { verify: { queries: ['errors'], settleMs: MINUTE, windowMs: 10 * MINUTE, samples: 1 } });
    happens(story, { type: 'begin_run', run: RUN }, T0 + 1);
    happens(story, { type: 'change_run', run: RUN, detail: 'It is at v41.' }, T0 + 2);
    propose('retrain', T0 + 3);
    const before = story.incident.proposals.map(({ action }) => action);
    happens(story, { type: 'end_run', run: RUN, state: 'helped', why: 'well' }, T0 + 4);

    expect(before).toEqual(['more-memory', 'retrain']);
    expect(story.incident.proposals.map(({ action }) => action)).toEqual(['retrain']);
  });

  it('is proposed by no rule for what is over by now', () => {
    const story = opened();
    happens(story, { type: 'resolve', by: BEN, seen: null, text: 'well', note: null }, T0);
    const proposal = { action: 'rollback', title: 'Roll back', why: 'errors', from: 'rule' } as const;

    expect(happens(story, { type: 'propose_action', ...proposal }, T0)).toEqual([]);
  });

  it('can be cancelled before it began, asked to stop while it is at it, and not taken back afterwards', () => {
    const early = opened();
    ask(early);
    happens(early, { type: 'cancel_run', by: BEN, run: RUN }, T0);
    const going = opened();
    ask(going);
    happens(going, { type: 'begin_run', run: RUN }, T0);
    happens(going, { type: 'cancel_run', by: BEN, run: RUN }, T0);

    expect(early.incident.runs[0]).toMatchObject({ state: 'cancelled' });
    expect(going.incident.runs[0]).toMatchObject({ state: 'executing', cancelAskedBy: BEN });
    expect(decide(early.incident, { type: 'cancel_run', by: BEN, run: RUN }, T0).ok).toBe(false);
  });

  it('is not sent once somebody wants it to stop, and is begun by nobody but people when they are at it', () => {
    const stopped = opened();
    ask(stopped);
    happens(stopped, { type: 'begin_run', run: RUN }, T0);
    happens(stopped, { type: 'cancel_run', by: BEN, run: RUN }, T0);
    const taken = opened();
    happens(taken, { type: 'request_run', by: 'tocsin', requested: requested('low'), ...SILENT }, T0);
    happens(taken, { type: 'acknowledge', by: BEN }, T0);

    expect(happens(stopped, { type: 'send_run', run: RUN }, T0)).toEqual([]);
    expect(happens(taken, { type: 'begin_run', run: RUN }, T0)).toEqual([]);
  });

  it('is due when something is still to come of it, and is taken off the clock at its end', () => {
    const story = opened();
    const before = story.incident;
    ask(story);
    const approved = story.incident;
    happens(story, { type: 'end_run', run: RUN, state: 'expired', why: 'late' }, T0);

    expect(runsMoved(before, approved)).toEqual([{ id: RUN, at: T0 }]);
    expect(runsMoved(approved, story.incident)).toEqual([{ id: RUN, at: null }]);
    expect(runsMoved(story.incident, story.incident)).toEqual([]);
  });
});

describe('a drill', () => {
  const drill = (): Story => {
    const story = opened();
    story.incident = { ...story.incident, drill: true };
    return story;
  };

  it('ends at the approval, and nothing the engine says begins it', () => {
    const story = drill();
    ask(story);

    expect(story.incident.runs[0]).toMatchObject({ state: 'cancelled', why: expect.stringContaining('A drill') });
    expect(happens(story, { type: 'begin_run', run: RUN }, T0)).toEqual([]);
  });

  it('has no live run, whatever somebody wrote into its state', () => {
    const story = drill();
    ask(story);
    const forged: Incident = {
      ...story.incident,
      runs: story.incident.runs.map((run) => ({ ...run, state: 'executing' as const })),
    };

    expect(liveRun(forged, RUN)).toBeNull();
    expect(liveRun({ ...forged, drill: false }, RUN)).not.toBeNull();
  });

  it('cannot be given to what changes the world: the compiler says no', () => {
    const change = (live: LiveRun) => live.run.id;
    const story = drill();
    // @ts-expect-error an incident is not known to be live
    const live: LiveIncident = story.incident;
    // @ts-expect-error a run of any state is no run that may change something
    const made = () => change({ incident: live, run: story.incident.runs[0] });

    expect(made).toBeTypeOf('function');
  });
});

const VERIFY: Verification = { queries: ['errors'], settleMs: MINUTE, windowMs: 10 * MINUTE, samples: 3 };
const BASELINE = {
  ...{ query: 'errors', label: 'Error rate', unit: 'Percent', value: 7, text: '7 %', at: T0 },
  expect: { kind: 'number', direction: 'below', limit: 1, inclusive: true },
} as const;

function measured(values: readonly (number | null)[]) {
  const samples = values.map(
    (value, i): RunSample => ({
      at: T0 + 2 * MINUTE + i * 20_000,
      values: [value],
      isWell: [value === null ? null : value <= 1],
    }),
  );
  return { verify: VERIFY, changedAt: T0, samples, plan: plan('low', { baseline: [BASELINE] }) };
}

const OVER = T0 + 12 * MINUTE;

describe('a verdict', () => {
  it.each([
    ['helped', [0.5, 0.4, 0.3]],
    ['helped', [9, 9, 0.5, null, 0.5, 0.5, 0.5]],
    ['no_effect', [7, 7, 7]],
    ['no_effect', [0.5, 0.5, 7, 7, 7.5]],
    ['worse', [20, 30, 40]],
    ['unknown', [null, null, null, 0.5, 0.4]],
    ['unknown', []],
  ] as const)('is %s after %j', (state, values) => {
    expect(verdictOf(measured(values), OVER).state).toBe(state);
  });

  it('is unknown when there is nothing to measure, however often that was done', () => {
    const nothing = [1, 2, 3].map((i): RunSample => ({ at: T0 + (i + 1) * MINUTE, values: [], isWell: [] }));
    expect(verdictOf({ ...measured([]), samples: nothing }, OVER).state).toBe('unknown');
  });

  it('counts what two processes measure at the same time once', () => {
    const story = opened();
    ask(story, { verify: VERIFY });
    happens(story, { type: 'begin_run', run: RUN }, T0);
    happens(story, { type: 'change_run', run: RUN, detail: 'It is at v41.' }, T0);
    const at = T0 + MINUTE;
    const sample: RunSample = { at, values: [0.5], isWell: [true] };
    for (const later of [0, 1, 2]) happens(story, { type: 'sample_run', run: RUN, sample }, at + later);

    expect(story.incident.runs[0]?.samples).toHaveLength(1);
  });

  it('can be helped however many measurements it takes, and however slowly each is made', () => {
    const verify = { ...VERIFY, samples: 30 };
    const story = opened();
    ask(story, { verify, plan: plan('low', { baseline: [BASELINE] }) });
    happens(story, { type: 'begin_run', run: RUN }, T0);
    happens(story, { type: 'change_run', run: RUN, detail: 'It is at v41.' }, T0);
    let run = story.incident.runs[0];
    while (run?.nextAt != null && run.nextAt <= OVER) {
      const at = run.nextAt + 4_000;
      happens(story, { type: 'sample_run', run: RUN, sample: { at, values: [0.5], isWell: [true] } }, at);
      run = story.incident.runs[0];
      if (run && verdictOf(run, at).state !== 'measuring') break;
    }

    expect(run && verdictOf(run, OVER).state).toBe('helped');
  });

  it('is not there before the window is over, unless it has helped', () => {
    expect(verdictOf(measured([7, 7, 7, 7]), T0 + 5 * MINUTE)).toEqual({ state: 'measuring' });
    expect(verdictOf(measured([0.5, 0.5, 0.5]), T0 + 5 * MINUTE).state).toBe('helped');
  });

  it('never calls it good when fewer measurements hold than were asked for', () => {
    const values = fc.array(fc.option(fc.double({ min: 0, max: 100, noNaN: true })), { maxLength: 40 });
    fc.assert(
      fc.property(values, (all) => {
        const { state } = verdictOf(measured(all), OVER);
        const last = all.slice(-3);
        expect(state === 'helped').toBe(last.length === 3 && last.every((one) => one !== null && one <= 1));
      }),
    );
  });

  it('takes at most thirty measurements of whatever window, unless more are asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 86_400_000 }), fc.integer({ min: 1, max: 30 }), (windowMs, samples) => {
        expect(windowMs / sampleEveryMs({ windowMs, samples })).toBeLessThanOrEqual(31);
      }),
    );
  });
});
