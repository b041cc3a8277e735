import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulingOf } from '../../src/domain/grading.ts';
import { type Incident, type IncidentEvent, STATUSES } from '../../src/domain/incident.ts';
import { linesOf, packedLog, readEvent, writeEvent } from '../../src/store/event-log.ts';
import { createPolicies } from '../../src/store/policies.ts';
import { readSnapshot, writeSnapshot } from '../../src/store/snapshot.ts';
import { ASKING, path, policy, role, step as stepOf } from '../domain/escalation-given.ts';
import { ANA, happens, inStatus, MINUTE, NOTE, opened, rule, T0 } from '../domain/given.ts';
import { grades, step } from '../domain/given-grades.ts';
import { anyEvent, EVENT_TYPES } from './any-event.ts';

/** A Redis that has none: whatever is read was written by the same process. */
const policies = createPolicies({ get: async () => null }, { policy: (name) => name });
const text = fc.string({ unit: 'binary', maxLength: 300 });
const RULE = rule('*', { grades: grades([step(1, 'P1', { advice: 'Look', dueMs: 1_000 }), step(2, 'P0')]) });

/** An incident of one alarm that a value has graded. */
function graded(value: number | null) {
  const story = opened();
  const key = story.incident.members.shown[0]?.key ?? '';
  const { severity, ruling } = rulingOf(RULE, { value, base: null }, T0);
  happens(story, { type: 'grade', key, severity, ruling, dwellMs: 60_000 }, T0);
  return story;
}

const POLICY = policy([path([stepOf('page/L1.1'), stepOf('page/L2.1', { after: 5, notify: [role('senior')] })])], {
  progress: ASKING,
});

/** An incident whose policy has paged two levels, and what became of it. */
function escalated(status: 'triggered' | 'acknowledged' | 'closed') {
  const story = opened({ escalation: POLICY }, 'P1');
  happens(story, { type: 'wake' }, T0 + 5 * MINUTE);
  if (status === 'triggered') return story;
  happens(story, { type: 'acknowledge', by: ANA }, T0 + 6 * MINUTE);
  happens(story, { type: 'snooze', by: ANA, forMs: 20 * MINUTE }, T0 + 7 * MINUTE);
  if (status === 'acknowledged') return story;
  const note = { ...NOTE, followUps: 'Alarm on memory before it is full.' };
  happens(story, { type: 'resolve', by: ANA, seen: null, text: '', note }, T0 + 8 * MINUTE);
  return story;
}

const stored = (incident: Incident) => Buffer.from(writeSnapshot(incident, policies) as string);
const writtenAndRead = (incident: Incident) => readSnapshot(stored(incident), policies);

describe('a snapshot', () => {
  it('is read as it was written, whatever its status and whatever people typed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATUSES), text, text, async (status, title, cause) => {
        const note = { symptoms: '', cause, fix: title, followUps: '' };
        const incident = { ...inStatus(status).incident, title, closingNote: note };

        expect(await writtenAndRead(incident)).toEqual(incident);
      }),
    );
  });

  it.each([null, 0, 1.5, 3])('is read as it was written when the value that grades an alarm is %s', async (value) => {
    const { incident } = graded(value);

    expect(await writtenAndRead(incident)).toEqual(incident);
  });

  it.each([
    ['its pages are on their way', 'triggered'],
    ['somebody has it and it is snoozed', 'acknowledged'],
    ['it is over and has a follow-up', 'closed'],
  ] as const)('is read as it was written while %s', async (_, status) => {
    const { incident } = escalated(status);

    expect(incident).toMatchObject({ status, escalation: { state: { round: 1 } } });
    expect(await writtenAndRead(incident)).toEqual(incident);
  });

  it('is read as it was packed when what is packed was kept as text', async () => {
    const { incident } = inStatus('closed');
    const json = JSON.stringify({ ...incident, escalation: null });

    const asText = Buffer.from(`z${deflateRawSync(json).toString('base64')}`);

    expect(await readSnapshot(asText, policies)).toEqual(incident);
  });

  it.each(['triggered', 'acknowledged', 'mitigated'] as const)('is plain JSON while it is %s', (status) => {
    const { incident } = inStatus(status);

    expect(JSON.parse(stored(incident).toString())).toMatchObject({ id: incident.id, version: incident.version });
  });

  it.each(['resolved', 'closed'] as const)('is smaller once it is %s', (status) => {
    const { incident } = inStatus(status);

    expect(stored(incident).length).toBeLessThan(0.6 * JSON.stringify(incident).length);
  });

  it('of a time when incidents had less is read with what they had', async () => {
    const { runbook, answerDue, severityBy, chosen, easing, evidence, steps, escalation, deadlines, ...old } =
      opened().incident;
    const shown = old.members.shown.map(({ ruling, sourceSeverity, ...member }) => member);

    const read = await readSnapshot(
      Buffer.from(JSON.stringify({ ...old, members: { ...old.members, shown } })),
      policies,
    );

    expect(read).toMatchObject({ ...old, members: { total: 1, firing: 1 } });
    expect(read).toMatchObject({ runbook: null, answerDue: {}, chosen: null, easing: null, evidence: null, steps: [] });
    expect(read.members.shown[0]).toMatchObject({
      sourceSeverity: null,
      ruling: { by: 'rule', isGraded: false, value: null },
    });
  });
});

const anyEventAtAll = fc.constantFrom(...EVENT_TYPES).chain(anyEvent);
const readAll = (lines: readonly string[]) => Promise.all(lines.map((json) => readEvent(json, policies)));

describe('an event', () => {
  it.each(EVENT_TYPES)('of the type %s is read as it was written', async (type) => {
    await fc.assert(
      fc.asyncProperty(anyEvent(type), async (event) => {
        expect(await readEvent(writeEvent(event, policies), policies)).toEqual(event);
      }),
      { numRuns: 50 },
    );
  });

  it.each([null, 0, 1.5, 3])('is read as it was written when the value that grades an alarm is %s', async (value) => {
    const { events } = graded(value);

    const written = events.map((event) => writeEvent(event, policies));

    expect(await Promise.all(written.map((json) => readEvent(json, policies)))).toEqual(events);
  });

  it('is written without what a ruling does not know', () => {
    const [, alarms] = opened().events;

    expect(alarms && writeEvent(alarms, policies)).toContain('"ruling":{"by":"rule","rule":"alarms[0]"}');
  });

  it('of a time when incidents had less is read with what they had', async () => {
    const [first, alarms] = opened().events as [IncidentEvent & { type: 'opened' }, IncidentEvent & { type: 'alarms' }];
    const { runbook, answerDue, ...opening } = first;
    const changed = alarms.changed.map((member) => ({ ...member, ruling: undefined, sourceSeverity: undefined }));

    expect(await readEvent(JSON.stringify(opening), policies)).toEqual({ ...first, runbook: null, answerDue: {} });
    expect(await readEvent(JSON.stringify({ ...alarms, changed }), policies)).toMatchObject({
      changed: [{ sourceSeverity: null, ruling: { by: 'rule', value: null } }],
    });
  });
});

describe('a log', () => {
  const written = (events: readonly IncidentEvent[]) => events.map((event) => writeEvent(event, policies));
  const asStored = (events: readonly IncidentEvent[]) => written(events).map((json) => Buffer.from(json));
  const some = fc.array(anyEventAtAll, { minLength: 1, maxLength: 12 });

  it('is read as it was written, packed again and again, with events behind that were not', async () => {
    await fc.assert(
      fc.asyncProperty(some, some, some, some, async (plain, first, again, last) => {
        const once = packedLog(asStored(plain), written(first)) ?? Buffer.of();
        const twice = packedLog([once], written(again)) ?? Buffer.of();

        const read = await readAll(linesOf([twice, ...asStored(last)]));

        expect(read).toEqual([...plain, ...first, ...again, ...last]);
      }),
    );
  });

  it('takes less than half of the bytes when it is packed', () => {
    const lines = written(escalated('closed').events);

    expect(packedLog([], lines)?.length).toBeLessThan(0.5 * lines.join('').length);
  });

  it('of more than a quarter of a million characters is not packed', () => {
    const [event = ''] = written([{ type: 'noted', at: T0, by: ANA, text: 'x'.repeat(3_000) }]);

    expect(packedLog([], Array(80).fill(event))).not.toBeNull();
    expect(packedLog([], Array(90).fill(event))).toBeNull();
  });
});
