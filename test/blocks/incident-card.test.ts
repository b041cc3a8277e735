import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentActions, legalButtons } from '../../blocks/incident-actions.ts';
import { incidentCard } from '../../blocks/incident-card.ts';
import { LIMITS } from '../../blocks/limits.ts';
import { violations } from '../../blocks/validate.ts';
import { type Command, decide } from '../../src/domain/decide.ts';
import { type Incident, STATUSES } from '../../src/domain/incident.ts';
import { SEVERITIES } from '../../src/domain/severity.ts';
import { type ButtonName, decodeChoice, decodeTarget } from '../../src/slack/protocol.ts';
import { everyState, poisoned, poisonedRunbook, texts, urls } from './hostile.ts';
import { ANA, BEN, incident, member, NOW, note } from './incidents.ts';
import { evidence, runbook, runbookFor, ticked } from './triage.ts';

const MAX_BLOCKS = 8;

describe.each(everyState)('the card of an incident that is %s', (_, state) => {
  const card = incidentCard(state, NOW, runbookFor(state));

  it('looks as it did', () => {
    expect(card).toMatchSnapshot();
  });

  it('is one that Slack takes, in few blocks', () => {
    expect(violations(card)).toEqual([]);
    expect(card.blocks.length).toBeLessThanOrEqual(MAX_BLOCKS);
  });

  it('has few blocks even with evidence, a graph, a runbook and many alarms', () => {
    const full = incidentCard(
      { ...state, evidence, steps: ticked, drill: true, members: { ...state.members, total: 9 } },
      NOW,
      runbook,
    );

    expect(violations(full)).toEqual([]);
    expect(full.blocks.length).toBeLessThanOrEqual(MAX_BLOCKS);
  });

  it('says everything that matters to those who hear only its text', () => {
    expect(card.text).toContain(state.id);
    expect(card.text).toContain(state.severity);
    expect(card.text).toContain(state.serviceTitle);
    expect(card.text).toContain(state.title);
  });

  it('has at most three buttons, one of them primary, and each carries what was seen', () => {
    const { elements } = incidentActions(state, runbook);
    const buttons = elements.filter((element) => element.type === 'button');

    expect(buttons.length).toBeLessThanOrEqual(3);
    expect(buttons.filter(({ style }) => style === 'primary').length).toBeLessThanOrEqual(1);
    for (const { value } of buttons) expect(decodeTarget(value)).toEqual({ incident: state.id, seen: state.version });
  });

  it('offers nothing that is refused', () => {
    for (const name of legalButtons(state, runbook)) {
      const command = commandOf(name);
      if (command) expect(decide(state, command, NOW)).toMatchObject({ ok: true });
    }
  });
});

function commandOf(name: ButtonName): Command | null {
  const commands: Record<ButtonName, Command | null> = {
    acknowledge: { type: 'acknowledge', by: BEN },
    mitigate: { type: 'mitigate', by: BEN },
    resolve: { type: 'resolve', by: BEN, seen: 12, text: '', note },
    close: { type: 'close', by: BEN, note },
    reopen: { type: 'reopen', by: BEN, reason: '' },
    timeline: null,
    runbook: null,
  };
  return commands[name];
}

describe('the card', () => {
  it('calls nothing recovered while an alarm has no data', () => {
    const unsure = everyState.find(([name]) => name === 'recovered but for one that cannot tell')?.[1];
    const { text } = incidentCard(unsure ?? incident('triggered'), NOW);

    expect(text).toContain('No alarm fires.');
    expect(text).toContain('It counts as recovered once every alarm reports again.');
    expect(text).not.toContain('Recovered.');
  });

  it.each(Object.entries(texts))('survives %s in every place and state, whatever the address', (_, text) => {
    for (const [i, [name, state]] of everyState.entries()) {
      const url = urls[i % urls.length] ?? '';
      const card = incidentCard(poisoned(state, text, url), NOW, poisonedRunbook(runbook, text, url));

      expect({ name, url, violations: violations(card) }).toEqual({ name, url, violations: [] });
      expect(card.blocks.length).toBeLessThanOrEqual(MAX_BLOCKS);
      expect(foreignTokens(card)).toEqual([]);
    }
  });

  it.each(urls)('has no link to %j that Slack would refuse or that would run', (url) => {
    const card = incidentCard(poisoned(incident('closed'), 'label', url), NOW);

    expect(violations(card)).toEqual([]);
    expect(JSON.stringify(card)).not.toMatch(/<(?:javascript|data|ftp):/);
  });

  it('is taken by Slack whatever a stranger writes', () => {
    const hostile = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...Object.values(texts)));
    const shapes = fc.record({
      status: fc.constantFrom(...STATUSES),
      text: hostile,
      url: fc.oneof(fc.webUrl(), fc.constantFrom(...urls), hostile),
      value: fc.oneof(fc.double(), fc.constant(null)),
      unit: fc.option(fc.constantFrom('Seconds', 'Bytes/Second', 'Percent', 'Count', 'None', 'Megabits', 'x')),
      total: fc.nat(100_000),
      severity: fc.constantFrom(...SEVERITIES),
      owner: fc.option(hostile),
    });

    fc.assert(
      fc.property(shapes, ({ status, text, url, value, unit, total, severity, owner }) => {
        const measurement = { metric: text, statistic: 'p99', unit, value, threshold: 5, comparison: 'above' };
        const shown = [member({ title: text, reason: text, url, measurement }), member({ key: 'b', title: text, url })];
        const state: Incident = incident(status, {
          title: text,
          severity,
          owner,
          members: { total: total + 2, firing: 2, unknown: 0, shown },
        });

        const card = incidentCard(state, NOW);

        return violations(card).length === 0 && foreignTokens(card).length === 0;
      }),
      { numRuns: 200 },
    );
  });

  it('never cuts a button: the longest id fits', () => {
    const { elements } = incidentActions(incident('acknowledged', { id: 'INC-999999999', version: 999_999_999 }));

    const more = elements.find((element) => element.type === 'overflow');
    for (const { value } of more?.options ?? []) {
      expect(value?.length).toBeLessThanOrEqual(LIMITS.optionValue);
      expect(decodeChoice(value)?.target).toEqual({ incident: 'INC-999999999', seen: 999_999_999 });
    }
  });

  it('has another block id for its controls with every version, so that no client keeps old ones', () => {
    const ids = [1, 2].map((version) => incidentActions(incident('triggered', { version })).block_id);

    expect(new Set(ids).size).toBe(2);
  });

  it('says that nobody can tell, and not that all is well, when there is no data', () => {
    const members = { total: 2, firing: 0, unknown: 2, shown: [member({ state: 'unknown' })] };

    const { text } = incidentCard(incident('triggered', { members }), NOW);

    expect(text).toContain('Could not tell: no data for 2 alarms');
    expect(text).not.toMatch(/healthy|recovered/);
  });

  it('mentions its owner as a person, and an owner who is none as text', () => {
    const texts = [ANA, 'U1> <!channel'].map((owner) => incidentCard(incident('acknowledged', { owner }), NOW).text);

    expect(texts[0]).toContain(`<@${ANA}> has it`);
    expect(texts[1]).toContain('U1&gt; &lt;!channel has it');
  });
});

/** Tokens that nobody of ours would make: everything but people, dates and links to the web. */
function foreignTokens(card: unknown): string[] {
  const tokens = JSON.stringify(card).match(/<[!@#][^>]*>?/g) ?? [];
  return tokens.filter((token) => !/^<(?:@U0(?:ANA|BEN)|!date\^\d+\^[^>|]+\|[^>|]+)>$/.test(token));
}
