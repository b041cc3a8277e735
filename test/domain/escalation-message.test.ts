import { describe, expect, it } from 'vitest';
import { briefingWords } from '../../blocks/briefing.ts';
import { actionsOf, briefingOf } from '../../src/domain/escalation-message.ts';
import type { IncidentEvent } from '../../src/domain/incident.ts';
import { escalated, escalating } from '../blocks/escalations.ts';
import { ANA, events, incident, MINUTE, member, NOW } from '../blocks/incidents.ts';
import { graded, runbook, ticked } from '../blocks/triage.ts';

/** The template of the movie recommender's runbook, which the four others have in other words. */
const FIELDS = ['ALERT', 'SEVERITY', 'DURATION', 'IMPACT', 'ACTIONS TAKEN', 'CURRENT STATUS', 'NEXT STEPS'];

describe('the message of an escalation', () => {
  const state = escalating('acknowledged', { summary: 'Riders wait.', steps: ticked });
  const text = briefingWords(briefingOf(state, events, runbook, NOW)).text;
  const line = (field: string) => text.split('\n').find((one) => one.startsWith(`*${field}:*`)) ?? '';

  it('has every field of the template, in its order, and leaves none to be written', () => {
    const places = FIELDS.map((field) => text.indexOf(`*${field}:*`));

    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).not.toContain('[');
  });

  it('says what fired, how bad it is, for how long, and what is affected', () => {
    expect(line('ALERT')).toBe('*ALERT:* p95 latency is high (INC-7)');
    expect(line('SEVERITY')).toBe('*SEVERITY:* P1, critical');
    expect(line('DURATION')).toBe('*DURATION:* 12 min');
    expect(line('IMPACT')).toContain(
      'Bikeshare prod, trouble with endpoint and infrastructure. Riders wait. p95 model',
    );
  });

  it('says what is so now and what comes next by the runbook', () => {
    expect(line('CURRENT STATUS')).toBe(`*CURRENT STATUS:* Acknowledged. <@${ANA}> has it.`);
    expect(line('NEXT STEPS')).toBe('*NEXT STEPS:* The endpoint is slow or fails, step 2: What is the error rate now?');
  });

  it('puts what the rule of the alarm advises before the runbook', () => {
    const advised = graded({ advice: 'Retrain within 2–3 days' });
    const members = { total: 1, firing: 1, unknown: 0, shown: [member({ ruling: advised })] };

    expect(briefingOf({ ...state, members }, [], runbook, NOW).nextSteps[0]).toBe('Retrain within 2–3 days');
  });

  it('says that nothing is known rather than nothing', () => {
    const bare = briefingWords(briefingOf(incident('triggered'), [], null, NOW)).text;

    expect(bare).toContain('*ACTIONS TAKEN:* none that somebody wrote down');
    expect(bare).toContain('*NEXT STEPS:* not known');
  });

  it('counts how long what is over has lasted', () => {
    expect(briefingOf(incident('resolved'), [], null, NOW + 600 * MINUTE).lastedMs).toBe(10 * MINUTE);
  });

  it('keeps the newest eight actions, and counts those before', () => {
    const notes = Array.from(
      { length: 20 },
      (_, i): IncidentEvent => ({ type: 'noted', at: NOW + i, by: ANA, text: `note ${i}` }),
    );
    const { actions, earlier } = briefingOf(state, notes, null, NOW);

    expect(actions.map(({ at }) => at - NOW)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(earlier).toBe(12);
  });
});

describe('actions', () => {
  it('are what people did: neither what the bot did, nor looking, nor pages', () => {
    const times = actionsOf([...events, ...(escalated('x') as IncidentEvent[])]).map(({ phrase }) => phrase);
    const words = JSON.stringify(times);

    expect(words).toContain('Traffic is shifted');
    expect(words).toContain('escalated to L2');
    expect(words).not.toContain('looked at it');
    expect(words).not.toContain('is told');
    expect(words).not.toContain('did not answer');
    expect(words).not.toContain('tocsin');
  });
});
