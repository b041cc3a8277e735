import { describe, expect, it } from 'vitest';
import { type Fact, type Graph, MOMENTS, type Moment, momentsOf } from '../../src/domain/evidence.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { ANA, happens, MINUTE, NOTE, opened, replay, T0 } from './given.ts';

const fact = (text: string): Fact => ({ kind: 'value', text, at: T0, url: null });
const graph = (file: string): Graph => ({ file, alt: 'The course of the error rate' });
const shows = (moment: Moment, facts: readonly Fact[], drawn: Graph | null) =>
  ({ type: 'show_evidence', moment, facts, graph: drawn }) as const;

describe('the moments at which evidence is kept', () => {
  const byEvent: [IncidentEvent, Moment[]][] = [
    [{ type: 'posted', at: T0 }, ['fire']],
    [{ type: 'acknowledged', at: T0, by: ANA }, ['acknowledge']],
    [{ type: 'resolved', at: T0, by: ANA, text: '' }, ['resolve']],
    [{ type: 'seen', at: T0, by: ANA }, []],
    [{ type: 'closed', at: T0, by: ANA, note: NOTE }, []],
    [{ type: 'reopened', at: T0, by: ANA, reason: '' }, []],
  ];

  it.each(byEvent)('of %j are %j', (event, moments) => {
    expect(momentsOf([event])).toEqual(moments);
  });

  it('are each told once, and are known ones', () => {
    const all = momentsOf([...byEvent, ...byEvent].map(([event]) => event));

    expect(all).toEqual(['fire', 'acknowledge', 'resolve']);
    expect(MOMENTS).toEqual(expect.arrayContaining(all));
  });

  it('do not begin before the card is out: opening calls for nothing', () => {
    expect(momentsOf(opened().events)).toEqual([]);
  });
});

describe('the evidence that a card shows', () => {
  it('is what was found, and the graph when it comes later', () => {
    const story = opened();

    happens(story, shows('fire', [fact('5.4 %')], null), T0 + 1);
    happens(story, shows('fire', [], graph('F1')), T0 + 2);

    expect(story.incident.evidence).toEqual({ at: T0 + 2, facts: [fact('5.4 %')], graph: graph('F1') });
    expect(replay(story.events)).toEqual(story.incident);
  });

  it('is what was found last, where something was', () => {
    const story = opened();
    happens(story, shows('fire', [fact('before')], graph('F1')), T0);

    happens(story, shows('resolve', [fact('after')], null), T0 + MINUTE);
    expect(story.incident.evidence).toEqual({ at: T0 + MINUTE, facts: [fact('after')], graph: graph('F1') });

    happens(story, shows('resolve', [], graph('F2')), T0 + 2 * MINUTE);
    expect(story.incident.evidence).toMatchObject({ facts: [fact('after')], graph: graph('F2') });
  });

  it('is not told of where nothing was found', () => {
    expect(happens(opened(), shows('fire', [], null), T0)).toEqual([]);
  });
});
