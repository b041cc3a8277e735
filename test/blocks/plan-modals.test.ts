import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookingView, planAgainView, planModal } from '../../blocks/modals/plan.ts';
import { approveModal, rejectModal } from '../../blocks/modals/plan-approve.ts';
import { detailsModal } from '../../blocks/modals/plan-details.ts';
import { askInputsModal, chooseActionModal, nothingOpenView } from '../../blocks/modals/plan-inputs.ts';
import { requestedView } from '../../blocks/modals/plan-requested.ts';
import { actionsReply, autopilotReply, nothingOpenReply, offersReply, runReply } from '../../blocks/run-replies.ts';
import { violations } from '../../blocks/validate.ts';
import { ACTION_VERBS, type Action, RISKS } from '../../src/domain/action.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { RUN_STATES, type Run } from '../../src/domain/run.ts';
import { SEVERITIES } from '../../src/domain/severity.ts';
import { texts } from './hostile.ts';
import { ANA, BEN, incident, NOW } from './incidents.ts';
import { action, plan, run, runs } from './runs.ts';

type Drawn = Parameters<typeof violations>[0];

const draftOf = (of: Plan, held: Action) => ({
  ...{ id: '6f0b3c4e-9d6f-4a51-8f0e-1f2a3b4c5d6e', incident: 'INC-7', by: ANA },
  ...{ action: held, plan: of },
});

interface Given {
  readonly incident: Incident;
  readonly action: Action;
  readonly plan: Plan;
  readonly run: Run;
  readonly text: string;
}

/** Every view and message about plans and runs, out of whatever it is given. */
const drawn: Readonly<Record<string, (of: Given) => Drawn>> = {
  'the plan': (of) => planModal(of.incident, draftOf(of.plan, of.action), NOW),
  'the plan that is forbidden': (of) =>
    planModal(
      of.incident,
      draftOf({ ...of.plan, checks: [...of.plan.checks, { isWell: false, text: of.text }] }, of.action),
      NOW,
    ),
  'the approval': (of) => approveModal(of.incident, of.run, NOW),
  'the rejection': (of) => rejectModal(of.incident, of.run),
  'the details': (of) => detailsModal(of.incident, of.run, NOW),
  'what was decided': (of) => requestedView(of.incident, of.run, 'https://example.slack.com/archives/C1/p1'),
  'the question for inputs': (of) => askInputsModal(of.incident, of.action, {}),
  'the choice of an action': (of) =>
    chooseActionModal(
      Array.from({ length: 20 }, (_, i) => ({
        incident: { ...of.incident, id: `INC-${i + 1}` },
        actions: [of.action],
      })),
      {},
    ),
  'nothing that is open': (of) => nothingOpenView(of.text),
  'a plan to be made again': (of) =>
    planAgainView('Plan a rollback', of.text, { incident: 'INC-7', action: of.action.name, inputs: { to: 'v41' } }),
  'a look that takes its time': (of) => lookingView(of.action.verb),
  'the offers': (of) =>
    offersReply(
      of.incident,
      Array.from({ length: 60 }, () => of.action),
      { to: 'v41' },
    ),
  'the actions': (of) =>
    actionsReply(Array.from({ length: 60 }, () => ({ name: 'x', title: of.text, actions: { one: of.action } }))),
  'a run': (of) => runReply(of.run, of.incident.drill, of.text),
  'nothing open': (of) => nothingOpenReply(of.text),
  'the autopilot': (of) => autopilotReply({ by: BEN, since: NOW, reason: of.text }),
};

const words = fc.oneof(fc.constantFrom(...Object.values(texts)), fc.string({ unit: 'binary', maxLength: 400 }));
const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 60 });

const plans = fc
  .record({
    ...{ title: words, subject: words, current: words, target: words, cost: fc.option(words) },
    risk: fc.constantFrom(...RISKS),
    verb: fc.constantFrom(...ACTION_VERBS),
    differences: many(fc.record({ what: words, from: words, to: words })),
    checks: many(fc.record({ isWell: fc.constantFrom(true, null), text: words })),
    cannotUndo: many(words),
    takesMs: fc.option(fc.nat()),
    deployed: fc.option(fc.record({ by: fc.option(words), at: fc.constantFrom(null, NOW) })),
    baseline: fc.array(
      fc.record({
        ...{
          query: words,
          label: words,
          unit: fc.option(words),
          value: fc.option(fc.double({ noNaN: true })),
          text: words,
        },
        at: fc.constant(NOW),
        expect: fc.constantFrom(
          null,
          { kind: 'number' as const, direction: 'below' as const, limit: 5, inclusive: true },
          { kind: 'text' as const, equals: 'x'.repeat(500) },
        ),
      }),
      { maxLength: 4 },
    ),
  })
  .map((changes) => plan(changes));

const given = fc
  .record({ plan: plans, text: words, severity: fc.constantFrom(...SEVERITIES), drill: fc.boolean() })
  .chain(({ plan: of, text, severity, drill }) =>
    fc.record({
      plan: fc.constant(of),
      text: fc.constant(text),
      incident: fc.constant(incident('acknowledged', { severity, drill, title: text, serviceTitle: text })),
      action: fc
        .array(
          fc.record({
            ...{ name: fc.stringMatching(/^[a-z][a-z0-9_]{0,30}$/), label: words, preset: fc.option(words) },
            choices: fc.array(fc.string({ minLength: 1, maxLength: 75 }), { maxLength: 50 }),
          }),
          { maxLength: 20 },
        )
        .map((inputs) => action('restart', { title: text, verb: of.verb, risk: of.risk, inputs: apart(inputs) })),
      run: fc.constantFrom(...RUN_STATES).map((state) => ({
        ...run('INC-7.1', [], { state, reason: text, why: text, progress: progress(text) }),
        plan: of,
        samples: Array.from({ length: 30 }, () => ({
          at: NOW,
          values: [1, null, 3, 4],
          isWell: [true, null, false, null],
        })),
      })),
    }),
  );

/** Names of inputs are keys of a mapping. */
function apart<T extends { readonly name: string }>(inputs: readonly T[]): T[] {
  return inputs.filter(({ name }, i) => inputs.findIndex((one) => one.name === name) === i);
}

function progress(phase: string) {
  return { phase, share: 0.4, link: `https://example.com/${'a'.repeat(4000)}`, at: NOW };
}

describe('what Slack takes', () => {
  it.each(Object.entries(drawn))('holds for %s, however long and whatever is in it', (_, draw) => {
    fc.assert(
      fc.property(given, (of) => {
        expect(violations(draw(of))).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('holds for the details of a run in every state', () => {
    for (const one of Object.values(runs))
      expect(violations(detailsModal(incident('acknowledged'), one, NOW))).toEqual([]);
  });
});

describe('a plan', () => {
  const shown = (changes: Partial<Plan>, of: Partial<Incident> = {}) =>
    JSON.stringify(planModal(incident('acknowledged', of), draftOf(plan(changes), action('rollback')), NOW));

  it('never shows as well what could not be told', () => {
    const words = shown({ checks: [{ isWell: null, text: 'Whether v41 fits its features could not be told.' }] });

    expect(words).toContain('❔ Whether v41 fits its features could not be told.');
    expect(words).not.toContain('✅');
  });

  it('has what forbids it first, and nothing to press but to plan again', () => {
    const forbidden = shown({
      checks: [
        { isWell: true, text: 'well' },
        { isWell: false, text: 'v41 is gone' },
      ],
    });

    expect(forbidden).toContain('It cannot be done now:* v41 is gone');
    expect(forbidden.split('v41 is gone')).toHaveLength(2); // once
    expect(forbidden.indexOf('v41 is gone')).toBeLessThan(forbidden.indexOf('✅ well'));
    expect(forbidden).not.toContain('"submit"');
    expect(forbidden).toContain('Plan Again');
  });

  it('asks for what its risk needs, and for no more', () => {
    expect(shown({ risk: 'low' })).not.toContain('to confirm');
    expect(shown({ risk: 'medium' })).toContain('Type bikeshare-prod to confirm');
    expect(shown({ risk: 'high' }, { severity: 'P1' })).not.toContain('to confirm');
    expect(shown({ risk: 'high' }, { severity: 'P0' })).toContain('only to break the glass');
    expect(shown({ risk: 'high' })).toContain('Ask for Approval');
  });

  it('says in a drill that nothing will be changed', () => {
    expect(shown({}, { drill: true })).toContain('nothing will be changed');
    expect(shown({}, { drill: false })).not.toContain('nothing will be changed');
  });

  it('has a dash where there is nothing on a side', () => {
    expect(shown({ current: '', target: '' })).toContain('bikeshare-prod: – → *–*');
  });

  it('says whose glass it is to break', () => {
    const words = (view: unknown) => /Break the glass\.\* (?<words>[^"]+)/.exec(JSON.stringify(view))?.groups?.words;
    const burning = incident('acknowledged', { severity: 'P0' });

    expect(words(planModal(burning, draftOf(plan(), action('rollback')), NOW))).toMatch(
      /you may decide alone\. To ask/,
    );
    expect(words(approveModal(burning, runs['waits for approval'], NOW))).toMatch(
      /^Only for whoever asked for it.*Everybody else leaves both fields empty/,
    );
  });
});

describe('the details of a run', () => {
  const details = (of: Run) =>
    JSON.stringify(detailsModal(incident('acknowledged'), of, NOW), (key, value: unknown) =>
      key === 'accessibility_label' ? '' : value,
    );

  it('say once what it changes', () => {
    for (const one of Object.values(runs)) expect(details(one).split(one.plan.title)).toHaveLength(2);
  });

  it('ask nobody to agree to what was decided, nor say how long the plan is good, nor what runs now', () => {
    expect(details(runs['waits for approval'])).toMatch(/a second person must agree.*What runs now.*Good until/);
    expect(details(runs.helped)).not.toMatch(/must agree|What runs now|Good until/);
    expect(details(runs.helped)).toContain('*The plan* · high risk');
  });
});

it('the choice of what can be done says each title once: its button is short on a phone', () => {
  const { blocks } = offersReply(incident('acknowledged'), [
    action('fallback', { title: 'Switch to the light model' }),
  ]);

  expect(JSON.stringify(blocks).split('Switch to the light model"')).toHaveLength(1);
  expect(JSON.stringify(blocks)).toContain('"text":"Show Plan"');
});

it('what waits for somebody else says until when', () => {
  expect(JSON.stringify(requestedView(incident('acknowledged'), runs['waits for approval'], null))).toMatch(
    /must approve it by <!date\^\d+/,
  );
});
