import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulingOf } from '../../src/domain/grading.ts';
import { type IncidentEvent, STATUSES } from '../../src/domain/incident.ts';
import { readEvent, writeEvent } from '../../src/store/event-log.ts';
import { readSnapshot, writeSnapshot } from '../../src/store/snapshot.ts';
import { happens, inStatus, opened, rule, T0 } from '../domain/given.ts';
import { grades, step } from '../domain/given-grades.ts';

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
  it('is read as it was written, whatever its status and whatever people typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), text, text, (status, title, cause) => {
        const note = { symptoms: '', cause, fix: title, followUps: '' };
        const incident = { ...inStatus(status).incident, title, closingNote: note };

        expect(readSnapshot(writeSnapshot(incident))).toEqual(incident);
      }),
    );
  });

  it.each([null, 0, 1.5, 3])('is read as it was written when the value that grades an alarm is %s', (value) => {
    const { incident } = graded(value);

    expect(readSnapshot(writeSnapshot(incident))).toEqual(incident);
  });

  it.each(['triggered', 'acknowledged', 'mitigated'] as const)('is plain JSON while it is %s', (status) => {
    const { incident } = inStatus(status);

    expect(JSON.parse(writeSnapshot(incident))).toMatchObject({ id: incident.id, version: incident.version });
  });

  it.each(['resolved', 'closed'] as const)('is smaller once it is %s', (status) => {
    const { incident } = inStatus(status);

    expect(writeSnapshot(incident).length).toBeLessThan(0.8 * JSON.stringify(incident).length);
  });

  it('of a time when incidents had less is read with what they had', () => {
    const { runbook, answerDue, severityBy, chosen, easing, evidence, steps, ...old } = opened().incident;
    const shown = old.members.shown.map(({ ruling, sourceSeverity, ...member }) => member);

    const read = readSnapshot(JSON.stringify({ ...old, members: { ...old.members, shown } }));

    expect(read).toMatchObject({ ...old, members: { total: 1, firing: 1 } });
    expect(read).toMatchObject({ runbook: null, answerDue: {}, chosen: null, easing: null, evidence: null, steps: [] });
    expect(read.members.shown[0]).toMatchObject({
      sourceSeverity: null,
      ruling: { by: 'rule', isGraded: false, value: null },
    });
  });
});

describe('an event', () => {
  it.each([null, 0, 1.5, 3])('is read as it was written when the value that grades an alarm is %s', (value) => {
    const { events } = graded(value);

    expect(events.map(writeEvent).map(readEvent)).toEqual(events);
  });

  it('is written without what a ruling does not know', () => {
    const [, alarms] = opened().events;

    expect(alarms && writeEvent(alarms)).toContain('"ruling":{"by":"rule","rule":"alarms[0]"}');
  });

  it('of a time when incidents had less is read with what they had', () => {
    const [first, alarms] = opened().events as [IncidentEvent & { type: 'opened' }, IncidentEvent & { type: 'alarms' }];
    const { runbook, answerDue, ...opening } = first;
    const changed = alarms.changed.map((member) => ({ ...member, ruling: undefined, sourceSeverity: undefined }));

    expect(readEvent(JSON.stringify(opening))).toEqual({ ...first, runbook: null, answerDue: {} });
    expect(readEvent(JSON.stringify({ ...alarms, changed }))).toMatchObject({
      changed: [{ sourceSeverity: null, ruling: { by: 'rule', value: null } }],
    });
  });
});
