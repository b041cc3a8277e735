import { describe, expect, it } from 'vitest';
import { answerWords, severityWords } from '../../blocks/severity-words.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { incident, MINUTE, member, NOW } from './incidents.ts';
import { graded } from './triage.ts';

const wordsOf = (changes: Partial<Incident>) => severityWords(incident('acknowledged', changes), NOW).text;
const shown = (...members: ReturnType<typeof member>[]) => ({
  total: members.length,
  firing: members.length,
  unknown: 0,
  shown: members,
});

describe('why an incident is as bad as it is', () => {
  it('is said of the alarm that decides, by its name when it is not the first', () => {
    const mild = member({ key: 'a', severity: 'P3' });
    const bad = member({ key: 'b', title: 'Errors', severity: 'P1', ruling: graded() });

    expect(wordsOf({ severity: 'P1', members: shown(mild, bad) })).toMatch(/^“Errors”: P1 because the error rate/);
  });

  it('names the person who set it, and what the alarm itself would say', () => {
    const words = wordsOf({ severity: 'P0', severityBy: 'U0BEN', members: shown(member({ ruling: graded() })) });

    expect(words).toMatch(/^P0 set by <@U0BEN>\. The alarm itself: P1 because/);
  });

  it('names the person who declared it, when there is no alarm', () => {
    expect(wordsOf({ severityBy: 'U0BEN', members: shown() })).toBe('P1 set by <@U0BEN>.');
  });

  it('says since when a milder level would count', () => {
    const easing = { severity: 'P2', since: NOW, dwellMs: 30 * MINUTE } as const;

    const words = wordsOf({ easing, members: shown(member({ severity: 'P2', ruling: graded() })) });

    expect(words).toMatch(/^Still P1\. The alarm itself: P2 because/);
    expect(words).toMatch(/\nP2 from <!date\^1795318920\^.*> if it stays so\.$/);
  });

  it('keeps the source’s own word', () => {
    expect(wordsOf({ members: shown(member({ sourceSeverity: 'page <!here>' })) })).toContain(
      'The source says “page &lt;!here&gt;”.',
    );
  });

  it.each([
    [null, /👉 \*Plan a retrain\.\*$/],
    [NOW, /👉 \*Plan a retrain\*, by <!date\^1795317120\^[^>]*>\.$/],
    [NOW - 1, /👉 \*Plan a retrain\.\* It was due <!date\^1795317119\^[^>]*>\.$/],
  ])('gives the advice that is due at %j', (dueAt, expected) => {
    const ruling = graded({ advice: 'Plan a retrain.', dueAt });

    expect(wordsOf({ members: shown(member({ ruling })) })).toMatch(expected);
  });

  it('is nobody’s question any more once it is over', () => {
    expect(severityWords(incident('closed', { members: shown(member({ ruling: graded() })) }), NOW).text).toBe('');
  });
});

describe('by when somebody must answer', () => {
  const at = (changes: Partial<Incident>) => answerWords(incident('triggered', changes), NOW)?.text ?? null;

  it('is said by the severity that it has now', () => {
    expect(at({ answerDue: { P0: NOW - MINUTE, P1: NOW + MINUTE } })).toMatch(
      /^Somebody should answer by <!date\^1795317180/,
    );
  });

  it('is late at the very moment: “within 15 min” is less than that', () => {
    expect(at({ answerDue: { P1: NOW + 1 } })).toMatch(/^Somebody should answer by/);
    expect(at({ answerDue: { P1: NOW } })).toMatch(/Overdue since/);
  });

  it.each([
    ['somebody has it', incident('acknowledged', { answerDue: { P1: NOW } })],
    [
      'it was reopened: the time was that of the first alarm',
      incident('triggered', { answerDue: { P1: NOW }, reopenings: 1 }),
    ],
    ['its level has no such time', incident('triggered', { answerDue: { P0: NOW } })],
  ])('is not said when %s', (_, state) => {
    expect(answerWords(state, NOW)).toBeNull();
  });
});
