import { describe, expect, it } from 'vitest';
import { briefingReply } from '../../blocks/briefing.ts';
import { homeTab } from '../../blocks/home-tab.ts';
import type { Message } from '../../blocks/kit.ts';
import { addMessageModal } from '../../blocks/modals/add-message.ts';
import { assignModal, noteModal, reopenModal, severityModal, silenceModal } from '../../blocks/modals/changes.ts';
import { closeModal, resolveModal } from '../../blocks/modals/closing-note.ts';
import { contactCodeModal, contactModal } from '../../blocks/modals/contact.ts';
import { coverModal } from '../../blocks/modals/cover.ts';
import { declareModal } from '../../blocks/modals/declare.ts';
import { escalateModal } from '../../blocks/modals/escalate.ts';
import { escalationModal } from '../../blocks/modals/escalation.ts';
import { evidenceModal } from '../../blocks/modals/evidence.ts';
import { followUpModal } from '../../blocks/modals/follow-up.ts';
import { overrideModal } from '../../blocks/modals/override.ts';
import { planModal } from '../../blocks/modals/plan.ts';
import { approveModal, rejectModal } from '../../blocks/modals/plan-approve.ts';
import { askInputsModal, chooseActionModal } from '../../blocks/modals/plan-inputs.ts';
import { runbookModal } from '../../blocks/modals/runbook.ts';
import { loadingView, problemView } from '../../blocks/modals/sheets.ts';
import { snoozeModal } from '../../blocks/modals/snooze.ts';
import { timelineModal } from '../../blocks/modals/timeline.ts';
import { operatorNotice } from '../../blocks/operator-notice.ts';
import {
  apologyReply,
  doneReply,
  healthReply,
  helpReply,
  listReply,
  rejectionReply,
  statsReply,
} from '../../blocks/replies.ts';
import { checkedReply, evidenceReply, runbookReply, tickedReply } from '../../blocks/step-replies.ts';
import { stormOver, stormSummary } from '../../blocks/storm-summary.ts';
import { threadNote } from '../../blocks/thread-note.ts';
import { violations } from '../../blocks/validate.ts';
import { briefingOf } from '../../src/domain/escalation-message.ts';
import type { Incident, IncidentEvent } from '../../src/domain/incident.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { decodeMeta, type ModalName, modals } from '../../src/slack/protocol.ts';
import { PLAIN_SERVICE } from '../support/plain.ts';
import { escalationStates, paged } from './escalation-states.ts';
import { escalated, escalating } from './escalations.ts';
import { poisoned, poisonedEvents, poisonedRunbook, texts } from './hostile.ts';
import { ANA, BEN, incident, MINUTE, member, NOW, events as plainEvents } from './incidents.ts';
import { empty, report } from './reports.ts';
import { action, plan, run } from './runs.ts';
import { evidence, graded, runbook, ticked, triageEvents } from './triage.ts';

type Drawn = Parameters<typeof violations>[0];

interface Material {
  readonly text: string;
  readonly incident: (changes?: Partial<Incident>) => Incident;
  readonly events: readonly IncidentEvent[];
  readonly runbook: Runbook;
}

const events = [...plainEvents, ...triageEvents];
const service = {
  ...PLAIN_SERVICE,
  ...{ name: 'bikeshare', title: 'Bikeshare', channel: 'C0BIKES', rules: [] },
  runbooks: { [runbook.name]: runbook },
};
const target = { incident: 'INC-7', seen: 12 };
const advised = graded({ advice: 'Plan a retrain', dueAt: NOW + 7 * 86_400_000 });
const judged = { total: 1, firing: 1, unknown: 0, shown: [member({ ruling: advised })] };
const health = (detail: string) => ({
  ok: false,
  checks: [
    { name: 'Redis', ok: true, detail },
    { name: 'Slack', ok: false, detail },
  ],
});

/** Everything that is drawn besides the card, out of whatever it is given. */
const surfaces: Readonly<Record<string, (of: Material) => Drawn>> = {
  'a thread note': (of) => threadNote(of.incident(), of.events),
  'a storm': (of) =>
    stormSummary(
      {
        channel: 'C1',
        waiting: [of.incident(), of.incident({ id: 'INC-8' })],
        total: 300,
        alarms: 5000,
        since: NOW - MINUTE,
      },
      NOW,
    ),
  'a storm that is over': () => stormOver({ total: 300, since: NOW - 5 * MINUTE }, NOW),
  'a notice to operators': ({ text }) => operatorNotice(text),
  'the list': (of) =>
    listReply({
      user: ANA,
      incidents: [of.incident({ owner: ANA }), of.incident({ id: 'INC-8', owner: BEN }), of.incident({ id: 'INC-9' })],
      total: 3,
      service: null,
    }),
  'an empty list': ({ text }) => listReply({ user: ANA, incidents: [], total: 0, service: text }),
  'the times': ({ text }) =>
    statsReply(report({ byService: report().byService.map((row) => ({ ...row, name: text })) })),
  'the times of nothing': ({ text }) => statsReply({ ...empty, service: text }),
  'the health': ({ text }) => healthReply(health(text)),
  'all help': () => helpReply(null),
  'help on one verb': () => helpReply('resolve'),
  'a rejection': ({ text }) => rejectionReply({ message: `<@${BEN}> has INC-7 already. ${text}`, hint: text }),
  'an apology': ({ text }) => apologyReply(text),
  'something done': ({ text }) => doneReply(`INC-7 is yours. ${text}`),
  'the form to resolve': (of) => resolveModal(of.incident(), target),
  'the form to resolve what was worked on': (of) =>
    resolveModal(of.incident({ steps: ticked, members: judged }), target, of.runbook),
  'the form to close': (of) => closeModal(of.incident({ status: 'resolved' }), target),
  'the form for the severity': (of) => severityModal(of.incident(), target),
  'the form for a note': (of) => noteModal(of.incident(), target),
  'the form for a silence': (of) => silenceModal(of.incident(), target),
  'the form to assign': (of) => assignModal(of.incident(), target),
  'the form to escalate': (of) => escalateModal(paged(of.incident(), of.text), target),
  'the form to escalate what was told already': (of) =>
    escalateModal(escalationStates['nobody is left to tell'] ?? of.incident(), target),
  'the form to snooze': (of) => snoozeModal(paged(of.incident(), of.text), target),
  'the escalation': (of) =>
    escalationModal(
      { incident: paged(of.incident({ evidence }), of.text), runbook: of.runbook },
      escalated(of.text),
      NOW,
    ),
  'the escalation of what pages nobody': (of) =>
    escalationModal({ incident: of.incident(), runbook: null }, of.events, NOW),
  'the escalation of what is over': (of) =>
    escalationModal({ incident: { ...paged(of.incident(), of.text), status: 'closed' }, runbook: null }, [], NOW),
  'the story so far, for whoever is called': (of) =>
    briefingReply(briefingOf(paged(of.incident(), of.text), of.events, of.runbook, NOW)),
  'the thread note of an escalation': (of) =>
    threadNote(of.incident(), escalated(of.text).slice(-1), { events: of.events, runbook: of.runbook }),
  'the form to reopen': (of) => reopenModal(of.incident({ status: 'closed' }), target),
  'the form to declare': (of) =>
    declareModal({
      services: [
        {
          ...service,
          title: of.text,
          severities: {
            ...service.severities,
            P0: { answerWithin: null, means: of.text },
          },
          runbooks: { [runbook.name]: { ...of.runbook, name: runbook.name } },
        },
        { ...service, name: 'other' },
      ],
      recent: [of.incident()],
      channel: 'C0BIKES',
      title: of.text,
    }),
  'the form to add a message': (of) =>
    addMessageModal({ open: [of.incident(), of.incident({ id: 'INC-8' })], draft: 'd1' }),
  'the form to add a message to nothing': () => addMessageModal({ open: [], draft: 'd1' }),
  'the timeline': (of) => timelineModal({ incident: of.incident(), runbook: null }, of.events, NOW),
  'the timeline of what was worked on': (of) =>
    timelineModal({ incident: of.incident({ evidence }), runbook: of.runbook }, [], NOW),
  'the evidence': (of) => {
    const shown = of.incident({ evidence });
    const { at, facts = [], graph = null } = shown.evidence ?? { at: NOW };
    const snapshots = [
      { moment: 'fire', at, facts, graph },
      { moment: 'acknowledge', at, facts: [], graph: null },
    ] as const;
    return evidenceModal({ incident: shown, runbook: of.runbook }, snapshots, NOW);
  },
  'no evidence': (of) => evidenceModal({ incident: of.incident(), runbook: null }, [], NOW),
  'the runbook': (of) => runbookModal({ incident: of.incident({ steps: ticked }), runbook: of.runbook, now: NOW }),
  'the runbook beside which something is said': (of) =>
    runbookModal({
      ...{ incident: of.incident({ steps: ticked }), runbook: of.runbook, now: NOW },
      aside: { step: 'rate', blocks: rejectionReply({ message: `Could not tell: ${of.text.slice(0, 600)}` }).blocks },
    }),
  'the runbook of what is over': (of) =>
    runbookModal({ incident: of.incident({ steps: ticked, status: 'closed' }), runbook: of.runbook, now: NOW }),
  'the runbook in a thread': (of) => runbookReply(of.incident({ steps: ticked }), of.runbook),
  'the evidence in a thread': (of) => evidenceReply(of.incident({ evidence })),
  'no evidence in a thread': (of) => evidenceReply(of.incident()),
  'a ticked step': (of) => tickedReply({ incident: of.incident(), number: 3, step: { text: of.text } }, true),
  'a checked step': (of) =>
    checkedReply({
      ...{ incident: of.incident(), number: 2, step: { text: of.text } },
      ...{ answer: of.text, isWell: false },
    }),
  'a view that loads': ({ text }) => loadingView(text),
  'a view with a problem': ({ text }) => problemView(text, text),
  'App Home': (of) =>
    homeTab({
      mine: [of.incident({ owner: ANA })],
      others: [of.incident({ id: 'INC-8' })],
      openCount: 30,
      week: report(),
      health: health(of.text),
      onCall: null,
      now: NOW,
    }),
  'App Home of a quiet day': () => homeTab({ mine: [], others: [], openCount: 0, week: null, onCall: null, now: NOW }),
};

const everySurface = Object.entries(surfaces);

/** These take sentences of ours, in which a person written as `<@U…>` is meant to be one. */
const speaks = new Set([
  'the runbook beside which something is said',
  'a rejection',
  'something done',
  'a view with a problem',
]);

/** What Slack reads as mrkdwn: what stands in a text box beforehand, or is to be copied, is plain text and stays as it is. */
function asMrkdwn(drawn: Drawn): string {
  return JSON.stringify(drawn, (key, value: unknown) => (key === 'initial_value' || isToCopy(value) ? '' : value));
}

function isToCopy(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'rich_text_preformatted';
}

describe.each(everySurface)('%s', (surface, draw) => {
  it('looks as it did', () => {
    const drawn = draw({ text: 'prod', incident: (changes) => incident('triggered', changes), events, runbook });

    expect(violations(drawn)).toEqual([]);
    expect(drawn).toMatchSnapshot();
  });

  it.each(Object.entries(texts))('survives %s', (_name, text) => {
    const drawn = draw({
      text,
      incident: (changes) => poisoned(incident('triggered', changes), text, 'javascript:alert(1)'),
      events: poisonedEvents(text),
      runbook: poisonedRunbook(runbook, text, 'javascript:alert(1)'),
    });

    expect(violations(drawn)).toEqual([]);
    expect(asMrkdwn(drawn)).not.toMatch(speaks.has(surface) ? /<!(?!date)|<#/ : /<!(?!date)|<@U0EVIL|<#/);
  });
});

describe('the list', () => {
  it('puts one’s own first, then what nobody has, the worst first', () => {
    const incidents = [
      incident('acknowledged', { id: 'INC-1', owner: BEN, severity: 'P0' }),
      incident('triggered', { id: 'INC-2', severity: 'P3' }),
      incident('acknowledged', { id: 'INC-3', owner: ANA, severity: 'P2' }),
      incident('triggered', { id: 'INC-4', severity: 'P1' }),
    ];

    const { text } = listReply({ user: ANA, incidents, total: 4, service: null });

    expect(text.match(/INC-\d/g)).toEqual(['INC-3', 'INC-4', 'INC-2', 'INC-1']);
  });

  it('says once whose they are: in the heading, else in each row', () => {
    const incidents = [
      incident('acknowledged', { id: 'INC-1', owner: BEN }),
      incident('triggered', { id: 'INC-2' }),
      incident('acknowledged', { id: 'INC-3', owner: ANA }),
    ];

    const { text, blocks } = listReply({ user: ANA, incidents, total: 3, service: null });

    expect(JSON.stringify(blocks)).not.toMatch(/nobody has it|<@U0ANA>/);
    expect(JSON.stringify(blocks)).toContain(`Acknowledged · <@${BEN}>`);
    expect(text).toMatch(/<@U0ANA>.*nobody has it/s); // it has no headings
  });
});

/** Two incidents that resolved by themselves. */
const { total } = report();
const unanswered = report({
  total: {
    ...total,
    current: {
      ...total.current,
      times: { ...total.current.times, acknowledge: empty.total.current.times.acknowledge },
    },
  },
});

it('App Home begins with what is wrong with Tocsin itself: the rest may not be true', () => {
  const quiet = { mine: [], others: [], openCount: 0, week: null, onCall: null, now: NOW };

  expect(JSON.stringify(homeTab({ ...quiet, health: health('slow') }).blocks[0])).toContain('Tocsin has trouble');
  expect(JSON.stringify(homeTab(quiet))).not.toContain('trouble');
});

it('the times of nothing are told in a sentence', () => {
  const { text, blocks } = statsReply(empty);

  expect(text).toContain('0 incidents');
  expect(JSON.stringify([text, blocks])).not.toMatch(/median|samples|dash/);
});

describe('the timeline', () => {
  it('has the newest last, says when older ones are left out, and leaves out its own bookkeeping', () => {
    const noted = Array.from({ length: 400 }, (_, i) => ({
      type: 'noted' as const,
      at: NOW + i,
      by: ANA,
      text: `note ${i}`,
    }));

    const drawn = JSON.stringify(
      timelineModal(
        { incident: incident('acknowledged'), runbook: null },
        [{ type: 'posted', at: NOW }, ...noted],
        NOW,
      ),
    );

    expect(drawn).toContain('220 older entries are left out');
    expect(drawn).not.toContain('note 219');
    expect(drawn.indexOf('note 398')).toBeLessThan(drawn.indexOf('note 399'));
    expect(drawn).not.toContain('The card is in the channel');
  });
});

const FOLLOW_UP = {
  ...{ id: '1', text: 'Load test', owner: ANA, by: ANA, from: null, done: null },
  ...{ since: NOW, due: NOW + MINUTE, reminders: 0, remindedAt: null },
};

const draft = {
  ...{ id: '6f0b3c4e-9d6f-4a51-8f0e-1f2a3b4c5d6e', incident: 'INC-7', by: ANA },
  ...{ action: action('rollback'), plan: plan() },
};

describe('forms', () => {
  const offered = [{ rotation: 'bikeshare/main', title: 'Bikeshare', zone: 'Europe/Berlin' }];
  const asking = { offered, rotation: null, channel: null, from: NOW, to: NOW + MINUTE };
  const views = [
    ['resolve', resolveModal(incident('acknowledged'), target)],
    ['close', closeModal(incident('resolved'), target)],
    ['followUp', followUpModal(incident('closed'), FOLLOW_UP, { incident: 'INC-7', followUp: '1', on: 'letter' })],
    ['severity', severityModal(incident('triggered'), target)],
    ['note', noteModal(incident('triggered'), target)],
    ['silence', silenceModal(incident('triggered'), target)],
    ['assign', assignModal(incident('triggered'), target)],
    ['escalate', escalateModal(escalating('triggered'), target)],
    ['snooze', snoozeModal(escalating('triggered'), target)],
    ['escalation', escalationModal({ incident: escalating('triggered'), runbook: null }, [], NOW)],
    ['reopen', reopenModal(incident('closed'), target)],
    ['declare', declareModal({ services: [service], recent: [], channel: null, title: '' })],
    ['addMessage', addMessageModal({ open: [incident('triggered')], draft: 'd1' })],
    ['override', overrideModal({ ...asking, person: ANA })],
    ['cover', coverModal(asking)],
    ['contact', contactModal({ phone: null })],
    ['contactCode', contactCodeModal('+4915112345678')],
    ['timeline', timelineModal({ incident: incident('triggered'), runbook: null }, [], NOW)],
    ['evidence', evidenceModal({ incident: incident('triggered'), runbook: null }, [], NOW)],
    ['runbook', runbookModal({ incident: incident('triggered'), runbook, now: NOW })],
    ['chooseAction', chooseActionModal([{ incident: incident('triggered'), actions: [action('restart')] }], {})],
    ['askInputs', askInputsModal(incident('triggered'), action('restart'), {})],
    ['plan', planModal(incident('triggered', { severity: 'P0' }), draft, NOW)],
    ['approve', approveModal(incident('triggered', { severity: 'P0' }), run('INC-7.1'), NOW)],
    ['reject', rejectModal(incident('triggered'), run('INC-7.1'))],
  ] as const;

  it('exist for every modal of the protocol', () => {
    expect(views.map(([name]) => name).toSorted()).toEqual(Object.keys(modals).toSorted());
  });

  it.each(views)('ask for %s what the protocol reads, and carry what it needs', (name: ModalName, view) => {
    const inputs = view.blocks.flatMap((block) => (block.type === 'input' && 'element' in block ? [block] : []));

    expect(view.callback_id).toBe(modals[name].callbackId);
    expect(inputs.map(({ block_id }) => block_id)).toEqual([...modals[name].inputs]);
    for (const { block_id, element } of inputs) expect(element).toHaveProperty('action_id', block_id);
    expect(decodeMeta(name, view.private_metadata)).not.toBeNull();
  });

  it('begin the closing note with what is known', () => {
    const view = resolveModal(incident('acknowledged', { summary: 'Riders wait.', resolution: 'rolled back' }), target);

    expect(initialOf(view, 'symptoms')).toBe('p95 latency is high\nRiders wait.');
    expect(initialOf(view, 'fix')).toBe('rolled back');
    expect(initialOf(view, 'cause')).toBeUndefined();
  });

  it('warn while alarms still fire', () => {
    const members = { total: 2, firing: 2, unknown: 0, shown: [] };

    expect(JSON.stringify(resolveModal(incident('acknowledged', { members }), target))).toContain('2 alarms are');
  });
});

function initialOf(view: ReturnType<typeof resolveModal>, id: string): unknown {
  const block = view.blocks.find((one) => one.block_id === id);
  return block?.type === 'input' && 'element' in block && 'initial_value' in block.element
    ? block.element.initial_value
    : undefined;
}

describe('answers', () => {
  it.each<[string, Message, RegExp]>([
    [
      'mention people that our own sentences name',
      rejectionReply({ message: `<@${BEN}> has INC-7 already.` }),
      /^<@U0BEN> has INC-7 already\.$/,
    ],
    ['escape everything else', rejectionReply({ message: 'I don’t know “<!channel>”.' }), /&lt;!channel&gt;/],
    ['show a dash where there is no sample', statsReply(unanswered), /MTTA\): median –/],
    ['name the reference of a fault', apologyReply('7f3a'), /reference: 7f3a/],
  ])('%s', (_, { text }, expected) => {
    expect(text).toMatch(expected);
  });
});
