import { describe, expect, it } from 'vitest';
import { homeTab } from '../../blocks/home-tab.ts';
import { addMessageModal } from '../../blocks/modals/add-message.ts';
import { declareModal } from '../../blocks/modals/declare.ts';
import { escalationModal } from '../../blocks/modals/escalation.ts';
import { runbookModal } from '../../blocks/modals/runbook.ts';
import { timelineModal } from '../../blocks/modals/timeline.ts';
import { listReply, rejectionReply } from '../../blocks/replies.ts';
import { stormSummary } from '../../blocks/storm-summary.ts';
import { threadNote } from '../../blocks/thread-note.ts';
import { violations } from '../../blocks/validate.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import type { Runbook } from '../../src/domain/runbook.ts';
import { path, policy, role, step } from '../domain/escalation-given.ts';
import { PLAIN_SERVICE } from '../support/plain.ts';
import { escalating, pageDue } from './escalations.ts';
import { ANA, BEN, incident, NOW } from './incidents.ts';
import { report } from './reports.ts';
import { evidence, runbook } from './triage.ts';

type Drawn = Parameters<typeof violations>[0];
const service = {
  ...PLAIN_SERVICE,
  ...{ name: 'bikeshare', title: 'Bikeshare', channel: 'C0BIKES', rules: [] },
  runbooks: { [runbook.name]: runbook },
};

describe('many of them', () => {
  const many = Array.from({ length: 500 }, (_, i) =>
    incident('acknowledged', {
      id: `INC-${i + 1}`,
      owner: i % 3 === 0 ? ANA : i % 3 === 1 ? null : BEN,
      title: `&<${'long '.repeat(60)}`,
    }),
  );

  it.each<[string, Drawn]>([
    ['the list', listReply({ user: ANA, incidents: many, total: 5000, service: null })],
    ['App Home', homeTab({ mine: many, others: many, openCount: 5000, week: report(), onCall: null, now: NOW })],
    ['the form to add a message', addMessageModal({ open: many, draft: 'd' })],
    [
      'the form to declare',
      declareModal({
        services: many.map(({ id }) => ({ ...service, name: id })),
        recent: many,
        channel: null,
        title: '',
      }),
    ],
    ['a storm', stormSummary({ channel: 'C1', waiting: many, total: 5000, alarms: 90_000, since: 0 }, NOW)],
    [
      'a thread note',
      threadNote(
        incident('acknowledged'),
        many.map(({ title }) => ({ type: 'noted', at: NOW, by: ANA, text: title.repeat(20) })),
      ),
    ],
    [
      'the timeline',
      timelineModal(
        { incident: incident('acknowledged', { evidence }), runbook },
        many.map(({ title }) => ({ type: 'noted', at: NOW, by: ANA, text: `й${title}`.repeat(20) })),
        NOW,
      ),
    ],
  ])('fit into %s', (_, drawn) => {
    expect(violations(drawn)).toEqual([]);
  });

  it('are counted where they are left out', () => {
    const list = listReply({ user: ANA, incidents: many, total: 5000, service: null });

    expect(JSON.stringify(list.blocks)).toContain('and 4,980 more');
  });
});

describe('the longest runbook that a file may have', () => {
  const longest: Runbook = {
    ...runbook,
    title: 't'.repeat(100),
    causes: Array.from({ length: 12 }, () => ({ cause: 'c&'.repeat(100), cure: '<'.repeat(300) })),
    steps: Array.from({ length: 30 }, (_, i) => ({
      ...{ id: `s${i}`, kind: 'check', text: '&'.repeat(300), query: 'rate', action: null },
      ...{ phase: `Phase ${i}`, commands: { any: 'x'.repeat(2_000) } },
    })),
  };
  const steps = longest.steps.map(({ id, text }) => ({
    ...{ runbook: longest.name, step: id, text, done: { by: ANA, at: NOW } },
    answer: { text: '&\n'.repeat(300), isWell: true, at: NOW, by: ANA },
  }));
  const view = runbookModal({
    ...{ incident: incident('triggered', { steps, evidence }), runbook: longest, now: NOW },
    aside: { step: 's3', blocks: rejectionReply({ message: 'Could not tell: x', hint: 'Try again.' }).blocks },
  });

  it('fits into a view, with every step, phase and button', () => {
    const drawn = JSON.stringify(view);

    expect(violations(view)).toEqual([]);
    for (const { phase } of longest.steps) expect(drawn).toContain(phase);
    expect(drawn.match(/step\.check/g)).toHaveLength(30);
    expect(drawn).toContain('Could not tell: x');
  });
});

describe('the longest escalation that there may be', () => {
  const long = 'ж&'.repeat(300);
  const targets = Array.from({ length: 20 }, (_, i) => role(`role-with-a-long-name-${i}`));
  const steps = Array.from({ length: 200 }, (_, i) => step(`page/L${i}.1`, { after: i, notify: targets }));
  const told = Array.from({ length: 500 }, (_, i): IncidentEvent[] => {
    const page = `INC-7/1/page/L${i}.1/0`;
    const due = pageDue({ at: NOW + i, page, step: `page/L${i}.1`, level: `L${i}`, notify: targets });
    const failed = { type: 'page_failed', at: NOW + i, page, target: 'role:role-with-a-long-name-3' } as const;
    const tries = Array.from({ length: 9 }, () => ({ ...failed, way: 1, why: long, isUsable: true, isLast: false }));
    return [due, ...tries];
  }).flat();
  const state = escalating('triggered', { evidence }, [], policy([path(steps)]));
  const view = escalationModal({ incident: state, runbook }, told, NOW);
  const drawn = JSON.stringify(view);

  it('fits into a view, says what is left out, and leaves out nothing else', () => {
    expect(violations(view)).toEqual([]);
    expect(drawn).toContain('160 more steps are left out here.');
    expect(drawn).toContain('460 older entries are left out here.');
    for (let i = 460; i < 500; i++) expect(drawn).toContain(`*L${i}*`);
    expect(drawn).not.toContain('*L459*');
    expect(drawn).toContain('3 earlier tries');
    expect(drawn).toContain('Updated');
  });
});
