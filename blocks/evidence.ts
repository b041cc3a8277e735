import type { ImageBlock, SectionBlock } from '@slack/types';
import { type EvidenceShown, FACTS_SHOWN, type Fact, type FactKind } from '../src/domain/evidence.ts';
import { oneLine } from './foreign-text.ts';
import { image, join, lines, link, type Mrkdwn, md, openSection, webAddress, when } from './kit.ts';
import { BUDGET } from './limits.ts';

/** Never an icon alone: what kind of fact it is stands beside it. */
const KINDS: Readonly<Record<FactKind, { readonly icon: string; readonly label: string }>> = {
  value: { icon: '📈', label: 'Measured' },
  history: { icon: '🔁', label: 'Before' },
  siblings: { icon: '👥', label: 'Beside it' },
  endpoint: { icon: '🛰️', label: 'Endpoint' },
  model: { icon: '🧠', label: 'Model' },
  change: { icon: '🛠️', label: 'Changed' },
  error: { icon: '🧾', label: 'Errors' },
  similar: { icon: '🗂️', label: 'Similar' },
  missing: { icon: '❔', label: 'Could not tell' },
};

/** What was known around an incident when it was looked up, in a few lines; what could not be told comes last. `null` while nothing was found out. */
export function evidenceSection(evidence: EvidenceShown | null): SectionBlock | null {
  const words = evidenceWords(evidence);
  return words && openSection(words);
}

/** The same as text. */
export function evidenceWords(evidence: EvidenceShown | null): Mrkdwn | null {
  if (!evidence || evidence.facts.length === 0) return null;
  const told = toldOf(evidence);
  return lines(
    md`*As of* ${when(evidence.at)}`,
    ...told.filter((fact) => !isMissing(fact)).map((fact) => factLine(fact, evidence.at)),
    missingLine(told.filter(isMissing)),
  );
}

/** One line for all that could not be told, so that it does not outweigh what could. */
function missingLine(missing: readonly Fact[]): Mrkdwn | null {
  const [only] = missing;
  if (!only || missing.length === 1) return only ? factLine(only) : null;
  const { icon, label } = KINDS.missing;
  return md`${icon} *${label}:* ${join(
    missing.map(({ text }) => sentence(text, MISSING_ONE_OF)),
    ' · ',
  )}`;
}

function isMissing({ kind }: Fact): boolean {
  return kind === 'missing';
}

/** The course of the measured value; `null` where there is none. */
export function evidenceGraph(evidence: EvidenceShown | null): ImageBlock | null {
  return evidence?.graph ? image(evidence.graph.file, evidence.graph.alt) : null;
}

/** The same for those who hear the card. */
export function spokenEvidence(evidence: EvidenceShown | null): Mrkdwn | null {
  if (!evidence) return null;
  const facts = toldOf(evidence).map(({ kind, text }) => `${KINDS[kind].label}: ${sentence(text)}.`);
  return join([...facts, evidence.graph && `Graph: ${sentence(evidence.graph.alt)}.`], ' ');
}

function toldOf({ facts }: Pick<EvidenceShown, 'facts'>): Fact[] {
  return inOrder(facts).slice(0, FACTS_SHOWN);
}

/** As they came, which is the most telling first; what could not be told last. */
export function inOrder(facts: readonly Fact[]): Fact[] {
  return facts.toSorted((a, b) => Number(isMissing(a)) - Number(isMissing(b)));
}

/** One fact on one line. `gatheredAt`: a value that was new then needs no time of its own. */
export function factLine({ kind, text, at, url }: Fact, gatheredAt: number | null = null): Mrkdwn {
  const { icon, label } = KINDS[kind];
  const page = url !== null && webAddress(url) !== null ? link('open', url) : null;
  const words = sentence(withoutLabel(text, label), kind === 'missing' ? MISSING : BUDGET.title);
  const isFresh = kind === 'value' && at !== null && gatheredAt !== null && Math.abs(gatheredAt - at) < FRESH_MS;
  return join([md`${icon} *${label}:* ${words}`, at === null || isFresh ? null : when(at), page], ' · ');
}

/** “Endpoint: Endpoint InService” says one thing twice. */
function withoutLabel(text: string, label: string): string {
  return text.startsWith(`${label} `) ? text.slice(label.length + 1) : text;
}

const FRESH_MS = 600_000;

/** What an adapter says of a failure may be long; that it failed is the news. */
const MISSING = 120;
const MISSING_ONE_OF = 60;

function sentence(text: string, max: number = BUDGET.title): string {
  return oneLine(text, max).replace(/\.$/, '');
}
