import { describe, expect, it } from 'vitest';
import type { Limit, Ruling } from '../../src/domain/grading.ts';
import type { AlarmsChanged, IncidentEvent } from '../../src/domain/incident.ts';
import type { Severity } from '../../src/domain/severity.ts';
import { type Phrase, phraseOf, symptomsOf, timelineOf } from '../../src/domain/timeline.ts';
import { events, incident, member } from '../blocks/incidents.ts';
import { BY_RULE } from '../support/plain.ts';

const burst: AlarmsChanged = {
  type: 'alarms',
  at: 0,
  joined: 0,
  refired: 0,
  recovered: 0,
  lostSight: 0,
  changed: [],
  totals: { total: 0, firing: 0, unknown: 0 },
};

describe('an event in words', () => {
  it.each<[IncidentEvent['type'], Partial<AlarmsChanged>, string]>([
    ['alarms', { joined: 1, changed: [member()] }, '1 alarm joined: “p95 latency is high”.'],
    [
      'alarms',
      { joined: 3, recovered: 1, changed: [member(), member({ title: '5xx' }), member()] },
      '3 alarms joined, 1 alarm recovered: “p95 latency is high”, “5xx” and 2 more.',
    ],
    ['alarms', { refired: 2, lostSight: 1 }, '2 alarms fired again, 1 alarm stopped reporting data.'],
    ['alarms', { joined: 5000 }, '5,000 alarms joined.'],
    ['alarms', { changed: [member()] }, '1 alarm got worse: “p95 latency is high”.'],
  ])('tells a burst of %s as one line', (_, changes, words) => {
    expect(plainly(phraseOf({ ...burst, ...changes }))).toBe(words);
  });

  it('tells every kind', () => {
    expect(timelineOf(events).map(({ phrase }) => plainly(phrase))).toMatchInlineSnapshot(`
      [
        "Opened by an alarm.",
        "3 alarms joined, 1 alarm fired again, 2 alarms recovered, 1 alarm stopped reporting data: “p95 latency is high”, “5xx errors” and 5 more.",
        "1 alarm joined: “p95 latency is high”.",
        "The card is in the channel.",
        "@U0ANA looked at it.",
        "@U0ANA acknowledged and has it.",
        "@U0ANA gave it to @U0BEN.",
        "@U0ANA took it.",
        "@U0ANA changed the severity from P2 to P1.",
        "Severity raised from P1 to P0.",
        "@U0ANA noted: Traffic is shifted, see https://status.example.com/42 & wait",
        "@U0ANA added a message of @U0BEN: the queue is full [Open the message]",
        "@U0ANA added a message: mine",
        "@U0ANA silenced it until 03:12.",
        "The silence is over.",
        "Nobody has answered in time.",
        "@U0ANA marked it mitigated: the impact is over.",
        "All alarms recovered. Watching until 03:12.",
        "An alarm fired again: it is not over.",
        "The alarms stayed quiet. It can be resolved, with a closing note.",
        "@U0ANA resolved it: rolled back",
        "Resolved by itself: All alarms recovered and stayed so.",
        "@U0ANA resolved it.",
        "@U0ANA wrote the closing note.",
        "@U0BEN reopened it and has it: errors are back",
        "Reopened: An alarm fired again.",
      ]
    `);
  });

  const known: IncidentEvent = { ...burst, joined: 1, changed: [member({ key: 'a', title: '5xx errors' })] };
  const sentence = (event: IncidentEvent) => plainly(timelineOf([known, event])[1]?.phrase ?? []);
  const above: Limit = { direction: 'above', limit: 5, inclusive: false };

  it.each<[Partial<Ruling>, Severity, string]>([
    [
      { measure: 'Error rate', unit: 'Percent', value: 5.4, reached: above },
      'P1',
      'Error rate of “5xx errors” is 5.4 Percent, above 5 Percent: P1.',
    ],
    [{ value: 5, reached: { ...above, inclusive: true } }, 'P2', 'The value of “5xx errors” is 5, at or above 5: P2.'],
    [
      { measure: 'F1', value: 0.6, reached: { direction: 'below', limit: 0.7, inclusive: false } },
      'P1',
      'F1 of “5xx errors” is 0.6, below 0.7: P1.',
    ],
    [{ measure: 'F1', value: 0.9 }, 'P3', 'F1 of “5xx errors” is 0.9, within every limit: P3.'],
    [{ isGraded: true }, 'P2', 'The value of “5xx errors” is not known: P2 by its rule.'],
    [{}, 'P2', 'The severity of “5xx errors” is P2 by its rule.'],
  ])('tells what %j has decided', (ruling, severity, words) => {
    expect(sentence({ type: 'graded', at: 0, key: 'a', severity, ruling: { ...BY_RULE, ...ruling } })).toBe(words);
  });

  it('tells what was graded also where the alarm’s name is not known', () => {
    const ruling = { ...BY_RULE, value: 7 };

    expect(sentence({ type: 'graded', at: 0, key: 'b', severity: 'P3', ruling })).toBe(
      'The value is 7, within every limit: P3.',
    );
  });

  it.each<[Severity | null, string]>([
    ['P3', 'The values call for P3. It is lowered when that has lasted for 10 min.'],
    [null, 'The values do not call for a lower severity any more.'],
  ])('tells that values call for %s', (severity, words) => {
    expect(sentence({ type: 'easing', at: 0, severity, dwellMs: 600_000 })).toBe(words);
  });

  it('keeps people, times, quotes and links apart from its own words, so that nothing a stranger writes becomes one', () => {
    const phrase = phraseOf({
      type: 'message_added',
      at: 0,
      by: 'U0ANA',
      author: 'U0BEN',
      text: '<@U0EVIL>',
      link: 'https://x.example/',
    });

    expect(phrase).toEqual([
      { person: 'U0ANA' },
      ' added a message of ',
      { person: 'U0BEN' },
      ': ',
      { quote: '<@U0EVIL>' },
      ' ',
      { label: 'Open the message', url: 'https://x.example/' },
    ]);
  });
});

describe('the symptoms that a closing note begins with', () => {
  it('are the title, what was declared and every alarm once', () => {
    const shown = [member(), member({ key: 'b', title: '5xx errors' }), member({ key: 'c', title: '5xx errors' })];

    const symptoms = symptomsOf(
      incident('acknowledged', { summary: 'Riders wait.', members: { total: 5, firing: 3, unknown: 0, shown } }),
    );

    expect(symptoms).toBe('p95 latency is high\nRiders wait.\n5xx errors\nand 2 alarms more');
  });
});

function plainly(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : partWords(part))).join('');
}

function partWords(part: Exclude<Phrase[number], string>): string {
  if ('person' in part) return `@${part.person}`;
  if ('time' in part) return new Date(part.time).toISOString().slice(11, 16);
  if ('quantity' in part) return [part.quantity, part.unit].filter((one) => one !== null).join(' ');
  if ('quote' in part) return part.quote;
  if ('label' in part) return `[${part.label}]`;
  return 'channel' in part ? `#${part.channel}` : `@${part.group}`;
}
