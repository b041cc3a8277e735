import { describe, expect, it } from 'vitest';
import { type Fact, type Graph, LOOK_UPS, type LookUp, lookUpsOf } from '../../src/domain/evidence.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { ANA, alarms, change, happens, MINUTE, NOTE, opened, replay, T0 } from './given.ts';

const fact = (text: string): Fact => ({ kind: 'value', text, at: T0, url: null });
const graph = (file: string): Graph => ({ file, alt: 'The course of the error rate' });
const shows = (moment: 'fire' | 'resolve', facts: readonly Fact[], drawn: Graph | null) =>
  ({ type: 'show_evidence', moment, facts, graph: drawn }) as const;

describe('what is looked up', () => {
  const WITH_CARD = { milestones: { ...opened().incident.milestones, postedAt: T0 } };
  const byEvent: [IncidentEvent, LookUp[]][] = [
    [{ type: 'posted', at: T0 }, ['fire']],
    [{ type: 'acknowledged', at: T0, by: ANA }, ['acknowledge']],
    [{ type: 'resolved', at: T0, by: ANA, text: '' }, ['resolve']],
    [{ type: 'seen', at: T0, by: ANA }, []],
    [{ type: 'closed', at: T0, by: ANA, note: NOTE }, []],
    [{ type: 'reopened', at: T0, by: ANA, reason: '' }, []],
  ];

  it.each(byEvent)('of %j are %j', (event, moments) => {
    expect(lookUpsOf([event], WITH_CARD)).toEqual(moments);
  });

  it('are each told once, and are known ones', () => {
    const all = lookUpsOf(
      [...byEvent, ...byEvent].map(([event]) => event),
      WITH_CARD,
    );

    expect(all).toEqual(['fire', 'acknowledge', 'resolve']);
    expect(LOOK_UPS).toEqual(expect.arrayContaining(all));
  });

  it('do not begin before the card is out: opening calls for nothing', () => {
    const { events, incident } = opened();

    expect(lookUpsOf(events, incident)).toEqual([]);
  });

  it('are followed by the values of alarms that join a card', () => {
    const story = opened();
    happens(story, { type: 'posted', at: T0 }, T0);

    const joined = happens(story, alarms(story, change('bikeshare-errors', 'firing', T0 + 1)), T0 + 1);
    const gone = happens(story, alarms(story, change('bikeshare-errors', 'recovered', T0 + 2)), T0 + 2);

    expect(lookUpsOf(joined, story.incident)).toEqual(['values']);
    expect(lookUpsOf(gone, story.incident)).toEqual([]);
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
