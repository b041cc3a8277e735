import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulingOf } from '../../src/domain/grading.ts';
import { type IncidentEvent, STATUSES } from '../../src/domain/incident.ts';
import { readEvent, writeEvent } from '../../src/store/event-log.ts';
import { createPolicies } from '../../src/store/policies.ts';
import { readSnapshot, writeSnapshot } from '../../src/store/snapshot.ts';
import { happens, inStatus, opened, rule, T0 } from '../domain/given.ts';
import { grades, step } from '../domain/given-grades.ts';

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

describe('a snapshot', () => {
  it('is read as it was written, whatever its status and whatever people typed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATUSES), text, text, async (status, title, cause) => {
        const note = { symptoms: '', cause, fix: title, followUps: '' };
        const incident = { ...inStatus(status).incident, title, closingNote: note };

        expect(await readSnapshot(writeSnapshot(incident, policies), policies)).toEqual(incident);
      }),
    );
  });

  it.each([null, 0, 1.5, 3])('is read as it was written when the value that grades an alarm is %s', async (value) => {
    const { incident } = graded(value);

    expect(await readSnapshot(writeSnapshot(incident, policies), policies)).toEqual(incident);
  });

  it.each(['triggered', 'acknowledged', 'mitigated'] as const)('is plain JSON while it is %s', (status) => {
    const { incident } = inStatus(status);

    expect(JSON.parse(writeSnapshot(incident, policies))).toMatchObject({ id: incident.id, version: incident.version });
  });

  it.each(['resolved', 'closed'] as const)('is smaller once it is %s', (status) => {
    const { incident } = inStatus(status);

    expect(writeSnapshot(incident, policies).length).toBeLessThan(0.8 * JSON.stringify(incident).length);
  });

  it('of a time when incidents had less is read with what they had', async () => {
    const { runbook, answerDue, severityBy, chosen, easing, evidence, steps, escalation, deadlines, ...old } =
      opened().incident;
    const shown = old.members.shown.map(({ ruling, sourceSeverity, ...member }) => member);

    const read = await readSnapshot(JSON.stringify({ ...old, members: { ...old.members, shown } }), policies);

    expect(read).toMatchObject({ ...old, members: { total: 1, firing: 1 } });
    expect(read).toMatchObject({ runbook: null, answerDue: {}, chosen: null, easing: null, evidence: null, steps: [] });
    expect(read.members.shown[0]).toMatchObject({
      sourceSeverity: null,
      ruling: { by: 'rule', isGraded: false, value: null },
    });
  });
});

describe('an event', () => {
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
