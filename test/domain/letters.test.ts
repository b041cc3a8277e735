import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { isLetter, lettersOf, recipientOf } from '../../src/domain/letters.ts';
import { ANA, BEN, T0 } from './given.ts';

const asked: IncidentEvent = { type: 'asked_owner', at: T0, owner: ANA };
const handed: IncidentEvent = { type: 'assigned', at: T0, by: ANA, to: BEN };
const taken: IncidentEvent = { type: 'assigned', at: T0, by: BEN, to: BEN };
const lost: IncidentEvent = { type: 'unacknowledged', at: T0, by: 'tocsin', owner: ANA, why: 'no_answer' };
const givenBack: IncidentEvent = { type: 'unacknowledged', at: T0, by: ANA, owner: ANA, why: 'by_hand' };
const noted: IncidentEvent = { type: 'noted', at: T0, by: ANA, text: 'x' };
const nobody = { deadlines: [], channel: 'C0BIKES' };

describe('a letter', () => {
  it('is a question, what one is handed, and what one has lost', () => {
    expect([asked, handed, lost].map(isLetter)).toEqual([true, true, true]);
  });

  it('does not tell people what they have done themselves', () => {
    expect([taken, givenBack, noted].map(isLetter)).toEqual([false, false, false]);
  });

  it('is named by the version that its event makes', () => {
    expect(lettersOf([noted, asked, taken, handed], 10)).toEqual([12, 14]);
    expect(lettersOf([], 10)).toEqual([]);
  });

  it('goes to whom it is about', () => {
    expect(recipientOf(asked, nobody)).toBe(ANA);
    expect(recipientOf(handed, nobody)).toBe(BEN);
    expect(recipientOf(lost, nobody)).toBe(ANA);
    expect(recipientOf(noted, nobody)).toBeNull();
  });

  it('of a follow-up that is not there any more goes to nobody', () => {
    expect(
      recipientOf({ type: 'deadline_changed', at: T0, by: ANA, id: 'd1', owner: BEN } as IncidentEvent, nobody),
    ).toBeNull();
  });
});
