import { describe, expect, it } from 'vitest';
import { handOffMessage } from '../../blocks/hand-off.ts';
import { homeTab } from '../../blocks/home-tab.ts';
import { runbookModal } from '../../blocks/modals/runbook.ts';
import { timelineModal } from '../../blocks/modals/timeline.ts';
import { listReply } from '../../blocks/replies.ts';
import { threadNote } from '../../blocks/thread-note.ts';
import { violations } from '../../blocks/validate.ts';
import { actionsOf } from '../../src/domain/escalation-message.ts';
import { type Incident, type IncidentEvent, TOCSIN } from '../../src/domain/incident.ts';
import { decodeApproval, decodeOffer } from '../../src/slack/protocol-runs.ts';
import { poisoned, texts } from './hostile.ts';
import { ANA, BEN, incident, MINUTE, NOW } from './incidents.ts';
import { action, offered, plan, poisonedActs, runs, serving } from './runs.ts';
import { runbook } from './triage.ts';

const off = { by: ANA, since: NOW - MINUTE, reason: 'It rolled back what was well' };
const waiting = incident('acknowledged', { owner: ANA, runs: [runs['waits for approval']] });
const going = incident('acknowledged', { id: 'INC-8', owner: BEN, runs: [{ ...runs['goes on'], id: 'INC-8.1' }] });
const acts = { serving: [serving], autopilotOff: off };

const events: readonly IncidentEvent[] = [
  {
    ...{ type: 'run_planned', at: NOW, by: ANA, run: 'INC-7.1', token: 't', plan: plan(), verify: null, heals: true },
    ...{ fallback: null, otherwise: null, reason: 'The errors began with v42' },
  },
  ...(['alone', 'confirmed', 'second', 'break_glass', 'autopilot'] as const).map((way) => ({
    ...{ type: 'run_approved' as const, at: NOW, by: way === 'autopilot' ? TOCSIN : BEN, run: 'INC-7.1', way },
    ...{ reason: way === 'break_glass' ? 'Nobody else answers' : '', hash: 'ab' },
  })),
  { type: 'run_began', at: NOW, run: 'INC-7.1' },
  { type: 'run_cancel_asked', at: NOW, run: 'INC-7.1', by: ANA },
  { type: 'run_changed', at: NOW, run: 'INC-7.1', detail: 'InService with v41.' },
  ...[[true, true], [true, false], [null, true], []].map((isWell) => ({
    ...{ type: 'run_sampled' as const, at: NOW, run: 'INC-7.1', nextAt: NOW },
    sample: { at: NOW, values: [], isWell },
  })),
  { type: 'run_ended', at: NOW, by: TOCSIN, run: 'INC-7.1', state: 'no_effect', why: 'Error rate is still above 1 %.' },
  { type: 'run_ended', at: NOW, by: BEN, run: 'INC-7.2', state: 'cancelled', why: 'It was not approved: too late' },
  { type: 'action_proposed', at: NOW, action: 'retrain', title: 'Train anew', why: 'It drifts', from: 'rule' },
  { type: 'proposal_dismissed', at: NOW, by: ANA, action: 'retrain' },
];

const home = (mine: readonly Incident[], others: readonly Incident[], more = {}) =>
  homeTab({
    mine,
    others,
    busy: [...mine, ...others],
    openCount: mine.length + others.length,
    week: null,
    onCall: null,
    now: NOW,
    ...more,
  });
const shift = { rotation: 'shop/main', at: NOW, from: ANA, to: BEN, since: null, until: null, next: null };
const rotation = {
  ...{
    name: 'shop/main',
    title: 'Bikeshare',
    zone: 'UTC',
    layers: [],
    mayHaveGaps: false,
    calendar: null,
    group: null,
  },
};
const handOff = (...incidents: Incident[]) =>
  handOffMessage(
    {
      ...{ kind: 'hand-off', rotation, summary: shift, incidents, serving: [serving], received: null, endedAt: null },
    },
    NOW,
  );
/** What the buttons with this id carry. */
function pressed({ blocks }: { readonly blocks: readonly object[] }, actionId: string): string[] {
  const elements = blocks.flatMap((block) => ('elements' in block ? (block.elements as readonly object[]) : []));
  return elements.flatMap((one) =>
    'action_id' in one && one.action_id === actionId && 'value' in one ? [String(one.value)] : [],
  );
}

const runbookOf = (held: Incident, doable = offered) =>
  runbookModal({ incident: held, runbook, offered: doable, now: NOW });

describe('App Home', () => {
  it('begins with what is to be decided, what goes on, and what only serves for now', () => {
    const view = home([waiting], [going], { acts });

    expect(violations(view)).toEqual([]);
    expect(view).toMatchSnapshot();
  });

  it('lets one approve the very plan', () => {
    const [value] = pressed(home([], [waiting]), 'run.approve');

    expect(decodeApproval(value)).toEqual({ run: 'INC-7.1', hash: plan().hash });
  });

  it('has nothing to say of actions on a quiet day', () => {
    expect(JSON.stringify(home([incident('triggered')], []))).not.toContain('Actions');
  });

  it('fits into a view with as much of all of it as there may be', () => {
    const many = Array.from({ length: 120 }, (_, i) => {
      const id = `INC-${i + 1}`;
      return { ...waiting, id, runs: [{ ...runs['waits for approval'], id: `${id}.1` }] };
    });
    const view = home(many.slice(0, 60), many.slice(60), {
      acts: { serving: Array.from({ length: 30 }, () => serving), autopilotOff: off },
    });

    expect(violations(view)).toEqual([]);
    expect(JSON.stringify(view)).toContain('and 137 more');
  });
});

describe('the list', () => {
  it('says what is being done about each, and what serves meanwhile', () => {
    const reply = listReply({ user: ANA, incidents: [waiting, going], total: 2, service: null, acts });

    expect(violations(reply)).toEqual([]);
    expect(reply).toMatchSnapshot();
  });

  it('says what serves also when nothing is open', () => {
    const { text } = listReply({ user: ANA, incidents: [], total: 0, service: null, acts });

    expect(text).toContain('The popularity model serves');
    expect(text).toContain('The autopilot is off');
  });
});

describe('a hand-off', () => {
  it('tells whoever comes what goes on, what waits and what has to be switched back', () => {
    const message = handOff(waiting, going);

    expect(violations(message)).toEqual([]);
    expect(message.text).toMatch(
      /The popularity model serves.*INC-7\.1\* waits for approval.*INC-8\.1\* is under way/s,
    );
    expect(JSON.stringify(message.blocks)).toContain('*Actions*');
  });
});

describe('a step of a runbook that names an action', () => {
  const planned = (view: ReturnType<typeof runbookOf>) => pressed(view, 'run.plan');

  it('plans it where it can be done, in the place of a command', () => {
    const [value] = planned(runbookOf(incident('acknowledged')));

    expect(decodeOffer(value)).toEqual({ incident: 'INC-7', action: 'rollback' });
    expect(JSON.stringify(runbookOf(incident('acknowledged')))).not.toContain('make rollback');
  });

  it('is a command where it cannot', () => {
    const elsewhere = runbookOf(incident('acknowledged'), [action('rollback', { environments: ['staging'] })]);

    expect(planned(elsewhere)).toEqual([]);
    expect(JSON.stringify(elsewhere)).toContain('make rollback');
  });

  it('shows how its run stands, and is not ticked by it', () => {
    const view = JSON.stringify(runbookOf(incident('acknowledged', { runs: [runs.helped] })));

    expect(view).toContain('✅ *INC-7.1* helped');
    expect(view).toContain('⬜ *4.*');
    expect(planned(runbookOf(incident('acknowledged', { runs: [runs['goes on']] })))).toEqual([]);
  });

  it('can only be read when the incident is over', () => {
    expect(planned(runbookOf(incident('closed')))).toEqual([]);
  });
});

describe('the story of a run', () => {
  it('says who did what, how it came to be approved, and what came of it', () => {
    const { text } = threadNote(incident('acknowledged'), events.slice(0, 7));
    const rest = timelineModal({ incident: incident('acknowledged'), runbook: null }, events, NOW);

    expect(text.split('\n')).toMatchSnapshot();
    expect(violations(rest)).toEqual([]);
    expect(rest).toMatchSnapshot();
  });

  it('is among the actions taken that whoever is called for help reads', () => {
    const told = actionsOf(events).map(({ phrase }) => JSON.stringify(phrase));

    expect(told.filter((one) => one.includes('INC-7.')).length).toBe(8);
    expect(told.at(-2)).toContain('INC-7.1 did not help');
  });
});

describe.each(Object.entries(texts))('with %s in every plan', (_, text) => {
  it('everything is taken by Slack, and mentions nobody', () => {
    const states = Object.values(runs).map((one, i) =>
      poisoned({ ...waiting, runs: [{ ...one, id: `INC-7.${i + 1}` }] }, text, 'javascript:alert(1)'),
    );
    const poisonedStates = states.map((one) => poisonedActs(one, { offered, serving: [serving] }, text));
    const incidents = poisonedStates.map(([one]) => one);
    const [, around] = poisonedStates[0] ?? [];
    const hostile = { serving: around?.serving ?? [], autopilotOff: { ...off, by: text, reason: text } };
    const [first = waiting] = incidents;

    for (const drawn of [
      home(incidents.slice(0, 10), incidents.slice(10), { acts: hostile }),
      listReply({ user: ANA, incidents, total: incidents.length, service: null, acts: hostile }),
      handOff(...incidents),
      runbookOf(first, around?.offered),
    ]) {
      expect(violations(drawn)).toEqual([]);
      expect(JSON.stringify(drawn)).not.toMatch(/<!(?!date)|<@U0EVIL|<#/);
    }
  });
});
