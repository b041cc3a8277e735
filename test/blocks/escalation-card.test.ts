import { describe, expect, it } from 'vitest';
import { escalationLines } from '../../blocks/escalation-lines.ts';
import { choicesOf, incidentActions } from '../../blocks/incident-actions.ts';
import { incidentCard } from '../../blocks/incident-card.ts';
import { LIMITS } from '../../blocks/limits.ts';
import { violations } from '../../blocks/validate.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { path, person, policy, step } from '../domain/escalation-given.ts';
import { escalationStates, paged } from './escalation-states.ts';
import { escalating, LEVELS } from './escalations.ts';
import { everyState, poisoned, texts } from './hostile.ts';
import { ANA, BEN, incident, MINUTE, NOW } from './incidents.ts';
import { evidence, runbook, ticked } from './triage.ts';

describe.each(Object.entries(escalationStates))('the card when %s', (_, state) => {
  it('says what comes next', () => {
    expect(escalationLines(state, NOW).text.split('\n')).toMatchSnapshot();
  });

  it('is one that Slack takes, in eight blocks at most, whatever else it has to say', () => {
    const full = { ...state, evidence, steps: ticked, drill: true, members: { ...state.members, total: 9 } };
    const card = incidentCard(full, NOW, runbook);

    expect(violations(card)).toEqual([]);
    expect(card.blocks.length).toBeLessThanOrEqual(8);
  });

  it('says the same to those who hear it', () => {
    for (const line of escalationLines(state, NOW).text.split('\n'))
      expect(incidentCard(state, NOW).text).toContain(line);
  });

  it.each(Object.entries(texts))('survives %s', (_name, text) => {
    const hostile = poisoned(paged(state, text), text, 'javascript:alert(1)');
    const card = incidentCard(hostile, NOW, null);

    expect(violations(card)).toEqual([]);
    expect(JSON.stringify(card)).not.toMatch(/<!(?!date)|<@U0EVIL|<#/);
  });
});

describe('the card', () => {
  it('mentions nobody whose time has not come: posting it would wake them', () => {
    const of: Policy = policy([
      path([step('page/L2.1', { after: 30, notify: [person(BEN), { kind: 'group', group: 'S0LEADS', alias: null }] })]),
    ]);
    const card = incidentCard(escalating('triggered', {}, [], of), NOW);

    expect(JSON.stringify(card)).not.toMatch(/<@|<!subteam/);
    expect(card.text).toContain('L2 a user group and 1 person');
  });

  it('says that it pages nobody only where somebody would expect a page, and while nobody has it', () => {
    const words = (one: Incident) => escalationLines(one, NOW).text;

    expect(words(incident('triggered', { severity: 'P1' }))).toBe(
      '📵 Pages nobody: services/bikeshare.yml has no escalation.',
    );
    expect(words(incident('triggered', { severity: 'P3' }))).toBe('');
    expect(words(incident('acknowledged'))).toBe('');
  });

  it('counts whoever could not be told no more once they were told, or somebody has it', () => {
    const failed = escalationStates['somebody could not be told'];
    if (!failed) throw new Error('there is such a state');
    const again = escalating('triggered', {}, []);

    expect(escalationLines(failed, NOW).text).toContain('@on-call could not be told: nobody is on call.');
    expect(escalationLines(again, NOW).text).not.toContain('could not be told');
    expect(escalationLines({ ...failed, status: 'acknowledged', owner: ANA }, NOW).text).not.toContain('could not');
  });

  it('says that the time of the next page has come and gone as the time that it was', () => {
    const late = escalationLines(escalating('triggered'), NOW + 60 * MINUTE).text;

    expect(late).toContain('Next: L2 @senior');
  });
});

describe('the menu of a card', () => {
  it.each([
    ...everyState,
    ...Object.entries(escalationStates),
  ])('has no more choices than Slack takes: %s', (_, state) => {
    const names = choicesOf(state);

    expect(names.length).toBeLessThanOrEqual(LIMITS.overflowOptions);
    expect(new Set(names).size).toBe(names.length);
    expect(violations(incidentCard(state, NOW))).toEqual([]);
  });

  it('offers to escalate and to snooze only where somebody is paged, and what it offers works', () => {
    const paged = escalating('triggered', {}, [], LEVELS);

    expect(choicesOf(incident('triggered'))).not.toContain('escalate');
    expect(choicesOf(paged)).toContain('escalate');
    expect(decide(paged, { type: 'escalate', by: ANA, reason: 'it is bad' }, NOW)).toMatchObject({ ok: true });
    expect(decide(paged, { type: 'snooze', by: ANA, forMs: 30 * MINUTE }, NOW)).toMatchObject({ ok: true });
    expect(incidentActions(paged).elements.length).toBeGreaterThan(1);
  });
});
