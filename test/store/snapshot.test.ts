import fc from 'fast-check';
import { expect, it } from 'vitest';
import { STATUSES } from '../../src/domain/incident.ts';
import { readSnapshot, writeSnapshot } from '../../src/store/snapshot.ts';
import { inStatus } from '../domain/given.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });

it('a snapshot is read as it was written, whatever its status and whatever people typed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STATUSES), text, text, (status, title, cause) => {
      const note = { symptoms: '', cause, fix: title, followUps: '' };
      const incident = { ...inStatus(status).incident, title, closingNote: note };

      expect(readSnapshot(writeSnapshot(incident))).toEqual(incident);
    }),
  );
});

it.each(['triggered', 'acknowledged', 'mitigated'] as const)('a snapshot is plain JSON while it is %s', (status) => {
  const { incident } = inStatus(status);

  expect(JSON.parse(writeSnapshot(incident))).toEqual(incident);
});

it.each(['resolved', 'closed'] as const)('a snapshot is smaller once it is %s', (status) => {
  const { incident } = inStatus(status);

  expect(writeSnapshot(incident).length).toBeLessThan(0.8 * JSON.stringify(incident).length);
});
