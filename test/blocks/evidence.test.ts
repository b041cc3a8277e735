import { describe, expect, it } from 'vitest';
import { evidenceGraph, evidenceSection, spokenEvidence } from '../../blocks/evidence.ts';
import type { EvidenceShown, Fact } from '../../src/domain/evidence.ts';
import { NOW } from './incidents.ts';
import { evidence } from './triage.ts';

const missing = (text: string): Fact => ({ kind: 'missing', text, at: null, url: null });
const linesOf = (shown: EvidenceShown | null) => evidenceSection(shown)?.text?.text.split('\n') ?? [];

describe('the evidence on a card', () => {
  it('is in a few lines, each with its kind in words, what could not be told last', () => {
    expect(
      linesOf(evidence)
        .slice(1)
        .map((line) => /\*(?<label>[^*]+):\*/.exec(line)?.groups?.label),
    ).toEqual([...['Measured', 'Changed', 'Before', 'Model', 'Similar', 'Could not tell']]);
  });

  it('has one line for all that could not be told', () => {
    const facts = [missing('Error rate: no data'), ...evidence.facts.slice(0, 1), missing('Endpoint: AWS is away')];

    expect(linesOf({ ...evidence, facts }).at(-1)).toBe(
      '❔ *Could not tell:* Error rate: no data · Endpoint: AWS is away',
    );
  });

  it('begins with when it was looked up, since the card stays as it is', () => {
    expect(linesOf({ ...evidence, at: NOW })[0]).toContain(`*As of* <!date^${Math.floor(NOW / 1_000)}^`);
  });

  it('says no word twice', () => {
    const fact: Fact = { kind: 'endpoint', text: 'Endpoint InService with config v41', at: null, url: null };

    expect(linesOf({ ...evidence, facts: [fact] })[1]).toBe('🛰️ *Endpoint:* InService with config v41');
  });

  it('is not there while nothing is known', () => {
    expect(evidenceSection(null)).toBeNull();
    expect(evidenceSection({ at: NOW, facts: [], graph: null })).toBeNull();
    expect(evidenceGraph({ at: NOW, facts: [], graph: null })).toBeNull();
    expect(spokenEvidence(null)).toBeNull();
  });

  it('is told to those who hear it, the graph in words', () => {
    expect(spokenEvidence(evidence)?.text).toMatch(
      /^Measured: Error rate 5\.4 %.* Graph: Error rate over the last 3 hours/,
    );
  });
});
