import type { Button } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARD_BLOCKS } from '../../blocks/card-room.ts';
import { incidentActions } from '../../blocks/incident-actions.ts';
import { incidentCard } from '../../blocks/incident-card.ts';
import type { Message } from '../../blocks/kit.ts';
import { NO_REMEDIES, type Remedies, remedyFor } from '../../blocks/remedies.ts';
import { runWords } from '../../blocks/run-section.ts';
import { violations } from '../../blocks/validate.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { RUN_STATES, type Run } from '../../src/domain/run.ts';
import { decideRun } from '../../src/domain/run-decide.ts';
import { decodeApproval, decodeOffer, decodeRun } from '../../src/slack/protocol-runs.ts';
import { poisoned, texts, urls } from './hostile.ts';
import { ANA, BEN, incident, MINUTE, member, NOW } from './incidents.ts';
import { actedStates, action, offered, poisonedActs, remedies, run, runs, serving } from './runs.ts';
import { evidence, runbook, ticked } from './triage.ts';

const NO_STEPS = null;

describe.each(Object.entries(actedStates))('the card of an incident %s', (_, [state, with_]) => {
  const card = incidentCard(state, NOW, NO_STEPS, with_);

  it('looks as it did', () => {
    expect(card).toMatchSnapshot();
  });

  it('is one that Slack takes, in eight blocks at most, whatever else it has to say', () => {
    const members = { total: 9, firing: 7, unknown: 1, shown: [member(), member({ key: 'b' })] };
    const full = incidentCard({ ...state, evidence, steps: ticked, members }, NOW, runbook, with_);

    for (const one of [card, full]) {
      expect(violations(one)).toEqual([]);
      expect(one.blocks.length).toBeLessThanOrEqual(CARD_BLOCKS);
    }
  });

  it('says all of it to those who hear it, without what only eyes can read', () => {
    const { text } = card;

    for (const { id, plan } of state.runs.slice(-2)) {
      expect(text).toContain(id);
      expect(text).toContain(plan.subject);
    }
    expect(text).not.toMatch(/[▓░]/);
    for (const { banner } of with_.serving) expect(text).toContain(banner);
  });

  it('has at most three buttons of its own beside its menu, whatever can be done', () => {
    const { elements } = incidentActions(state, runbook, remedyFor(state, runbook, with_.offered));

    expect(elements.filter(({ type }) => type === 'button').length).toBeLessThanOrEqual(3);
  });

  it.each(Object.entries(texts))('survives %s in every plan', (_name, text) => {
    const [hostile, hostileRemedies] = poisonedActs(poisoned(state, text, 'javascript:alert(1)'), with_, text);
    const drawn = incidentCard(hostile, NOW, runbook, hostileRemedies);

    expect(violations(drawn)).toEqual([]);
    expect(drawn.blocks.length).toBeLessThanOrEqual(CARD_BLOCKS);
    expect(JSON.stringify(drawn)).not.toMatch(/<!(?!date)|<@U0EVIL|<#/);
  });
});

/** All buttons of a card, by what they say. */
function buttonsOf({ blocks }: Message): Map<string, string> {
  const elements = blocks.flatMap((block): readonly { readonly type: string }[] => {
    if (block.type === 'actions') return block.elements;
    return block.type === 'section' && block.accessory ? [block.accessory] : [];
  });
  const buttons = elements.filter((one): one is Button => one.type === 'button');
  return new Map(buttons.map(({ text, value }) => [text.text, value ?? '']));
}

const withRuns = (...held: readonly Run[]): Incident => incident('acknowledged', { runs: held });

describe('the buttons of a run', () => {
  it('let its very plan be approved, and nothing else', () => {
    const buttons = buttonsOf(incidentCard(withRuns(runs['waits for approval']), NOW, null, remedies));

    expect([...buttons.keys()]).toEqual(expect.arrayContaining(['Approve', 'Reject', 'Details']));
    expect(decodeApproval(buttons.get('Approve'))).toEqual({
      run: 'INC-7.1',
      hash: runs['waits for approval'].plan.hash,
    });
    expect(decodeRun(buttons.get('Reject'))).toEqual({ run: 'INC-7.1' });
  });

  it('offer nothing that is refused', () => {
    for (const one of Object.values(runs)) {
      const state = withRuns(one);
      const buttons = buttonsOf(incidentCard(state, NOW, null, remedies));
      const said = { typed: one.plan.subject, breakGlass: null };
      const approve = { type: 'approve_run', by: BEN, run: one.id, hash: one.plan.hash, ...said } as const;

      expect(buttons.has('Approve')).toBe(decideRun(state, approve, NOW).ok);
      if (buttons.has('Cancel Run')) {
        expect(decideRun(state, { type: 'cancel_run', by: ANA, run: one.id }, NOW)).toMatchObject({ ok: true });
      }
    }
  });

  it('say which run they mean where there are several', () => {
    const [state, all] = actedStates['with two runs at once'] ?? [];
    if (!state || !all) throw new Error('there is such a state');

    const labels = [...buttonsOf(incidentCard(state, NOW, null, all)).keys()];

    expect(labels).toEqual(expect.arrayContaining(['Approve INC-7.2', 'Reject INC-7.2', 'Cancel Run INC-7.1']));
  });

  it('have another block id with every version, so that no client keeps old ones', () => {
    const ids = [1, 2].map((version) => {
      const card = incidentCard({ ...withRuns(runs['goes on']), version }, NOW);
      return card.blocks.flatMap(({ block_id }) => block_id ?? []);
    });

    expect(new Set(ids.flat()).size).toBe(4);
  });
});

describe('a run on the card', () => {
  const words = (one: Run, changes: Partial<Incident> = {}) =>
    runWords({ ...withRuns(one), ...changes }, offered, NOW).text;

  it('has words and a sign of its own in every state', () => {
    const heads = RUN_STATES.map(
      (state) => runWords(withRuns({ ...runs.helped, state }), [], NOW).text.split('.')[1] ?? '',
    );

    expect(new Set(heads).size).toBe(RUN_STATES.length);
  });

  it('shows how far it is, in whole percent and never more than is done', () => {
    const share = (of: number) =>
      words({ ...runs['goes on'], progress: { phase: 'x', share: of, link: null, at: NOW } }).split('\n')[1];

    expect(share(0)).toMatch(/^░{10} 0 % · x/);
    expect(share(0.999)).toMatch(/^▓{9}░ 99 % · x/);
    expect(share(7)).toMatch(/^▓{10} 100 % · x/);
    expect(share(Number.NaN)).toMatch(/^x · since/);
  });

  it('counts only measurements in a row', () => {
    expect(words(runs['is measured'])).toContain('*Error rate* 7.1 % → 0.4 %, well 3 of 3 times');
    expect(words(runs['is measured'])).toContain('*p95 latency* 2.4 s → 310 ms, well 2 of 3 times');
    expect(words(runs['is measured in part'])).toContain('*p95 latency* 2.4 s → 1.1 s, not yet below 800 ms');
  });

  it('never calls well what could not be told', () => {
    expect(words(runs['cannot be measured'])).toContain('7.1 % → could not be told');
    expect(words(runs['cannot be measured'])).not.toContain('well');
  });

  it('says loudly that the glass was broken, and goes on to say so when it has ended', () => {
    for (const one of [runs['goes on with a broken glass'], runs['made it worse']])
      expect(words(one)).toContain(`🚨 *The glass was broken:* <@${ANA}> alone approved what takes two people.`);
  });

  it('says in a drill that nothing is changed', () => {
    expect(words(runs['waits for approval'], { drill: true })).toContain('A drill: nothing will be changed.');
    const approved = actedStates['that is a drill with a run that was approved']?.[0];
    expect(approved && runWords(approved, [], NOW).text).toMatch(
      /approved, and that is all in a drill.*\n.*Nothing was changed/,
    );
  });

  it('gives a proposal its buttons when nothing else is to be decided', () => {
    const proposal = { action: 'fallback', title: 'fallback', why: 'it burns', from: 'rule', at: NOW } as const;
    const alone = buttonsOf(incidentCard({ ...withRuns(), proposals: [proposal] }, NOW, null, remedies));
    const beside = buttonsOf(
      incidentCard({ ...withRuns(runs['goes on']), proposals: [proposal] }, NOW, null, remedies),
    );

    expect(decodeOffer(alone.get('Review'))).toEqual({ incident: 'INC-7', action: 'fallback' });
    expect(alone.has('Not Now')).toBe(true);
    expect(beside.has('Review')).toBe(false);
  });
});

describe('what the card offers to plan', () => {
  const names = (state: Incident, book: typeof runbook | null = null) => remedyFor(state, book, offered)?.name ?? null;

  it('is a rollback, else the first that heals; what informs or switches back is not', () => {
    expect(names(incident('acknowledged'))).toBe('rollback');
    expect(names(withRuns(runs['did not help']))).toBe('fallback');
    const rest = offered.filter(({ name }) => name !== 'rollback' && name !== 'retrain');
    const tried = withRuns({ ...runs.failed, plan: { ...runs.failed.plan, action: 'fallback' } });
    expect(remedyFor(tried, null, rest)).toBeNull();
  });

  it('is what the runbook names, where that can be done', () => {
    const steps = runbook.steps.map((step) => (step.id === 'back' ? { ...step, action: 'retrain' } : step));

    expect(names(incident('acknowledged'), { ...runbook, steps })).toBe('retrain');
    expect(
      remedyFor(incident('acknowledged'), runbook, [action('rollback', { environments: ['staging'] })]),
    ).toBeNull();
  });

  it('is nothing while something else is to be decided or waited for, or when it is over', () => {
    expect(names(withRuns(runs['waits for approval']))).toBeNull();
    expect(names(withRuns(runs['is measured']))).toBeNull();
    expect(names(withRuns(runs.helped))).toBeNull();
    expect(names(incident('mitigated', { watchUntil: NOW }))).toBeNull();
    expect(names(incident('resolved'))).toBeNull();
  });

  it('is offered again when it helped and the alarm has fired since, but not the same', () => {
    expect(names({ ...withRuns(runs.helped), lastAlarmAt: NOW })).toBe('fallback');
  });

  it('leaves the runbook within reach', () => {
    const card = incidentCard(incident('acknowledged'), NOW, runbook, remedies);

    expect([...buttonsOf(card).keys()]).toEqual(['Propose Rollback', 'Mark Mitigated', 'Resolve', 'Open Runbook']);
  });
});

describe('a fallback that serves', () => {
  const both: Remedies = { offered, serving: [serving, { ...serving, environment: 'staging', banner: 'Not here' }] };

  it('shows on the cards of its environment, with the way back', () => {
    const card = incidentCard(incident('triggered'), NOW, null, both);

    expect(card.text).toContain('The popularity model serves, not the personal one');
    expect(card.text).not.toContain('Not here');
    expect(decodeOffer(buttonsOf(card).get('Switch Back…'))).toEqual({ incident: 'INC-7', action: 'switch-back' });
  });

  it('is switched back about the incident that it was switched for, when this one is over', () => {
    const card = incidentCard(incident('closed'), NOW, null, both);

    expect(decodeOffer(buttonsOf(card).get('Switch Back…'))).toEqual({ incident: 'INC-3', action: 'switch-back' });
  });
});

describe('the longest plans', () => {
  const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...Object.values(texts)));
  const number = fc.option(fc.double());
  const shapes = fc.record({
    ...{ text: hostile, states: fc.array(fc.constantFrom(...RUN_STATES), { maxLength: 30 }), drill: fc.boolean() },
    ...{
      url: fc.oneof(fc.webUrl(), fc.constantFrom(...urls)),
      values: fc.array(number, { maxLength: 12 }),
      share: number,
    },
    ...{ fallbacks: fc.nat(6), proposals: fc.nat(6), version: fc.integer({ min: 1, max: 999_999_999 }) },
  });

  it('are taken by Slack in eight blocks, whatever a stranger writes and however many there are', () => {
    fc.assert(
      fc.property(shapes, ({ text, states, url, values, share, drill, fallbacks, proposals, version }) => {
        const base = run('INC-7.1');
        const baseline = values.map((value) => ({ ...base.plan.baseline[0], value }) as (typeof base.plan.baseline)[0]);
        const samples = [{ at: NOW, values, isWell: values.map((one) => (one === null ? null : one > 0)) }];
        const held = states.map((state, i) => ({
          ...{ ...base, state, samples, id: `INC-7.${i + 1}`, changedAt: NOW - MINUTE },
          ...{ plan: { ...base.plan, baseline }, progress: { phase: text, share, link: url, at: NOW } },
        }));
        const proposed = Array.from({ length: proposals }, (_, i) => ({
          ...{ action: `a${i}`, title: text, why: text, from: 'rule' as const, at: NOW },
        }));
        const state = incident('acknowledged', { evidence, drill, version, runs: held, proposals: proposed });
        const all = { offered, serving: Array.from({ length: fallbacks }, () => serving) };
        const [full, around] = poisonedActs(state, all, text);

        const card = incidentCard(full, NOW, runbook, around);

        expect(violations(card)).toEqual([]);
        expect(card.blocks.length).toBeLessThanOrEqual(CARD_BLOCKS);
        return !/<!(?!date)|<@U0EVIL|<#/.test(JSON.stringify(card));
      }),
      { numRuns: 150 },
    );
  });

  it('leave a card of an incident that nothing was done about as it was', () => {
    const state = incident('acknowledged', { evidence });

    expect(incidentCard(state, NOW, runbook, NO_REMEDIES)).toEqual(incidentCard(state, NOW, runbook));
  });
});
